public import Config

/// A site, a rule or a file that would have answered but for one thing. For 404.0, 404.1, 404.700 and 405, so that the mistake can be seen.
public struct NearMiss: Equatable, Sendable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// The site has this name, and answers on other ports.
    case siteNameMatchesOtherPort = 1
    /// The site's name differs by its leading labels or by one letter.
    case siteNameSimilar
    /// The rule's path agrees with the target's up to a point, or the target's with the rule's.
    case rulePathPrefix
    case ruleDiffersByCase
    case ruleDiffersByFinalSlash
    /// The rule matches, and takes other methods.
    case ruleTakesOtherMethods
    /// Below the rule's folder something has the path in lower case.
    case fileInLowerCase
  }

  public var kind: Kind
  /// Where the site, the rule or the folder is written.
  public var position: Position

  public init(_ kind: Kind, at position: Position) {
    self.kind = kind
    self.position = position
  }
}

/// At most three near misses, the nearest first.
public struct NearMisses: Equatable, Sendable {
  public private(set) var first: NearMiss?
  public private(set) var second: NearMiss?
  public private(set) var third: NearMiss?

  public init() {}

  public var all: [NearMiss] { [first, second, third].compactMap { $0 } }
  @inlinable public var isEmpty: Bool { first == nil }

  /// Keeps a near miss while there is room.
  public mutating func add(_ miss: NearMiss) {
    if first == nil {
      first = miss
    } else if second == nil {
      second = miss
    } else if third == nil {
      third = miss
    }
  }
}
