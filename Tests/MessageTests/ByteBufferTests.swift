import Message
import Testing

@Suite("Byte buffers")
struct ByteBufferTests {
  @Test("numbers are written in decimal and in hexadecimal")
  func numbers() {
    var buffer = ByteBuffer()
    for value: UInt64 in [0, 9, 10, 99, 100, 12345, .max] {
      buffer.append(decimal: value)
      buffer.append(0x20)
    }
    buffer.append(decimal: 7, digits: 3)
    buffer.append(0x20)
    buffer.append(hex: 0)
    buffer.append(0x20)
    buffer.append(hex: 0x1F)
    buffer.append(0x20)
    buffer.append(hex: .max)
    buffer.append(0x20)
    buffer.append(hex: 0xAB, digits: 4)
    let text = buffer.text
    #expect(text == "0 9 10 99 100 12345 18446744073709551615 007 0 1f ffffffffffffffff 00ab")
  }

  @Test("numbers around each power of ten have all their digits")
  func powersOfTen() {
    var power: UInt64 = 1
    for _ in 0..<20 {
      for value in [power - 1, power, power + 1, power + power / 2] {
        var buffer = ByteBuffer()
        buffer.append(decimal: value)
        #expect(buffer.text == "\(value)")
      }
      power = power.multipliedReportingOverflow(by: 10).partialValue
    }
  }

  @Test("a part of a buffer can be appended to it, though it has to move for that")
  func appendsItself() {
    var buffer = ByteBuffer(capacity: 64)
    buffer.append(string: String(repeating: "ab", count: 32))
    buffer.append(buffer.bytes)
    let text = buffer.text
    #expect(text == String(repeating: "ab", count: 64))
  }

  @Test("bytes are taken off at both ends")
  func removes() {
    var buffer = ByteBuffer()
    buffer.append("abcdef")
    buffer.removeFirst(2)
    buffer.truncate(to: 3)
    let text = buffer.text
    #expect(text == "cde")
    buffer.removeAll()
    let count = buffer.count
    #expect(count == 0)
  }
}
