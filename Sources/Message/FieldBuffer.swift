/// The fields of a response that is being made, for any version of HTTP.
///
/// The lines stand in one buffer as `Name: value CRLF`, so that HTTP/1.1 copies them whole; an
/// index of names and values lets HTTP/2 encode them one by one. Framing fields (Content-Length,
/// Transfer-Encoding, Connection) do not belong here: `Wire` writes them.
public struct FieldBuffer: ~Copyable {
  @usableFromInline var text: ByteBuffer
  /// The lines as HTTP/1.1 writes them.
  public var lines: ByteBuffer {
    @inlinable @inline(__always) _read { yield text }
  }
  /// One entry a field, in memory of their own: an array would be checked at each of them.
  @usableFromInline var places: UnsafeMutablePointer<Field>
  @usableFromInline var capacity = 32
  /// Fields that were added.
  @inlinable @inline(__always) public var count: Int { used }
  @usableFromInline var used = 0
  /// Which known fields are there.
  @inlinable @inline(__always) public var present: FieldSet { known }
  @usableFromInline var known: FieldSet
  @usableFromInline var openName: FieldName = .other
  @usableFromInline var openNameSlice: ByteSlice = .empty
  @usableFromInline var openValueStart = 0

  public init() {
    text = ByteBuffer(capacity: 1024)
    places = .allocate(capacity: capacity)
    known = FieldSet()
  }

  deinit { places.deallocate() }

  /// The fields in the order in which they were added, as slices of `lines`; valid until the next write.
  public var entries: UnsafeBufferPointer<Field> {
    UnsafeBufferPointer(start: places, count: count)
  }

  @inlinable @inline(__always)
  public mutating func removeAll() {
    text.removeAll()
    used = 0
    known = FieldSet()
  }

  @inline(never) @usableFromInline
  mutating func grow(_ more: Int) {
    let larger = max(capacity * 2, count + more)
    let moved = UnsafeMutablePointer<Field>.allocate(capacity: larger)
    moved.initialize(from: places, count: count)
    places.deallocate()
    places = moved
    capacity = larger
  }

  /// Adds fields that were written before, as one copy.
  public mutating func add(_ block: FieldBlock) {
    let start = UInt32(truncatingIfNeeded: text.count)
    text.append(block.lines)
    let more = block.entries.count
    if capacity - used < more { grow(more) }
    if let source = block.entries.baseAddress {
      let target = places + used
      for index in 0..<more {
        // In bounds: room for `more` was made above
        let entry = source[index]
        target[index] = Field(
          id: entry.id, name: entry.name.moved(by: start), value: entry.value.moved(by: start))
      }
      used &+= more
    }
    known.formUnion(block.present)
  }

  public mutating func add(_ name: FieldName, _ value: StaticString) {
    begin(name)
    text.append(value)
    end()
  }

  public mutating func add(_ name: FieldName, _ value: UnsafeBufferPointer<UInt8>) {
    begin(name)
    text.append(value)
    end()
  }

  public mutating func add(_ name: FieldName, _ value: [UInt8]) {
    begin(name)
    text.append(value)
    end()
  }

  public mutating func add(_ name: FieldName, decimal value: UInt64) {
    begin(name)
    text.append(decimal: value)
    end()
  }

  /// Adds a field whose name the table does not know, as configured.
  public mutating func add(name: [UInt8], value: [UInt8]) {
    let start = text.count
    openName = FieldName(named: name.span) ?? .other
    text.append(name)
    openNameSlice = ByteSlice(start, text.count)
    text.append(": ")
    openValueStart = text.count
    text.append(value)
    end()
  }

  /// Adds a field whose value is known to have no control characters, such as a number that the server made.
  @inlinable @inline(__always)
  public mutating func add(_ name: FieldName, clean value: UnsafeBufferPointer<UInt8>) {
    begin(name)
    text.append(value)
    close()
  }

  /// Adds a field that somebody has written as a line, with its CRLF; its name has `nameCount` bytes.
  @inlinable @inline(__always)
  public mutating func add(
    line: UnsafeBufferPointer<UInt8>, _ name: FieldName, nameCount: Int
  ) {
    let start = text.count
    text.append(line)
    if capacity == count { grow(1) }
    (places + count).initialize(
      to: Field(
        id: name, name: ByteSlice(start, start + nameCount),
        value: ByteSlice(start + nameCount + 2, text.count - 2)))
    used += 1
    known.insert(name)
  }

  /// Starts a field; the value is then written with `append` calls, and `end` closes the line.
  @inlinable @inline(__always)
  public mutating func begin(_ name: FieldName) {
    let start = text.count
    text.append(name.spelling)
    openName = name
    openNameSlice = ByteSlice(start, text.count)
    text.append(": ")
    openValueStart = text.count
  }

  public mutating func append(_ text: StaticString) { self.text.append(text) }
  public mutating func append(_ run: UnsafeBufferPointer<UInt8>) { text.append(run) }
  public mutating func append(_ byte: UInt8) { text.append(byte) }
  public mutating func append(decimal value: UInt64) { text.append(decimal: value) }
  public mutating func append(hex value: UInt64, digits: Int = 0) {
    text.append(hex: value, digits: digits)
  }

  /// Lets somebody else write a part of an open field's value: a list of methods, a date.
  public mutating func appendValue(_ write: (inout ByteBuffer) -> Void) { write(&text) }

  /// Closes the line. Control characters in the value become spaces, so that no value, wherever it
  /// comes from, can begin a line of its own (RFC 9110 section 5.5).
  public mutating func end() {
    blankControls()
    close()
  }

  @inlinable @inline(__always)
  mutating func close() {
    if count == capacity { grow(1) }
    (places + count).initialize(
      to: Field(id: openName, name: openNameSlice, value: ByteSlice(openValueStart, text.count)))
    used += 1
    text.append("\r\n")
    known.insert(openName)
  }

  private mutating func blankControls() {
    let end = text.count
    var at = text.bytes.span.endOfFieldText(from: openValueStart, to: end)
    while at < end {
      text.base[at] = 0x20
      at = text.bytes.span.endOfFieldText(from: at + 1, to: end)
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
      removeLine(at: index)
      known.remove(FieldSet(entry.id))
    }
    for entry in entries { known.insert(entry.id) }
  }

  private mutating func removeLine(at index: Int) {
    let entry = places[index]
    let start = Int(entry.name.start)
    let length = Int(entry.value.end) + 2 - start
    text.remove(at: start, count: length)
    used -= 1
    for later in index..<count {
      let field = places[later + 1]
      places[later] = Field(
        id: field.id,
        name: ByteSlice(Int(field.name.start) - length, Int(field.name.end) - length),
        value: ByteSlice(Int(field.value.start) - length, Int(field.value.end) - length))
    }
  }

  /// Makes one line of all lines of a field whose value is a list of tokens (RFC 9110 section 5.3), with each member once, whatever the
  /// case of its letters. Nothing where there are fewer than two lines.
  public mutating func mergeLines(of name: FieldName) {
    let before = count
    var lines = 0
    for index in 0..<before where places[index].id == name { lines += 1 }
    guard lines > 1 else { return }
    begin(name)
    let start = text.count
    for index in 0..<before where places[index].id == name {
      let value = places[index].value
      var at = Int(value.start)
      while at < Int(value.end) {
        var end = at
        while end < Int(value.end), text.base[end] != 0x2C { end += 1 }
        let member = text.bytes.span.trimmed(at..<end)
        at = end + 1
        if member.isEmpty || hasMember(member, from: start) { continue }
        if text.count > start { text.append(", ") }
        text.append(text.bytes(of: ByteSlice(member.lowerBound, member.upperBound)))
      }
    }
    close()
    for index in (0..<before).reversed() where places[index].id == name { removeLine(at: index) }
  }

  /// Whether a member of the list that begins at `start`, and goes to the end, is these bytes.
  private func hasMember(_ member: Range<Int>, from start: Int) -> Bool {
    var at = start
    while at < text.count {
      var end = at
      while end < text.count, text.base[end] != 0x2C { end += 1 }
      let other = text.bytes.span.trimmed(at..<end)
      at = end + 1
      guard other.count == member.count else { continue }
      var isSame = true
      for offset in 0..<member.count
      where text.base[other.lowerBound + offset].lowercased
        != text.base[member.lowerBound + offset].lowercased
      {
        isSame = false
      }
      if isSame { return true }
    }
    return false
  }

  /// The first value of a known field as bytes; valid until the next write.
  public func value(of name: FieldName) -> UnsafeBufferPointer<UInt8>? {
    for entry in entries where entry.id == name { return text.bytes(of: entry.value) }
    return nil
  }
}
