/// A type of error that an intermediary names in Proxy-Status (RFC 9209 section 2.3).
///
/// Written by gateways and proxies only; an origin server has causes.
public struct ProxyError: Hashable, Sendable, CustomStringConvertible {
  private let index: UInt8

  private init(unchecked index: Int) { self.index = UInt8(truncatingIfNeeded: index) }

  /// The type with this name, as in "dns_timeout"; nil where RFC 9209 has none. Upper case is not accepted.
  public init?(_ name: String) {
    guard let found = ProxyError.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// Every type, in the order of the names.
  public static var all: some RandomAccessCollection<ProxyError> & Sendable {
    (0..<FactTables.proxyErrorCount).lazy.map { ProxyError(unchecked: $0) }
  }

  /// The token that stands in the field's `error` parameter.
  public var name: StaticText { row.text(ProxyErrorColumn.name) }

  /// The section that defines the type.
  public var reference: StaticText { row.text(ProxyErrorColumn.reference) }

  /// The status that goes with the type; nil where the standard leaves it to the situation.
  public var recommendedStatus: Status? {
    let code = row.number(ProxyErrorColumn.status, digits: 2)
    return code == 0 ? nil : Status(unchecked: UInt16(truncatingIfNeeded: code))
  }

  /// Whether only an intermediary that makes the response itself can name the type. Otherwise it may also stand on a
  /// response that came from the next hop, for instance in a trailer.
  public var isResponseOnly: Bool { row.number(ProxyErrorColumn.responseOnly, digits: 1) == 1 }

  /// The parameters that the type adds, each as a name and its structured type, as in "rcode String".
  public var parameters: StaticTextList {
    StaticTextList(lines: row.text(ProxyErrorColumn.parameters))
  }

  /// The position of the type in this build; never to be stored.
  package var rawIndex: Int { Int(index) }

  public var description: String { name.description }

  private var row: TableRow {
    TableRow(
      FactTables.proxyErrors, words: FactTables.words, width: ProxyErrorColumn.width,
      index: Int(index))
  }
}
