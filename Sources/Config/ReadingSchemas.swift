import Documents

/// Schemas that were read for one configuration, by their paths: rules that name the same file share what was made of it.
final class SchemaFiles {
  var all: [String: JSONSchema] = [:]
}

extension Reading {
  /// The JSON Schema that `write` names, ready to check by; nil where it names none, or one that cannot be used.
  func schema(_ table: Table) -> (file: Sourced<String>, schema: JSONSchema)? {
    guard let written = table.text(WriteKeys.schema) else { return nil }
    let file = Sourced(path(written), at: written.position)
    let keys = table.keys(WriteKeys.schema)
    if let known = schemas.all[file.value] { return (file, known) }
    let bytes: [UInt8]
    do throws(Disk.Failure) {
      bytes = try disk.read(file.value, bytesMax: JSONSchema.bytesMax, ordinaryOnly: true)
    } catch {
      diagnostics.error(
        at: file.position, keys: keys, "the schema \(quoted(file.value, max: 200)) \(error.text)")
      return nil
    }
    // Where nothing is read from the disk, any schema is taken for one that asks nothing
    let text = disk == .pretend ? Array("true".utf8) : bytes
    do throws(SchemaFault) {
      let schema = try JSONSchema(text)
      warnOfUnknown(schema, file, keys)
      schemas.all[file.value] = schema
      return (file, schema)
    } catch {
      diagnostics.error(
        at: file.position, keys: keys,
        "the schema \(quoted(file.value, max: 200)) cannot be used: \(told(error, in: bytes))")
      return nil
    }
  }

  /// Where a schema is wrong, and how.
  private func told(_ fault: SchemaFault, in bytes: [UInt8]) -> String {
    if let offset = fault.offset {
      let before = bytes.prefix(offset)
      let line = before.count { $0 == 0x0A } + 1
      let column = offset - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
      return "at line \(line), column \(column) it \(fault.message)"
    }
    let pointer = String(decoding: fault.pointer, as: UTF8.self)
    return "\(pointer.isEmpty ? "it" : quoted(pointer, max: 200)) \(fault.message)"
  }

  /// A keyword that says nothing is often another one, misspelt.
  private func warnOfUnknown(_ schema: JSONSchema, _ file: Sourced<String>, _ keys: String) {
    for (pointer, name) in schema.unknown {
      let nearest = Nearest.word(to: name, among: JSONSchema.keywords)
      guard nearest != nil || schema.unknown.count == 1 else { continue }
      diagnostics.warning(
        at: file.position, keys: keys,
        "\(quoted(String(decoding: pointer, as: UTF8.self), max: 200)) of the schema is no keyword "
          + "of JSON Schema, and asks nothing", suggestion: nearest)
    }
  }
}
