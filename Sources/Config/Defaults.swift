/// The configuration as it is where nothing is configured, written out.
public enum Defaults {
  private static let width = 98

  /// YAML with a comment for every key; ends in a line feed. Keys that have no default are comments
  /// with an example. It is a configuration as it stands: one site that serves the file's own
  /// folder.
  public static func yaml() -> String {
    var lines = wrapped(
      "The defaults, key by key. A key behind a # has none; what stands there is an example.",
      margin: "")
    lines += table(ConfigSchema.root, margin: "", width: width)
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(
    _ section: ConfigSection, margin: String, width: Int
  ) -> [String] {
    var lines: [String] = []
    for key in section.keys {
      if margin.isEmpty { lines.append("") }
      lines += wrapped(key.documentation, margin: margin, width: width)
      lines += self.key(key, of: section, margin: margin, width: width)
    }
    return lines
  }

  private static func key(
    _ key: ConfigKey, of section: ConfigSection, margin: String, width: Int
  ) -> [String] {
    // Of a choice the first is written out, the others only shown.
    let isOther =
      section.choice.contains(key.name) && key.name != section.choice.first
      || section.standIns.contains(key.name)
    switch key.type {
    case .table(let inner, _) where isOther:
      // The margin and the # come in front
      let lines = table(inner, margin: "  ", width: width - margin.utf8.count - 2)
      return commented([key.name + ":"] + lines, margin: margin)
    case .table(let inner, _):
      return ["\(margin)\(key.name):"] + table(inner, margin: margin + "  ", width: width)
    case .list(.table(let inner, let short?), _, _):
      // A list of short forms; what more may be said of an item stands behind it as a remark
      return ["\(margin)\(key.name): \(key.example ?? "")"]
        + inner.keys.flatMap { key in
          wrapped(key.documentation, margin: margin + "  ", width: width)
            + ["\(margin)  # \(key.name == short ? "-" : " ") \(key.name): \(key.example ?? "")"]
        }
    case .list(.table(let inner, _), _, _):
      var lines = table(inner, margin: margin + "    ", width: width)
      // The dash stands before the first key; comments before it stay where they are.
      if let first = lines.firstIndex(where: { !isComment($0) }) {
        let comments = lines[..<first].map { "\(margin)  \($0.drop { $0 == " " })" }
        let line = "\(margin)  - \(lines[first].dropFirst(margin.count + 4))"
        lines = comments + [line] + lines[(first + 1)...]
      }
      return ["\(margin)\(key.name):"] + lines
    default:
      let line = "\(key.name): \(key.example ?? "")"
      guard case .optional = key.presence, key.name != section.choice.first else {
        return [margin + line]
      }
      return ["\(margin)# \(line)"]
    }
  }

  /// Lines behind a #, so that taking the # away leaves YAML and its comments.
  private static func commented(_ lines: [String], margin: String) -> [String] {
    lines.map { "\(margin)# \($0)" }
  }

  private static func isComment(_ line: String) -> Bool {
    line.isEmpty || line.drop { $0 == " " }.hasPrefix("#")
  }

  /// A sentence as comment lines.
  private static func wrapped(
    _ text: String, margin: String, width: Int = Defaults.width
  ) -> [String] {
    var lines: [String] = []
    var line = "\(margin)#"
    for word in text.split(separator: " ") {
      if line.count + 1 + word.count > width {
        lines.append(line)
        line = "\(margin)#"
      }
      line += " \(word)"
    }
    return lines + [line]
  }
}
