internal import Glibc

/// How the flight recorder's file is laid out. Numbers are in the machine's own byte order: the file is for one machine.
///
/// A header of 64 bytes, then entries in a circle, each at a multiple of 8: a header of 32 bytes and the line. An entry counts only
/// with its mark, with a position that belongs where it stands, and with the right checksum: half of an entry that was overwritten
/// or never finished is passed over, and nothing else has to be kept up to date for a reader.
enum FlightLayout {
  static let headerBytes = 64
  static let entryHeaderBytes = 32
  static let version: UInt32 = 1
  /// "SLFLIGHT"
  static let magic: UInt64 = 0x5448_4749_4C46_4C53
  /// Not ASCII, so that no line of JSON can hold it.
  static let entryMark: UInt32 = 0xE7F1_1E5A

  static let sizeMin: UInt64 = 64 << 10
  static let sizeMax: UInt64 = 1 << 30

  /// Bytes that an entry takes with a line of `length` bytes.
  @inline(__always)
  static func entryBytes(_ length: Int) -> Int { entryHeaderBytes + (length + 7) & ~7 }

  static func writeHeader(_ base: UnsafeMutableRawPointer, size: UInt64) {
    base.storeBytes(of: magic, toByteOffset: 0, as: UInt64.self)
    base.storeBytes(of: version, toByteOffset: 8, as: UInt32.self)
    base.storeBytes(of: UInt32(headerBytes), toByteOffset: 12, as: UInt32.self)
    base.storeBytes(of: size, toByteOffset: 16, as: UInt64.self)
    base.storeBytes(
      of: checksum(UnsafeRawBufferPointer(start: base, count: 24), seed: 0), toByteOffset: 24,
      as: UInt64.self)
  }

  /// What is wrong with a file's first bytes; nil where nothing is.
  static func headerFault(_ bytes: UnsafeRawBufferPointer, fileBytes: UInt64) -> String? {
    guard bytes.count >= headerBytes else { return "it is too short" }
    guard bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self) == magic else {
      return "it is another kind of file"
    }
    let version = bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)
    guard version == Self.version else { return "it is of version \(version)" }
    let sum = checksum(UnsafeRawBufferPointer(rebasing: bytes[..<24]), seed: 0)
    guard bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self) == sum else {
      return "its header is damaged"
    }
    guard bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self) == fileBytes else {
      return "its length is not the one in its header"
    }
    return nil
  }

  /// A checksum of 64 bits in four lanes. Every step is one-to-one, so that one changed word of a lane is always seen. Not for keeping
  /// anybody from forging.
  static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    var (a, b, c, d) = (seed, seed &+ factor, seed ^ factor, ~seed)
    var index = 0
    while index &+ 32 <= bytes.count {
      a = (a ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* factor
      b = (b ^ bytes.loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self)) &* factor
      c = (c ^ bytes.loadUnaligned(fromByteOffset: index &+ 16, as: UInt64.self)) &* factor
      d = (d ^ bytes.loadUnaligned(fromByteOffset: index &+ 24, as: UInt64.self)) &* factor
      index &+= 32
    }
    while index < bytes.count {
      a = (a ^ UInt64(bytes[index])) &* factor
      index &+= 1
    }
    return joined(joined(joined(joined(UInt64(bytes.count), a), b), c), d)
  }

  @inline(__always)
  private static func joined(_ sum: UInt64, _ lane: UInt64) -> UInt64 {
    let mixed = (sum ^ lane ^ lane >> 29) &* 0xBF58_476D_1CE4_E5B9
    return mixed ^ mixed >> 32
  }

  /// The seed that ties an entry's checksum to its place and its id.
  @inline(__always)
  static func seed(position: UInt64, id: UInt64) -> UInt64 {
    position &* 0xBF58_476D_1CE4_E5B9 ^ id
  }

  /// Every whole entry of a file's bytes, the oldest first. Never fails: what is no entry is passed over.
  static func entries(_ file: UnsafeRawBufferPointer) -> [FlightEntry] {
    var found: [FlightEntry] = []
    scan(file) { position, id, line in
      found.append(FlightEntry(position: position, id: RequestID(id), line: Array(line)))
    }
    return found.sorted { $0.position < $1.position }
  }

  /// The position behind the newest entry: where the next one goes. Copies nothing.
  static func end(_ file: UnsafeRawBufferPointer) -> UInt64 {
    var end: UInt64 = 0
    scan(file) { position, _, line in
      end = max(end, position + UInt64(entryBytes(line.count)))
    }
    return end
  }

  /// Position, id and line of every whole entry, in the order of the file.
  private static func scan(
    _ file: UnsafeRawBufferPointer, _ take: (UInt64, UInt64, UnsafeRawBufferPointer) -> Void
  ) {
    guard file.count > headerBytes else { return }
    let area = UnsafeRawBufferPointer(rebasing: file[headerBytes...])
    var offset = 0
    while offset &+ entryHeaderBytes <= area.count {
      if let (position, id, line) = entry(area, at: offset) {
        take(position, id, line)
        offset += entryBytes(line.count)
      } else {
        offset &+= 8
      }
    }
  }

  private static func entry(
    _ area: UnsafeRawBufferPointer, at offset: Int
  ) -> (position: UInt64, id: UInt64, line: UnsafeRawBufferPointer)? {
    guard area.loadUnaligned(fromByteOffset: offset, as: UInt32.self) == entryMark else {
      return nil
    }
    let length = Int(area.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
    let position = area.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
    let id = area.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self)
    let start = offset + entryHeaderBytes
    guard length <= area.count - start, position % UInt64(area.count) == UInt64(offset),
      position < UInt64.max / 2
    else { return nil }
    let line = UnsafeRawBufferPointer(rebasing: area[start..<start + length])
    let sum = checksum(line, seed: seed(position: position, id: id))
    guard area.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self) == sum else {
      return nil
    }
    return (position, id, line)
  }
}

/// One line that the flight recorder kept.
public struct FlightEntry: Equatable, Sendable {
  /// Bytes that were recorded before it, counted from the file's beginning on and over all rounds: the order of the entries.
  public var position: UInt64
  public var id: RequestID
  /// The line of JSON, with its line feed.
  public var line: [UInt8]
}
