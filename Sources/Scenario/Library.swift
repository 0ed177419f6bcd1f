/// The scenarios that are compiled in.
public enum Library {
  /// The names of all, in order.
  public static var names: [String] { entries.map(\.name) }

  /// The text of a scenario's file; nil where there is none of this name.
  public static func text(of name: String) -> String? {
    entries.first { $0.name == name }.map { entry in
      let texts = ScenarioTable.texts
      let bytes = UnsafeBufferPointer(
        start: texts.utf8Start + entry.offset, count: entry.count)
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Names of the scenarios for a code ("403.14", "403"), or the one of this name. A status without a scenario of its own stands for
  /// its causes; what has none for real is shown as it is rehearsed. A fault ("close@in-head", "close") is always rehearsed.
  public static func names(for code: String) -> [String] {
    let all = names
    if all.contains(code) { return [code] }
    let real = realNames(for: code)
    if !real.isEmpty { return real }
    let rehearsed = rehearsedNames(for: code)
    return rehearsed.isEmpty ? names(ofCause: code) : rehearsed
  }

  /// Those that expect a cause, whatever they are called: `410-gone` brings about 410.700.
  private static func names(ofCause code: String) -> [String] {
    names.filter { name in
      text(of: name)?.split(separator: "\n").contains { line in
        guard line.hasPrefix("  cause: ") || line.hasPrefix("  interims: ") else { return false }
        return line.split { $0 == " " || $0 == "," || $0 == "[" || $0 == "]" }.contains {
          $0 == code
        }
      } ?? false
    }
  }

  /// Those in which the condition of a code arises.
  public static func realNames(for code: String) -> [String] {
    let all = names
    let exact = all.filter { $0.hasPrefix(code + "-") }
    return exact.isEmpty ? all.filter { $0.hasPrefix(code + ".") } : exact
  }

  /// Those in which a code, or a fault, comes because it was ordered.
  public static func rehearsedNames(for code: String) -> [String] {
    // A file's name has no colon: `close@after:9` is `close@after-9`
    let name = Scenario.rehearsedFolder + code.replacing(":", with: "-")
    return names.filter {
      $0 == name || $0.hasPrefix(name + "-") || $0.hasPrefix(name + "@")
    }
  }

  public static func scenario(_ name: String) throws(ScenarioFault) -> Scenario {
    guard let text = text(of: name) else {
      throw ScenarioFault(file: name + ".scenario", line: 1, message: "there is no such scenario")
    }
    return try ScenarioReader.read(name: name, text: text)
  }

  private static let entries: [(name: String, offset: Int, count: Int)] = {
    let index = ScenarioTable.index
    let bytes = UnsafeBufferPointer(start: index.utf8Start, count: index.utf8CodeUnitCount)
    var offset = 0
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      let count = words.last.flatMap { Int($0) } ?? 0
      defer { offset += count }
      return (String(words[0]), offset, count)
    }
  }()
}
