public import Decide

/// The record of an exchange as it was read back from a journal line or from the flight recorder.
///
/// Text that came from the wire has one character a byte, U+0000 to U+00FF; `Wording.shown` makes it fit to print.
public struct RecordedExchange: Equatable, Sendable {
  /// The member `v`.
  public var version: UInt64
  /// As written, `2026-11-21T10:31:05.123Z`.
  public var time: String
  public var id: RequestID
  public var client: String?
  /// Whom the connection was with, where that was not the client.
  public var peer: String?
  public var site: String?
  /// The position of the rule that governed, `site.yaml:12:5`; nil: none did.
  public var rule: String?
  public var method: String?
  public var target: String?
  /// Bytes of the target where it was cut off; nil where it is whole.
  public var targetBytes: UInt64?
  /// The beginning of a request line that could not be read.
  public var requestLine: String?
  /// The host name that was asked for.
  public var host: String?
  /// The port that was reached, where no site was found.
  public var port: UInt16?
  /// `1.1`
  public var httpVersion: String?
  /// Status sent; nil: none was.
  public var status: UInt16?
  /// `403.14`; nil where nothing was decided.
  public var cause: String?
  public var slug: String?
  public var actor: String?
  /// `0.700`; nil where this build does not know the name.
  public var outcome: String?
  public var outcomeSlug: String?
  public var originStatus: UInt16?
  public var bytesIn: UInt64
  public var bytesOut: UInt64
  public var firstByteMicroseconds: UInt64
  public var totalMicroseconds: UInt64
  /// Nil where the path was not kept.
  public var path: RecordedPath?
  public var ending: UInt8?
  public var evidence: RecordedEvidence?
  public var nearMisses: [RecordedNearMiss]
  /// Codes of the causes of the interims that were sent.
  public var interims: [String]
  public var attempts: [RecordedAttempt]
  /// The configuration's fingerprint, 16 hexadecimal digits.
  public var configuration: String?
  public var isRehearsed: Bool
  /// Number of the armed order that made a real answer late or broke it; nil: none did.
  public var order: UInt64?
  /// Milliseconds for which it held the answer back before its head; nil: it did not.
  public var heldMilliseconds: UInt64?
  /// Members that this build does not know: name and JSON text.
  public var unknown: [RecordedMember]
}

/// What a record says of its path, ending and configuration.
struct RecordedTrace {
  var path: RecordedPath?
  var ending: UInt8?
  var configuration: String?
}

/// What is needed to tell a path again: `Retelling.path(version:yes:)`.
public struct RecordedPath: Equatable, Sendable {
  public var graph: UInt16
  public var yes: AnswerBits
}

/// Evidence as a record has it; what does not apply is nil.
public struct RecordedEvidence: Equatable, Sendable {
  /// `files.browse`
  public var key: String?
  /// `site.yaml:9:7`, `command line` or `built-in default`.
  public var position: String?
  public var rule: String?
  /// The root that is all that the rule's `files` says, where a setting is not written that would stand beside it.
  public var short: String?
  /// With `files.root`: the folder's name as it is written, and the rule's path, which stands for it.
  public var root: String?
  public var under: String?
  /// What is wrong with a folder's own file, or with a document.
  public var message: String?
  /// `field-value`
  public var part: String?
  public var offset: UInt64?
  public var field: String?
  /// `bytes`
  public var unit: String?
  public var limit: UInt64?
  public var measured: UInt64?
  public var systemError: Int32?
  /// `EACCES`
  public var systemErrorName: String?
}

public struct RecordedNearMiss: Equatable, Sendable {
  /// `rule-differs-by-case`
  public var kind: String
  public var position: String
}

public struct RecordedAttempt: Equatable, Sendable {
  /// `upstream`
  public var kind: String
  public var depth: UInt64
  public var status: UInt16?
  public var cause: String?
  public var slug: String?
  public var actor: String?
  public var path: RecordedPath?
  public var ending: UInt8?
  public var evidence: RecordedEvidence?
}

public struct RecordedMember: Equatable, Sendable {
  public var name: String
  public var text: String
}
