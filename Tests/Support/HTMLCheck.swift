/// Whether a page of the server is well-formed, stricter than a browser: every element is closed in its order, every attribute is quoted
/// and stands once, every `&` begins a reference. Only for pages that the server writes itself.
public struct HTMLCheck {
  public struct Element: Equatable {
    public var name: String
    public var attributes: [String: String]
    /// The text below it, references and all.
    public var text = ""
    /// The nearest `lang` on the way down to it.
    public var language: String?
    /// The elements that it stands in, the outermost first.
    public var path: [String]
  }

  /// In the order in which they end.
  public private(set) var elements: [Element] = []
  public private(set) var faults: [String] = []
  private var open: [Element] = []
  private var rest: Substring

  static let void: Set<String> = ["meta", "br", "hr", "img", "link", "input"]

  public init(_ page: String) {
    rest = page[...]
    if !take("<!DOCTYPE html>\n") { faults.append("no doctype") }
    while let first = rest.first {
      if first == "<" { readTag() } else { readText() }
    }
    for element in open { faults.append("<\(element.name)> is not closed") }
  }

  public func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  /// The text of the only element with this name; nil where there is none, or more than one.
  public func only(_ name: String) -> String? {
    let found = all(name)
    return found.count == 1 ? found[0].text : nil
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }

  private mutating func readText() {
    let isRaw = open.last?.name == "style"
    let end = isRaw ? rest.firstRange(of: "</style>")?.lowerBound : rest.firstIndex(of: "<")
    let text = rest[..<(end ?? rest.endIndex)]
    rest = rest[text.endIndex...]
    if !isRaw { check(text) }
    if open.isEmpty, text.contains(where: { !$0.isWhitespace }) {
      faults.append("text outside of every element: \(text)")
    }
    for index in open.indices { open[index].text += text }
  }

  /// RFC-less: HTML, section 13.1.4.
  private mutating func check(_ text: Substring) {
    if text.contains(">") { faults.append("a bare > in \(text)") }
    for part in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
      let name = part.prefix { $0 != ";" }
      let isNumber =
        name.hasPrefix("#") && name.dropFirst().allSatisfy { $0.isHexDigit || $0 == "x" }
      if name.endIndex == part.endIndex
        || !isNumber && !["amp", "lt", "gt", "quot"].contains(String(name))
      {
        faults.append("a bare & in \(text)")
      }
    }
    for scalar in text.unicodeScalars where scalar.value < 0x20 && scalar != "\n" {
      faults.append("a control character in \(text)")
    }
  }

  private mutating func readTag() {
    if take("</") {
      let name = String(rest.prefix { $0 != ">" })
      rest = rest.dropFirst(name.count + 1)
      guard let element = open.popLast() else { return faults.append("</\(name)> closes nothing") }
      if element.name != name { faults.append("</\(name)> closes <\(element.name)>") }
      elements.append(element)
      return
    }
    rest = rest.dropFirst()
    let name = String(rest.prefix { $0.isLetter || $0.isNumber })
    rest = rest.dropFirst(name.count)
    if name.isEmpty || name != name.lowercased() {
      faults.append("a bare < before \(rest.prefix(20))")
    }
    let attributes = readAttributes(of: name)
    let language = attributes["lang"] ?? open.last?.language
    let element = Element(
      name: name, attributes: attributes, language: language, path: open.map(\.name))
    if Self.void.contains(name) { elements.append(element) } else { open.append(element) }
  }

  private mutating func readAttributes(of element: String) -> [String: String] {
    var attributes: [String: String] = [:]
    while let first = rest.first, first != ">" {
      guard first == " " else {
        faults.append("what is \(rest.prefix(20)) in <\(element)>?")
        break
      }
      rest = rest.dropFirst()
      let name = String(rest.prefix { $0 != "=" && $0 != ">" && $0 != " " })
      rest = rest.dropFirst(name.count)
      guard take("=\"") else {
        faults.append("the attribute \(name) of <\(element)> has no quoted value")
        break
      }
      let value = rest.prefix { $0 != "\"" }
      rest = rest[value.endIndex...].dropFirst()
      check(value.replacing(">", with: "")[...])
      if attributes.updateValue(String(value), forKey: name) != nil {
        faults.append("the attribute \(name) of <\(element)> stands twice")
      }
    }
    if rest.first == ">" { rest = rest.dropFirst() }
    return attributes
  }
}
