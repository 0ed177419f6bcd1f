/// A growing run of bytes that is written at its end: heads, bodies, journal lines.
///
/// It owns its memory, grows by doubling and never shrinks by itself. All of its writes copy whole
/// runs of bytes; nothing of it makes a `String`. Not for sharing between threads: there is no
/// locking.
public struct ByteBuffer: ~Copyable {
  // Usable from inlined code, so that the writes of the hot path need no call in other targets either.
  @usableFromInline var memory: UnsafeMutablePointer<UInt8>
  @usableFromInline var room: Int
  @usableFromInline var used = 0

  @inlinable @inline(__always) public var base: UnsafeMutablePointer<UInt8> { memory }
  /// Bytes that can be held without growing.
  @inlinable @inline(__always) public var capacity: Int { room }
  /// Bytes written.
  @inlinable @inline(__always) public var count: Int { used }

  public init(capacity: Int = 1024) {
    room = Swift.max(capacity, 64)
    memory = .allocate(capacity: room)
  }

  deinit { memory.deallocate() }

  /// The bytes written; valid until the next write. Take its `span` for checked reading.
  @inlinable @inline(__always) public var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base, count: count)
  }

  /// The bytes written from `offset` on; valid until the next write.
  @inlinable @inline(__always)
  public func bytes(from offset: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(offset >= 0 && offset <= count)
    return UnsafeBufferPointer(start: base + offset, count: count - offset)
  }

  /// The bytes of a slice of this buffer; valid until the next write.
  public func bytes(of slice: ByteSlice) -> UnsafeBufferPointer<UInt8> {
    precondition(Int(slice.start) <= Int(slice.end) && Int(slice.end) <= count)
    return UnsafeBufferPointer(start: base + Int(slice.start), count: slice.count)
  }

  /// Makes room for `more` bytes behind the last one.
  @inlinable @inline(__always)
  public mutating func reserve(_ more: Int) {
    if capacity - count < more { grow(more) }
  }

  @inline(never) @usableFromInline
  mutating func grow(_ more: Int) {
    var larger = capacity * 2
    while larger - count < more { larger *= 2 }
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.initialize(from: base, count: count)
    memory.deallocate()
    memory = moved
    room = larger
  }

  /// Forgets all bytes and keeps the memory.
  @inlinable @inline(__always)
  public mutating func removeAll() { used = 0 }

  /// Forgets the bytes from `length` on.
  public mutating func truncate(to length: Int) {
    precondition(length >= 0 && length <= count)
    used = length
  }

  /// Drops the first `length` bytes and moves the rest to the front.
  public mutating func removeFirst(_ length: Int) {
    precondition(length >= 0 && length <= count)
    if length < count { base.update(from: base + length, count: count - length) }
    used -= length
  }

  /// Takes out `length` bytes from `offset` on and moves what is behind them up.
  public mutating func remove(at offset: Int, count length: Int) {
    precondition(offset >= 0 && length >= 0 && offset + length <= count)
    let rest = count - offset - length
    if rest > 0, length > 0 { (base + offset).update(from: base + offset + length, count: rest) }
    used -= length
  }

  /// Counts `length` bytes as written that somebody else put behind the last one (a `recv`, a
  /// `pread`).
  @inlinable @inline(__always)
  public mutating func didWrite(_ length: Int) {
    precondition(length >= 0 && length <= capacity - count)
    used += length
  }

  /// Where the next byte goes; `reserve` first.
  @inlinable @inline(__always) public var end: UnsafeMutablePointer<UInt8> { base + count }

  @inlinable @inline(__always)
  public mutating func append(_ byte: UInt8) {
    if count == capacity { grow(1) }
    base[count] = byte
    used += 1
  }

  /// Inlined, so that the copy of a text that is known when the server is built becomes a few moves.
  @inlinable @inline(__always)
  public mutating func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    if capacity - count < length { grow(length) }
    copy(text.utf8Start, length)
    used += length
  }

  @inlinable @inline(__always)
  public mutating func append(_ run: UnsafeBufferPointer<UInt8>) {
    let length = run.count
    guard length > 0, let source = run.baseAddress else { return }
    if capacity - count < length {
      growAndAppend(source, length)
      return
    }
    copy(source, length)
    used += length
  }

  /// The standard library's copy: one that is inlined elsewhere may not call what this module imports for itself.
  @inlinable @inline(__always)
  func copy(_ source: UnsafePointer<UInt8>, _ length: Int) {
    UnsafeMutableRawPointer(base + count).copyMemory(from: source, byteCount: length)
  }

  @inline(never) @usableFromInline
  mutating func growAndAppend(_ source: UnsafePointer<UInt8>, _ length: Int) {
    // The run may be a part of this very buffer, whose memory is about to go.
    let distance = source - UnsafePointer(base)
    let isOwn = distance >= 0 && distance < count
    grow(length)
    copy(isOwn ? UnsafePointer(base) + distance : source, length)
    used += length
  }

  public mutating func append(_ run: Span<UInt8>) {
    run.withUnsafeBufferPointer { append($0) }
  }

  public mutating func append(_ run: [UInt8]) {
    run.withUnsafeBufferPointer { append($0) }
  }

  /// For cold paths only: a `String` costs more than the copy.
  public mutating func append(string: String) {
    var copy = string
    copy.withUTF8 { append($0) }
  }

  /// Appends a number in decimal.
  public mutating func append(decimal value: UInt64) {
    reserve(20)
    if value < 10 {
      base[count] = UInt8(truncatingIfNeeded: value) &+ 0x30
      used += 1
      return
    }
    if value < 100 {
      base[count] = UInt8(truncatingIfNeeded: value / 10) &+ 0x30
      base[count + 1] = UInt8(truncatingIfNeeded: value % 10) &+ 0x30
      used += 2
      return
    }
    // 10^19 is the largest power of ten that there is room for
    var length = 3
    var bound: UInt64 = 1000
    while length < 20, value >= bound {
      length += 1
      bound &*= 10
    }
    var at = count + length
    used = at
    var rest = value
    while rest >= 100 {
      let (rest100, pair) = rest.quotientAndRemainder(dividingBy: 100)
      at -= 2
      base[at] = UInt8(truncatingIfNeeded: pair / 10) &+ 0x30
      base[at + 1] = UInt8(truncatingIfNeeded: pair % 10) &+ 0x30
      rest = rest100
    }
    if rest >= 10 {
      at -= 1
      base[at] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
      rest /= 10
    }
    base[at - 1] = UInt8(truncatingIfNeeded: rest) &+ 0x30
  }

  /// Appends a number in decimal with leading zeros, exactly `digits` wide; higher digits are cut
  /// off.
  public mutating func append(decimal value: UInt64, digits: Int) {
    reserve(digits)
    var rest = value
    var at = count + digits
    used = at
    for _ in 0..<digits {
      at -= 1
      base[at] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
      rest /= 10
    }
  }

  /// Appends a number in lower-case hexadecimal, exactly `digits` wide, or as short as it goes where `digits` is 0.
  public mutating func append(hex value: UInt64, digits: Int = 0) {
    if digits == 16 {
      reserve(16)
      let target = UnsafeMutableRawPointer(base + count)
      target.storeBytes(of: Self.hex(value >> 32).bigEndian, as: UInt64.self)
      target.storeBytes(of: Self.hex(value).bigEndian, toByteOffset: 8, as: UInt64.self)
      used += 16
      return
    }
    let width =
      digits > 0 ? digits : Swift.max(1, (64 - value.leadingZeroBitCount + 3) / 4)
    reserve(width)
    var at = count + width
    used = at
    var rest = value
    for _ in 0..<width {
      at -= 1
      // 0...9 -> "0"..."9", 10...15 -> "a"..."f", without a branch
      let nibble = UInt8(truncatingIfNeeded: rest & 15)
      base[at] = nibble &+ 0x30 &+ ((nibble &+ 6) >> 4) &* 0x27
      rest >>= 4
    }
  }

  /// The low 32 bits as eight digits, the highest digit in the highest byte: all eight made at once.
  @inlinable @inline(__always)
  public static func hex(_ value: UInt64) -> UInt64 {
    var nibbles = value & 0xFFFF_FFFF
    nibbles = (nibbles << 16 | nibbles) & 0x0000_FFFF_0000_FFFF
    nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FF
    nibbles = (nibbles << 4 | nibbles) & 0x0F0F_0F0F_0F0F_0F0F
    // 0...9 -> "0"..."9", 10...15 -> "a"..."f"
    let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
  }

  /// The bytes as text, for tests and cold paths; broken UTF-8 is replaced.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}
