import Documents

/// The patch and the document, parted by the first line feed.
private func parts(_ input: Span<UInt8>) -> (patch: [UInt8], document: [UInt8]) {
  let bytes = (0..<input.count).map { input[$0] }
  let end = bytes.firstIndex(of: 0x0A) ?? bytes.endIndex
  return (Array(bytes[..<end]), Array(bytes[min(end + 1, bytes.count)...]))
}

private func outcome(
  _ patch: [UInt8], _ format: PatchFormat, _ document: [UInt8]
) -> Result<[UInt8], PatchFault> {
  do throws(PatchFault) {
    return .success(try Patch.apply(patch, as: format, to: document, bytesMax: 1 << 20))
  } catch {
    return .failure(error)
  }
}

/// A merge patch makes JSON of JSON, and done twice it comes to the same (RFC 7396: all that it says is what shall be there).
func fuzzMergePatch(_ input: Span<UInt8>) {
  let (patch, document) = parts(input)
  switch outcome(patch, .merge, document) {
  case .success(let once):
    guard case .success(let twice) = outcome(patch, .merge, once) else {
      expect(false, "what a patch has made can be patched again")
      return
    }
    expect(once == twice, "a merge patch done twice comes to the same")
    // An empty object changes nothing
    // Results begin with their value: the layout has no blanks in front
    guard once.first == 0x7B else { return }
    guard case .success(let same) = outcome(Array("{}".utf8), .merge, once) else {
      expect(false, "the empty patch can be done to any object")
      return
    }
    expect(same == once, "the empty patch changes nothing")
  case .failure(.malformed(let offset, _)):
    expect(offset >= 0 && offset <= patch.count, "a fault lies in the patch")
  case .failure: break
  }
}

/// A JSON Patch makes JSON of JSON, or is refused with a pointer.
func fuzzJSONPatch(_ input: Span<UInt8>) {
  let (patch, document) = parts(input)
  switch outcome(patch, .operations, document) {
  case .success(let result):
    let test = Array(#"[{"op":"test","path":"","value":"#.utf8) + result + Array("}]".utf8)
    guard case .success = outcome(test, .operations, result) else {
      expect(false, "a result is JSON, and equals itself")
      return
    }
  case .failure(.malformed(let offset, _)):
    expect(offset >= 0 && offset <= patch.count, "a fault lies in the patch")
  case .failure(.notPatch(let pointer)), .failure(.inapplicable(let pointer)),
    .failure(.testFailed(let pointer)):
    expect(pointer.isEmpty || pointer.first == 0x2F, "what is pointed at is a JSON Pointer")
  case .failure: break
  }
}
