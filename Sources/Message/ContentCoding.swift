/// A content coding that the server can send (RFC 9110 section 8.4.1), and `identity`, which is none.
public enum ContentCoding: UInt8, Sendable, CaseIterable {
  case identity = 0
  case gzip, brotli, zstd

  /// Those that change the content, in the order of their numbers.
  public static let coded: [ContentCoding] = [.gzip, .brotli, .zstd]

  /// As it stands in Content-Encoding and Accept-Encoding.
  public var name: StaticString {
    switch self {
    case .identity: "identity"
    case .gzip: "gzip"
    case .brotli: "br"
    case .zstd: "zstd"
    }
  }

  /// What follows a file's name where its content has the coding already, with the dot.
  public var fileSuffix: StaticString {
    switch self {
    case .identity: ""
    case .gzip: ".gz"
    case .brotli: ".br"
    case .zstd: ".zst"
    }
  }

  /// The coding of a name, whatever the case of its letters; nil where the server does not have it.
  public init?(_ name: Span<UInt8>) {
    // RFC 9110 section 8.4.1.3: `x-gzip` is the same as `gzip`
    if name.equalsIgnoringCase("gzip") || name.equalsIgnoringCase("x-gzip") {
      self = .gzip
    } else if name.equalsIgnoringCase("br") {
      self = .brotli
    } else if name.equalsIgnoringCase("zstd") {
      self = .zstd
    } else if name.equalsIgnoringCase("identity") {
      self = .identity
    } else {
      return nil
    }
  }
}

/// What the Accept-Encoding lines of one request say of the codings that the server has (RFC 9110 section 12.5.3).
///
/// Lines are added one by one; nothing is allocated. An element that is not the grammar's is passed over as if it were not there.
public struct CodingWeights: Sendable {
  private static let unnamed: Int16 = -1

  /// Thousandths by `ContentCoding.rawValue`.
  private var named = (unnamed, unnamed, unnamed, unnamed)
  private var others = unnamed
  /// Whether there is an Accept-Encoding at all, if only an empty one.
  public private(set) var isPresent = false

  public init() {}

  /// Adds the value of one Accept-Encoding line.
  public mutating func add(_ value: Span<UInt8>) {
    isPresent = true
    var index = 0
    while index < value.count {
      let end = value.endOfToken(from: index)
      let element = value.trimmed(index..<end)
      index = end + 1
      guard let (name, weight) = WeightedToken.read(value, element) else { continue }
      let text = value.extracting(name)
      if text.equals("*") {
        others = max(others, Int16(weight))
      } else if let coding = ContentCoding(text) {
        set(coding, max(weightNamed(coding), Int16(weight)))
      }
    }
  }

  private func weightNamed(_ coding: ContentCoding) -> Int16 {
    switch coding {
    case .identity: named.0
    case .gzip: named.1
    case .brotli: named.2
    case .zstd: named.3
    }
  }

  private mutating func set(_ coding: ContentCoding, _ weight: Int16) {
    switch coding {
    case .identity: named.0 = weight
    case .gzip: named.1 = weight
    case .brotli: named.2 = weight
    case .zstd: named.3 = weight
    }
  }

  /// How much the client wants a coding, 0...1000; 0 is "not acceptable".
  ///
  /// Without the field any coding would be acceptable; a client that says nothing gets the content as it is. Identity that is not
  /// named and not excluded by `*` is acceptable, and the last choice.
  public func thousandths(_ coding: ContentCoding) -> Int {
    guard isPresent else { return coding == .identity ? 1000 : 0 }
    let weight = weightNamed(coding)
    if weight >= 0 { return Int(weight) }
    if others >= 0 { return Int(others) }
    return coding == .identity ? 1 : 0
  }
}

/// `token [ ";" "q=" weight ]`, the element of Accept-Encoding and Accept-Language (RFC 9110 section 12.4.2).
enum WeightedToken {
  /// The token and its weight in thousandths; nil where the element is not the grammar's.
  static func read(_ value: Span<UInt8>, _ element: Range<Int>) -> (name: Range<Int>, weight: Int)?
  {
    var index = element.lowerBound
    while index < element.upperBound, ByteClass.has(value[index], ByteClass.token) { index += 1 }
    let name = element.lowerBound..<index
    guard !name.isEmpty else { return nil }
    while index < element.upperBound, value[index].isBlank { index += 1 }
    if index == element.upperBound { return (name, 1000) }
    guard value[index] == 0x3B else { return nil }
    let parameter = value.trimmed((index + 1)..<element.upperBound)
    guard parameter.count > 2, value[parameter.lowerBound].lowercased == 0x71,
      value[parameter.lowerBound + 1] == 0x3D,
      let weight = Accept.weight(
        value.extracting((parameter.lowerBound + 2)..<parameter.upperBound))
    else { return nil }
    return (name, weight)
  }
}
