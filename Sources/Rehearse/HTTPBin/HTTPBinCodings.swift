internal import CBrotli
internal import CZlib

/// Answers in a content coding, whether the request accepts it or not: for clients that have to decode.
enum HTTPBinCodings {
  static func gzip(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    answer(ask, member: "gzipped", coding: "gzip") { deflated($0, isGzip: true) }
  }

  /// In the zlib format, as RFC 9110 section 8.4.1.2 has it.
  static func deflate(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    answer(ask, member: "deflated", coding: "deflate") { deflated($0, isGzip: false) }
  }

  static func brotli(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    answer(ask, member: "brotli", coding: "br") { content in
      var count = BrotliEncoderMaxCompressedSize(content.count)
      return [UInt8](unsafeUninitializedCapacity: count) { room, used in
        let isDone = BrotliEncoderCompress(
          BROTLI_DEFAULT_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, content.count, content,
          &count, room.baseAddress)
        used = isDone == 0 ? 0 : count
      }
    }
  }

  private static func answer(
    _ ask: HTTPBinAsk, member: String, coding: String, _ coded: ([UInt8]) -> [UInt8]
  ) -> RehearsalAnswer {
    guard case .object(let members) = HTTPBinInspection.shown(ask, ["origin", "headers", "method"])
    else { return HTTPBinAnswer.empty(500) }
    let tree = JSONTree.object(
      members + [.init(name: Array(member.utf16), value: .bool(true))])
    let plain = tree.written(isPretty: true) + [0x0A]
    var answer = HTTPBinAnswer.content(coded(plain), type: "application/json")
    answer.fields.append(RehearsedField("Content-Encoding", coding))
    return answer
  }

  private static func deflated(_ content: [UInt8], isGzip: Bool) -> [UInt8] {
    var stream = z_stream()
    let begun =
      isGzip
      ? czlib_gzip_begin(&stream, 4)
      : deflateInit_(&stream, -1, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard begun == Z_OK else { return [] }
    defer { deflateEnd(&stream) }
    let room = Int(deflateBound(&stream, UInt(content.count)))
    var input = content
    return input.withUnsafeMutableBufferPointer { source in
      [UInt8](unsafeUninitializedCapacity: room) { target, used in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(room)
        used = CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : 0
      }
    }
  }
}
