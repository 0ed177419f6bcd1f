internal import Config
internal import Facts
internal import Glibc
internal import Message

/// The rules of a site, by their paths: a tree of segments, one look-up for each segment of a path, however many rules there are.
///
/// The most specific rule from the left wins: at each segment one that names it goes before one that captures it, and that before one
/// that stands for everything below. For paths without captures this is "an exact path first, then the longest". A path is walked
/// once; where a segment is both named and captured, at most twice from there, as often as the configuration has such forks.
final class RuleIndex: @unchecked Sendable {
  private struct Node {
    /// Rules that end here, without and with a slash or a capture of the rest; -1: none.
    var exact: Int32 = -1
    var subtree: Int32 = -1
    /// The child for a captured segment; -1: none.
    var capture: Int32 = -1
    var hasNames = false
    /// Its own segment: a slice of `text`.
    var start: UInt32 = 0
    var count: UInt32 = 0
    var parent: Int32 = -1
  }

  // Filled by `init`, and only read afterwards.
  private let nodes: UnsafeMutablePointer<Node>
  private let text: UnsafeMutablePointer<UInt8>
  private let children: HashIndex
  private let near: NearIndex

  /// A tree that grows.
  private struct Growing: ~Copyable {
    let nodes: UnsafeMutablePointer<Node>
    let text: UnsafeMutablePointer<UInt8>
    var children: HashIndex
    var nodeCount: Int32 = 1
    var textCount = 0

    /// `segments` and `bytes` are at least as many as will be added.
    init(segments: Int, bytes: Int) {
      nodes = .allocate(capacity: segments + 1)
      nodes.initialize(repeating: Node(), count: segments + 1)
      text = .allocate(capacity: bytes + 1)
      children = HashIndex(capacity: segments)
    }

    /// The node for a segment below another, nil for a capture; made where there is none.
    mutating func node(below parent: Int32, _ segment: UnsafeBufferPointer<UInt8>?) -> Int32 {
      guard let segment else {
        if nodes[Int(parent)].capture < 0 {
          nodes[Int(parent)].capture = nodeCount
          nodeCount += 1
        }
        return nodes[Int(parent)].capture
      }
      let child = RuleIndex.child(of: parent, segment, nodes, text, children)
      if child >= 0 { return child }
      if let name = segment.baseAddress {
        (text + textCount).update(from: name, count: segment.count)
      }
      nodes[Int(nodeCount)].start = UInt32(textCount)
      nodes[Int(nodeCount)].count = UInt32(segment.count)
      nodes[Int(nodeCount)].parent = parent
      nodes[Int(parent)].hasNames = true
      textCount += segment.count
      children.insert(RuleIndex.hash(parent, segment), nodeCount)
      nodeCount += 1
      return nodeCount - 1
    }
  }

  /// `patterns` in the order of the rules; a match is an index into them.
  init(_ patterns: [PathPattern], positions: [Position]) {
    var segments = 0
    var bytes = 0
    for pattern in patterns {
      bytes += pattern.path.count
      for byte in pattern.path where byte == 0x2F { segments += 1 }
    }
    var tree = Growing(segments: segments + patterns.count, bytes: bytes)
    var pace = Pace(every: 512)
    for (number, pattern) in patterns.enumerated() {
      pace.step()
      var node: Int32 = 0
      pattern.forEachSegment { node = tree.node(below: node, $0) }
      if pattern.isSubtree {
        tree.nodes[Int(node)].subtree = Int32(number)
      } else {
        tree.nodes[Int(node)].exact = Int32(number)
      }
    }
    (nodes, text) = (tree.nodes, tree.text)
    children = tree.children
    near = NearIndex(patterns, positions)
  }

  deinit {
    nodes.deallocate()
    text.deallocate()
  }

  @inline(__always)
  private static func hash(_ parent: Int32, _ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
    ContentHash.of(name, seed: UInt64(UInt32(bitPattern: parent)) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
  }

  @inline(__always)
  private static func child(
    of parent: Int32, _ name: UnsafeBufferPointer<UInt8>, _ nodes: UnsafeMutablePointer<Node>,
    _ text: UnsafeMutablePointer<UInt8>, _ children: borrowing HashIndex
  ) -> Int32 {
    guard let start = name.baseAddress else { return -1 }
    return children.find(hash(parent, name)) { number in
      let node = nodes[Int(number)]
      return node.parent == parent && Int(node.count) == name.count
        && memcmp(text + Int(node.start), start, name.count) == 0
    }
  }

  /// The rule for a decoded path; -1 where none matches.
  func find(_ path: UnsafeBufferPointer<UInt8>) -> Int32 {
    guard let base = path.baseAddress, path.count > 0 else { return -1 }
    return find(from: 0, 1, base, path.count)
  }

  private func find(
    from first: Int32, _ begin: Int, _ base: UnsafePointer<UInt8>, _ count: Int
  ) -> Int32 {
    var index = first
    var start = begin
    var found: Int32 = -1
    while true {
      let node = nodes[Int(index)]
      // The path ended with the segment before
      if start > count { return node.exact >= 0 ? node.exact : found }
      if node.subtree >= 0 { found = node.subtree }
      if start == count || (!node.hasNames && node.capture < 0) { return found }
      let rest = count - start
      var end = start
      if rest > 16, let slash = memchr(base + start, 0x2F, rest) {
        end = UnsafeRawPointer(slash) - UnsafeRawPointer(base)
      } else if rest > 16 {
        end = count
      } else {
        while end < count, base[end] != 0x2F { end += 1 }
      }
      let name = UnsafeBufferPointer(start: base + start, count: end - start)
      let child = node.hasNames ? RuleIndex.child(of: index, name, nodes, text, children) : -1
      if child >= 0, node.capture >= 0 {
        let named = find(from: child, end + 1, base, count)
        if named >= 0 { return named }
        index = node.capture
      } else if child >= 0 {
        index = child
      } else if node.capture >= 0, end > start {
        index = node.capture
      } else {
        return found
      }
      start = end + 1
    }
  }

  // MARK: Near misses

  /// Rules that would have matched but for their case or final slash, or whose path begins with the same name. However many rules
  /// there are, it takes a look-up for each segment of the path.
  /// `matched` is the rule that matches, which is none of them; -1: none does.
  func misses(
    _ path: UnsafeBufferPointer<UInt8>, besides matched: Int32, withBeginnings: Bool
  ) -> NearMisses {
    near.misses(path, withBeginnings: withBeginnings, besides: matched)
  }
}

/// Paths of rules by what they would be in lower case and without their final slash. Captures are left out.
struct NearIndex: ~Copyable, Sendable {
  private struct Rule: Sendable {
    var number: Int32
    var path: [UInt8]
    var isSubtree: Bool
    var position: Position
  }

  private let rules: [Rule]
  private let folded: HashIndex
  private let beginnings: HashIndex

  init(_ patterns: [PathPattern], _ positions: [Position]) {
    var rules: [Rule] = []
    rules.reserveCapacity(patterns.count)
    var folded = HashIndex(capacity: patterns.count)
    var beginnings = HashIndex(capacity: patterns.count)
    // The rule for everything matches, and is near to nothing
    for (number, pattern) in patterns.enumerated()
    where pattern.captures.isEmpty && pattern.path.count > 1 {
      let index = Int32(rules.count)
      rules.append(
        Rule(
          number: Int32(number), path: pattern.path, isSubtree: pattern.isSubtree,
          position: positions[number]))
      pattern.path.withUnsafeBufferPointer { path in
        NearIndex.insert(NearIndex.foldedHash(path), index, into: &folded)
        if let name = NearIndex.firstName(path) {
          NearIndex.insert(ContentHash.of(name), index, into: &beginnings)
        }
      }
    }
    self.rules = rules
    self.folded = folded
    self.beginnings = beginnings
  }

  /// Three under one hash are as many as are ever told.
  private static func insert(_ hash: UInt64, _ value: Int32, into index: inout HashIndex) {
    var known = 0
    _ = index.find(hash) { _ in
      known += 1
      return known >= 3
    }
    if known < 3 { index.insert(hash, value) }
  }

  /// The hash of a path in lower case and without a slash at its end.
  private static func foldedHash(_ path: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let end = path.last == 0x2F ? path.count - 1 : path.count
    for index in 0..<end {
      hash = (hash ^ UInt64(Router.lowercase(path[index]))) &* 0x100_0000_01b3
    }
    return hash ^ (hash >> 29)
  }

  private static func firstName(
    _ path: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8>? {
    let rest = path.dropFirst()
    let name = rest.prefix { $0 != 0x2F }
    return name.isEmpty ? nil : UnsafeBufferPointer(rebasing: name)
  }

  /// Segments of a path that are looked at.
  private static let depthMax = 32

  func misses(
    _ path: UnsafeBufferPointer<UInt8>, withBeginnings: Bool, besides matched: Int32
  ) -> NearMisses {
    var misses = NearMisses()
    if rules.isEmpty { return misses }
    addFolded(path, isWhole: true, matched, &misses)
    var depth = 0
    var end = path.count - 1
    while end > 0, depth < NearIndex.depthMax {
      if path[end] == 0x2F, end < path.count - 1 {
        addFolded(UnsafeBufferPointer(rebasing: path[...end]), isWhole: false, matched, &misses)
        depth += 1
      }
      end -= 1
    }
    guard withBeginnings, let name = NearIndex.firstName(path) else { return misses }
    _ = beginnings.find(ContentHash.of(name)) { index in
      let rule = rules[Int(index)]
      let isSame = rule.path.dropFirst().prefix { $0 != 0x2F }.elementsEqual(name)
      let isTold = misses.all.contains { $0.position == rule.position }
      if isSame, !isTold, rule.number != matched {
        misses.add(NearMiss(.rulePathPrefix, at: rule.position))
      }
      return false
    }
    return misses
  }

  /// `isWhole`: the path itself, and not a folder above it, for which only a rule for all below counts.
  private func addFolded(
    _ path: UnsafeBufferPointer<UInt8>, isWhole: Bool, _ matched: Int32, _ misses: inout NearMisses
  ) {
    let hasSlash = path.last == 0x2F
    _ = folded.find(NearIndex.foldedHash(path)) { index in
      let rule = rules[Int(index)]
      guard rule.number != matched, isWhole || rule.isSubtree else { return false }
      let ruleHasSlash = rule.path.last == 0x2F
      let one = path.prefix(hasSlash ? path.count - 1 : path.count)
      let other = rule.path.prefix(ruleHasSlash ? rule.path.count - 1 : rule.path.count)
      if hasSlash != ruleHasSlash {
        if isWhole, one.elementsEqual(other) {
          misses.add(NearMiss(.ruleDiffersByFinalSlash, at: rule.position))
        }
      } else if !one.elementsEqual(other),
        one.elementsEqual(other, by: { Router.lowercase($0) == Router.lowercase($1) })
      {
        misses.add(NearMiss(.ruleDiffersByCase, at: rule.position))
      }
      return false
    }
  }
}
