/// The paths that rules of a site have, for telling which one is there twice. It holds no more than it needs for that, because there
/// may be many.
struct PathClaims: ~Copyable {
  private struct Claim {
    var digest: UInt64
    var pattern: PathPattern
    var position: Position
  }

  private var claims: [Claim] = []
  /// Numbers of claims by the pattern's digest, in open addressing; -1: free.
  private var places: [Int32]

  init(capacity: Int) {
    var size = 8
    while size < capacity * 2 { size *= 2 }
    places = Array(repeating: -1, count: size)
    claims.reserveCapacity(capacity)
  }

  /// Notes a path, for as many as there is room. Where it was there before, returns the place of the last rule that had it.
  mutating func claim(_ pattern: PathPattern, at position: Position) -> Position? {
    let digest = pattern.digest
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: digest) & mask
    while places[place] >= 0 {
      let known = Int(places[place])
      if claims[known].digest == digest, claims[known].pattern == pattern {
        let first = claims[known].position
        claims[known].position = position
        return first
      }
      place = (place + 1) & mask
    }
    precondition((claims.count + 1) * 2 <= places.count, "more paths than rules")
    places[place] = Int32(claims.count)
    claims.append(Claim(digest: digest, pattern: pattern, position: position))
    return nil
  }
}
