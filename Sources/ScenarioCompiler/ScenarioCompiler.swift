import Foundation

/// Puts all scenario files into one Swift source: a string with their texts, and one with their names and lengths.
///
///     ScenarioCompiler FOLDER OUTPUT
///
/// A name is the path in the folder. What is in a file is looked at when it is played; here a file only has to be text.
@main
struct ScenarioCompiler {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else {
      report("usage: ScenarioCompiler FOLDER OUTPUT")
      exit(2)
    }
    do {
      let folder = URL(fileURLWithPath: arguments[1], isDirectory: true)
      let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      var index = ""
      var texts = ""
      for name in names.filter({ $0.hasSuffix(".scenario") }).sorted() {
        let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        index += "\(name.dropLast(".scenario".count)) \(text.utf8.count)\n"
        texts += text
      }
      let source = """
        // Made from the folder of scenarios by ScenarioCompiler.
        enum ScenarioTable {
          static var index: StaticString { \(literal(index)) }
          static var texts: StaticString { \(literal(texts)) }
        }

        """
      try source.write(toFile: arguments[2], atomically: true, encoding: .utf8)
    } catch {
      report("error: \(error)")
      exit(1)
    }
  }

  private static func report(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// A Swift string literal with this text.
  private static func literal(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "\n": literal += "\\n"
      case "\r": literal += "\\r"
      case "\t": literal += "\\t"
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}
