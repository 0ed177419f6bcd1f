import Config
import Facts
import Testing

@testable import Serve

/// Rules and sites are found by an index; what it finds is what comparing them all would find.
@Suite("Matching rules and sites")
struct RuleIndexTests {
  private func index(_ paths: [String]) -> RuleIndex {
    let patterns = paths.map { PathPattern(path: Array($0.utf8)) }
    let positions = paths.indices.map { Position(source: 2, line: UInt32($0 + 1), column: 1) }
    return RuleIndex(patterns, positions: positions)
  }

  private func find(_ index: RuleIndex, _ path: String) -> Int {
    Array(path.utf8).withUnsafeBufferPointer { Int(index.find($0)) }
  }

  @Test("a name goes before a capture, and that before all below, from the left")
  func precedence() {
    let paths = [
      "/", "/users/", "/users/{id}", "/users/me", "/users/{id}/posts/", "/users/me/posts/{n}",
      "/users/{id}/{what}", "/a/b",
    ]
    let index = index(paths)
    for (path, wanted) in [
      ("/", "/"), ("/x", "/"), ("/users", "/"), ("/users/", "/users/"), ("/users/7", "/users/{id}"),
      ("/users/me", "/users/me"), ("/users/me/posts/1", "/users/me/posts/{n}"),
      ("/users/me/posts/", "/users/{id}/posts/"), ("/users/7/posts/1", "/users/{id}/posts/"),
      ("/users/7/posts", "/users/{id}/{what}"), ("/users/7/", "/users/"), ("/a/b", "/a/b"),
      ("/a/b/", "/"), ("/A/b", "/"),
    ] {
      #expect(find(index, path) == paths.firstIndex(of: wanted), "\(path)")
    }
    #expect(find(self.index(["/a"]), "/b") == -1)
    #expect(find(self.index([]), "/") == -1)
  }

  /// The same precedence by comparing each with each.
  private func plain(_ patterns: [PathPattern], _ path: [UInt8]) -> Int {
    func rank(_ pattern: PathPattern) -> [Int] {
      pattern.segments.map { $0 == .capture ? 1 : 2 } + [pattern.isSubtree ? 0 : 3]
    }
    var best = -1
    for (number, pattern) in patterns.enumerated() where pattern.match(path.span) != nil {
      if best < 0 || rank(patterns[best]).lexicographicallyPrecedes(rank(pattern)) { best = number }
    }
    return best
  }

  @Test("among any rules it finds what comparing all of them finds", arguments: 1...40)
  func random(seed: UInt64) {
    var generator = Generator(state: seed)
    let names = ["a", "b", "c", "{x}", "{y}"]
    func path(_ choices: Int) -> String {
      var path = ""
      for _ in 0..<(generator.next() % 4 + 1) {
        path += "/" + names[Int(generator.next()) % choices]
      }
      return path + (generator.next() % 2 == 0 ? "/" : "")
    }
    var patterns: [PathPattern] = []
    for _ in 0..<30 {
      // Names of captures do not count: a second {x} would be refused by the reader
      let pattern = PathPattern(path: Array(path(5).utf8))
      if !patterns.contains(pattern) { patterns.append(pattern) }
    }
    let index = RuleIndex(patterns, positions: patterns.map { _ in .builtIn })
    for _ in 0..<300 {
      let bytes = Array(path(3).utf8)
      let found = bytes.withUnsafeBufferPointer { Int(index.find($0)) }
      #expect(found == plain(patterns, bytes), "\(String(decoding: bytes, as: UTF8.self))")
    }
  }

  /// A generator of numbers that are the same each time (Knuth's constants).
  struct Generator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }

  @Test("10,000 rules: each is found, and near misses of one path are few")
  func many() {
    let paths = (0..<10_000).map { "/old/page-\($0)" + ($0 % 3 == 0 ? "/" : "") }
    let index = index(paths)
    for (number, path) in paths.enumerated() where number % 97 == 0 {
      #expect(find(index, path) == number)
    }
    let bytes = Array("/OLD/page-1".utf8)
    let misses = bytes.withUnsafeBufferPointer {
      index.misses($0, besides: -1, withBeginnings: true)
    }
    #expect(misses.all.map(\.kind) == [.ruleDiffersByCase])
    #expect(misses.first?.position.line == 2)
    let other = Array("/old/none".utf8)
    let near = other.withUnsafeBufferPointer { index.misses($0, besides: -1, withBeginnings: true) }
    #expect(near.all.map(\.kind) == [.rulePathPrefix, .rulePathPrefix, .rulePathPrefix])
  }

  @Test("near misses: by case, by the final slash, of the path and of folders above it")
  func near() {
    let index = index(["/Docs/", "/docs/a", "/x/"])
    func kinds(_ path: String) -> [NearMiss.Kind] {
      Array(path.utf8).withUnsafeBufferPointer { path in
        index.misses(path, besides: index.find(path), withBeginnings: false).all.map(\.kind)
      }
    }
    #expect(kinds("/docs/b") == [.ruleDiffersByCase])
    #expect(kinds("/docs/A") == [.ruleDiffersByCase, .ruleDiffersByCase])
    #expect(kinds("/docs/a/").first == .ruleDiffersByFinalSlash)
    #expect(kinds("/x") == [.ruleDiffersByFinalSlash])
    #expect(kinds("/none") == [])
  }

  private func site(_ names: [String], ports: [UInt16] = []) -> Site {
    Site(
      label: [], names: names.map { Sourced(Array($0.utf8)) }, ports: ports.map { Sourced($0) },
      rules: [], position: .builtIn)
  }

  @Test("an exact name goes before a wildcard, a longer wildcard before a shorter, no name last")
  func sites() {
    let index = SiteIndex([
      site([]), site(["*.example.test"]), site(["www.example.test", "[::1]"]),
      site(["*.a.example.test"]), site(["port.test"], ports: [81]),
    ])
    func find(_ host: String, _ port: UInt16? = 80) -> Int32 {
      Array(host.utf8).withUnsafeBufferPointer { index.find($0, port: port) }
    }
    #expect(find("www.example.test") == 2 && find("WWW.Example.TEST") == 2)
    #expect(find("x.example.test") == 1 && find("x.y.example.test") == 1)
    #expect(find("x.a.example.test") == 3 && find("a.example.test") == 1)
    #expect(find("example.test") == 0 && find(".example.test") == 0 && find("") == 0)
    #expect(find("[::1]") == 2)
    #expect(find("port.test") == 0 && find("port.test", 81) == 4 && find("port.test", nil) == 4)
    let none = SiteIndex([site(["a.test"])])
    #expect(Array("b.test".utf8).withUnsafeBufferPointer { none.find($0, port: 80) } == -1)
  }
}
