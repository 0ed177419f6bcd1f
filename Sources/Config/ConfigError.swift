/// One thing that is wrong (or, as a warning, doubtful) in a configuration, with the place where it
/// stands and, where there is one, the nearest thing that would be right.
public struct ConfigError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Severity: String, Sendable {
    case error, warning
  }

  public var severity: Severity
  /// The file as it was named, `command line` or `built-in default`.
  public var file: String
  /// From 1, the column in characters; both 0 where the source has no lines.
  public var line: Int
  public var column: Int
  /// The path of keys: `sites[0].rules[2].files.browse`; empty for the whole file.
  public var keys: String
  /// One clause, without a full stop.
  public var message: String
  /// What may have been meant, ready to be written in the place of what is there.
  public var suggestion: String?
  /// The line of the source, made safe for a terminal, and a caret below the column.
  public var excerpt: String?

  public init(
    severity: Severity = .error, file: String, line: Int, column: Int, keys: String = "",
    message: String, suggestion: String? = nil, excerpt: String? = nil
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.keys = keys
    self.message = message
    self.suggestion = suggestion
    self.excerpt = excerpt
  }

  /// `site.yaml:12:5: error: unknown key "indx" in a files resource; did you mean "index"?`
  public var summary: String {
    let place = line == 0 ? file : "\(file):\(line):\(column)"
    let question = suggestion.map { "; did you mean \(quoted($0))?" } ?? ""
    return "\(place): \(severity.rawValue): \(message)\(question)"
  }

  /// The summary, then the line of the source with a caret.
  public var description: String {
    excerpt.map { "\(summary)\n\($0)" } ?? summary
  }
}

/// Why a configuration cannot be used: all errors that were found (the first twenty of them), in
/// the order of the file.
public struct ConfigErrors: Error, Sendable, CustomStringConvertible {
  public var errors: [ConfigError]
  public var warnings: [ConfigError]
  /// How many errors more there were than are listed.
  public var omitted: Int

  public init(errors: [ConfigError], warnings: [ConfigError] = [], omitted: Int = 0) {
    self.errors = errors
    self.warnings = warnings
    self.omitted = omitted
  }

  public var description: String {
    var lines = (errors + warnings).map(\.description)
    if omitted > 0 { lines.append("and \(counted(omitted, "error")) more") }
    return lines.joined(separator: "\n")
  }
}

/// What `statusline check` has to say of a configuration.
public struct CheckReport: Sendable {
  /// The settings, if there was no error.
  public var settings: Settings?
  public var errors: [ConfigError]
  public var warnings: [ConfigError]
  public var omitted: Int
  /// The file as it was named.
  public var name: String

  public var isValid: Bool { settings != nil }

  /// Every error and warning, and a last line that sums them up. Ends in a line feed.
  public var text: String {
    var lines = (errors + warnings).map(\.description)
    if let settings {
      let rules = settings.sites.reduce(0) { $0 + $1.rules.count }
      let addresses = settings.listeners.map(\.address.value).joined(separator: ", ")
      lines.append(
        "\(name): valid: \(counted(settings.sites.count, "site")), \(counted(rules, "rule")), "
          + "listens on \(addresses); \(counted(warnings.count, "warning"))")
    } else {
      lines.append(
        "\(name): not valid: \(counted(errors.count + omitted, "error")), "
          + counted(warnings.count, "warning")
          + (omitted > 0 ? " (the first \(errors.count) errors are shown)" : ""))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// `1 error`, `2 errors`.
func counted(_ number: Int, _ noun: String) -> String {
  number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
}

/// `a`, `a or b`, `a, b or c`.
func alternatives(_ words: [String], _ conjunction: String = "or") -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
}

/// A text in quotation marks: shortened, with what a terminal would obey written as an escape.
func quoted(_ text: String, max: Int = 60) -> String {
  var out = "\""
  var count = 0
  for scalar in text.unicodeScalars {
    if count == max {
      out += "\u{2026}"
      break
    }
    count += 1
    switch scalar {
    case "\n": out += "\\n"
    case "\t": out += "\\t"
    case "\"": out += "\\\""
    case "\\": out += "\\\\"
    default:
      if isPrintable(scalar) {
        out.unicodeScalars.append(scalar)
      } else {
        out += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
  }
  return out + "\""
}

/// Whether a terminal shows the scalar and does nothing else with it: no controls, no directions,
/// no line separators.
func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
    .paragraphSeparator:
    false
  default: true
  }
}
