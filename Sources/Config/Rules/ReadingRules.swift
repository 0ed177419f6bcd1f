import Message

// What rules and sites say beyond paths, files and contents.
extension Reading {
  func additions(ofSite table: Table) -> SiteAdditions {
    var additions = SiteAdditions()
    additions.maintenance = maintenance(table)
    additions.errorPages = errorPages(table)
    return additions
  }

  /// Nil where the rule says nothing of these, as most do not.
  func additions(ofRule table: Table, _ resource: Resource?) -> RuleAdditions? {
    if table.holdsOnly(RuleKeys.plain) { return nil }
    var additions = RuleAdditions()
    additions.maintenance = maintenance(table)
    additions.blocked = blocked(table)
    additions.tombstones = table.flag(AdditionKeys.tombstones)
    additions.hints = table.texts(AdditionKeys.hints).map {
      Sourced(Array($0.value.utf8), at: $0.position)
    }
    additions.alwaysHeaders = headers(table, AdditionKeys.alwaysHeaders)
    refuseCoding(table)
    additions.removedHeaders = removedHeaders(table)
    var isFiles = false
    if case .files = resource { isFiles = true }
    if additions.tombstones.value, !isFiles {
      diagnostics.error(
        at: additions.tombstones.position, keys: table.keys(AdditionKeys.tombstones),
        "tombstones are for files: nothing else can be deleted")
    }
    refuseGap(table, resource, additions)
    return additions
  }

  /// A rule without a resource has to be blocked or closed for everybody and always.
  private func refuseGap(_ table: Table, _ resource: Resource?, _ additions: RuleAdditions) {
    guard case .nothing = resource else { return }
    let isBlockedForAll = additions.blocked?.from.isEmpty ?? false
    if isBlockedForAll || additions.maintenance?.active.value == true { return }
    let reason: String
    let position: Position
    if let blocked = additions.blocked {
      reason = "is blocked for some networks only"
      position = blocked.position
    } else if table.isWritten(AdditionKeys.blocked) {
      // What is wrong with it has been said
      return
    } else {
      reason = "is not closed for maintenance by \"active: on\""
      position = table.position(of: AdditionKeys.maintenance)
    }
    diagnostics.error(
      at: position, keys: table.keys,
      "the rule \(reason), and has no resource for the other requests, such as \"files\"")
  }

  private func maintenance(_ table: Table) -> MaintenanceSettings? {
    guard table.isWritten(AdditionKeys.maintenance),
      let written = table.table(AdditionKeys.maintenance)
    else { return nil }
    let active = written.flag(MaintenanceKeys.active)
    let file = written.text(MaintenanceKeys.file).map { Sourced(path($0), at: $0.position) }
    if !active.value, file == nil { return nil }
    return MaintenanceSettings(
      active: active, file: file, retryAfter: written.number(MaintenanceKeys.retryAfter),
      position: active.value ? active.position : file?.position ?? written.position)
  }

  private func blocked(_ table: Table) -> BlockedSettings? {
    guard let written = table.table(AdditionKeys.blocked),
      let by = written.text(BlockedKeys.by)
    else { return nil }
    let from = written.texts(BlockedKeys.from).compactMap { text -> Network? in
      guard let network = TextForm.network(text.value) else { return nil }
      return Network(
        address: network.address, prefixLength: network.prefixLength, position: text.position)
    }
    return BlockedSettings(
      by: Sourced(Array(by.value.utf8), at: by.position),
      reason: Array((written.text(BlockedKeys.reason)?.value ?? "").utf8), from: from,
      position: table.position(of: AdditionKeys.blocked))
  }

  // MARK: Fields

  /// Fields without which an answer would not be what it has to be, or that `details` writes.
  private static let owedFields: Set<String> = [
    "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "trailer", "te",
    "date", "content-type", "content-range", "content-encoding", "allow", "location", "retry-after",
    "vary", "etag", "www-authenticate", "proxy-authenticate", "link", "cache-control", "accept",
    "accept-patch",
  ]

  /// Contents of refusals, which these fields go with, are never coded.
  private func refuseCoding(_ table: Table) {
    let key = AdditionKeys.alwaysHeaders
    for entry in table.entries(key) where entry.name.lowercased() == "content-encoding" {
      diagnostics.error(
        at: entry.namePosition, keys: joined(table.keys(key), entry.name),
        "the field \(quoted(entry.name)) would be wrong for every content that is not coded so; "
          + "\"headers\" adds it to successful answers")
    }
  }

  private func removedHeaders(_ table: Table) -> [[UInt8]] {
    table.texts(AdditionKeys.removedHeaders).compactMap { text in
      let name = text.value.lowercased()
      if Self.owedFields.contains(name) {
        diagnostics.error(
          at: text.position, keys: table.keys(AdditionKeys.removedHeaders),
          "the field \(quoted(text.value)) cannot be removed: an answer that has it owes it")
        return nil
      }
      return Array(name.utf8)
    }
  }

  // MARK: Resources

  /// The resources that are neither files nor content; nil where none of them is written, or it is at fault.
  func plainResource(_ table: Table) -> Resource? {
    if let redirect = table.table(AdditionKeys.redirect) {
      return self.redirect(redirect, of: table).map { .redirect($0) }
    }
    if table.isWritten(AdditionKeys.rehearse), let rehearse = table.table(AdditionKeys.rehearse) {
      return rehearsal(rehearse, of: table).map { .rehearsal($0) }
    }
    for key in [AdditionKeys.gone, AdditionKeys.teapot] where table.isWritten(key) {
      if table.flag(key).value {
        let position = table.position(of: key)
        return key === AdditionKeys.gone ? .gone(position) : .teapot(position)
      }
      diagnostics.error(
        at: table.position(of: key), keys: table.keys(key),
        "\(quoted(key.name)) is the resource of its rule; leave it out where it is not so")
      return nil
    }
    let stands =
      table.isWritten(AdditionKeys.blocked) || table.isWritten(AdditionKeys.maintenance)
    let hasOther = table.has(RuleKeys.files) || table.has(RuleKeys.content)
    return stands && !hasOther ? .nothing : nil
  }

  private func redirect(_ table: Table, of rule: Table) -> RedirectSettings? {
    guard let status: Sourced<RedirectStatus> = table.word(RedirectKeys.status),
      let to = table.text(RedirectKeys.to), let query = table.text(RedirectKeys.query),
      // Of a path that is wrong itself, nobody knows the captures
      let path = rule.text(RuleKeys.path)?.value
    else { return nil }
    let captures =
      path.utf8.contains(0x7B) ? PathPattern(path: Array(path.utf8)).captures : []
    do throws(TextForm.ProblemError) {
      let template = try RedirectTemplate(to.value, captures: captures)
      warnOfMethods(status, rule)
      return RedirectSettings(
        to: Sourced(template, at: to.position), status: status,
        keepsQuery: Sourced(query.value == "keep", at: query.position))
    } catch {
      diagnostics.error(
        at: to.position, keys: table.keys(RedirectKeys.to),
        "\"to\": \(quoted(to.value)) \(error.problem.message)",
        suggestion: error.problem.suggestion)
      return nil
    }
  }

  /// RFC 9110 sections 15.4.2 and 15.4.3: for historical reasons a client may change POST to GET.
  private func warnOfMethods(_ status: Sourced<RedirectStatus>, _ rule: Table) {
    guard status.value.mayChangeMethod else { return }
    let safe = ["GET", "HEAD", "OPTIONS"]
    let methods = rule.texts(RuleKeys.methods).map(\.value)
    if rule.isWritten(RuleKeys.methods), methods.allSatisfy({ safe.contains($0) }) { return }
    let kept: RedirectStatus = status.value == .found ? .temporary : .permanent
    diagnostics.warning(
      at: status.position, keys: rule.keys(AdditionKeys.redirect),
      "clients may turn a POST that gets \(status.value.rawValue) into a GET; \(kept.rawValue) keeps "
        + "the method, and \"methods: [GET, HEAD]\" lets no other come",
      suggestion: kept.rawValue)
  }

  /// A redirect that leads to a path which falls to the same rule again never ends.
  /// `redirects` are the places of the rules that are redirects.
  func warnOfCircles(_ rules: [Rule], _ redirects: [Int]) {
    for index in redirects {
      guard case .redirect(let redirect) = rules[index].resource,
        let path = redirect.to.value.literalPath,
        rules[index].pattern.match(path.span) != nil
      else { continue }
      let length = rules[index].pattern.path.count
      let hasNearer = rules.indices.contains { other in
        rules[other].pattern.path.count > length
          && rules[other].pattern.match(path.span) != nil
      }
      if hasNearer { continue }
      diagnostics.warning(
        at: redirect.to.position, keys: "redirect.to",
        "the redirect leads to a path of its own rule, and goes round in a circle")
    }
  }

  // MARK: Files

  /// Adds where else a files resource looks.
  func addTries(_ files: inout FilesSettings, _ table: Table) {
    files.tries = table.texts(AdditionKeys.tries).compactMap { TryTemplate($0.value) }
    files.fallback = table.text(AdditionKeys.fallback).map {
      Sourced(Array($0.value.utf8), at: $0.position)
    }
    let tries = table.texts(AdditionKeys.tries)
    if tries.count > 8 {
      diagnostics.error(
        at: tries[8].position, keys: table.keys(AdditionKeys.tries),
        "more than 8 paths to try: each is looked for on the disk")
    }
    if let fallback = files.fallback {
      let file = files.root.value + String(decoding: fallback.value, as: UTF8.self)
      if !disk.hasFile(file) {
        diagnostics.warning(
          at: fallback.position, keys: table.keys(AdditionKeys.fallback),
          "the file \(quoted(file, max: 200)) is not there, and nothing falls back to it until it is"
        )
      }
    }
    if let fallback = files.fallback, files.hidden.value != .serve,
      fallback.value.split(separator: 0x2F).contains(where: { $0.first == 0x2E })
    {
      diagnostics.error(
        at: fallback.position, keys: table.keys(AdditionKeys.fallback),
        "the fallback has a hidden name, and those are not served "
          + "(hidden: \(files.hidden.value.rawValue))")
    }
  }

  /// Files are looked for below the rule's path, which therefore has to be known.
  func refuseCaptures(_ pattern: PathPattern, _ path: Sourced<String>, _ table: Table) {
    guard !pattern.captures.isEmpty, table.has(RuleKeys.files) else { return }
    diagnostics.error(
      at: path.position, keys: table.keys(RuleKeys.path),
      "captures are for redirects and contents; files are found by the path below the rule's")
  }
}

extension RedirectTemplate {
  /// The path that it leads to where that is one of this server and has no captures.
  var literalPath: [UInt8]? {
    guard isPath else { return nil }
    var path: [UInt8] = []
    for part in parts {
      guard case .literal(let bytes) = part else { return nil }
      path += bytes
    }
    if let end = path.firstIndex(of: 0x3F) { path = Array(path[..<end]) }
    return path
  }
}
