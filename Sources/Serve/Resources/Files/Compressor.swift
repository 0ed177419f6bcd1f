internal import CBrotli
internal import CZlib
internal import CZstd
internal import Facts
internal import Glibc
internal import Message

/// Compresses the whole content of a file at once. Blocks: what is not small belongs on a helper thread.
enum Compressor {
  enum Result: Sendable {
    case made(StableBytes)
    case failed(ActionFailure, systemError: Int32, available: UInt64)
  }

  /// Reads `length` bytes of an open file and compresses them. `level` is one of the coding's own.
  static func compress(
    descriptor: Int32, length: UInt64, _ coding: ContentCoding, level: Int32
  ) -> Result {
    let source = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(Int(length), 1))
    defer { source.deallocate() }
    var read = 0
    while read < Int(length) {
      let got = pread(
        descriptor, source.baseAddress.map { $0 + read }, Int(length) - read, off_t(read))
      if got < 0, errno == EINTR { continue }
      if got < 0 { return .failed(.open, systemError: errno, available: UInt64(read)) }
      if got == 0 { return .failed(.contentEndedEarly, systemError: 0, available: UInt64(read)) }
      read += got
    }
    let content = UnsafeBufferPointer(rebasing: source[..<Int(length)])
    guard let made = compress(content, coding, level: level) else {
      return .failed(.handler, systemError: ENOMEM, available: length)
    }
    return .made(made)
  }

  /// Nil where the library refuses, which it does for want of memory alone.
  static func compress(
    _ content: UnsafeBufferPointer<UInt8>, _ coding: ContentCoding, level: Int32
  ) -> StableBytes? {
    switch coding {
    case .identity: StableBytes(content)
    case .gzip: gzip(content, level)
    case .brotli: brotli(content, level)
    case .zstd: zstd(content, level)
    }
  }

  /// Runs `body` with room for the result; it returns how many bytes it wrote, or nil.
  private static func made(
    _ room: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int?
  ) -> StableBytes? {
    let target = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(room, 1))
    defer { target.deallocate() }
    guard let count = body(target) else { return nil }
    return StableBytes(UnsafeBufferPointer(rebasing: target[..<count]))
  }

  /// RFC 1952. No name and no time in it, so that the same content gives the same bytes.
  private static func gzip(_ content: UnsafeBufferPointer<UInt8>, _ level: Int32) -> StableBytes? {
    var stream = z_stream()
    guard czlib_gzip_begin(&stream, level) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    let room = Int(deflateBound(&stream, uLong(content.count)))
    return made(room) { target in
      stream.next_in = UnsafeMutablePointer(mutating: content.baseAddress)
      stream.avail_in = uInt(content.count)
      stream.next_out = target.baseAddress
      stream.avail_out = uInt(target.count)
      guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { return nil }
      return Int(stream.total_out)
    }
  }

  /// RFC 7932.
  private static func brotli(
    _ content: UnsafeBufferPointer<UInt8>, _ level: Int32
  ) -> StableBytes? {
    made(BrotliEncoderMaxCompressedSize(content.count)) { target in
      var count = target.count
      let done = BrotliEncoderCompress(
        level, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, content.count, content.baseAddress,
        &count, target.baseAddress)
      return done == BROTLI_TRUE ? count : nil
    }
  }

  /// RFC 8878. Levels up to 19 keep the window within the 8 MiB of RFC 9659.
  private static func zstd(_ content: UnsafeBufferPointer<UInt8>, _ level: Int32) -> StableBytes? {
    made(ZSTD_compressBound(content.count)) { target in
      let count = ZSTD_compress(
        target.baseAddress, target.count, content.baseAddress, content.count, level)
      return ZSTD_isError(count) == 0 ? count : nil
    }
  }
}
