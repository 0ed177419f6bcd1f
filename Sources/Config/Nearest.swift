/// The nearest right word, for "did you mean".
public enum Nearest {
  /// The candidate with the fewest edits from `word` (a swap of neighbours is one edit; case and
  /// `_` for `-` are none), or nil where every candidate is further than a third of its length.
  public static func word(to word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    if let name = otherNames[word.lowercased()], candidates.contains(name) { return name }
    let wanted = folded(word)
    var best: String?
    var bestDistance = Int.max
    for candidate in candidates {
      let distance = distance(wanted, folded(candidate))
      let allowed = max(1, min(candidate.utf8.count, wanted.count + 1) / 3)
      if distance <= allowed, distance < bestDistance {
        best = candidate
        bestDistance = distance
      }
    }
    return best
  }

  /// What else the content codings are called: by their libraries, and by the extensions of their files.
  private static let otherNames = [
    "brotli": "br", "gz": "gzip", "x-gzip": "gzip", "zst": "zstd", "zstandard": "zstd",
  ]

  private static func folded(_ word: String) -> [UInt8] {
    word.utf8.map { byte in
      switch byte {
      case 0x41...0x5A: byte | 0x20
      case 0x5F: 0x2D
      default: byte
      }
    }
  }

  /// Edits that turn one into the other: insert, delete, replace, swap two neighbours.
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in b.indices {
        let change = last[j] + (a[i] == b[j] ? 0 : 1)
        row[j + 1] = min(change, last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
