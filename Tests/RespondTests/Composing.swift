import Config
import Decide
import Facts
import HTTPStatus
import Message
import TestSupport
import Testing
import Wire

@testable import Respond

/// Memory that stays until the tests end.
func kept(_ bytes: [UInt8]) -> UnsafeBufferPointer<UInt8> {
  let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
  _ = memory.initialize(from: bytes)
  return UnsafeBufferPointer(rebasing: UnsafeBufferPointer(memory)[..<bytes.count])
}

func kept(_ text: String) -> UnsafeBufferPointer<UInt8> { kept(Array(text.utf8)) }

/// One answer to be made: what a test does not care about is filled in.
struct Composing {
  var ending: Ending
  var cause: Cause?
  var method = "GET"
  var target = "/a"
  var version = "1.1"
  /// Raw field lines of the request.
  var fields: [String] = []
  var showsDetails = true
  var requestID = Composing.requestID
  /// Bodies that were written before.
  var errorBodies = ErrorBodyCache()
  var configurationName = "site.yaml"
  /// What the site says beside its rules, in YAML's flow style, such as "error-pages: {404: a.html}"; paths count from `folder`.
  var siteKeys = ""
  var folder = "/"
  /// The decoded path; the target's own where it is nil.
  var path: String?
  var representation: Representation? = Composing.file
  var ranges = "bytes=2-5"
  var extraFields = FieldBlock(
    cacheControl: Array("max-age=60".utf8),
    headers: [(name: Array("X-Extra".utf8), value: Array("1".utf8))])
  var change: (inout Facts) -> Void = { _ in }
  var choices: VariantChoices? = Composing.variants
  var changeEvidence: (inout Evidence) -> Void = { _ in }

  init(_ ending: Ending) { self.ending = ending }

  static let requestID = "3f2a90c41d7e5b68"
  static let fileText = "0123456789"

  /// Two variants, one of which has a name that wants escaping.
  static let variants = VariantChoices(
    [
      VariantChoices.Item(
        name: Array("a.en.html".utf8), mediaType: Array("text/html; charset=utf-8".utf8),
        language: Array("en".utf8), length: 10),
      VariantChoices.Item(
        name: Array("a:\"<b>.png".utf8), mediaType: Array("image/png".utf8), language: [],
        length: 20),
    ], vary: Array("Negotiate, Accept, Accept-Language".utf8))

  static var file: Representation { file(tag: "\"v2\"") }

  static func file(tag: String) -> Representation {
    let fields = RepresentationFields(
      mediaType: kept("text/plain"), entityTag: kept(tag),
      lastModified: kept("Sun, 06 Nov 1994 08:49:37 GMT"), takesRanges: true,
      variesByAccept: true)
    // The representation does not keep them
    _ = Unmanaged.passRetained(fields)
    return Representation(
      fields: fields, mediaType: kept("text/plain"), entityTag: kept(tag), length: 10,
      takesRanges: true, source: .memory(kept(fileText)))
  }

  /// What one rule adds that redirects, blocks and more at once.
  static let extras: RuleExtras? = {
    let yaml = """
      sites:
        - rules:
            - path: /{rest...}
              redirect: /new/{rest}
              blocked: {by: https://a.example/, reason: A <court>}
              headers-always: {X-Always: "1", X-Gone: "1"}
              headers-removed: X-Gone
      """
    let settings = try? Settings.parse(bytes: Array(yaml.utf8), name: "site.yaml", folder: "/")
    return settings.flatMap { RuleExtras($0.sites[0].rules[0], variesByFetch: false) }
  }()

  var facts: Facts {
    var facts = Facts()
    facts.method = Method(token: Array(method.utf8).span)
    facts.resource.methods = MethodSet([.get, .head, .options])
    facts.resource.length = 10
    facts.route.rulePosition = Position(source: 2, line: 3, column: 9)
    facts.route.sitePosition = Position(source: 2, line: 2, column: 5)
    facts.resource.positions.browse = Position(source: 2, line: 4, column: 9)
    facts.connection.limit = 10
    facts.connection.openCount = 11
    facts.met.insert(.route)
    facts.met.insert(.resource)
    facts.rule.retryAfter = 120
    if ending == .methodNotAllowed { facts.resource.methods = MethodSet([.put, .delete]) }
    change(&facts)
    return facts
  }

  /// Composes, writes and reads the answer again.
  func answer() throws -> Answer {
    let lines = fields.map { $0 + "\r\n" }.joined()
    let bytes = kept("\(method) \(target) HTTP/\(version)\r\nHost: h\r\n\(lines)\r\n")
    var reader = RequestReader()
    var head = RequestHead()
    _ = try reader.read(bytes.span, into: &head)
    let keys = siteKeys.isEmpty ? "" : siteKeys + "\n    "
    let yaml = "sites:\n  - \(keys)rules:\n      - path: /\n        content: {text: x}\n"
    let settings = try Settings.parse(
      bytes: Array(yaml.utf8), name: configurationName, folder: folder)
    var path = kept(self.path ?? "")
    if self.path == nil {
      var buffer = ByteBuffer()
      _ = try TargetPath.decode(bytes.span.extracting(head.path.range), into: &buffer)
      path = kept(Array(buffer.bytes))
    }
    var representation = representation
    if ending == .listingServed { representation?.source = .body }
    // The context does not keep what it points at
    let extras = Self.extras
    let ranges = RangeSet(ByteRanges(Array(ranges.utf8).span, length: 10, coalescing: true))
    let common = FieldBlock(
      date: kept("Tue, 15 Nov 1994 08:12:31 GMT"), server: settings.serverName.value)
    let form = ChangeAnswer()
    form.location = Array("/thanks".utf8)
    let context = ResponseContext(
      settings: .passUnretained(settings),
      extraFields: extraFields.map(Unmanaged.passUnretained), bytes: bytes, path: path,
      commonFields: Unmanaged.passUnretained(common), errorBodies: errorBodies,
      requestID: kept(requestID),
      showsDetails: showsDetails,
      representation: representation, ranges: ranges,
      extras: extras.map(Unmanaged.passUnretained),
      choices: choices.map(Unmanaged.passUnretained),
      change: ending == .formTaken ? .passUnretained(form) : nil)
    let facts = facts
    var evidence = ending.evidence(facts)
    changeEvidence(&evidence)
    let cause = try #require(self.cause ?? ending.causes.first)
    let verdict = Verdict(
      cause: cause, ending: ending, actor: cause.actor, evidence: evidence,
      graphVersion: Graph.version, yes: AnswerBits())
    let response = Response()
    if ending == .traceEchoed { response.body.append("TRACE / HTTP/1.1\r\n\r\n") }
    if ending == .listingServed { response.body.append("<!DOCTYPE html>") }
    withUnsafePointer(to: head) { Responder.compose(verdict, facts, $0, context, into: response) }
    return try withExtendedLifetime(
      (choices, errorBodies, settings, ranges, common, extraFields, extras, form)
    ) {
      try Answer(response, head)
    }
  }
}

/// An answer as a client sees it.
struct Answer {
  var status: Int
  var fields: [DutyCheck.Field] = []
  var content: [UInt8]
  var closes: Bool

  /// Writes the response as `Serve` does, and reads it with the reader for responses.
  init(_ response: Response, _ head: RequestHead) throws {
    var output = ByteBuffer()
    var permission = HTTP1Writer.writeHead(
      status: response.status, fields: response.fields,
      content: response.hasLength ? .known(response.length) : .none, requestMethod: head.method,
      requestVersion: head.version, keepsAlive: head.keepsAlive, into: &output)
    if permission.allowsContent {
      let bytes = Self.content(of: response)
      bytes.withUnsafeBufferPointer { _ = permission.append($0, to: &output) }
      let isWhole = permission.finish(into: &output)
      #expect(isWhole, "content is as long as it was declared")
    }
    closes = !permission.keepsAlive
    var reader = ResponseReader(requestMethod: head.method)
    var found = ResponseHead()
    guard case .complete(let count) = try reader.read(output.bytes.span, into: &found) else {
      throw Incomplete()
    }
    status = Int(found.status)
    for field in found.fields {
      let name = String(decoding: output.bytes(of: field.name), as: UTF8.self)
      fields.append((name, String(decoding: output.bytes(of: field.value), as: UTF8.self)))
    }
    content = Array(output.bytes(from: count))
  }

  struct Incomplete: Error {}

  private static func content(of response: Response) -> [UInt8] {
    switch response.content {
    case .none, .file: return []
    case .body: return Array(response.body.bytes)
    case .memory(let memory): return Array(memory)
    case .multipart:
      var all: [UInt8] = []
      for part in response.parts {
        all += Array(response.body.bytes(of: part.head)) + Array(part.memory)
      }
      let closing = response.parts.last.map { Int($0.head.end) } ?? 0
      return all + Array(response.body.bytes(from: closing))
    }
  }

  func value(_ name: String) -> String? {
    fields.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  func has(_ name: String) -> Bool { value(name) != nil }

  var names: Set<String> { Set(fields.map { $0.name.lowercased() }) }
  var text: String { String(decoding: content, as: UTF8.self) }
}
