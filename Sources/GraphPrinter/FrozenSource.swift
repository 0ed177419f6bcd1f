import Decide

/// The frozen form of a graph as Swift source.
enum FrozenSource {
  static func text(_ graph: FrozenGraph) -> String {
    var text = """
      // Written by `make graph` from Graph.swift. Never changed once the version is released.

      extension GraphHistory {
        static let v\(graph.version) = FrozenGraph(
          version: \(graph.version),
          first: \(graph.first),
          rows: [

      """
    for row in graph.rows {
      text += "      FrozenRow(\(row.question), \"\(row.name)\", yes: \(row.yes), no: \(row.no)),\n"
    }
    text += "    ],\n    endings: [\n"
    for ending in graph.endings {
      text += "      FrozenEnding(\(ending.number), \"\(ending.name)\"),\n"
    }
    return text + "    ]\n  )\n}\n"
  }
}
