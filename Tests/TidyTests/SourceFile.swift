/// One line of Swift as these tests see it.
struct SourceLine {
  var number: Int
  var text: String
  /// The line without the text of its string literals and without its comment.
  var code: String
  var isComment: Bool
  /// Inside a literal of several lines.
  var isInText: Bool

  var columns: Int { text.count }

  /// Nothing but a literal, which cannot be broken: what `swift format` lets pass too.
  var isLiteral: Bool {
    let start = text.drop { $0 == " " || $0 == "+" }
    return start.hasPrefix("\"")
  }

  /// The module that the line imports, if it does.
  var importedModule: String? {
    let words = code.split(separator: " ").filter { !$0.hasPrefix("@") }
    guard let place = words.firstIndex(of: "import"), place <= 1, words.count > place + 1 else {
      return nil
    }
    let levels: Set<Substring> = ["public", "internal", "package", "private", "fileprivate"]
    guard place == 0 || levels.contains(words[0]) else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias", "var"]
    let name =
      kinds.contains(words[place + 1]) ? words.dropFirst(place + 2).first : words[place + 1]
    return name.map { String($0.prefix { $0 != "." }) }
  }
}

/// A function with the lines from its `func` to its closing brace.
struct SourceFunction {
  var name: String
  var start: Int
  var lineCount: Int
}

/// A Swift file, cut into lines. Knows strings and comments well enough for style, not for compiling.
struct SourceFile {
  var path: String
  var lines: [SourceLine]

  init(path: String, text: String) {
    self.path = path
    var scanner = LineScanner()
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      scanner.line($0.offset + 1, String($0.element))
    }
    if lines.last?.text.isEmpty == true { lines.removeLast() }
  }

  var name: String { String(path.split(separator: "/").last ?? "") }

  /// The folder below Sources or Tests.
  var target: String {
    let parts = path.split(separator: "/")
    return parts.count > 1 ? String(parts[1]) : ""
  }

  /// Functions and initialisers, found by their braces.
  var functions: [SourceFunction] {
    var found: [SourceFunction] = []
    var open: [(function: SourceFunction, depth: Int)] = []
    var pending: SourceFunction?
    var depth = 0
    for line in lines {
      if let name = Self.declared(in: line.code) {
        pending = SourceFunction(name: name, start: line.number, lineCount: 0)
      }
      for character in line.code {
        if character == "{" {
          if let function = pending {
            open.append((function, depth))
            pending = nil
          }
          depth += 1
        } else if character == "}" {
          depth -= 1
          if let last = open.last, last.depth == depth {
            var function = last.function
            function.lineCount = line.number - function.start + 1
            found.append(function)
            open.removeLast()
          }
        }
      }
    }
    return found
  }

  private static func declared(in code: String) -> String? {
    let words = code.split { $0 == " " || $0 == "(" || $0 == "<" || $0 == "?" }
    if let place = words.firstIndex(of: "func"), words.count > place + 1 {
      return String(words[place + 1])
    }
    let trimmed = code.drop { $0 == " " }
    let isInit =
      words.contains("init") && !trimmed.hasPrefix("self") && !trimmed.hasPrefix("super")
      && (trimmed.hasPrefix("init") || trimmed.contains(" init")) && !code.contains("= ")
    return isInit ? "init" : nil
  }
}

/// Keeps, from line to line, whether a literal of several lines or a block comment is open.
private struct LineScanner {
  private var isInText = false
  /// Number of `#` around the open literal.
  private var hashes = 0
  private var isInComment = false

  mutating func line(_ number: Int, _ text: String) -> SourceLine {
    let startsInText = isInText
    let trimmed = text.drop { $0 == " " }
    let isComment = isInComment || (!isInText && trimmed.hasPrefix("//"))
    let code = isComment ? "" : strip(text)
    return SourceLine(
      number: number, text: text, code: code, isComment: isComment,
      isInText: startsInText || isInText)
  }

  /// Takes literals and comments out.
  private mutating func strip(_ text: String) -> String {
    var code = ""
    var rest = text[...]
    while let character = rest.first {
      if isInText {
        if rest.hasPrefix("\"\"\"") {
          isInText = false
          rest = rest.dropFirst(3)
        } else {
          rest = rest.dropFirst(character == "\\" ? 2 : 1)
        }
      } else if rest.hasPrefix("//") {
        return code
      } else if rest.hasPrefix("\"\"\"") {
        isInText = true
        rest = rest.dropFirst(3)
      } else if character == "\"" {
        rest = Self.afterLiteral(rest.dropFirst())
        code += "\"\""
      } else {
        code.append(character)
        rest = rest.dropFirst()
      }
    }
    return code
  }

  /// What follows a literal whose opening quote is gone; an interpolation's own quotes are passed over.
  private static func afterLiteral(_ text: Substring) -> Substring {
    var rest = text
    var depth = 0
    while let character = rest.first {
      if character == "\\" {
        if rest.dropFirst().first == "(" { depth += 1 }
        rest = rest.dropFirst(2)
      } else if depth > 0, character == "(" || character == ")" {
        depth += character == "(" ? 1 : -1
        rest = rest.dropFirst()
      } else if character == "\"" {
        rest = depth > 0 ? afterLiteral(rest.dropFirst()) : rest.dropFirst()
        if depth == 0 { return rest }
      } else {
        rest = rest.dropFirst()
      }
    }
    return rest
  }
}
