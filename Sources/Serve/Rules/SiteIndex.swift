internal import Config

/// The sites by host name: one pass over the name, from its end, finds the exact name and the longest wildcard, however many sites
/// there are.
final class SiteIndex: Sendable {
  private struct Entry: Sendable {
    /// In lower case; for a wildcard without its star.
    var name: [UInt8]
    var isWildcard: Bool
    var ports: [UInt16]
    var site: Int32

    func takes(_ port: UInt16) -> Bool { ports.isEmpty || ports.contains(port) }
  }

  private let entries: [Entry]
  private let names: HashIndex
  /// Sites without names, in the order of the file.
  private let nameless: [Entry]

  init(_ sites: [Site]) {
    var entries: [Entry] = []
    var nameless: [Entry] = []
    var names = HashIndex(capacity: sites.count)
    for (number, site) in sites.enumerated() {
      let ports = site.ports.map(\.value)
      if site.names.isEmpty {
        nameless.append(Entry(name: [], isWildcard: false, ports: ports, site: Int32(number)))
      }
      for name in site.names {
        let isWildcard = name.value.first == UInt8(ascii: "*")
        let bytes = isWildcard ? Array(name.value.dropFirst()) : name.value
        var hash = SiteIndex.start
        for byte in bytes.reversed() { hash = SiteIndex.step(hash, byte) }
        names.insert(SiteIndex.finish(hash, isWildcard), Int32(entries.count))
        entries.append(
          Entry(name: bytes, isWildcard: isWildcard, ports: ports, site: Int32(number)))
      }
    }
    self.entries = entries
    self.nameless = nameless
    self.names = names
  }

  private static let start: UInt64 = 0xcbf2_9ce4_8422_2325

  @inline(__always)
  private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  @inline(__always)
  private static func finish(_ hash: UInt64, _ isWildcard: Bool) -> UInt64 {
    (hash ^ hash >> 31) &* (isWildcard ? 0x9E37_79B9_7F4A_7C15 : 0xA076_1D64_78BD_642F)
  }

  /// The site bound to a host name and port: an exact name goes before a wildcard, a longer wildcard before a shorter one, and a
  /// site without names comes last. `port` nil: on any port.
  func find(_ host: UnsafeBufferPointer<UInt8>, port: UInt16?) -> Int32 {
    var hash = SiteIndex.start
    var wildcard: Int32 = -1
    var index = host.count
    while index > 0 {
      index -= 1
      let byte = Router.lowercase(host[index])
      hash = SiteIndex.step(hash, byte)
      // `*.example.org`: at least one label in front of `.example.org`
      guard byte == UInt8(ascii: "."), index > 0 else { continue }
      let suffix = UnsafeBufferPointer(rebasing: host[index...])
      let found = find(SiteIndex.finish(hash, true), suffix, isWildcard: true, port)
      if found >= 0 { wildcard = found }
    }
    let exact = find(SiteIndex.finish(hash, false), host, isWildcard: false, port)
    if exact >= 0 { return exact }
    if wildcard >= 0 { return wildcard }
    for entry in nameless where port.map(entry.takes) ?? true { return entry.site }
    return -1
  }

  private func find(
    _ hash: UInt64, _ name: UnsafeBufferPointer<UInt8>, isWildcard: Bool, _ port: UInt16?
  ) -> Int32 {
    let found = names.find(hash) { number in
      let entry = entries[Int(number)]
      return entry.isWildcard == isWildcard && (port.map(entry.takes) ?? true)
        && Router.equalIgnoringCase(name, entry.name[...])
    }
    return found < 0 ? -1 : entries[Int(found)].site
  }
}
