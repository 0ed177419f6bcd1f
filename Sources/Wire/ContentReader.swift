public import Message

/// What one call of `ContentReader.read` came to.
public struct ContentStep: Equatable, Sendable {
  /// Bytes that are used up; what is behind them is to be handed in again, or belongs to the next
  /// message.
  public var consumed: Int
  /// Content, as a slice of the bytes handed in; may be empty.
  public var data: ByteSlice
  /// True once the last byte of the message is used up.
  public var isComplete: Bool
}

/// Reads the content of a message by its framing (RFC 9112 sections 6.3 and 7).
///
/// It copies no content: each step names the next run of it in the bytes that came in. Chunk lines
/// may be cut anywhere. Call it until it is complete or has used up all bytes.
public struct ContentReader: Sendable {
  let limits: MessageLimits
  private let framing: Framing
  /// Where the next byte lies in the message.
  var offset: UInt64
  /// Bytes of content still to come: of the whole message, or of the chunk.
  private var remaining: UInt64 = 0
  private var isComplete = false
  var chunk: ChunkLineReader
  var section = ChunkedSection.line
  /// Content seen, in bytes.
  public private(set) var byteCount: UInt64 = 0
  var trailerReader: TrailerReader?

  /// `offset` is that of the content's first byte in the message, so that faults can tell where
  /// they lie.
  public init(framing: Framing, limits: MessageLimits = MessageLimits(), offset: UInt64) {
    self.framing = framing
    self.limits = limits
    self.offset = offset
    chunk = ChunkLineReader(limits)
    switch framing {
    case .none: isComplete = true
    case .length(let length):
      remaining = length
      isComplete = length == 0
    case .chunked: break
    case .untilClose: remaining = .max
    }
  }

  /// The refusal of a content that is declared larger than the limit; ask before a 100 is sent.
  /// `read` throws the same.
  public var refusal: MessageFault? {
    guard case .length(let length) = framing, length > limits.contentBytesMax else { return nil }
    return MessageFault(
      .contentLengthAboveLimit, at: offset, in: .content, limit: limits.contentBytesMax,
      measured: length)
  }

  /// The trailer fields that were kept, as slices of `trailerBytes`; there once the content is
  /// complete.
  public var trailers: [Field] { trailerReader?.fields ?? [] }
  /// The bytes of the trailer section; empty where there is none.
  public var trailerBytes: [UInt8] { trailerReader?.bytes ?? [] }

  /// Takes the next bytes of the message, of which any number may be there.
  public mutating func read(_ bytes: Span<UInt8>) throws(MessageFault) -> ContentStep {
    if isComplete { return ContentStep(consumed: 0, data: .empty, isComplete: true) }
    if framing == .chunked { return try readChunked(bytes) }
    if byteCount == 0, let refusal { throw refusal }
    let taken = take(bytes, from: 0)
    if framing == .untilClose, byteCount > limits.contentBytesMax {
      throw MessageFault(
        .contentLengthAboveLimit, at: offset, in: .content, limit: limits.contentBytesMax,
        measured: limits.contentBytesMax + 1)
    }
    isComplete = remaining == 0
    return ContentStep(consumed: taken, data: ByteSlice(0, taken), isComplete: isComplete)
  }

  /// What it means that no more bytes will come: nil where that is the end, or the content was
  /// complete.
  public mutating func endOfInput() -> MessageFault? {
    if isComplete { return nil }
    // RFC 9112 section 6.3, item 8; a close without TLS's own end cannot be told from a break
    if framing == .untilClose {
      isComplete = true
      return nil
    }
    // RFC 9112 section 8
    return MessageFault(.messageIncomplete, at: offset, in: .content)
  }

  /// Bytes of content that are still to come, where the length was declared; else 0.
  public var remainingBytes: UInt64 {
    guard case .length = framing, !isComplete else { return 0 }
    return remaining
  }

  /// Takes account of content that somebody received without handing it in; no more than `remainingBytes`.
  public mutating func didTake(_ count: Int) {
    precondition(count >= 0 && UInt64(count) <= remainingBytes)
    remaining -= UInt64(count)
    byteCount += UInt64(count)
    offset += UInt64(count)
    isComplete = remaining == 0
  }

  private mutating func take(_ bytes: Span<UInt8>, from start: Int) -> Int {
    let there = bytes.count &- start
    let taken = UInt64(there) < remaining ? there : Int(remaining)
    remaining -= UInt64(taken)
    byteCount += UInt64(taken)
    offset += UInt64(taken)
    return taken
  }

  /// Reads up to the end of the next run of content.
  private mutating func readChunked(_ bytes: Span<UInt8>) throws(MessageFault) -> ContentStep {
    var at = 0
    while at < bytes.count {
      switch section {
      case .line:
        let size = try chunk.read(bytes, &at, offset: &offset)
        guard let size else { continue }
        if size == 0 {
          section = .trailers
          trailerReader = TrailerReader(limits, offset: offset)
        } else {
          try admit(size)
          remaining = size
          section = .data
        }
      case .data:
        let start = at
        at &+= take(bytes, from: at)
        if remaining == 0 { section = .dataEnd }
        return ContentStep(consumed: at, data: ByteSlice(start, at), isComplete: false)
      case .dataEnd, .dataLineFeed:
        try readDataEnd(bytes[at])
        at &+= 1
        offset += 1
      case .trailers:
        let taken = try trailerReader?.read(bytes, from: at) ?? 0
        at &+= taken
        offset += UInt64(taken)
        isComplete = trailerReader?.isComplete ?? true
        return ContentStep(consumed: at, data: .empty, isComplete: isComplete)
      }
    }
    return ContentStep(consumed: at, data: .empty, isComplete: false)
  }

  private func admit(_ size: UInt64) throws(MessageFault) {
    let (total, overflow) = byteCount.addingReportingOverflow(size)
    if overflow || total > limits.contentBytesMax {
      throw MessageFault(
        .chunkedContentAboveLimit, at: chunk.sizeOffset, in: .chunk,
        limit: limits.contentBytesMax, measured: overflow ? .max : total)
    }
  }

  /// RFC 9112 section 7.1: CRLF behind the data of a chunk
  private mutating func readDataEnd(_ byte: UInt8) throws(MessageFault) {
    if section == .dataEnd, byte == 0x0D {
      section = .dataLineFeed
    } else if section == .dataLineFeed, byte == 0x0A {
      section = .line
      chunk.reset()
    } else {
      throw MessageFault(.chunkDataUnterminated, at: offset, in: .chunk)
    }
  }
}

/// Which part of a chunked content the next byte belongs to.
enum ChunkedSection: UInt8, Sendable {
  case line, data, dataEnd, dataLineFeed, trailers
}
