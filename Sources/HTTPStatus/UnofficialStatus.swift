/// A code that a vendor uses and no registry knows, as in nginx:499.
///
/// The same number means different things to different vendors, so that every code lies in its vendor's name space. Such
/// codes are explained, and never sent.
public struct UnofficialStatus: Hashable, Sendable, CustomStringConvertible {
  private let index: UInt16

  private init(unchecked index: Int) { self.index = UInt16(truncatingIfNeeded: index) }

  /// The code that a text like "nginx:499" names.
  public init?(_ text: String) {
    guard let found = UnofficialStatus.all.first(where: { $0.description == text }) else {
      return nil
    }
    self = found
  }

  /// Every unofficial code, by vendor and then by code.
  public static var all: some RandomAccessCollection<UnofficialStatus> & Sendable {
    (0..<FactTables.unofficialCount).lazy.map { UnofficialStatus(unchecked: $0) }
  }

  /// What vendors mean by a code; empty where none of them uses it.
  /// - Parameter code: 0...999.
  public static func meanings(of code: Int) -> [UnofficialStatus] {
    all.filter { Int($0.code) == code }
  }

  /// The vendor's name space, as in "nginx".
  public var vendor: StaticText { row.text(UnofficialColumn.vendor) }

  /// The number, 0...999.
  public var code: UInt16 {
    UInt16(truncatingIfNeeded: row.number(UnofficialColumn.code, digits: 2))
  }

  /// What the vendor calls it.
  public var name: StaticText { row.text(UnofficialColumn.name) }

  /// The registered status that comes closest; nil where none does, as for what is only ever logged.
  public var closest: Status? { status(UnofficialColumn.closest) }

  /// Another registered status that fits some uses of the code.
  public var secondClosest: Status? { status(UnofficialColumn.secondClosest) }

  /// What the vendor's server puts on the wire in place of the code, where that differs.
  public var sentAs: Status? { status(UnofficialColumn.sentAs) }

  /// The position of the code in this build; never to be stored.
  package var rawIndex: Int { Int(index) }

  /// Vendor and code in three digits, as in "nginx:499".
  public var description: String { "\(vendor):\(Status(unchecked: code))" }

  private func status(_ column: Int) -> Status? {
    let code = row.number(column, digits: 2)
    return code == 0 ? nil : Status(unchecked: UInt16(truncatingIfNeeded: code))
  }

  private var row: TableRow {
    TableRow(
      FactTables.unofficial, words: FactTables.words, width: UnofficialColumn.width,
      index: Int(index))
  }
}
