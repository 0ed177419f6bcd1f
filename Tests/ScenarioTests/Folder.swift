import Glibc
import TestSupport

/// The package's folder of scenarios.
enum Folder {
  private static let root = PackageFiles.root(of: #filePath)
  private static let ending = ".scenario"

  /// RECORD_SCENARIOS=1 writes the expected bytes again.
  static let isRecording = getenv("RECORD_SCENARIOS") != nil

  /// All names without their endings. SCENARIO=403 plays only those that begin so.
  static let names: [String] = {
    let wanted = getenv("SCENARIO").map { String(cString: $0) } ?? ""
    return PackageFiles.files(below: "Scenarios", endingIn: ending, in: root)
      .map { String($0.dropFirst("Scenarios/".count).dropLast(ending.count)) }
      .filter { $0.hasPrefix(wanted) }
  }()

  static func text(of name: String) throws -> String {
    guard let text = PackageFiles.text("Scenarios/\(name)\(ending)", in: root) else {
      throw MissingFile(name: name)
    }
    return text
  }

  struct MissingFile: Error {
    var name: String
  }

  static func write(_ lines: [String], to name: String) throws {
    let text = lines.joined(separator: "\n")
    guard let file = fopen("\(root)/Scenarios/\(name)\(ending)", "w") else {
      throw MissingFile(name: name)
    }
    defer { fclose(file) }
    fputs(text, file)
  }
}
