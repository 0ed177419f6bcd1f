/// Where a value of the settings was written. Cheap to copy and to keep in a record; its text is
/// made by `Settings.text(of:)`.
public struct Position: Sendable, Hashable {
  /// Index into `Settings.sources`: 0 is the built-in defaults, 1 the command line, 2 and up are
  /// files.
  public var source: UInt16
  /// Line and column from 1; both 0 for a source that has no lines.
  public var line: UInt32
  public var column: UInt32

  public init(source: UInt16, line: UInt32, column: UInt32) {
    self.source = source
    self.line = line
    self.column = column
  }

  public static let builtIn = Position(source: 0, line: 0, column: 0)
  public static let commandLine = Position(source: 1, line: 0, column: 0)

  @inlinable public var isBuiltIn: Bool { source == 0 }
}

/// A value and the place where it was written.
public struct Sourced<Value: Sendable>: Sendable {
  public var value: Value
  public var position: Position

  public init(_ value: Value, at position: Position = .builtIn) {
    self.value = value
    self.position = position
  }
}

extension Sourced: Equatable where Value: Equatable {}
