import Config
import Message

/// A rule's path, a redirect's address, a path and a query, parted by line feeds: whatever they are, the Location is one line of visible
/// ASCII that leads where the operator said.
func fuzzRedirects(_ bytes: Span<UInt8>) {
  let parts = bytes.array.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
  guard parts.count == 4 else { return }
  let to = String(decoding: parts[1], as: UTF8.self)
  let path = Array(parts[2])
  let query = Array(parts[3])
  guard let location = redirectLocation(pattern: Array(parts[0]), to: to, path: path, query: query)
  else { return }
  expect(
    location.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) },
    "a location has only what a URI has")
  if to.hasPrefix("/") {
    expect(location.first == 0x2F, "a path stays a path")
    expect(location.count < 2 || location[1] != 0x2F, "a path names no host")
  } else {
    let text = String(decoding: location, as: UTF8.self)
    let origin = to.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
      .prefix(3).joined(separator: "/").prefix { !"?#{".contains($0) }
    expect(text.hasPrefix(origin), "a host stays the host")
  }
  let marks = location.filter { $0 == 0x23 }.count
  let given = to.utf8.filter { $0 == 0x23 }.count
  expect(marks <= given, "no capture and no query begins a fragment")
}
