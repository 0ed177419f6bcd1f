import Foundation

/// Notes in translations which English text they were made from.
enum Stamper {
  /// Only headings without a fingerprint are changed: who brings a translation up to date takes the old one away.
  static func stamp(_ folder: URL) throws {
    for (path, text) in try CatalogueCompiler.markdownFiles(in: folder)
    where !path.hasSuffix("README.md") {
      var faults: [Diagnostic] = []
      guard let entry = readEntry(path: path, text: text, faults: &faults),
        let english = entry.prose("en")
      else { continue }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        let tag = line.dropFirst(2)
        return line.hasPrefix("# ") && Prose.languages.dropFirst().contains(String(tag))
          ? "\(line) \(english.fingerprint)" : String(line)
      }
      let stamped = lines.joined(separator: "\n")
      if stamped != text {
        let file = folder.appendingPathComponent(path)
        try stamped.write(to: file, atomically: true, encoding: .utf8)
      }
    }
  }
}
