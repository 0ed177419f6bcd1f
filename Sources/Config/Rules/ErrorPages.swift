public import HTTPStatus

/// The pages that a site has for refusals and failures, read when the configuration is. Shared by all loops.
public final class ErrorPages: Sendable {
  public enum Kind: Sendable {
    case html, text, json

    /// By the extension of a file's name; nil where it is another.
    init?(name: String) {
      switch name.split(separator: ".").last.map({ $0.lowercased() }) {
      case "html", "htm": self = .html
      case "txt": self = .text
      case "json": self = .json
      default: return nil
      }
    }

    /// The media type without parameters.
    public var essence: StaticString {
      switch self {
      case .html: "text/html"
      case .text: "text/plain"
      case .json: "application/json"
      }
    }

    public var mediaType: StaticString {
      switch self {
      case .html: "text/html; charset=utf-8"
      case .text: "text/plain; charset=utf-8"
      case .json: "application/json"
      }
    }
  }

  /// A page in one language, named by a tag between name and extension: `404.th.html` beside `404.html`.
  public struct Translation: Sendable {
    /// As it stands in the file's name.
    public var tag: [UInt8]
    public var template: ErrorTemplate
  }

  public struct Page: Sendable {
    public var kind: Kind
    /// For every language that has none of its own.
    public var template: ErrorTemplate
    public var translations: [Translation]
    /// Where the page is named.
    public var position: Position
  }

  /// What a page is for: one cause, one status, or a class of them.
  enum Selector: Hashable, Sendable {
    case cause(Cause)
    case status(UInt16)
    case statusClass(UInt16)

    /// `403.14`, `404`, `5xx`; nil where it is none of these, or no refusal or failure.
    init?(_ text: String) {
      let bytes = Array(text.utf8)
      if text == "4xx" || text == "5xx" {
        self = .statusClass(UInt16(bytes[0] - 0x30))
      } else if text.contains("."), let cause = Cause(text), cause.status.code >= 400,
        cause.code.description == text
      {
        self = .cause(cause)
      } else if bytes.count == 3, let code = UInt16(text), (400...599).contains(code) {
        self = .status(code)
      } else {
        return nil
      }
    }
  }

  private let pages: [(selector: Selector, page: Page)]

  init(_ pages: [(selector: Selector, page: Page)]) { self.pages = pages }

  /// Bytes of one page.
  static let bytesMax = 256 << 10

  /// The page for a cause: its own, else that of its status, else that of its class.
  public func page(for cause: Cause) -> Page? {
    let code = cause.status.code
    return find(.cause(cause)) ?? find(.status(code)) ?? find(.statusClass(code / 100))
  }

  private func find(_ selector: Selector) -> Page? {
    pages.first { $0.selector == selector }?.page
  }

  /// Every page, with what it is for as it is written.
  public var all: [Page] { pages.map(\.page) }
}
