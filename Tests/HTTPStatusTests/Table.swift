import Foundation

/// A tab-separated table that lies beside the tests, by the names in its first line.
struct Table {
  var rows: [[String: String]] = []

  init(_ name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Tables/\(name).tsv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    guard let head = lines.first?.split(separator: "\t").map(String.init) else { return }
    rows = lines.dropFirst().map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(zip(head, fields)) { first, _ in first }
    }
  }
}
