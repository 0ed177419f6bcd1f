extension TargetPath {
  /// Where in a raw path the bytes of what `decode` makes of it come from: an index for each of them, and the raw path's end behind the
  /// last. An escape's is that of its percent sign. For messages about a path; the raw path must be one that `decode` takes.
  public static func places(_ raw: Span<UInt8>) -> [Int] {
    var bytes: [UInt8] = [0x2F]
    var places = [0]
    var segment = 1
    var index = 1
    while index < raw.count {
      var byte = raw[index]
      var next = index + 1
      if byte == 0x2F {
        end(&segment, &bytes, &places, slashAt: index)
      } else {
        if byte == 0x25, index + 2 < raw.count {
          byte = ByteClass.hexValue(raw[index + 1]) << 4 | ByteClass.hexValue(raw[index + 2])
          next = index + 3
        }
        bytes.append(byte)
        places.append(index)
      }
      index = next
    }
    end(&segment, &bytes, &places, slashAt: nil)
    return places + [raw.count]
  }

  /// RFC 3986 section 5.2.4, steps 2B and 2C; of doubled slashes the last stays.
  private static func end(
    _ segment: inout Int, _ bytes: inout [UInt8], _ places: inout [Int], slashAt slash: Int?
  ) {
    let name = bytes[segment...]
    if name.isEmpty {
      if let slash { places[segment - 1] = slash }
    } else if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) {
      if name.count == 2, segment > 1 {
        segment = (bytes[..<(segment - 1)].lastIndex(of: 0x2F) ?? 0) + 1
      }
      bytes.removeSubrange(segment...)
      places.removeSubrange(segment...)
      if let slash { places[segment - 1] = slash }
    } else if let slash {
      bytes.append(0x2F)
      places.append(slash)
      segment = bytes.count
    }
  }
}
