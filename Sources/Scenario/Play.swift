public import Record

/// What came of playing a scenario.
public struct Play: Sendable {
  public let scenario: Scenario
  /// What did not come out as the file says, as FILE:LINE: MESSAGE; empty: all did.
  public internal(set) var failures: [ScenarioFault] = []
  /// Both sides of the wire, in order.
  public internal(set) var events: [PlayEvent] = []
  /// The records of all exchanges, the oldest first.
  public internal(set) var records: [RecordedExchange] = []
  /// The causes that the configuration can produce, as far as settings tell.
  public internal(set) var possibleCauses: Set<String> = []
  /// Some rule answers any status on demand.
  public internal(set) var answersAnything = false
  /// Every answer that was expected and came.
  public internal(set) var answers: [Answer] = []
  /// The file's lines with the bytes that really came, where it was played for recording.
  public internal(set) var recorded: [String]?
}

/// Something that happened in a play. Offsets count the bytes of a connection and direction from 0.
public enum PlayEvent: Sendable {
  case note(String)
  case opened(String)
  case sent(String, [UInt8], offset: Int)
  case received(String, [UInt8], offset: Int)
  /// The client's side did this: half-closed, closed, reset.
  case did(String, String)
  /// The server's side has ended a connection.
  case ended(String, isReset: Bool)
  /// The clock, a file, the server: what the file says.
  case happened(String)
}

/// How a scenario's bytes go out.
public enum Segmentation: Sendable {
  /// As the file has them.
  case whole
  /// One by one, with the server looking at each.
  case bytes
}
