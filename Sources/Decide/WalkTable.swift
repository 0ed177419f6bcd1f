internal import Facts

/// The graph as a walk reads it: a row a question, in one piece of memory that is made once from the two switches (`Graph.edges` and
/// `Question.need`), which stay the only source. A row costs a few loads; each switch would be a jump that nobody can foresee.
enum WalkTable {
  /// Where an answer leads: the place of the next row, in bytes from the first, or an ending.
  struct Way {
    private let value: Int16

    init(_ edge: Edge) {
      switch edge {
      case .ask(let question): value = Int16(WalkTable.place(of: question))
      case .end(let ending): value = ~Int16(Ending.allCases.firstIndex(of: ending) ?? 0)
      }
    }

    @inline(__always) var isEnd: Bool { value < 0 }
    /// Place of the next row.
    @inline(__always) var row: Int { Int(value) }
    /// Place of the ending.
    @inline(__always) var ending: Int { Int(~value) }
  }

  /// The row at a place.
  @inline(__always)
  static func row(_ rows: UnsafePointer<Row>, _ place: Int) -> UnsafePointer<Row> {
    (UnsafeRawPointer(rows) + place).assumingMemoryBound(to: Row.self)
  }

  struct Row {
    /// The question's bit.
    let bit: SIMD4<UInt64>
    let question: Question
    /// The need that has to be met first, as a set and as it is handed out; empty: none.
    let needs: NeedSet
    let need: Need
    let yes: Way
    let no: Way
    /// The stretch that begins here, the needs and bits of its answers, and the place of the row that follows it.
    let stretch: Stretch?
    let stretchNeeds: NeedSet
    let stretchEnd: Int16
    let stretchBits: SIMD4<UInt64>

    init(_ question: Question) {
      self.question = question
      var bits = AnswerBits()
      bits.insert(question)
      bit = Self.words(bits)
      let begun = Stretch.allCases.first { $0.answers.first?.question == question }
      if let begun, let passage = begun.passage {
        stretch = begun
        stretchNeeds = passage.needs
        stretchEnd = Int16(WalkTable.place(of: passage.end))
        stretchBits = Self.words(passage.bits)
      } else {
        stretch = nil
        stretchNeeds = []
        stretchEnd = 0
        stretchBits = SIMD4()
      }
      var needs = NeedSet()
      if let need = question.need { needs.insert(need) }
      self.needs = needs
      need = question.need ?? .route
      let edges = Graph.edges(question)
      yes = Way(edges.yes)
      no = Way(edges.no)
    }

    private static func words(_ bits: AnswerBits) -> SIMD4<UInt64> {
      SIMD4(bits.words.0, bits.words.1, bits.words.2, bits.words.3)
    }
  }

  // Filled before anybody can see them, and only read afterwards.
  nonisolated(unsafe) static let rows = kept(Question.allCases.map(Row.init))
  nonisolated(unsafe) static let endings = kept(Ending.allCases)
  static let first = place(of: Graph.first)

  static func place(of question: Question) -> Int {
    (Question.allCases.firstIndex(of: question) ?? 0) * MemoryLayout<Row>.stride
  }

  private static func kept<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
    memory.initialize(from: elements, count: elements.count)
    return UnsafePointer(memory)
  }
}
