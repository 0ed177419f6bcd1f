public import Config
public import Decide
public import Facts
internal import HTTPStatus
public import Message

/// What a response needs to know beside the verdict. Made new for every exchange; holds no memory of its own, and what it points at
/// outlives it.
public struct ResponseContext: ~Copyable {
  private let settingsReference: Unmanaged<Settings>
  public var settings: Settings {
    @inline(__always) get { settingsReference.takeUnretainedValue() }
  }
  /// What the rule adds to successful answers.
  public let extraFields: Unmanaged<FieldBlock>?
  /// The request's head and the bytes that its slices point into.
  public var bytes: UnsafeBufferPointer<UInt8>
  /// The target's path, decoded.
  public var path: UnsafeBufferPointer<UInt8>
  /// The loop's error bodies.
  let errorBodies: UnsafeMutablePointer<ErrorBodyCache.Entry>
  /// Date and Server.
  public let commonFields: Unmanaged<FieldBlock>
  public var requestID: UnsafeBufferPointer<UInt8>
  /// The field that says it, as a line; empty: it has to be made.
  let idField: UnsafeBufferPointer<UInt8>
  /// Whether this client may see cause, evidence and help.
  public var showsDetails: Bool
  public var representation: Representation?
  public let ranges: Unmanaged<RangeSet>?
  /// What else the rule adds to its answers.
  let extrasReference: Unmanaged<RuleExtras>?
  /// The same, counted; for answers that are refusals or redirects.
  var extras: RuleExtras? { extrasReference?.takeUnretainedValue() }
  /// What there is to choose from, for answers that list it.
  let choicesReference: Unmanaged<VariantChoices>?
  public var choices: VariantChoices? { choicesReference?.takeUnretainedValue() }
  /// For requests that write.
  let changeReference: Unmanaged<ChangeAnswer>?
  /// What a rehearsal answers; nil for everything else.
  let rehearsed: Unmanaged<RehearsedAnswer>?
  /// Some site has pages of its own for refusals.
  let hasErrorPages: Bool
  public var change: ChangeAnswer? { changeReference?.takeUnretainedValue() }

  public init(
    settings: Unmanaged<Settings>, extraFields: Unmanaged<FieldBlock>?,
    bytes: UnsafeBufferPointer<UInt8>,
    path: UnsafeBufferPointer<UInt8>, commonFields: Unmanaged<FieldBlock>,
    errorBodies: __shared ErrorBodyCache,
    requestID: UnsafeBufferPointer<UInt8>, showsDetails: Bool, representation: Representation?,
    ranges: __shared RangeSet?, extras: Unmanaged<RuleExtras>? = nil,
    choices: Unmanaged<VariantChoices>? = nil, change: Unmanaged<ChangeAnswer>? = nil,
    rehearsed: Unmanaged<RehearsedAnswer>? = nil, hasErrorPages: Bool = true,
    idField: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0)
  ) {
    self.rehearsed = rehearsed
    self.idField = idField
    self.hasErrorPages = hasErrorPages
    changeReference = change
    settingsReference = settings
    self.extraFields = extraFields
    self.bytes = bytes
    self.path = path
    self.commonFields = commonFields
    self.errorBodies = errorBodies.slots
    self.requestID = requestID
    self.showsDetails = showsDetails
    self.representation = representation
    self.ranges = ranges.map(Unmanaged.passUnretained)
    extrasReference = extras
    choicesReference = choices
  }
}

/// The ranges that a request asked for. An object, so that exchanges without ranges carry one word and not room for 32 of them.
public final class RangeSet {
  public var ranges: ByteRanges
  public init(_ ranges: ByteRanges = ByteRanges()) { self.ranges = ranges }
}

/// Turns a verdict into a response: the fields that its status owes, and the content.
public enum Responder {
  /// Fills `response`. Bytes that an action already wrote to its body stay there.
  public static func compose(
    _ verdict: borrowing Verdict, _ facts: borrowing Facts, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, into response: Response
  ) {
    response.cause = verdict.cause
    context.commonFields._withUnsafeGuaranteedRef { response.fields.add($0) }
    switch verdict.ending {
    case .fileServed, .contentServed, .listingServed:
      addRepresentation(context, response)
    case .rangeServed: addRange(facts, context, response)
    case .rangesServed: addRanges(facts, context, response)
    case .entityTagMatched, .notModifiedSince:
      if let representation = context.representation {
        addFields(representation.notModifiedFields, context, response)
      }
    case .options, .serverOptions:
      addAllow(facts, response)
      if facts.write.isTargetJSON, facts.resource.methods.contains(.patch) {
        addPatchFormats(response)
      }
    case .memberCreated, .created, .replaced, .patched, .deleted, .formReset:
      addChange(context, response)
    case .traceEchoed: addTrace(context, response)
    case .rehearsed, .rehearsalUnanswered:
      addRehearsed(verdict, facts, head, context, response)
    case .variantListServed, .choiceLeft: VariantList.write(head, context, response)
    default: addRefusal(verdict, facts, head, context, response)
    }
    if context.idField.isEmpty {
      response.fields.add(.xRequestID, clean: context.requestID)
    } else {
      response.fields.add(line: context.idField, .xRequestID, nameCount: 12)
    }
    if let extras = context.extrasReference {
      extras._withUnsafeGuaranteedRef { finish($0, response) }
    }
    if let rehearsed = context.rehearsed {
      let ending = verdict.ending
      let isOrdered = ending == .rehearsed || ending == .rehearsalUnanswered
      rehearsed._withUnsafeGuaranteedRef { leaveOut($0, isOrdered: isOrdered, response) }
    }
  }

  private static func addRepresentation(
    _ context: borrowing ResponseContext, _ response: Response
  ) {
    guard let representation = context.representation else { return }
    addFields(representation.fields, context, response)
    response.length = representation.length
    response.hasLength = true
    switch representation.source {
    case .memory(let memory): response.content = .memory(memory)
    // RFC 9110 section 8.6: a HEAD may leave out a length that only the making would tell
    case .unmade: response.hasLength = false
    case .file(let descriptor):
      response.content = .file(
        FileSlice(descriptor: descriptor, offset: 0, length: representation.length))
    case .body:
      response.length = UInt64(response.body.count)
      response.content = .body
    }
  }

  private static func addFields(
    _ fields: Unmanaged<FieldBlock>, _ context: borrowing ResponseContext, _ response: Response
  ) {
    fields._withUnsafeGuaranteedRef { response.fields.add($0) }
    context.extraFields?._withUnsafeGuaranteedRef { response.fields.add($0) }
  }

  private static func addRange(
    _ facts: borrowing Facts, _ context: borrowing ResponseContext, _ response: Response
  ) {
    guard let representation = context.representation,
      let range = context.ranges?._withUnsafeGuaranteedRef({ $0.ranges[0] })
    else { return }
    if facts.range.ifRange == .holds {
      // RFC 9110 section 15.3.7: who asks with If-Range has the other fields already
      response.fields.add(.contentType, representation.mediaType)
      addFields(representation.notModifiedFields, context, response)
    } else {
      addFields(representation.fields, context, response)
    }
    response.fields.begin(.contentRange)
    appendContentRange(range, representation.length) {
      response.fields.append($0)
    } number: {
      response.fields.append(decimal: $0)
    }
    response.fields.end()
    response.length = range.count
    response.hasLength = true
    switch representation.source {
    case .memory(let memory):
      response.content = .memory(slice(memory, range))
    case .file(let descriptor):
      response.content = .file(
        FileSlice(descriptor: descriptor, offset: range.first, length: range.count))
    case .body, .unmade: response.content = .none
    }
  }

  private static func appendContentRange(
    _ range: ByteRange, _ length: UInt64, text: (StaticString) -> Void, number: (UInt64) -> Void
  ) {
    text("bytes ")
    number(range.first)
    text("-")
    number(range.last)
    text("/")
    number(length)
  }

  private static func slice(
    _ memory: UnsafeBufferPointer<UInt8>, _ range: ByteRange
  ) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: memory[Int(range.first)...Int(range.last)])
  }

  /// RFC 9110 section 15.3.7.2: several parts, each with its own Content-Range.
  private static func addRanges(
    _ facts: borrowing Facts, _ context: borrowing ResponseContext, _ response: Response
  ) {
    guard let representation = context.representation,
      let ranges = context.ranges?._withUnsafeGuaranteedRef({ $0.ranges })
    else { return }
    response.fields.begin(.contentType)
    response.fields.append("multipart/byteranges; boundary=part-")
    response.fields.append(context.requestID)
    response.fields.end()
    // RFC 9110 section 15.3.7: who asks with If-Range has the other fields already
    let knowsFields = facts.range.ifRange == .holds
    addFields(
      knowsFields ? representation.notModifiedFields : representation.multipartFields, context,
      response)
    response.length = 0
    for index in 0..<ranges.count {
      let range = ranges[index]
      let start = response.body.count
      response.body.append(index == 0 ? "--part-" : "\r\n--part-")
      response.body.append(context.requestID)
      response.body.append("\r\nContent-Type: ")
      response.body.append(representation.mediaType)
      response.body.append("\r\nContent-Range: ")
      appendContentRange(range, representation.length) {
        response.body.append($0)
      } number: {
        response.body.append(decimal: $0)
      }
      response.body.append("\r\n\r\n")
      var part = Part(
        head: ByteSlice(start, response.body.count),
        memory: UnsafeBufferPointer(start: nil, count: 0), file: nil)
      switch representation.source {
      case .memory(let memory): part.memory = slice(memory, range)
      case .file(let descriptor):
        part.file = FileSlice(descriptor: descriptor, offset: range.first, length: range.count)
      case .body, .unmade: break
      }
      response.length += range.count
      response.parts.append(part)
    }
    response.body.append("\r\n--part-")
    response.body.append(context.requestID)
    response.body.append("--\r\n")
    response.length += UInt64(response.body.count)
    response.hasLength = true
    response.content = .multipart
  }

  static func addAllow(_ facts: borrowing Facts, _ response: Response) {
    response.fields.begin(.allow)
    let methods = facts.met.contains(.resource) ? facts.resource.methods : .ofServer
    var isFirst = true
    for method in methods.methods {
      if !isFirst { response.fields.append(", ") }
      response.fields.append(method.name)
      isFirst = false
    }
    response.fields.end()
  }

  /// RFC 9110 section 9.3.8: the request as it arrived, without what must not be shown again.
  private static func addTrace(_ context: borrowing ResponseContext, _ response: Response) {
    response.fields.add(.contentType, "message/http")
    response.length = UInt64(response.body.count)
    response.hasLength = true
    response.content = .body
  }

  private static func addRefusal(
    _ verdict: borrowing Verdict, _ facts: borrowing Facts, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ response: Response
  ) {
    switch verdict.ending {
    case .methodNotAllowed: addAllow(facts, response)
    case .slashMissing, .slashMissingMethodKept: addLocation(head, context, response)
    case .ifMatchFailed, .ifUnmodifiedSinceFailed, .ifNoneMatchFailed:
      if let tag = context.representation?.entityTag, !tag.isEmpty {
        response.fields.add(.etag, tag)
      }
      addVary(context, response)
    case .rangeUnsatisfiable, .rangesExcessive:
      response.fields.begin(.contentRange)
      response.fields.append("bytes */")
      response.fields.append(decimal: facts.resource.length)
      response.fields.end()
      addVary(context, response)
    case .serverFull, .siteFull, .clientAtLimit, .hostNameUnresolved:
      response.fields.add(.retryAfter, "5")
    case .movedPermanently, .found, .seeOther, .temporaryRedirect, .permanentRedirect:
      addRedirect(head, context, response)
    case .blocked:
      if let link = context.extras?.blockedBy { response.fields.add(link) }
    case .inMaintenance:
      response.fields.add(.retryAfter, decimal: UInt64(facts.rule.retryAfter))
    case .mediaTypeNotAcceptable, .languageNotAcceptable, .codingNotAcceptable,
      .variantNotAcceptable:
      VariantList.addFields(context, response, isError: true)
    case .formTaken: addChange(context, response)
    case .patchFormatNotTaken: addPatchFormats(response)
    case .typeNotTaken: addAcceptedTypes(context, response)
    case .switchNotOffered, .switchVersionUnknown:
      // RFC 9110 section 15.5.22, RFC 6455 section 4.4
      response.fields.add(.upgrade, "websocket")
      response.fields.add(
        name: Array("Sec-WebSocket-Version".utf8), value: Array("13".utf8))
    case .codingNotTaken: response.fields.add(.acceptEncoding, "identity")
    case .rehearsalUnknown, .rehearsalMalformed:
      context.rehearsed?._withUnsafeGuaranteedRef { answer in
        if let sharing = answer.sharing { response.fields.add(sharing) }
      }
    default: break
    }
    addError(verdict, facts, head, context, response)
  }

  /// The site's own page where it has one for this status, else the body that every refusal has.
  static func addError(
    _ verdict: borrowing Verdict, _ facts: borrowing Facts, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ response: Response
  ) {
    if context.hasErrorPages,
      SitePage.write(verdict, site: facts.route.site, head, context, response)
    {
      return
    }
    ErrorBody.write(verdict, head, context, response)
  }

  /// What the refusal depends on because the representation was selected by it (RFC 9110 section 12.5.5).
  private static func addVary(_ context: borrowing ResponseContext, _ response: Response) {
    context.representation?.refusalFields._withUnsafeGuaranteedRef { response.fields.add($0) }
  }

  /// A decoded path as it stands in a field.
  static func addPath(_ path: UnsafeBufferPointer<UInt8>, _ response: Response) {
    // Two slashes at the front would name another host (RFC 3986 section 4.2)
    let extra = path.prefix { $0 == UInt8(ascii: "/") }.count - 1
    for byte in path.dropFirst(max(extra, 0)) {
      if byte.isPathCharacter {
        response.fields.append(byte)
      } else {
        response.fields.append(UInt8(ascii: "%"))
        response.fields.append(byte.hexDigits.0)
        response.fields.append(byte.hexDigits.1)
      }
    }
  }

  /// The collection's own path, as it was found and not as it was asked for, with its final slash and the query.
  private static func addLocation(
    _ head: UnsafePointer<RequestHead>, _ context: borrowing ResponseContext, _ response: Response
  ) {
    response.fields.begin(.location)
    addPath(context.path, response)
    response.fields.append(UInt8(ascii: "/"))
    if head.pointee.hasQuery {
      response.fields.append(UInt8(ascii: "?"))
      response.fields.append(UnsafeBufferPointer(rebasing: context.bytes[head.pointee.query.range]))
    }
    response.fields.end()
  }
}

extension MethodSet {
  /// What the server takes for itself (`OPTIONS *`), and what files take.
  public static let ofServer = MethodSet([.get, .head, .options])
}
