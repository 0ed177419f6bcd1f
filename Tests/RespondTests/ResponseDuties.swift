import Decide
import Facts
import HTTPStatus
import TestSupport
import Testing

@Suite("Duties: every ending, in every way that it can be asked for")
struct ResponseDuties {
  static let accepts: [String?] = [nil, "text/html", "text/plain", "application/json"]

  /// What is rehearsed keeps or breaks duties as it is ordered; `RehearsalTests` asks for every status over the wire.
  static let endings = Ending.allCases.filter { $0 != .rehearsed && $0 != .rehearsalUnanswered }

  @Test("every response keeps its duties", arguments: endings)
  func duties(_ ending: Ending) throws {
    let whole = try Composing(.fileServed).answer()
    for cause in ending.causes {
      for method in ["GET", "HEAD"] {
        for accept in Self.accepts {
          for showsDetails in [true, false] {
            for version in ["1.0", "1.1"] {
              var composing = Composing(ending)
              composing.cause = cause
              composing.method = method
              composing.showsDetails = showsDetails
              composing.version = version
              composing.fields = accept.map { ["Accept: \($0)"] } ?? []
              try check(composing, whole)
            }
          }
        }
      }
    }
  }

  private func check(_ composing: Composing, _ whole: Answer) throws {
    let answer = try composing.answer()
    var circumstances = DutyCheck.Circumstances(fieldsOf200: whole.names)
    circumstances.known[.closing] = answer.closes
    circumstances.known[.byteRanges] = true
    circumstances.known[.ifRange] = false
    let found = DutyCheck.violations(
      status: answer.status, fields: answer.fields, content: answer.content,
      requestMethod: composing.method, version: composing.version == "1.0" ? .http10 : .http11,
      role: .origin, circumstances: circumstances)
    #expect(
      found == [],
      "\(composing.ending) \(composing.method) HTTP/\(composing.version) \(composing.fields)")
    #expect(answer.value("x-request-id") == Composing.requestID)
    #expect(answer.status == composing.cause.map { Int($0.status.code) })
  }

  @Test(
    "HEAD is answered with the fields of GET (RFC 9110 section 9.3.2)",
    arguments: Ending.allCases)
  func head(_ ending: Ending) throws {
    var composing = Composing(ending)
    let get = try composing.answer()
    composing.method = "HEAD"
    let head = try composing.answer()
    let left = get.fields.map { "\($0.name): \($0.value)" }
    let right = head.fields.map { "\($0.name): \($0.value)" }
    #expect(left == right)
    #expect(head.content.isEmpty)
  }

  @Test(
    "a 206 with If-Range leaves out what the client has (RFC 9110 section 15.3.7)",
    arguments: [Ending.rangeServed, .rangesServed])
  func ifRange(_ ending: Ending) throws {
    var composing = Composing(ending)
    composing.ranges = ending == .rangeServed ? "bytes=2-5" : "bytes=0-1,5-6"
    composing.change = { $0.range.ifRange = .holds }
    let answer = try composing.answer()
    let found = DutyCheck.violations(
      status: answer.status, fields: answer.fields, content: answer.content,
      requestMethod: "GET", version: .http11, role: .origin,
      circumstances: .init(known: [.clock: true, .ifRange: true]))
    #expect(found == [])
    #expect(answer.has("ETag") && !answer.has("Last-Modified"))
    // Without it, all that a 200 would say of the representation must be there
    composing.change = { $0.range.ifRange = .absent }
    let full = try composing.answer()
    for name in try Composing(.fileServed).answer().names {
      #expect(full.names.contains(name), "\(name)")
    }
  }

  @Test("a 304 keeps what caches need, and no date where the tag is there")
  func notModified() throws {
    let answer = try Composing(.entityTagMatched).answer()
    #expect(answer.value("ETag") == "\"v2\"")
    #expect(answer.value("Cache-Control") == "max-age=60")
    #expect(answer.value("Vary") == "Accept")
    #expect(!answer.has("Last-Modified") && !answer.has("Content-Type"))
    var dated = Composing(.notModifiedSince)
    dated.representation = Composing.file(tag: "")
    #expect(try dated.answer().value("Last-Modified") == "Sun, 06 Nov 1994 08:49:37 GMT")
  }

  @Test("one range: its bytes and their place")
  func range() throws {
    let answer = try Composing(.rangeServed).answer()
    #expect(answer.value("Content-Range") == "bytes 2-5/10")
    #expect(answer.value("Content-Length") == "4")
    #expect(answer.text == "2345")
  }

  @Test("several ranges: parts with a head each, and a length that is right")
  func ranges() throws {
    var composing = Composing(.rangesServed)
    composing.ranges = "bytes=0-1,5-6"
    let answer = try composing.answer()
    let boundary = "part-\(Composing.requestID)"
    #expect(answer.value("Content-Type") == "multipart/byteranges; boundary=\(boundary)")
    #expect(
      answer.text
        == "--\(boundary)\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01"
        + "\r\n--\(boundary)\r\nContent-Type: text/plain\r\nContent-Range: bytes 5-6/10\r\n\r\n56"
        + "\r\n--\(boundary)--\r\n")
  }

  @Test("416 tells the length, also where there are too many ranges")
  func unsatisfiable() throws {
    for ending in [Ending.rangeUnsatisfiable, .rangesExcessive] {
      #expect(try Composing(ending).answer().value("Content-Range") == "bytes */10")
    }
  }
}
