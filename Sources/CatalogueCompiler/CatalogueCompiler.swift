import Foundation

/// Compiles the catalogue's folder into Swift source.
///
///     CatalogueCompiler facts|words CATALOGUE OUTPUT
///     CatalogueCompiler stamp CATALOGUE
///
/// The second form notes in each translation that has no fingerprint yet which English text it was made from.
/// Faults go to standard error, one a line, as FILE:LINE: error: MESSAGE; then nothing is written and the exit status is 1.
@main
struct CatalogueCompiler {
  static func main() {
    let arguments = CommandLine.arguments
    if arguments.count == 3, arguments[1] == "stamp" {
      do {
        try Stamper.stamp(URL(fileURLWithPath: arguments[2], isDirectory: true))
      } catch {
        report("error: \(error)")
        exit(1)
      }
      return
    }
    guard arguments.count == 4, let part = Part(rawValue: arguments[1]) else {
      report("usage: CatalogueCompiler facts|words CATALOGUE OUTPUT")
      exit(2)
    }
    do {
      let folder = URL(fileURLWithPath: arguments[2], isDirectory: true)
        .resolvingSymlinksInPath()
      let (catalogue, faults) = Catalogue.compile(files: try markdownFiles(in: folder))
      guard !catalogue.statuses.isEmpty else {
        report("\(folder.path): error: the catalogue has no statuses")
        exit(1)
      }
      guard faults.isEmpty else {
        for fault in faults {
          report(
            folder.appendingPathComponent(fault.file).path + ":\(fault.line): error: "
              + fault.message)
        }
        exit(1)
      }
      var source: String
      switch part {
      case .facts:
        var emitter = FactsEmitter(catalogue)
        source = emitter.source()
      case .words:
        var emitter = WordsEmitter(catalogue)
        source = emitter.source()
      }
      try source.write(toFile: arguments[3], atomically: true, encoding: .utf8)
    } catch {
      report("error: \(error)")
      exit(1)
    }
  }

  /// Which target the source is for: HTTPStatus or StatusGuide.
  private enum Part: String {
    case facts, words
  }

  private static func report(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// All Markdown files below a folder, with their paths from there.
  static func markdownFiles(in folder: URL) throws -> [(path: String, text: String)] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return try names.filter { $0.hasSuffix(".md") }.map { name in
      let url = folder.appendingPathComponent(name)
      return (path: name, text: try String(contentsOf: url, encoding: .utf8))
    }
  }
}
