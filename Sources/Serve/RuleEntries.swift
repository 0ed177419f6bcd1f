internal import Glibc
internal import Message

/// The rules of a site as every request goes through them: in one piece of memory, with their paths' bytes beside them and without
/// counting references. The rules are owned by whoever made this, and outlive it.
struct RuleEntries: ~Copyable {
  struct Entry {
    let route: Unmanaged<RuleRoute>
    let path: UnsafePointer<UInt8>
    let length: Int

    @inline(__always)
    func matches(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
      other.count == length && begins(other)
    }

    /// Whether a path begins with the rule's.
    @inline(__always)
    func begins(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
      guard other.count >= length, let start = other.baseAddress else { return false }
      return memcmp(start, path, length) == 0
    }
  }

  private let entries: UnsafeMutablePointer<Entry>
  private let bytes: UnsafeMutablePointer<UInt8>
  /// Rules for one path alone come first, then those for all below one, from the longest to the shortest.
  let exactCount: Int
  let count: Int

  init(exact: [RuleRoute], subtrees: [RuleRoute]) {
    let routes = exact + subtrees
    exactCount = exact.count
    count = routes.count
    entries = .allocate(capacity: max(count, 1))
    bytes = .allocate(capacity: routes.reduce(1) { $0 + $1.path.count })
    var place = 0
    for (index, route) in routes.enumerated() {
      (bytes + place).initialize(from: route.path, count: route.path.count)
      (entries + index).initialize(
        to: Entry(
          route: .passUnretained(route), path: UnsafePointer(bytes + place),
          length: route.path.count))
      place += route.path.count
    }
  }

  deinit {
    entries.deallocate()
    bytes.deallocate()
  }

  @inline(__always)
  subscript(index: Int) -> Entry { entries[index] }
}
