import Message

/// Reads any bytes as a configuration, without the disk. Must return, whatever they are.
public func fuzzSettings(_ bytes: Span<UInt8>) {
  var copy: [UInt8] = []
  copy.reserveCapacity(bytes.count)
  for index in bytes.indices { copy.append(bytes[index]) }
  let report = Settings.check(
    bytes: copy, name: "fuzz.yaml", folder: "/", overrides: .none, disk: .pretend,
    environment: ConfigEnvironment(isRoot: false, stateHome: nil, home: "/home/fuzz"))
  // The texts quote the bytes; making them is part of what is tried.
  withExtendedLifetime(report.text) {}
}

/// The location of a redirect for any path and query; nil where the pattern or the address is refused, or does not match. For fuzzing.
public func redirectLocation(
  pattern: [UInt8], to: String, path: [UInt8], query: [UInt8]
) -> [UInt8]? {
  let text = String(decoding: pattern, as: UTF8.self)
  guard TextForm.urlPath.problem(in: text) == nil else { return nil }
  let pattern = PathPattern(path: Array(text.utf8))
  guard let template = try? RedirectTemplate(to, captures: pattern.captures),
    let captured = pattern.match(path.span)
  else { return nil }
  var buffer = ByteBuffer()
  template.append(captured, of: path.span, query: query.span, to: &buffer)
  return Array(buffer.bytes)
}
