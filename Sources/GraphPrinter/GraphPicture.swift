import Decide

/// The graph as an SVG picture: the questions from top to bottom, endings at their right, long edges as arcs at their left.
enum GraphPicture {
  static let rowHeight = 30
  static let left = 330
  static let boxWidth = 240

  static var svg: String {
    let order = GraphTable.order
    let height = order.count * rowHeight + 60
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1060 \(height)" font-family="sans-serif" font-size="13">
      <title>Statusline: the graph, version \(Graph.version)</title>
      <style>
      svg { background: #fff } text { fill: #1a1a1a } .q { fill: #eef3fb; stroke: #4b6fa8 }
      .yes { stroke: #1b7f3b; fill: none } .no { stroke: #b3321f; fill: none }
      .y { fill: #1b7f3b } .n { fill: #b3321f } .block { fill: #666; font-size: 11px }
      @media (prefers-color-scheme: dark) {
        svg { background: #16181d } text { fill: #e8e8e8 } .q { fill: #223047; stroke: #7aa0dc }
        .yes { stroke: #5cc47f } .no { stroke: #ef8a78 } .y { fill: #5cc47f } .n { fill: #ef8a78 }
        .block { fill: #a0a0a0 }
      }
      </style>
      <text x="\(left)" y="22">yes: <tspan class="y">green</tspan>, no: <tspan class="n">red</tspan>; \
      straight down: the next question</text>

      """
    for (row, question) in order.enumerated() {
      text += box(question, row)
      let edges = Graph.edges(question)
      text += line(edges.yes, from: row, order, kind: "yes")
      text += line(edges.no, from: row, order, kind: "no")
    }
    return text + "</svg>\n"
  }

  static func top(_ row: Int) -> Int { 40 + row * rowHeight }

  static func box(_ question: Question, _ row: Int) -> String {
    let y = top(row)
    return """
      <rect class="q" x="\(left)" y="\(y)" width="\(boxWidth)" height="20" rx="4"/>
      <text x="\(left + 8)" y="\(y + 15)">\(question.rawValue) \(GraphTable.name(question))</text>
      <text class="block" x="8" y="\(y + 15)">\(question.block.rawValue)</text>

      """
  }

  static func line(_ edge: Edge, from row: Int, _ order: [Question], kind: String) -> String {
    let y = top(row)
    switch edge {
    case .end(let ending):
      let x = left + boxWidth
      let lineY = kind == "yes" ? y + 6 : y + 14
      let column = kind == "yes" ? x + 40 : x + 60
      let other = Graph.edges(order[row])
      let both = isEnding(other.yes) && isEnding(other.no)
      let textX = both && kind == "no" ? column + 210 : column + 4
      return """
        <path class="\(kind)" d="M\(x) \(lineY)H\(textX - 4)"/>
        <text class="\(kind == "yes" ? "y" : "n")" x="\(textX)" y="\(lineY + 4)">\
        \(GraphTable.name(ending))</text>

        """
    case .ask(let next):
      guard let target = order.firstIndex(of: next) else { return "" }
      let span = target - row
      if span == 1 {
        let x = left + (kind == "yes" ? 20 : 40)
        return "<path class=\"\(kind)\" d=\"M\(x) \(y + 20)V\(y + rowHeight)\"/>\n"
      }
      let bend = left - min(20 + span * 7, 250)
      let end = top(target) + (kind == "yes" ? 6 : 14)
      let start = y + (kind == "yes" ? 6 : 14)
      return """
        <path class="\(kind)" d="M\(left) \(start)C\(bend) \(start) \(bend) \(end) \(left) \(end)"/>

        """
    }
  }

  static func isEnding(_ edge: Edge) -> Bool {
    if case .end = edge { true } else { false }
  }
}
