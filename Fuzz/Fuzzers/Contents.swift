import Message
import Wire

/// What the reading of a content came to.
private struct ContentReading: Equatable {
  var fault: MessageFault?
  var data: [UInt8] = []
  var consumed = 0
  var isComplete = false
  var trailers: [[UInt8]] = []
}

private func readContent(
  _ bytes: Span<UInt8>, _ limits: MessageLimits, _ ends: some Sequence<Int>
) -> ContentReading {
  var reader = ContentReader(framing: .chunked, limits: limits, offset: 0)
  var result = ContentReading()
  for end in ends {
    while result.consumed < end, !result.isComplete {
      let piece = bytes.extracting(result.consumed..<end)
      do {
        let step = try reader.read(piece)
        expect(step.consumed > 0 || step.isComplete, "a step takes bytes or ends")
        expect(step.consumed <= piece.count, "a step takes no more than there is")
        result.data += piece.extracting(step.data.range).array
        result.consumed += step.consumed
        result.isComplete = step.isComplete
      } catch {
        result.fault = error
        return result
      }
    }
  }
  if !result.isComplete { result.fault = reader.endOfInput() }
  let trailers = reader.trailerBytes
  for field in reader.trailers {
    result.trailers.append(Array(trailers[field.name.range]))
    result.trailers.append(Array(trailers[field.value.range]))
  }
  return result
}

/// Chunks are read the same however they are cut, stay within the limits, and say the same once written again.
func fuzzChunked(_ bytes: Span<UInt8>) {
  for limits in [MessageLimits(), smallLimits] {
    let whole = readContent(bytes, limits, [bytes.count])
    let single = readContent(bytes, limits, 0...bytes.count)
    let split = bytes.digest % (bytes.count + 1)
    let halves = readContent(bytes, limits, [split, bytes.count])
    // What had come out before a fault depends on the pieces; the fault does not.
    expect(single.fault == whole.fault, "byte by byte finds the same fault")
    expect(halves.fault == whole.fault, "split finds the same fault")
    if let fault = whole.fault {
      expect(fault.offset <= UInt64(bytes.count), "a fault lies in the content")
      continue
    }
    expect(single == whole && halves == whole, "chunks are read the same however they are cut")
    expect(UInt64(whole.data.count) <= limits.contentBytesMax, "content is within its limit")
    var written = ByteBuffer()
    whole.data.withUnsafeBufferPointer { ChunkedWriter.append($0, to: &written) }
    ChunkedWriter.appendEnd(to: &written)
    let again = readContent(written.bytes.span, limits, [written.count])
    expect(again.data == whole.data && again.isComplete, "what is written again reads the same")
  }
}
