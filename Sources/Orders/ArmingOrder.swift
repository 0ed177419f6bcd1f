/// An order that is put into a running site for a while: where it holds, how often, how long, and what it is. Written in the form of a
/// field, with four words more: `site=docs; match=/api/*; rate=10%; for=10m; status=503`.
public struct ArmingOrder: Sendable, Equatable {
  /// The site's label; empty: the only one.
  public var site: [UInt8] = []
  public var match = PathGlob("/*")
  /// Of all requests that match, above 0 and at most 1.
  public var share = 1.0
  /// Milliseconds.
  public var duration: UInt64
  public var order: RehearsalOrder

  /// A day, in milliseconds.
  public static let durationMax: UInt64 = 86_400_000

  /// Only comes before what the resource answers: it says no status.
  public var leadsOn: Bool { order.weights == nil && order.sequence == nil }

  /// Reads such a text.
  public init(_ text: [UInt8]) throws(GrammarProblem) {
    let items = try GrammarItems.ofField(text)
    var rest: [GrammarItem] = []
    var duration: UInt64?
    for item in items {
      let value = GrammarValue(item)
      switch value.name {
      case "site": site = item.value
      case "match":
        guard item.value.first == UInt8(ascii: "/") || item.value.first == UInt8(ascii: "*") else {
          throw value.wrong("a path with * for any bytes, such as /api/*")
        }
        match = PathGlob(item.value)
      case "rate": share = try value.share()
      case "for":
        duration = try value.time(upTo: Self.durationMax)
        if duration == 0 { throw value.wrong("a time such as 10m") }
      default: rest.append(item)
      }
    }
    guard let duration else {
      throw GrammarProblem(
        at: text.count, "it is not said for how long, such as for=10m; nothing stays armed for good"
      )
    }
    self.duration = duration
    var order = RehearsalOrder()
    try GrammarReader.apply(rest, to: &order)
    self.order = order
    try checkReal(rest)
    if rest.isEmpty {
      throw GrammarProblem(
        at: text.count, "nothing is ordered, such as status=503, delay=2s or fault=reset")
    }
  }
}

extension ArmingOrder {
  /// What changes head or content of a real answer is refused: those are left alone.
  private func checkReal(_ items: [GrammarItem]) throws(GrammarProblem) {
    guard leadsOn else { return }
    for item in items {
      switch String(decoding: item.name, as: UTF8.self) {
      case "content", "body", "size", "repeat":
        throw GrammarProblem(
          at: item.nameOffset, "the content of real answers is left alone; say a status as well")
      default: continue
      }
    }
    if let first = items.first, !order.fields.isEmpty || !order.without.isEmpty {
      throw GrammarProblem(
        at: first.nameOffset, "fields of real answers are left alone; say a status as well")
    }
  }
}

extension GrammarValue {
  /// `10%`, `0.1`.
  func share() throws(GrammarProblem) -> Double {
    let isPercent = item.value.last == UInt8(ascii: "%")
    let digits = isPercent ? item.value.dropLast() : item.value[...]
    guard !digits.isEmpty, digits.count <= 9,
      digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E }),
      let number = Double(String(decoding: digits, as: UTF8.self))
    else { throw wrong("a part such as 10% or 0.1") }
    let share = isPercent ? number / 100 : number
    guard share > 0, share <= 1 else { throw wrong("a part above 0 and up to 100%") }
    return share
  }
}

/// A path with `*` for any bytes, slashes too.
public struct PathGlob: Sendable, Equatable {
  public let text: [UInt8]

  public init(_ text: [UInt8]) { self.text = text }
  public init(_ text: String) { self.text = Array(text.utf8) }

  /// Whether all of the path fits. Takes no longer than the product of both lengths.
  public func matches(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    var (at, place) = (0, 0)
    var star = -1
    var taken = 0
    while place < path.count {
      if at < text.count, text[at] == UInt8(ascii: "*") {
        star = at
        taken = place
        at += 1
      } else if at < text.count, text[at] == path[place] {
        at += 1
        place += 1
      } else if star >= 0 {
        // The star takes a byte more
        taken += 1
        place = taken
        at = star + 1
      } else {
        return false
      }
    }
    return text[at...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
