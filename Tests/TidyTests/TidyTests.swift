import TestSupport
import Testing

/// Style is a test: what a reader may rely on in every Swift file of ours.
@Suite("Tidy")
struct TidyTests {
  static let root = PackageFiles.root(of: #filePath)
  static let sources = load("Sources")
  static let tests = load("Tests")
  static let all = sources + tests

  static func load(_ folder: String) -> [SourceFile] {
    PackageFiles.files(below: folder, endingIn: ".swift", in: root).compactMap { path in
      PackageFiles.text(path, in: root).map { SourceFile(path: path, text: $0) }
    }
  }

  /// Fails with every place where the condition holds.
  private func refuse(
    _ files: [SourceFile], _ what: String, where isWrong: (SourceFile, SourceLine) -> Bool
  ) {
    var places: [String] = []
    for file in files {
      for line in file.lines where isWrong(file, line) {
        places.append("\(file.path):\(line.number)")
      }
    }
    let list = places.joined(separator: "\n")
    #expect(places.isEmpty, "\(what):\n\(list)")
  }

  @Test("there is something to look at")
  func found() {
    #expect(Self.sources.count > 100 && Self.tests.count > 20)
  }

  @Test("a line has at most 100 columns; a comment, or the text of a long literal, 140")
  func columns() {
    refuse(Self.all, "longer than 100 columns") { _, line in
      line.columns > 100 && !line.isComment && !line.isInText && !line.isLiteral
    }
    refuse(Self.all, "longer than 140 columns") { file, line in
      line.columns > 140 && !Limits.longTexts.contains(file.name)
    }
    refuse(Self.all, "a tab, or blanks at the end") { file, line in
      line.text.contains("\t") || line.text.hasSuffix(" ")
    }
  }

  @Test("a function has at most 70 lines")
  func functions() {
    var long: [String] = []
    for file in Self.all {
      for function in file.functions where function.lineCount > 70 {
        guard !Limits.longFunctions.contains(function.name + " " + file.name) else { continue }
        long.append("\(file.path):\(function.start) \(function.name): \(function.lineCount)")
      }
    }
    #expect(long.isEmpty, "\(long.joined(separator: "\n"))")
  }

  @Test("a file has at most 500 lines")
  func files() {
    let long = Self.all.filter { $0.lines.count > 500 }.map(\.path)
    #expect(long.isEmpty)
  }

  @Test("calls that hide an error or stop the server are not made")
  func banned() {
    let everywhere = ["try" + "!", "as" + "!", "fatal" + "Error("]
    refuse(Self.all, "a banned call") { _, line in
      everywhere.contains { line.code.contains(word: $0) }
    }
    // The loop's own `sleep` goes by its clock, which tests turn by hand
    refuse(Self.all, "the global pool's sleep") { _, line in
      line.code.contains("Task.sl" + "eep")
    }
    let naps = ["sl" + "eep(", "us" + "leep(", "nanos" + "leep("]
    refuse(Self.tests, "a sleep") { _, line in
      !line.code.contains("func ") && naps.contains { line.code.contains(word: $0) }
    }
    let printers = ["Sources/statusline/", "Sources/GraphPrinter/", "Sources/CatalogueCompiler/"]
    refuse(Self.sources, "print outside of the command line") { file, line in
      line.code.contains(word: "pri" + "nt(")
        && !printers.contains { file.path.hasPrefix($0) }
    }
  }

  @Test("a target imports only targets above it")
  func imports() {
    for file in Self.sources {
      guard let allowed = House.imports[file.target] else {
        Issue.record("\(file.path): add \(file.target) to House")
        continue
      }
      for line in file.lines {
        guard let module = line.importedModule else { continue }
        #expect(
          allowed.contains(module) || House.system.contains(module),
          "\(file.path):\(line.number) imports \(module)")
        #expect(
          module != "Glibc" || file.target != "HTTPStatus", "HTTPStatus imports nothing")
      }
    }
  }

  @Test("nothing that the server is made of imports Foundation, and HTTPStatus imports nothing")
  func foundation() {
    refuse(Self.sources, "Foundation") { file, line in
      let isOfTheBuild = file.target.hasSuffix("Compiler")
      return line.importedModule?.hasPrefix("Foundation") == true && !isOfTheBuild
    }
    refuse(Self.sources, "an import in HTTPStatus") { file, line in
      file.target == "HTTPStatus" && line.importedModule != nil
    }
  }

  @Test("one place writes a status line")
  func statusLine() {
    let writers = Self.sources.filter { file in
      file.lines.contains { line in
        !line.isComment && line.code.contains("append(") && line.text.contains("\"HTTP/1." + "1 ")
      }
    }
    #expect(writers.map(\.path) == ["Sources/Wire/StatusLines.swift"])
    // A pattern to read by is no writer
    let others = Self.sources.filter { file in
      file.lines.contains { !$0.isComment && $0.text.contains("\"HTTP/1." + "1 ") }
    }
    #expect(
      others.map(\.path) == ["Sources/Wire/ResponseReader.swift", "Sources/Wire/StatusLines.swift"])
  }

  @Test("no path of somebody's machine")
  func paths() {
    let folders = ["/ho" + "me/", "/ro" + "ot/", "/wo" + "rk/", "/Us" + "ers/"]
    let made = ["/home/a", "/home/fuzz"]
    refuse(Self.all, "a machine's path") { _, line in
      var text = line.text
      for name in made { text = text.replacing(name, with: "") }
      return folders.contains { text.contains($0) }
    }
  }

  @Test("every folder of tests is a target, and every source has a room")
  func rooms() throws {
    let manifest = try #require(PackageFiles.text("Package.swift", in: Self.root))
    for file in Self.all where file.target != "Support" {
      #expect(manifest.contains("\"\(file.target)\""), "\(file.path) belongs to no target")
    }
  }
}

extension String {
  /// Whether the text stands here, and not as the end of a longer word.
  func contains(word: String) -> Bool {
    var rest = self[...]
    while let range = rest.firstRange(of: word) {
      let before = rest[..<range.lowerBound].last ?? " "
      if !before.isLetter, !before.isNumber, before != "_", before != "." { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }
}
