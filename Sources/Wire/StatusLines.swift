import HTTPStatus
import Message

/// The status lines of all statuses, made once and copied whole (RFC 9112 section 4).
struct StatusLines: Sendable {
  // Filled before anybody can see them, only read afterwards, and there for good.
  private nonisolated(unsafe) let bytes: UnsafePointer<UInt8>
  /// Where the line of a code begins; that of code + 1 is where it ends. Codes 100 to 599.
  private nonisolated(unsafe) let starts: UnsafePointer<UInt32>

  static let shared = StatusLines()

  private init() {
    var lines = ByteBuffer(capacity: 16384)
    var starts: [UInt32] = []
    starts.reserveCapacity(501)
    for code in 100..<600 {
      starts.append(UInt32(lines.count))
      // RFC 9110 section 2.5: the version is the highest that the server speaks, also to a 1.0
      // client
      lines.append("HTTP/1.1 ")
      lines.append(decimal: UInt64(code), digits: 3)
      // The space is there also where no phrase is (RFC 9112 section 4).
      lines.append(0x20)
      if let phrase = Status(code)?.phrase { lines.append(phrase.utf8) }
      lines.append("\r\n")
    }
    starts.append(UInt32(lines.count))
    let text = UnsafeMutablePointer<UInt8>.allocate(capacity: lines.count)
    text.initialize(from: lines.base, count: lines.count)
    bytes = UnsafePointer(text)
    let places = UnsafeMutablePointer<UInt32>.allocate(capacity: starts.count)
    places.initialize(from: starts, count: starts.count)
    self.starts = UnsafePointer(places)
  }

  /// Appends the line of a code from 100 to 599.
  func append(_ code: UInt16, to buffer: inout ByteBuffer) {
    let index = Int(code) - 100
    precondition(index >= 0 && index < 500, "a status outside 100...599 cannot be sent")
    let start = Int(starts[index])
    buffer.append(
      UnsafeBufferPointer(start: bytes + start, count: Int(starts[index + 1]) - start))
  }
}
