import Foundation
import WordForms

/// Which words stand in which entries, how much they weigh there, and which stand together in one name or keyword.
struct WordIndex {
  /// Where a word begins, where its postings begin, and how much it tells: four times the binary logarithm of how few entries have it.
  /// The next row's beginnings are the ends; a last row has no word.
  static let layout = Layout(
    name: "TokenColumn", columns: [("word", 4), ("postings", 4), ("rarity", 1)])
  /// A posting is an entry's number in two digits and a weight in one.
  private var weights: [String: [Int: Int]] = [:]
  private var phrases: Set<Phrase> = []

  private struct Phrase: Hashable {
    var entry: Int
    var isName: Bool
    var terms: [String]
  }

  /// What the search looks into.
  struct Tables {
    var tokens: Table
    /// The words themselves, in order, one behind the other.
    var words: [UInt8]
    var postings: [UInt8]
    /// A phrase is its entry's number in two digits, the number of its words in one (and 32 more for a name), and each word's place among
    /// the words in three.
    var phrases: [UInt8]
  }

  mutating func add(_ text: String, to entry: Int, weight: Int) {
    for word in WordForms.words(of: text) where !WordForms.fillers.contains(word) {
      note(WordForms.stem(word), entry, weight)
    }
  }

  /// Words that belong together: a name, or what somebody would type.
  mutating func addPhrase(_ text: String, to entry: Int, weight: Int, isName: Bool = false) {
    let terms = WordForms.terms(of: text)
    for term in terms { note(term, entry, weight) }
    if terms.isEmpty { return }
    phrases.insert(Phrase(entry: entry, isName: isName, terms: Array(terms.prefix(31))))
  }

  private mutating func note(_ term: String, _ entry: Int, _ weight: Int) {
    let before = weights[term]?[entry] ?? 0
    // The heaviest place counts, and each further one a little
    weights[term, default: [:]][entry] = min(max(before + 1, weight), weight + 6, 63)
  }

  func tables() -> Tables {
    var tables = Tables(tokens: Table(Self.layout), words: [], postings: [], phrases: [])
    var places: [String: Int] = [:]
    let entries = Set(weights.values.flatMap(\.keys)).count
    var count = 0
    for term in weights.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      let found = (weights[term] ?? [:]).sorted { $0.key < $1.key }
      let rarity = 4 * log2(Double(entries) / Double(found.count))
      places[term] = tables.tokens.count
      tables.tokens.append([
        digits(tables.words.count, count: 4), digits(count, count: 4),
        digits(min(max(Int(rarity), 1), 63), count: 1),
      ])
      tables.words += Array(term.utf8)
      for (entry, weight) in found {
        tables.postings += digits(entry, count: 2) + digits(weight, count: 1)
      }
      count += found.count
    }
    tables.tokens.append([
      digits(tables.words.count, count: 4), digits(count, count: 4), digits(0, count: 1),
    ])
    let inOrder = phrases.sorted { one, other in
      one.entry == other.entry
        ? one.terms.lexicographicallyPrecedes(other.terms) : one.entry < other.entry
    }
    for phrase in inOrder {
      tables.phrases += digits(phrase.entry, count: 2)
      tables.phrases += digits(phrase.terms.count + (phrase.isName ? 32 : 0), count: 1)
      for term in phrase.terms { tables.phrases += digits(places[term] ?? 0, count: 3) }
    }
    return tables
  }
}
