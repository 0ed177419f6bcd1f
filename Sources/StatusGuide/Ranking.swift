internal import HTTPStatus
internal import WordForms

/// Entries by the words that they share with a query.
///
/// Two things count: which words an entry has at all, the more the rarer they are, and how much of a query is one of the entry's names
/// or keywords. What the catalogue does not know in a query says nothing.
struct Ranking {
  private var scores: [Double]
  /// What the words of the query that the entry has tell.
  private var covered: [Double]
  /// For each of the index's words that the query means: how well it fits, from 0 to 1.
  private var fits: [Int: Double] = [:]
  /// What all words of the query tell.
  private var whole = 0.0

  init(_ query: String) {
    let count = Sign.firstIndex + WordTables.signCount
    scores = Array(repeating: 0, count: count)
    covered = Array(repeating: 0, count: count)
    for term in WordForms.terms(of: query).prefix(32) { add(term) }
    if whole == 0 { return }
    for index in scores.indices {
      let share = min(covered[index] / whole, 1)
      scores[index] *= share * share
    }
    addPhrases()
    raise()
  }

  var subjects: [Subject] {
    let all = Subject.all
    return scores.indices.filter { scores[$0] > 0 }
      .sorted { (scores[$1], $0) < (scores[$0], $1) }
      .map { all[$0] }
  }

  // MARK: Words

  private mutating func add(_ term: String) {
    let found = Matches(term).fits
    var best: [Int: (score: Double, cover: Double)] = [:]
    var told = 0.0
    for (token, fit) in found {
      let rarity = Tokens.rarity(token)
      told = max(told, rarity * fit)
      fits[token] = max(fits[token] ?? 0, fit)
      Tokens.forEachEntry(of: token) { entry, weight in
        let score = rarity * fit * min(weight / 12, 1.25)
        let before = best[entry] ?? (0, 0)
        best[entry] = (max(before.score, score), max(before.cover, rarity * fit))
      }
    }
    whole += told
    for (entry, value) in best {
      scores[entry] += value.score
      covered[entry] += value.cover
    }
  }

  // MARK: Names and keywords

  private mutating func addPhrases() {
    var known = [Double](repeating: 0, count: WordTables.tokenCount)
    for (token, fit) in fits { known[token] = fit }
    var best = [Double](repeating: 0, count: scores.count)
    var place = 0
    let base = WordTables.phrases
    while place < WordTables.phraseBytes {
      let row = TableRow(base, words: base, width: 1, index: place)
      let entry = row.number(0, digits: 2)
      let count = row.number(2, digits: 1) & 31
      let isName = row.number(2, digits: 1) > 31
      place += 3 + 3 * count
      var shared = 0.0
      var all = 0.0
      for word in 0..<count {
        let token = row.number(3 + 3 * word, digits: 3)
        let rarity = Tokens.rarity(token)
        shared += rarity * known[token]
        all += rarity
      }
      if shared == 0 { continue }
      let ofPhrase = shared / all
      let ofQuery = min(shared / whole, 1)
      // What is called so by its whole name is meant, whatever else is said
      let named = isName && ofPhrase > 0.99 ? 1.5 : 1
      best[entry] = max(
        best[entry], shared * ofPhrase * ofPhrase * (0.3 + 0.7 * ofQuery) * named)
    }
    for entry in best.indices { scores[entry] += 2 * best[entry] }
  }

  // MARK: Kinds

  /// Registered statuses first, where the words fit alike; then causes, then what others have. A status is also meant where one of its
  /// causes is.
  private mutating func raise() {
    let statuses = Status.registered
    var row: [Status: Int] = [:]
    for (index, status) in statuses.enumerated() { row[status] = index }
    var extra = [Double](repeating: 0, count: statuses.count)
    for (index, cause) in Cause.all.enumerated() {
      guard let status = row[cause.status] else { continue }
      extra[status] = max(extra[status], scores[WordTables.statusCount + index])
    }
    for index in scores.indices {
      if index < WordTables.statusCount {
        scores[index] += 0.4 * extra[index]
      } else if index < WordTables.statusCount + WordTables.causeCount {
        scores[index] *= 0.85
      } else {
        scores[index] *= index < Sign.firstIndex ? 0.8 : 0.7
      }
    }
  }
}

/// The index's words that a typed one may mean, each with how well it fits, from 0 to 1.
private struct Matches {
  private(set) var fits: [Int: Double] = [:]

  init(_ term: String) {
    let bytes = Array(term.utf8)
    let first = Tokens.first(notBefore: bytes)
    if first < WordTables.tokenCount, Tokens.word(first).elementsEqual(bytes) {
      // A short number is a count or a port more often than a name
      fits[first] = bytes.count < 3 && bytes.allSatisfy { $0 < 0x3A } ? 0.3 : 1
      return
    }
    // A number is that number, and a piece of a script without spaces is that piece
    let isHan = bytes.count == 3 && bytes[0] >= 0xE3 && bytes[0] <= 0xE9
    if bytes.contains(where: { $0 >= 0x80 }) && !isHan { return }
    if bytes.allSatisfy({ $0 < 0x3A }) { return }
    var token = first
    while token < WordTables.tokenCount, Tokens.word(token).starts(with: bytes) {
      let more = Tokens.word(token).count - bytes.count
      if isHan || (bytes.count > 3 && more < 5) || (bytes.count > 2 && more < 3) {
        fits[token] = 0.6
      }
      token += 1
    }
    if bytes.count > 3, !isHan { addMistyped(bytes) }
  }

  private mutating func addMistyped(_ bytes: [UInt8]) {
    let limit = bytes.count >= 8 ? 2 : 1
    for token in 0..<WordTables.tokenCount {
      let word = Tokens.word(token)
      guard abs(word.count - bytes.count) <= limit, let least = word.first, least < 0x80,
        let distance = WordForms.distance(bytes, Array(word), limit: limit), distance > 0
      else { continue }
      // The first letter is seldom the wrong one
      let fit = (distance == 1 ? 0.7 : 0.4) * (least == bytes[0] ? 1 : 0.6)
      fits[token] = max(fits[token] ?? 0, fit)
    }
  }
}

/// The index that the catalogue's compiler made: words in order, each with the entries that have it.
private enum Tokens {
  static func word(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = row(index).number(TokenColumn.word, digits: 4)
    let end = row(index + 1).number(TokenColumn.word, digits: 4)
    return UnsafeBufferPointer(
      start: WordTables.tokenWords.utf8Start + start, count: end - start)
  }

  /// How much the word tells: 0 where all entries have it, 10 where one has.
  static func rarity(_ index: Int) -> Double {
    Double(row(index).number(TokenColumn.rarity, digits: 1)) / 4
  }

  /// The first word that does not stand before the bytes.
  static func first(notBefore bytes: [UInt8]) -> Int {
    var low = 0
    var high = WordTables.tokenCount
    while low < high {
      let middle = (low + high) / 2
      if word(middle).lexicographicallyPrecedes(bytes) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  static func forEachEntry(of index: Int, _ body: (_ entry: Int, _ weight: Double) -> Void) {
    let start = row(index).number(TokenColumn.postings, digits: 4)
    let end = row(index + 1).number(TokenColumn.postings, digits: 4)
    for place in start..<end {
      let posting = TableRow(
        WordTables.postings, words: WordTables.words, width: 3, index: place)
      body(posting.number(0, digits: 2), Double(posting.number(2, digits: 1)))
    }
  }

  private static func row(_ index: Int) -> TableRow {
    TableRow(
      WordTables.tokens, words: WordTables.words, width: TokenColumn.width, index: index)
  }
}
