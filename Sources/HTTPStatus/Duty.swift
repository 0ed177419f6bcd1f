/// What a response owes because of its status, for one version of HTTP and one role of the server.
///
/// A cause owes what its status owes. Duties speak of the head and of whether there is content; whether a value is right
/// is for whoever makes it. For a code that the registry does not name only the rules for every status hold.
public struct Duty: Sendable {
  /// The version of a message, as far as duties differ by it.
  public enum Version: UInt8, Sendable, CaseIterable {
    case http10 = 0
    case http11
    case http2

    /// The version with these numbers, as they stand in a message.
    /// - Parameters:
    ///   - major: 1 or 2; 3 owes what 2 does. Anything else gives nil.
    ///   - minor: above 1 counts as 1 (RFC 9110 section 2.5).
    public init?(major: Int, minor: Int) {
      switch (major, minor) {
      case (1, 0): self = .http10
      case (1, 1...): self = .http11
      case (2...3, 0...): self = .http2
      default: return nil
      }
    }
  }

  /// In which part a server answers (RFC 9110 section 3.7).
  public enum Role: UInt8, Sendable, CaseIterable {
    case origin = 0
    /// Stands in for an origin server and looks like one to its clients.
    case gateway
    /// Chosen by the client.
    case proxy
  }

  public let status: Status
  public let version: Version
  public let role: Role

  public init(_ status: Status, version: Version, role: Role) {
    self.status = status
    self.version = version
    self.role = role
  }

  /// The duty of a cause: that of its status.
  public init(of cause: Cause, version: Version, role: Role) {
    self.init(cause.status, version: version, role: role)
  }

  /// Whether a response carries content. HEAD, and a 2xx to CONNECT, have none whatever this says.
  public var contentRule: ContentRule { status.contentRule }

  /// All duties about fields, with their conditions. Iterating allocates nothing.
  public var fields: FieldDuties { FieldDuties(self) }

  /// The fields that a response must carry in any case, in lower case.
  public var must: [StaticText] { names(.must, unconditional: true) }

  /// The fields that a response must carry when the condition of each holds.
  public var mustIf: [FieldDuty] {
    fields.filter { $0.strength == .must && $0.condition != .always }
  }

  /// The fields that a response should carry, under conditions or without.
  public var should: [StaticText] { names(.should, unconditional: false) }

  /// The fields that have a meaning of their own with this status and that it may carry.
  public var may: [StaticText] { names(.may, unconditional: false) }

  /// The fields that a response must not carry in any case.
  public var mustNot: [StaticText] { names(.mustNot, unconditional: true) }

  /// The fields that a response should not carry, under conditions or without.
  public var shouldNot: [StaticText] { names(.shouldNot, unconditional: false) }

  private func names(_ strength: FieldDuty.Strength, unconditional: Bool) -> [StaticText] {
    fields.compactMap { duty in
      guard duty.strength == strength, !unconditional || duty.condition == .always else {
        return nil
      }
      return duty.field
    }
  }
}

/// One field that a status must, should, may or must not carry.
public struct FieldDuty: Sendable, Equatable {
  /// How strongly the standard says it (RFC 2119).
  public enum Strength: UInt8, Sendable, CaseIterable {
    case must = 0
    case should, may, mustNot, shouldNot
  }

  /// When the duty holds. Only the server that makes the response can know.
  public enum Condition: UInt8, Sendable, CaseIterable {
    case always = 0
    /// The server has a clock (RFC 9110 section 6.6.1).
    case clock
    /// The content is not multipart/byteranges.
    case singlePart
    /// The content is multipart/byteranges.
    case multipart
    /// A 200 to the same request would have carried the field.
    case wouldBeIn200
    /// The request had a usable If-Range.
    case ifRange
    /// The condition that was met is expected to pass.
    case temporary
    /// The resource meant is not the target of the request.
    case notTarget
    /// The server prefers one of the choices.
    case preferredChoice
    /// A media type was the reason.
    case mediaType
    /// A content coding was the reason.
    case contentCoding
    /// The request asked for ranges of bytes.
    case byteRanges
    /// The content is a difference between two instances.
    case delta
    /// The connection is closed after the response.
    case closing
    /// The method of the request is CONNECT.
    case connect
    /// The server can tell who demanded it.
    case knownDemander
    /// There is an upstream, and the server acts as an intermediary.
    case intermediary
  }

  /// The field's name, in lower case.
  public let field: StaticText
  public let strength: Strength
  public let condition: Condition
}

/// The duties about fields of one status, filtered by version and role.
public struct FieldDuties: Sequence, Sendable {
  private let duty: Duty

  init(_ duty: Duty) { self.duty = duty }

  public func makeIterator() -> Iterator { Iterator(duty) }

  /// Gives the rules for every status first, then those of the status itself.
  public struct Iterator: IteratorProtocol {
    private let mask: Int
    private var index = 0
    private var end = FactTables.commonDutyCount
    private var own: Range<Int>?

    init(_ duty: Duty) {
      mask = 1 << Int(duty.role.rawValue) | 8 << Int(duty.version.rawValue)
      if let row = duty.status.row { own = row.firstDuty..<(row.firstDuty + row.dutyCount) }
    }

    public mutating func next() -> FieldDuty? {
      while true {
        if index == end {
          guard let range = own else { return nil }
          own = nil
          index = range.lowerBound
          end = range.upperBound
          continue
        }
        let row = TableRow(
          FactTables.duties, words: FactTables.words, width: DutyColumn.width, index: index)
        index += 1
        let applies = row.number(DutyColumn.applies, digits: 1)
        guard applies & mask == mask else { continue }
        return FieldDuty(
          field: row.text(DutyColumn.field),
          strength: FieldDuty.Strength(
            rawValue: UInt8(truncatingIfNeeded: row.number(DutyColumn.strength, digits: 1)))
            ?? .may,
          condition: FieldDuty.Condition(
            rawValue: UInt8(truncatingIfNeeded: row.number(DutyColumn.condition, digits: 1)))
            ?? .always)
      }
    }
  }
}
