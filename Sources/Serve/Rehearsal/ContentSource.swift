internal import Glibc
internal import Message
internal import Respond

/// The content of a response, taken piece by piece. For answers that are sent bit by bit; others go out from where they lie.
///
/// Points into the response, which has to stay as it is meanwhile.
struct ContentSource {
  private var segments: [ContentTail.Segment] = []
  private var next = 0
  /// A file was shorter than it had been, or could not be read.
  private(set) var hasFailed = false

  /// What `take` is best asked for.
  static var takenBytesMax: UInt64 { 32 << 10 }

  init(_ response: Response) {
    switch response.content {
    case .none: break
    case .body: add(response.body.bytes)
    case .memory(let memory): add(memory)
    case .file(let slice): segments.append(.file(slice))
    case .multipart:
      for part in response.parts {
        add(response.body.bytes(of: part.head))
        if let file = part.file { segments.append(.file(file)) } else { add(part.memory) }
      }
      let closing = response.parts.last.map { Int($0.head.end) } ?? 0
      add(response.body.bytes(from: closing))
    }
    skipEmpty()
  }

  private mutating func add(_ memory: UnsafeBufferPointer<UInt8>) {
    segments.append(.memory(memory))
  }

  var isEmpty: Bool { next == segments.count }

  /// Bytes that are still to be taken.
  var bytesLeft: UInt64 {
    segments[next...].reduce(0) { sum, segment in
      switch segment {
      case .memory(let memory): sum + UInt64(memory.count)
      case .file(let slice): sum + slice.length
      }
    }
  }

  /// Puts the next bytes into the buffer in place of what it has, at most `count`, at least one. False at the end, and at a failure.
  mutating func take(_ count: UInt64, into buffer: inout ByteBuffer) -> Bool {
    buffer.removeAll()
    while !isEmpty, !hasFailed, UInt64(buffer.count) < count {
      let wanted = Int(count) - buffer.count
      switch segments[next] {
      case .memory(let memory):
        let piece = memory.prefix(wanted)
        buffer.append(UnsafeBufferPointer(rebasing: piece))
        segments[next] = .memory(UnsafeBufferPointer(rebasing: memory[piece.endIndex...]))
      case .file(var slice):
        let length = Int(min(UInt64(wanted), slice.length))
        buffer.reserve(length)
        let read = pread(slice.descriptor, buffer.end, length, off_t(slice.offset))
        guard read > 0 else {
          hasFailed = true
          return false
        }
        buffer.didWrite(read)
        slice.offset += UInt64(read)
        slice.length -= UInt64(read)
        segments[next] = .file(slice)
      }
      skipEmpty()
    }
    return !buffer.bytes.isEmpty
  }

  /// All that is left.
  mutating func takeAll() -> [UInt8] {
    var all: [UInt8] = []
    var piece = ByteBuffer(capacity: 4096)
    while take(ContentSource.takenBytesMax, into: &piece) { all += piece.bytes }
    return all
  }

  private mutating func skipEmpty() {
    while next < segments.count {
      switch segments[next] {
      case .memory(let memory): if !memory.isEmpty { return }
      case .file(let slice): if slice.length > 0 { return }
      }
      next += 1
    }
  }
}
