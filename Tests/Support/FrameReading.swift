public import Wire

/// What came of reading frames, for tests and fuzzers that read the same bytes in different pieces.
public struct FrameReading: Equatable {
  public private(set) var events: [WebSocketEvent] = []
  public private(set) var fault: WebSocketFault?

  public init(events: [WebSocketEvent], fault: WebSocketFault? = nil) {
    self.events = events
    self.fault = fault
  }

  /// Reads all frames in pieces of `step` bytes, up to the first fault.
  public init(_ bytes: [UInt8], step: Int, limit: UInt64) {
    var reader = WebSocketReader(messageBytesMax: limit)
    var start = 0
    while start < bytes.count {
      let piece = Array(bytes[start..<min(start + step, bytes.count)])
      var index = 0
      do throws(WebSocketFault) {
        while index < piece.count {
          if let event = try reader.read(piece.span, from: &index) { events.append(event) }
        }
      } catch {
        fault = error
        return
      }
      start += piece.count
    }
  }
}
