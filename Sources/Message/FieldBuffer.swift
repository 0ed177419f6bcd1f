/// The fields of a response that is being made, for any version of HTTP.
///
/// The lines stand in one buffer as `Name: value CRLF`, so that HTTP/1.1 copies them whole; an
/// index of names and values lets HTTP/2 encode them one by one. Framing fields (Content-Length,
/// Transfer-Encoding, Connection) do not belong here: `Wire` writes them.
public struct FieldBuffer: ~Copyable {
  public private(set) var lines: ByteBuffer
  /// One entry a field, in memory of their own: an array would be checked at each of them.
  private var places: UnsafeMutablePointer<Field>
  private var capacity = 32
  /// Fields that were added.
  public private(set) var count = 0
  /// Which known fields are there.
  public private(set) var present: FieldSet
  private var openName: FieldName = .other
  private var openNameSlice: ByteSlice = .empty
  private var openValueStart = 0

  public init() {
    lines = ByteBuffer(capacity: 1024)
    places = .allocate(capacity: capacity)
    present = FieldSet()
  }

  deinit { places.deallocate() }

  /// The fields in the order in which they were added, as slices of `lines`; valid until the next write.
  public var entries: UnsafeBufferPointer<Field> {
    UnsafeBufferPointer(start: places, count: count)
  }

  @inline(__always)
  public mutating func removeAll() {
    lines.removeAll()
    count = 0
    present = FieldSet()
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let larger = max(capacity * 2, count + more)
    let moved = UnsafeMutablePointer<Field>.allocate(capacity: larger)
    moved.initialize(from: places, count: count)
    places.deallocate()
    places = moved
    capacity = larger
  }

  /// Adds fields that were written before, as one copy.
  public mutating func add(_ block: FieldBlock) {
    let start = UInt32(truncatingIfNeeded: lines.count)
    lines.append(block.lines)
    let more = block.entries.count
    if capacity - count < more { grow(more) }
    for index in 0..<more {
      let entry = block.entries[index]
      (places + count).initialize(
        to: Field(
          id: entry.id, name: entry.name.moved(by: start), value: entry.value.moved(by: start)))
      count += 1
    }
    present.formUnion(block.present)
  }

  public mutating func add(_ name: FieldName, _ value: StaticString) {
    begin(name)
    lines.append(value)
    end()
  }

  public mutating func add(_ name: FieldName, _ value: UnsafeBufferPointer<UInt8>) {
    begin(name)
    lines.append(value)
    end()
  }

  public mutating func add(_ name: FieldName, _ value: [UInt8]) {
    begin(name)
    lines.append(value)
    end()
  }

  public mutating func add(_ name: FieldName, decimal value: UInt64) {
    begin(name)
    lines.append(decimal: value)
    end()
  }

  /// Adds a field whose name the table does not know, as configured.
  public mutating func add(name: [UInt8], value: [UInt8]) {
    let start = lines.count
    openName = FieldName(named: name.span) ?? .other
    lines.append(name)
    openNameSlice = ByteSlice(start, lines.count)
    lines.append(": ")
    openValueStart = lines.count
    lines.append(value)
    end()
  }

  /// Adds a field whose value is known to have no control characters, such as a number that the server made.
  @inline(__always)
  public mutating func add(_ name: FieldName, clean value: UnsafeBufferPointer<UInt8>) {
    begin(name)
    lines.append(value)
    close()
  }

  /// Starts a field; the value is then written with `append` calls, and `end` closes the line.
  @inline(__always)
  public mutating func begin(_ name: FieldName) {
    let start = lines.count
    lines.append(name.spelling)
    openName = name
    openNameSlice = ByteSlice(start, lines.count)
    lines.append(": ")
    openValueStart = lines.count
  }

  public mutating func append(_ text: StaticString) { lines.append(text) }
  public mutating func append(_ run: UnsafeBufferPointer<UInt8>) { lines.append(run) }
  public mutating func append(_ byte: UInt8) { lines.append(byte) }
  public mutating func append(decimal value: UInt64) { lines.append(decimal: value) }
  public mutating func append(hex value: UInt64, digits: Int = 0) {
    lines.append(hex: value, digits: digits)
  }

  /// Lets somebody else write a part of an open field's value: a list of methods, a date.
  public mutating func appendValue(_ write: (inout ByteBuffer) -> Void) { write(&lines) }

  /// Closes the line. Control characters in the value become spaces, so that no value, wherever it
  /// comes from, can begin a line of its own (RFC 9110 section 5.5).
  public mutating func end() {
    blankControls()
    close()
  }

  @inline(__always)
  private mutating func close() {
    if count == capacity { grow(1) }
    (places + count).initialize(
      to: Field(id: openName, name: openNameSlice, value: ByteSlice(openValueStart, lines.count)))
    count += 1
    lines.append("\r\n")
    present.insert(openName)
  }

  private mutating func blankControls() {
    let end = lines.count
    var at = lines.bytes.span.endOfFieldText(from: openValueStart, to: end)
    while at < end {
      lines.base[at] = 0x20
      at = lines.bytes.span.endOfFieldText(from: at + 1, to: end)
    }
  }

  /// Takes every field of this name out again; the name is in lower case.
  public mutating func remove(named name: [UInt8]) {
    var index = 0
    while index < count {
      let entry = places[index]
      guard lines.bytes(of: entry.name).elementsEqual(name, by: { $0.lowercased == $1 }) else {
        index += 1
        continue
      }
      let start = Int(entry.name.start)
      let length = Int(entry.value.end) + 2 - start
      lines.remove(at: start, count: length)
      count -= 1
      for later in index..<count {
        let field = places[later + 1]
        places[later] = Field(
          id: field.id,
          name: ByteSlice(Int(field.name.start) - length, Int(field.name.end) - length),
          value: ByteSlice(Int(field.value.start) - length, Int(field.value.end) - length))
      }
      present.remove(FieldSet(entry.id))
    }
    for entry in entries { present.insert(entry.id) }
  }

  /// The first value of a known field as bytes; valid until the next write.
  public func value(of name: FieldName) -> UnsafeBufferPointer<UInt8>? {
    for entry in entries where entry.id == name { return lines.bytes(of: entry.value) }
    return nil
  }
}
