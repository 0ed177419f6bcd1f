/// Content that repeats itself, as pieces that lie in memory once: 16 MiB for ten thousand clients take no more room than the piece that
/// they are made of.
public final class ContentRun: @unchecked Sendable {
  /// In their order; they keep as long as the run.
  let pieces: [UnsafeBufferPointer<UInt8>]
  public let byteCount: Int
  // Filled by `init`, and only read afterwards; nil where the pieces are the alphabet's.
  private let memory: UnsafeMutableBufferPointer<UInt8>?

  /// What a piece has at most where it can be chosen.
  private static let pieceBytes = 64 << 10

  /// `once` as often as it is said, at least once. Not to be empty.
  public init(_ once: [UInt8], repeats: Int) {
    let inPiece = max(min(ContentRun.pieceBytes / once.count, repeats), 1)
    let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: once.count * inPiece)
    for index in 0..<inPiece {
      let start = index * once.count
      _ = UnsafeMutableBufferPointer(rebasing: piece[start..<start + once.count])
        .initialize(from: once)
    }
    memory = piece
    byteCount = once.count * repeats
    pieces = ContentRun.cut(UnsafeBufferPointer(piece), byteCount)
  }

  /// The alphabet again and again, `size` bytes of it; and that as often as it is said.
  public init(alphabet size: Int, repeats: Int) {
    memory = nil
    byteCount = size * repeats
    let once = ContentRun.cut(ContentRun.alphabet, size)
    pieces = (0..<repeats).flatMap { _ in once }
  }

  deinit { memory?.deallocate() }

  /// As many whole pieces as there are, and a part of one.
  private static func cut(
    _ piece: UnsafeBufferPointer<UInt8>, _ byteCount: Int
  ) -> [UnsafeBufferPointer<UInt8>] {
    var pieces = [UnsafeBufferPointer<UInt8>](repeating: piece, count: byteCount / piece.count)
    let rest = byteCount % piece.count
    if rest > 0 { pieces.append(UnsafeBufferPointer(rebasing: piece[..<rest])) }
    return pieces
  }

  /// Whole alphabets, for as long as the process lives.
  private nonisolated(unsafe) static let alphabet: UnsafeBufferPointer<UInt8> = {
    let count = pieceBytes / 26 * 26
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
    for index in 0..<count { memory.initializeElement(at: index, to: UInt8(0x61 + index % 26)) }
    return UnsafeBufferPointer(memory)
  }()
}
