/// One row of a graph as it was released: numbers and a name, so that it needs no question that still exists.
public struct FrozenRow: Equatable, Sendable {
  public var question: UInt8
  public var name: String
  /// Number of the next question, or the negated number of an ending.
  public var yes: Int16
  public var no: Int16

  public init(_ question: UInt8, _ name: String, yes: Int16, no: Int16) {
    self.question = question
    self.name = name
    self.yes = yes
    self.no = no
  }
}

/// An ending's number and name as they were released.
public struct FrozenEnding: Equatable, Sendable {
  public var number: UInt8
  public var name: String

  public init(_ number: UInt8, _ name: String) {
    self.number = number
    self.name = name
  }
}

/// A released graph version.
public struct FrozenGraph: Equatable, Sendable {
  public var version: UInt16
  public var first: UInt8
  public var rows: [FrozenRow]
  public var endings: [FrozenEnding]
}

/// A path as it is told again from a record.
public struct RetoldPath: Sendable {
  public struct Step: Equatable, Sendable {
    public var number: UInt8
    /// The question's name in the standard's words: `is_method_allowed`.
    public var name: String
    public var answer: Bool
  }
  public var steps: [Step]
  /// The ending's permanent number and name.
  public var ending: UInt8
  public var endingName: String
}

/// Tells the path of a record again: from its graph version and its yes-bits, with no facts at all.
public enum Retelling {
  /// Nil where the version is unknown to this build, or where the bits lead in a circle (a damaged record).
  public static func path(version: UInt16, yes: AnswerBits) -> RetoldPath? {
    guard let graph = GraphHistory.versions.first(where: { $0.version == version }) else {
      return nil
    }
    var steps: [RetoldPath.Step] = []
    var number = graph.first
    while steps.count <= graph.rows.count {
      guard let row = graph.rows.first(where: { $0.question == number }) else { return nil }
      let answer = yes.contains(number: number)
      steps.append(.init(number: number, name: snakeCase(row.name), answer: answer))
      let next = answer ? row.yes : row.no
      if next < 0 {
        let ending = UInt8(truncatingIfNeeded: -next)
        let name = graph.endings.first { $0.number == ending }?.name ?? "\(ending)"
        return RetoldPath(steps: steps, ending: ending, endingName: snakeCase(name))
      }
      number = UInt8(truncatingIfNeeded: next)
    }
    return nil
  }

  /// `isMethodAllowed` -> `is_method_allowed`, `pathNotUTF8` -> `path_not_utf8`.
  public static func snakeCase(_ name: String) -> String {
    var words = ""
    var isInCapitals = false
    for character in name {
      if character.isUppercase {
        words += (isInCapitals ? "" : "_") + character.lowercased()
        isInCapitals = true
      } else {
        words.append(character)
        isInCapitals = isInCapitals && character.isNumber
      }
    }
    return words
  }
}

extension Graph {
  /// The executable graph in its frozen form: what `GraphHistory` must hold for its version.
  public static var frozen: FrozenGraph {
    FrozenGraph(
      version: version, first: first.rawValue,
      rows: Question.allCases.map { question in
        let edges = edges(question)
        return FrozenRow(
          question.rawValue, String(describing: question), yes: number(of: edges.yes),
          no: number(of: edges.no))
      },
      endings: Ending.allCases.map { FrozenEnding($0.rawValue, String(describing: $0)) })
  }

  private static func number(of edge: Edge) -> Int16 {
    switch edge {
    case .ask(let question): Int16(question.rawValue)
    case .end(let ending): -Int16(ending.rawValue)
    }
  }
}
