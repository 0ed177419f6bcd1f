import Documents

/// Any bytes are a schema or a fault; a check of any document by it comes to an end, and to the same twice. The schema and the
/// document are parted by the first line feed.
func fuzzSchema(_ input: Span<UInt8>) {
  let bytes = (0..<input.count).map { input[$0] }
  let end = bytes.firstIndex(of: 0x0A) ?? bytes.endIndex
  let document = Array(bytes[min(end + 1, bytes.count)...])
  let schema: JSONSchema
  do throws(SchemaFault) {
    schema = try JSONSchema(Array(bytes[..<end]))
  } catch {
    expect(!error.message.isEmpty, "a fault says what is wrong")
    expect(error.pointer.first ?? 0x2F == 0x2F, "a fault points into the schema")
    return
  }
  let outcome = schema.check(document)
  expect(outcome == schema.check(document), "a check comes to the same twice")
  guard case .breaks(let violation) = outcome else { return }
  expect(violation.instance.first ?? 0x2F == 0x2F, "a violation points into the document")
  expect(violation.schema.first ?? 0x2F == 0x2F, "a violation points into the schema")
  expect(!violation.keyword.isEmpty, "a violation names a keyword")
}
