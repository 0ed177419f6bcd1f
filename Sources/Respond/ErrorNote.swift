internal import Decide
internal import HTTPStatus
internal import Message

extension ErrorBody {
  /// What an answer says to everybody beside its status: where a redirect leads, and why a resource is blocked. Points into the
  /// response's fields and the rule: to be used before either changes.
  struct Note {
    private var location: UnsafeBufferPointer<UInt8>?
    private var reason: [UInt8] = []

    init(
      _ verdict: borrowing Verdict, _ context: borrowing ResponseContext, _ response: Response
    ) {
      if verdict.status.code / 100 == 3 { location = response.fields.value(of: .location) }
      if let rehearsed = context.rehearsed {
        reason = rehearsed._withUnsafeGuaranteedRef { Array($0.problem) }
      }
      if !response.fault.isEmpty { reason = response.fault }
      if verdict.ending == .blocked, let extras = context.extras { reason = extras.reason }
    }

    var isEmpty: Bool { location == nil && reason.isEmpty }

    /// RFC 9457 section 3.2: members of our own.
    func writeMembers(_ body: inout ByteBuffer) {
      if let location {
        body.append(",\n  \"location\": \"")
        body.append(location, in: .json)
        body.append("\"")
      }
      if !reason.isEmpty {
        body.append(",\n  \"reason\": \"")
        body.append(reason, in: .json)
        body.append("\"")
      }
    }

    func writeParagraphs(_ body: inout ByteBuffer) {
      if let location {
        body.append("<p><a href=\"")
        body.append(location, in: .html)
        body.append("\">")
        body.append(location, in: .html)
        body.append("</a></p>\n")
      }
      if !reason.isEmpty {
        body.append("<p>")
        body.append(reason, in: .html)
        body.append("</p>\n")
      }
    }

    func writeText(_ body: inout ByteBuffer) {
      if let location {
        body.append("\n")
        body.append(location)
        body.append("\n")
      }
      if !reason.isEmpty {
        body.append("\n")
        body.append(reason)
        body.append("\n")
      }
    }
  }
}
