import Decide
import Facts
import HTTPStatus

/// The graph as Markdown: one table a block, the questions in the order in which they can be asked.
enum GraphTable {
  /// The questions in an order in which every edge leads forward.
  static let order: [Question] = {
    var order: [Question] = []
    func visit(_ question: Question) {
      if order.contains(question) { return }
      let edges = Graph.edges(question)
      for edge in [edges.no, edges.yes] {
        if case .ask(let next) = edge { visit(next) }
      }
      order.append(question)
    }
    visit(Graph.first)
    return order.reversed()
  }()

  static func name(_ question: Question) -> String {
    Retelling.snakeCase(String(describing: question))
  }

  static func name(_ ending: Ending) -> String {
    guard let cause = ending.fixedCause else { return "the fault's cause" }
    return "\(cause.code) \(cause.slug)"
  }

  static func name(_ edge: Edge) -> String {
    switch edge {
    case .ask(let question): "`\(name(question))`"
    case .end(let ending): "**\(name(ending))**"
    }
  }

  static var markdown: String {
    var text = """
      # The graph, version \(Graph.version)

      Printed from `Sources/Decide/Graph.swift` by `make graph`. A walk starts at `\(name(Graph.first))`; every answer leads on to a
      question or ends in a cause. *Needs* are facts that are fetched before the question is asked.

      """
    for block in Block.allCases {
      text += "\n## \(block.rawValue)\n\n| no. | question | needs | yes | no |\n"
      text += "| ---: | --- | --- | --- | --- |\n"
      for question in order where question.block == block {
        let edges = Graph.edges(question)
        let need = question.need.map { String(describing: $0) } ?? ""
        text += "| \(question.rawValue) | `\(name(question))` | \(need) | "
        text += "\(name(edges.yes)) | \(name(edges.no)) |\n"
      }
    }
    text += "\n## Causes of the faults\n\n| fault | cause | in |\n| --- | --- | --- |\n"
    for ending in [Ending.fault, .contentFault] {
      for kind in FaultCauses.kinds(of: ending) {
        let cause = FaultCauses.cause(of: kind)
        let place = ending == .fault ? "head" : "content"
        text += "| \(Retelling.snakeCase(String(describing: kind))) | "
        text += "\(cause.code) \(cause.slug) | \(place) |\n"
      }
    }
    return text
  }
}
