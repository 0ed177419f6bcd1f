import Message

extension Reading {
  /// What `files.write` says; nil where nothing may be written.
  func write(_ files: Table) -> WriteSettings? {
    guard let table = files.table(FilesKeys.write) else { return nil }
    var methods = methods(of: table)
    let form = table.text(WriteKeys.form).map { Sourced(path($0), at: $0.position) }
    if let form {
      if let problem = disk.folderProblem(form.value) {
        diagnostics.error(
          at: form.position, keys: table.keys(WriteKeys.form),
          "the folder \(quoted(form.value, max: 200)) \(problem)")
      }
      warnOfForms(form, files)
      if methods.value.isEmpty { methods.position = form.position }
      methods.value.insert(MethodSet(.post))
    }
    let then = then(table, hasForm: form != nil)
    guard !methods.value.isEmpty else {
      warnOfUnused(table)
      return nil
    }
    let length = table.text(WriteKeys.length)
    var settings = WriteSettings(
      methods: methods, createOnly: table.flag(WriteKeys.createOnly),
      requireMatch: table.flag(WriteKeys.requireMatch),
      requireLength: Sourced(
        length?.value == "required", at: length?.position ?? .builtIn),
      types: types(table),
      contentBytes: table.has(WriteKeys.content) ? table.number(WriteKeys.content) : nil,
      durable: table.flag(WriteKeys.durable), form: form, then: then)
    settings.schema = schema(table)
    return settings
  }

  /// Below the root, everybody could read what others have sent.
  private func warnOfForms(_ form: Sourced<String>, _ files: Table) {
    guard let root = files.text(FilesKeys.root), files.flag(FilesKeys.read).value,
      !Paths.relative(form.value, to: path(root)).hasPrefix("/")
    else { return }
    diagnostics.warning(
      at: form.position, keys: joined(files.keys(FilesKeys.write), WriteKeys.form.name),
      "what forms send is kept below the root, where everybody can read it")
  }

  private func methods(of table: Table) -> Sourced<MethodSet> {
    var methods: MethodSet = []
    for text in table.texts(WriteKeys.methods) {
      let method = Method.allCases.first { "\($0.name)" == text.value }
      if let method { methods.insert(MethodSet(method)) }
    }
    return Sourced(methods, at: table.position(of: WriteKeys.methods))
  }

  /// Media types without their parameters, which say nothing about what is taken.
  private func types(_ table: Table) -> Sourced<[[UInt8]]> {
    let types = table.texts(WriteKeys.types).map { text in
      let essence = text.value.lowercased().utf8.prefix { $0 != 0x3B }
      return essence.filter { $0 != 0x20 && $0 != 0x09 }
    }
    return Sourced(types, at: table.position(of: WriteKeys.types))
  }

  private func then(_ table: Table, hasForm: Bool) -> Sourced<[UInt8]?> {
    guard let text = table.text(WriteKeys.then) else { return Sourced(nil) }
    if table.isWritten(WriteKeys.then), !hasForm {
      diagnostics.error(
        at: text.position, keys: table.keys(WriteKeys.then),
        "\"then\" says what follows a form, and there is none; name its folder under \"form\"")
    }
    if text.value == "reset" { return Sourced(nil, at: text.position) }
    let isReference = ["/", "http://", "https://"].contains { text.value.hasPrefix($0) }
    // RFC 3986 section 2: what stands in a URI as it is
    let isPlain = text.value.utf8.allSatisfy { byte in
      byte > 0x20 && byte < 0x7F && !#"<>"\^`{|}"#.utf8.contains(byte)
    }
    if !isReference || !isPlain {
      diagnostics.error(
        at: text.position, keys: table.keys(WriteKeys.then),
        "\(quoted(text.value)) is neither \"reset\" nor a path or an http URI to go to",
        suggestion: Nearest.word(to: text.value, among: ["reset"]))
    }
    return Sourced(Array(text.value.utf8), at: text.position)
  }

  /// Terms of writing where nothing is written.
  private func warnOfUnused(_ table: Table) {
    let isSet: [(ConfigKey, Bool)] = [
      (WriteKeys.createOnly, table.flag(WriteKeys.createOnly).value),
      (WriteKeys.requireMatch, table.flag(WriteKeys.requireMatch).value),
      (WriteKeys.length, table.text(WriteKeys.length)?.value == "required"),
      (WriteKeys.types, !table.list(WriteKeys.types).isEmpty),
      (WriteKeys.content, table.has(WriteKeys.content)),
      (WriteKeys.durable, table.flag(WriteKeys.durable).value),
      (WriteKeys.schema, table.has(WriteKeys.schema)),
    ]
    guard let key = isSet.first(where: \.1)?.0 else { return }
    diagnostics.warning(
      at: table.position(of: key), keys: table.keys(key),
      "nothing is written here while \"methods\" names none")
  }
}
