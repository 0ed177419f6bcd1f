import Decide
import Glibc

/// `GraphPrinter ROOT`: writes the frozen form, the table and the picture of the graph below the package's root.
/// `GraphPrinter --check ROOT`: writes nothing and fails where one of them is stale.
@main
struct GraphPrinter {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    let checks = arguments.first == "--check"
    guard let root = arguments.last, arguments.count == (checks ? 2 : 1) else {
      fail("usage: GraphPrinter [--check] ROOT")
    }
    let files = [
      ("Sources/Decide/History/GraphV\(Graph.version).swift", FrozenSource.text(Graph.frozen)),
      ("Documentation/Graph/graph.md", GraphTable.markdown),
      ("Documentation/Graph/graph.svg", GraphPicture.svg),
    ]
    for (name, text) in files {
      let path = root + "/" + name
      if read(path) == text { continue }
      if checks { fail("\(name) is stale: run `make graph`") }
      write(text, to: path)
      print("wrote \(name)")
    }
  }

  static func fail(_ message: String) -> Never {
    let line = Array("GraphPrinter: \(message)\n".utf8)
    _ = Glibc.write(STDERR_FILENO, line, line.count)
    exit(1)
  }

  static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }

  static func write(_ text: String, to path: String) {
    guard let file = fopen(path, "w") else {
      fail("cannot write \(path): \(String(cString: strerror(errno)))")
    }
    let written = fwrite(text, 1, text.utf8.count, file)
    if fclose(file) != 0 || written != text.utf8.count { fail("cannot write \(path)") }
  }
}
