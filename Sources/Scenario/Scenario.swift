/// One file of the folder of scenarios: a lesson, a configuration, what is sent and what has to come back.
///
/// `Player` plays it. The file's form is described in Scenarios/README.md.
public struct Scenario: Sendable {
  /// The file's path in the folder without its ending, as in "403.14-directory-listing-denied".
  public let name: String
  /// The first line.
  public let title: String
  /// Paragraphs parted by empty lines.
  public let lesson: String
  /// Why the bytes must go out in the pieces that the file gives; nil where they may come one by one.
  public let wholeReason: String?
  /// How much older than the server's clock the files are when it starts.
  let age: Duration
  let files: [MadeFile]
  let config: String
  let steps: [Step]
  /// The file's lines, for recording.
  let lines: [String]

  init(
    name: String, title: String, lesson: String, wholeReason: String?, age: Duration,
    files: [MadeFile], config: String, steps: [Step], lines: [String]
  ) {
    self.name = name
    self.title = title
    self.lesson = lesson
    self.wholeReason = wholeReason
    self.age = age
    self.files = files
    self.config = config
    self.steps = steps
    self.lines = lines
  }

  /// The folder of those in which nothing happens but what was ordered.
  public static let rehearsedFolder = "rehearsed/"

  /// Whether what it shows was ordered, and has not come of itself.
  public var isRehearsed: Bool { name.hasPrefix(Scenario.rehearsedFolder) }

  /// Every value of a member that the scenario's records are expected to have, as in all of "cause".
  public func expectedValues(of member: String) -> [String] {
    steps.flatMap(\.withInner).flatMap { step -> [String] in
      guard case .expectRecord(_, let members) = step.action else { return [] }
      return members.filter { $0.name == member }.map(\.value)
    }
  }

  /// Every counter that the scenario looks at.
  public var expectedCounters: [String] {
    steps.flatMap(\.withInner).compactMap { step in
      if case .expectCounter(let name, _) = step.action { name } else { nil }
    }
  }
}

/// A file, folder, link or pipe that is made before the server starts.
struct MadeFile: Sendable {
  enum Kind: Sendable {
    case folder
    case content([UInt8])
    /// So many bytes of zero.
    case size(Int)
    case link(to: String)
    case pipe
  }

  var name: String
  var kind: Kind
  /// Seconds since 1970; nil: the usual date.
  var modified: Int64?
  var mode: UInt32?
  /// Another program holds a lease on it.
  var isLeased = false
  var line: Int
}

/// One thing that is done, or has to have happened.
struct Step: Sendable {
  var line: Int
  var action: Action

  /// The step and those inside it.
  var withInner: [Step] {
    if case .atOnce(let inner) = action { return [self] + inner.flatMap(\.withInner) }
    return [self]
  }
}

enum Action: Sendable {
  /// A remark for the reader.
  case note(String)
  /// Bytes of a message; messages that follow each other on a connection go out in one piece.
  case send(String, Notation)
  /// Bytes that have to come; `lines` are those of the file, counted from 0.
  case expect(String, Notation, lines: Range<Int>)
  case expectEnd(String, ConnectionEnd)
  case expectRecord(RecordChoice, [ExpectedMember])
  case expectCounter(String, String)
  /// The clock goes on, so many times, and the server looks at it each time.
  case clock(Duration, times: Int)
  /// What was sent arrives, and the server has looked at it.
  case flush
  case open(String, receiveBytes: Int?)
  case halfClose(String)
  case close(String)
  case reset(String)
  case change(FileChange)
  /// What the server finds all at once when it looks the next time.
  case atOnce([Step])
  /// The server is told to stop; what is under way may finish.
  case stop
}

/// How a connection stands to its end.
enum ConnectionEnd: String, Sendable, CaseIterable {
  /// The server has closed it.
  case close
  /// The server has broken it off.
  case reset
  /// It is open, and nothing more has come.
  case open
}

enum RecordChoice: Sendable, Equatable {
  /// Of the answer that was last expected on this connection.
  case answer(String)
  /// The newest that no other step has looked at.
  case newest
}

/// A member of a record and the value that it must have.
struct ExpectedMember: Sendable {
  /// Names from the outside in, parted by full stops: "evidence.key".
  var name: String
  var value: String
  var line: Int
}

/// What becomes of a file while the server runs.
enum FileChange: Sendable {
  case write(String, [UInt8])
  case truncate(String, Int)
  case remove(String)
  case rename(String, to: String)
}

/// A mistake in a scenario's file.
public struct ScenarioFault: Error, Sendable, CustomStringConvertible {
  public var file: String
  /// From 1.
  public var line: Int
  public var message: String

  public var description: String { "\(file):\(line): \(message)" }
}
