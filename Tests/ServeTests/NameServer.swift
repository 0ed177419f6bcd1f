import Glibc
import Loop
import Synchronization

/// A tiny name server on a loopback port of the system's choice, which knows what it is told and nothing else.
final class NameServer: Sendable {
  enum Record: Sendable {
    case pointer(String)
    case address([UInt8])
  }

  let port: UInt16
  private let descriptor: Int32
  private let thread: Mutex<NativeThread?>
  private let count = Mutex<Int>(0)

  /// `records` by `7.2.0.192.in-addr.arpa`, `host.example`. What is not there is NXDOMAIN; with `isSilent` nothing is ever answered.
  init(_ records: [String: [Record]], isSilent: Bool = false) throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    guard socket >= 0 else { throw Trouble("no socket") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard bound else { throw Trouble("no port") }
    descriptor = socket
    port = UInt16(bigEndian: address.sin_port)
    thread = Mutex(nil)
    let own = try NativeThread(named: "names") { [self] in serve(records, isSilent) }
    thread.withLock { $0 = own }
  }

  /// Questions that have come.
  var questions: Int { count.withLock { $0 } }

  func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    thread.withLock { $0 }?.join()
    close(descriptor)
  }

  private func serve(_ records: [String: [Record]], _ isSilent: Bool) {
    var room = [UInt8](repeating: 0, count: 4096)
    while true {
      var peer = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let got = withUnsafeMutablePointer(to: &peer) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(descriptor, &room, room.count, 0, $0, &length)
        }
      }
      if got <= 0 { return }
      count.withLock { $0 += 1 }
      if isSilent { continue }
      let answer = Self.answer(Array(room[..<got]), records)
      _ = withUnsafePointer(to: &peer) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(descriptor, answer, answer.count, 0, $0, length)
        }
      }
    }
  }

  /// RFC 1035 section 4: the question back, with what is known of its name behind it.
  static func answer(_ question: [UInt8], _ records: [String: [Record]]) -> [UInt8] {
    var labels: [String] = []
    var at = 12
    while at < question.count, question[at] != 0 {
      let end = at + 1 + Int(question[at])
      guard end < question.count else { return [] }
      labels.append(String(decoding: question[(at + 1)..<end], as: UTF8.self))
      at = end
    }
    guard at + 5 <= question.count else { return [] }
    let type = question[at + 2]
    let known = records[labels.joined(separator: ".").lowercased()]
    var answers: [UInt8] = []
    var count: UInt8 = 0
    for record in known ?? [] {
      let (number, data): (UInt8, [UInt8]) =
        switch record {
        case .pointer(let name): (12, Self.encode(name))
        case .address(let bytes): (bytes.count == 4 ? 1 : 28, bytes)
        }
      guard number == type else { continue }
      // A name that stands at byte 12; a class; a minute
      answers += [0xC0, 12, 0, number, 0, 1, 0, 0, 0, 60, 0, UInt8(data.count)] + data
      count += 1
    }
    let code: UInt8 = known == nil ? 3 : 0
    return question[..<2] + [0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]
      + question[12..<(at + 5)] + answers
  }

  private static func encode(_ name: String) -> [UInt8] {
    name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }
}
