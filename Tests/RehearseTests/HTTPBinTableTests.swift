import Message
import Orders
import TestSupport
import Testing

@testable import Rehearse

/// httpbin's own answers, as `Tests/Clients/httpbin_compare.py record` remembers them, against ours.
@Suite("httpbin's URLs answer as httpbin does")
struct HTTPBinTableTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var method: String
    var target: String
    var fields: String
    var content: String
    /// What agrees, and names of fields that need not.
    var how: [String]
    var status: String
    var told: String
    var remembered: String
    var testDescription: String { "\(method) \(target) \(fields)" }
  }

  static let cases: [Case] = {
    let root = PackageFiles.root(of: #filePath)
    let text = PackageFiles.text("Tests/RehearseTests/Tables/httpbin.tsv", in: root) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Case(
        method: parts[0], target: parts[1], fields: parts[2], content: parts[3],
        how: parts[4].split(separator: " ").map(String.init), status: parts[5], told: parts[6],
        remembered: parts[7])
    }
  }()

  @Test("the table is there")
  func found() { #expect(Self.cases.count > 100) }

  @Test("status, fields and content are httpbin's", arguments: Self.cases)
  func agrees(_ example: Case) throws {
    let call = try #require(Self.call(example))
    guard let answer = HTTPBin.answer(to: call, draw: Draw(seed: 1, index: 0), now: 0) else {
      #expect(example.how.contains("none") && example.status == "404", "not ours")
      return
    }
    #expect("\(answer.status)" == example.status)
    if example.how[0] == "status" { return }
    #expect(Self.told(answer, example.how) == example.told)
    let content = answer.content ?? []
    switch example.how[0] {
    case "same" where example.method != "HEAD":
      let expected = Base64.decoded(example.remembered.dropFirst().utf8)
      #expect(
        String(decoding: content, as: UTF8.self)
          == String(decoding: expected ?? [], as: UTF8.self))
      #expect(content == expected)
    case "members":
      let names = try #require(JSONTreeReader.read(content)).names
      #expect(names == JSONTreeReader.read(Array(example.remembered.utf8))?.names)
    default: break
    }
  }

  static func call(_ example: Case) -> RehearsalCall? {
    guard case .list(let lines) = JSONTreeReader.read(Array(example.fields.utf8)) else {
      return nil
    }
    var fields = [RehearsedField("Host", "bin.test")]
    for line in lines {
      guard case .list(let pair) = line, case .text(let name) = pair[0],
        case .text(let value) = pair[1]
      else { return nil }
      fields.append(
        RehearsedField(
          name.map { UInt8(truncatingIfNeeded: $0) }, value.map { UInt8(truncatingIfNeeded: $0) }))
    }
    var content: [UInt8] = []
    if example.content != "-" {
      content = Base64.decoded(example.content.utf8) ?? []
      fields.append(RehearsedField("Content-Length", "\(content.count)"))
    }
    let halves = example.target.split(separator: "?", maxSplits: 1).map { Array($0.utf8) }
    let raw = halves[0]
    var path = ByteBuffer()
    guard (try? TargetPath.decode(raw.span, into: &path)) != nil else { return nil }
    return RehearsalCall(
      method: Array(example.method.utf8), path: Array(path.bytes),
      query: halves.count > 1 ? halves[1] : nil, fields: fields, content: content,
      authority: Array("bin.test".utf8))
  }

  /// Fields whose value is the answer's point.
  static let valued: Set<String> = [
    "content-type", "location", "set-cookie", "allow", "content-range", "cache-control",
    "content-encoding", "access-control-allow-origin", "access-control-allow-headers",
    "access-control-allow-methods", "access-control-max-age", "accept-ranges",
    "www-authenticate", "proxy-authenticate",
  ]

  /// The fields as the table has them.
  static func told(_ answer: RehearsalAnswer, _ how: [String]) -> String {
    var told: [String] = []
    for field in answer.fields {
      let name = String(decoding: field.name, as: UTF8.self).lowercased()
      var value = String(decoding: field.value, as: UTF8.self)
      if how.contains(name) { continue }
      if name == "allow" { value = value.split(separator: ", ").sorted().joined(separator: ", ") }
      if how[0] == "digest" {
        if name == "www-authenticate" {
          value = value.split(separator: ", ").filter { $0.contains("=") }
            .map { $0.prefix { $0 != "=" }.split(separator: " ").last ?? "" }
            .sorted().joined(separator: " ")
        }
        if name == "set-cookie" { value = String(value.prefix { $0 != ";" }) }
      }
      told.append(valued.contains(name) ? "\(name): \(value)" : name)
    }
    return told.sorted().joined(separator: " | ")
  }
}

extension JSONTree {
  /// The names of all members, and how they nest.
  var names: [String] {
    switch self {
    case .object(let members):
      members.sorted { $0.name.lexicographicallyPrecedes($1.name) }.flatMap { member in
        let name = String(decoding: member.name, as: UTF16.self)
        return [name] + member.value.names.map { name + "." + $0 }
      }
    case .list(let items):
      items.enumerated().flatMap { index, item in
        item.names.map { "\(index)." + $0 }
      }
    default: []
    }
  }
}
