/// Collects what is found wrong while a configuration is read, and keeps the bytes to quote from.
final class Diagnostics {
  /// Errors that are told; the others are counted.
  static let errorsMax = 20
  /// Errors that are kept until they are sorted; beyond these nothing is looked for any more.
  static let keptMax = 200

  struct Finding {
    var severity: ConfigError.Severity
    var position: Position
    var keys: String
    var message: String
    var suggestion: String?
    /// The place in a file that the configuration names, where the fault is there.
    var place: FilePlace?
  }

  /// A place in a file beside the configuration.
  struct FilePlace {
    var file: String
    var line: Int
    var column: Int
    var excerpt: String?
  }

  let sources: [String]
  private let bytes: [UInt8]
  private var errors: [Finding] = []
  private var warnings: [Finding] = []
  private var errorCount = 0

  /// `bytes` are those of the last source.
  init(sources: [String], bytes: [UInt8]) {
    self.sources = sources
    self.bytes = bytes
  }

  var hasErrors: Bool { errorCount > 0 }
  /// Whether a further error would only be counted, so that a suggestion need not be looked for.
  var isFull: Bool { errors.count >= Self.keptMax }

  func error(
    at position: Position, keys: String, _ message: @autoclosure () -> String,
    suggestion: @autoclosure () -> String? = nil
  ) {
    guard !isFull else {
      errorCount += 1
      return
    }
    let finding = Finding(
      severity: .error, position: position, keys: keys, message: message(),
      suggestion: suggestion())
    // What an alias repeats is wrong only once.
    if errors.contains(where: { $0.position == position && $0.message == finding.message }) {
      return
    }
    errorCount += 1
    errors.append(finding)
  }

  /// A fault in a file that the configuration names at `position`; `offset` counts the file's bytes.
  func error(
    in file: String, _ bytes: [UInt8], offset: Int, namedAt position: Position, keys: String,
    _ message: String, suggestion: String?
  ) {
    errorCount += 1
    guard !isFull else { return }
    let before = bytes[..<min(offset, bytes.count)]
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let line = before.count { $0 == 0x0A } + 1
    let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
    let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    let text = String(decoding: bytes[start..<end], as: UTF8.self)
    errors.append(
      Finding(
        severity: .error, position: position, keys: keys, message: message,
        suggestion: suggestion,
        place: FilePlace(
          file: file, line: line, column: column, excerpt: excerpt(of: text, column: column))))
  }

  func warning(
    at position: Position, keys: String, _ message: @autoclosure () -> String,
    suggestion: @autoclosure () -> String? = nil
  ) {
    guard warnings.count < Self.errorsMax else { return }
    let finding = Finding(
      severity: .warning, position: position, keys: keys, message: message(),
      suggestion: suggestion())
    if warnings.contains(where: { $0.position == position && $0.message == finding.message }) {
      return
    }
    warnings.append(finding)
  }

  /// A position as people read it.
  func text(of position: Position) -> String {
    let name = Int(position.source) < sources.count ? sources[Int(position.source)] : "?"
    return position.line == 0 ? name : "\(name):\(position.line):\(position.column)"
  }

  func toldErrors() -> ConfigErrors {
    let told = sorted(errors).prefix(Self.errorsMax).map(told)
    return ConfigErrors(
      errors: told, warnings: toldWarnings(), omitted: errorCount - told.count)
  }

  func toldWarnings() -> [ConfigError] { sorted(warnings).map(told) }

  private func sorted(_ findings: [Finding]) -> [Finding] {
    let order = findings.enumerated().sorted { a, b in
      let left = a.element.position
      let right = b.element.position
      return (left.source, left.line, left.column, a.offset)
        < (right.source, right.line, right.column, b.offset)
    }
    return order.map(\.element)
  }

  private func told(_ finding: Finding) -> ConfigError {
    if let place = finding.place {
      return ConfigError(
        severity: finding.severity, file: place.file, line: place.line, column: place.column,
        keys: finding.keys, message: finding.message, suggestion: finding.suggestion,
        excerpt: place.excerpt)
    }
    let position = finding.position
    let name = Int(position.source) < sources.count ? sources[Int(position.source)] : "?"
    return ConfigError(
      severity: finding.severity, file: name, line: Int(position.line),
      column: Int(position.column), keys: finding.keys, message: finding.message,
      suggestion: finding.suggestion, excerpt: excerpt(at: position))
  }

  /// The line with a caret below the column, indented by four; a long line is cut around the
  /// column.
  private func excerpt(at position: Position) -> String? {
    guard position.line > 0, Int(position.source) == sources.count - 1,
      let line = line(Int(position.line))
    else { return nil }
    return excerpt(of: line, column: Int(position.column))
  }

  private func excerpt(of line: String, column: Int) -> String? {
    let before = 60
    let width = 100
    let scalars = Array(line.unicodeScalars)
    let column = min(column - 1, scalars.count)
    guard column >= 0, !scalars.isEmpty else { return nil }
    let start = scalars.count > width ? max(0, column - before) : 0
    let end = min(scalars.count, start + width)
    var shown = String.UnicodeScalarView()
    var caret = String.UnicodeScalarView()
    if start > 0 {
      shown.append("\u{2026}")
      caret.append(" ")
    }
    for index in start..<end {
      let scalar = scalars[index]
      shown.append(scalar == "\t" || isPrintable(scalar) ? scalar : "?")
      if index < column { caret.append(scalar == "\t" ? "\t" : " ") }
    }
    if end < scalars.count { shown.append("\u{2026}") }
    return "    \(String(shown))\n    \(String(caret))^"
  }

  private func line(_ number: Int) -> String? {
    var current = 1
    var start = 0
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    var index = start
    while index < bytes.count, current < number {
      let byte = bytes[index]
      index += 1
      // A line ends as YAML says: LF, CR LF or CR alone.
      if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A { index += 1 }
      if byte == 0x0A || byte == 0x0D {
        current += 1
        start = index
      }
    }
    guard current == number else { return nil }
    let rest = bytes[start...]
    let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
