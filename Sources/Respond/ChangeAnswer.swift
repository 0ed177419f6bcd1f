internal import Facts
internal import HTTPStatus
internal import Message

/// What the answer to a request that writes tells beside its status. Made for such requests only.
public final class ChangeAnswer {
  /// Tag of what stands at the target now, or of the new member.
  public var entityTag: [UInt8] = []
  /// Where something new is, or where to read on.
  public var location: [UInt8] = []
  /// `location` is a decoded path, not a URI reference.
  public var isLocationPath = false
  /// What a refusal points at: a JSON Pointer (RFC 6901), or a path that is in conflict. It can be empty, and is then the whole document.
  public var remark: [UInt8] = []
  public var remarkName: StaticString = ""
  /// The keyword of a JSON Schema that a document breaks, and the JSON Pointer to it in the schema; empty where it breaks none.
  public var keyword: [UInt8] = []
  public var schemaPointer: [UInt8] = []
  /// Media types that the rule takes, as a list.
  public var acceptedTypes: [UInt8] = []

  public init() {}
}

extension Responder {
  /// RFC 5789 section 3.1
  static let patchFormats: StaticString =
    "application/merge-patch+json, application/json-patch+json"

  /// Answers to changes that were made.
  static func addChange(_ context: borrowing ResponseContext, _ response: Response) {
    // Nothing is said beyond the head; 204 may not even say that
    response.hasLength = response.status != .noContent
    guard let change = context.change else { return }
    // RFC 9110 section 9.3.4: what was sent is stored as it came, so that its tag may be told
    if !change.entityTag.isEmpty { response.fields.add(.etag, change.entityTag) }
    guard !change.location.isEmpty else { return }
    if change.isLocationPath {
      response.fields.begin(.location)
      change.location.withUnsafeBufferPointer { addPath($0, response) }
      response.fields.end()
    } else {
      response.fields.add(.location, change.location)
    }
  }

  /// OPTIONS where JSON can be patched, and a patch in another format (RFC 5789 sections 2.2 and 3.1).
  static func addPatchFormats(_ response: Response) {
    response.fields.add(.acceptPatch, patchFormats)
  }

  /// RFC 9110 section 15.5.16
  static func addAcceptedTypes(_ context: borrowing ResponseContext, _ response: Response) {
    guard let types = context.change?.acceptedTypes, !types.isEmpty else { return }
    response.fields.add(.accept, types)
  }
}
