import Config
import Glibc
import Record

/// One thing that must hold for any bytes.
struct Fuzzer {
  var name: String
  var run: (Span<UInt8>) -> Void
}

/// Every fuzzer. Each has a folder of seeds, `Corpus/<name>`.
nonisolated(unsafe) let fuzzers: [Fuzzer] = [
  Fuzzer(name: "request-reader", run: fuzzRequestReader),
  Fuzzer(name: "response-reader", run: fuzzResponseReader),
  Fuzzer(name: "chunked", run: fuzzChunked),
  Fuzzer(name: "target", run: fuzzTarget),
  Fuzzer(name: "fields", run: fuzzFields),
  Fuzzer(name: "ranges", run: fuzzRanges),
  Fuzzer(name: "dates", run: fuzzDates),
  Fuzzer(name: "accept", run: fuzzAccept),
  Fuzzer(name: "negotiation", run: fuzzNegotiation),
  Fuzzer(name: "languages", run: fuzzLanguages),
  Fuzzer(name: "entity-tags", run: fuzzEntityTags),
  Fuzzer(name: "settings", run: { fuzzSettings($0) }),
  Fuzzer(name: "redirects", run: fuzzRedirects),
  Fuzzer(name: "forwarding", run: fuzzForwarding),
  Fuzzer(name: "proxy-header", run: fuzzProxyHeader),
  Fuzzer(name: "folder-file", run: fuzzFolderFile),
  Fuzzer(name: "record-line", run: { fuzzRecordLine($0) }),
  Fuzzer(name: "graph-walk", run: fuzzGraphWalk),
  Fuzzer(name: "merge-patch", run: fuzzMergePatch),
  Fuzzer(name: "json-patch", run: fuzzJSONPatch),
  Fuzzer(name: "chance", run: fuzzChance),
  Fuzzer(name: "httpbin", run: fuzzHTTPBin),
  Fuzzer(name: "websocket", run: fuzzWebSocket),
  Fuzzer(name: "wire-fault", run: fuzzWireFault),
  Fuzzer(name: "rehearsal-grammar", run: fuzzRehearsalGrammar),
  Fuzzer(name: "canary", run: fuzzCanary),
]

/// libFuzzer's own main loop, which takes the rest of the command line.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

nonisolated(unsafe) private var chosen = fuzzers[0]

/// `fuzz NAME [libFuzzer's options and folders]`; `fuzz list` prints the names.
@main
struct Fuzz {
  static func main() {
    let name = CommandLine.arguments.dropFirst().first ?? "list"
    if name == "list" {
      for fuzzer in fuzzers { print(fuzzer.name) }
      return
    }
    guard let found = fuzzers.first(where: { $0.name == name }) else {
      complain("\(name) is no fuzzer; `fuzz list` prints all")
      exit(2)
    }
    chosen = found
    var count = CommandLine.argc - 1
    var arguments = CommandLine.unsafeArgv
    arguments[1] = arguments[0]
    arguments += 1
    exit(
      runDriver(&count, &arguments) { start, count in
        chosen.run(UnsafeBufferPointer(start: start, count: count).span)
        return 0
      })
  }
}

/// Stops the fuzzer where what must hold does not.
func expect(_ holds: Bool, _ sentence: StaticString) {
  if holds { return }
  complain("does not hold: \(sentence)")
  abort()
}

private func complain(_ text: String) {
  let line = Array((text + "\n").utf8)
  _ = write(STDERR_FILENO, line, line.count)
}

/// A planted bug, four bytes deep: whoever does not find it within seconds would find nothing.
func fuzzCanary(_ bytes: Span<UInt8>) {
  guard bytes.count >= 4 else { return }
  if bytes[0] == UInt8(ascii: "4"), bytes[1] == UInt8(ascii: "1") {
    if bytes[2] == UInt8(ascii: "8") { expect(bytes[3] != UInt8(ascii: "!"), "the planted bug") }
  }
}

extension Span where Element == UInt8 {
  var array: [UInt8] {
    var copy: [UInt8] = []
    copy.reserveCapacity(count)
    for index in indices { copy.append(self[index]) }
    return copy
  }

  /// A number that depends on all bytes: where to split, which variant to try.
  var digest: Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in indices { hash = (hash ^ UInt64(self[index])) &* 0x100_0000_01b3 }
    return Int(hash >> 33)
  }
}

/// Takes numbers off the front of a fuzzer's bytes; zeros where there are no more.
struct ByteSource {
  private let bytes: [UInt8]
  private(set) var index = 0

  init(_ bytes: Span<UInt8>) { self.bytes = bytes.array }

  mutating func byte() -> UInt8 {
    guard index < bytes.count else { return 0 }
    index += 1
    return bytes[index - 1]
  }

  mutating func word() -> UInt64 {
    var word: UInt64 = 0
    for _ in 0..<8 { word = word << 8 | UInt64(byte()) }
    return word
  }

  mutating func flag() -> Bool { byte() & 1 == 1 }

  /// One of the cases of an enumeration.
  mutating func pick<Value: CaseIterable>(_ type: Value.Type) -> Value {
    let all = Array(type.allCases)
    return all[Int(byte()) % all.count]
  }
}
