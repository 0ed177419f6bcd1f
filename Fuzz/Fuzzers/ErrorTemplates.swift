import Config

/// The first byte chooses the kind, the rest is a page: it is refused at a place in it, or parted so that the parts put together are the
/// page again, every value is escaped for its kind, and a blank in the place of each leaves a page without placeholders.
func fuzzErrorTemplates(_ bytes: Span<UInt8>) {
  let all = bytes.array
  guard let first = all.first else { return }
  let kind: ErrorPages.Kind = [.html, .text, .json][Int(first % 3)]
  let page = Array(all.dropFirst())
  let template: ErrorTemplate
  do throws(ErrorTemplate.Problem) {
    template = try ErrorTemplate(page, kind: kind)
  } catch {
    expect((0...page.count).contains(error.offset), "a fault has its place in the page")
    expect(!error.message.isEmpty, "a fault says what is wrong")
    return
  }
  var again: [UInt8] = []
  var filled: [UInt8] = []
  for part in template.parts {
    switch part {
    case .literal(let bytes):
      again += bytes
      filled += bytes
    case .value(let placeholder, let escape):
      again += Array("{\(placeholder.rawValue)}".utf8)
      // In JSON as the reader takes it: a number, or a text
      let value: UInt8 = kind != .json ? 0x20 : placeholder == .status ? 0x31 : 0x78
      filled += Array(repeating: value, count: placeholder.rawValue.utf8.count + 2)
      switch kind {
      case .html: expect(escape != .plain && escape != .json, "a value in HTML is escaped for it")
      case .json: expect(escape == .json, "a value in JSON is escaped for it")
      case .text: expect(escape == .plain, "a value in text is as it is")
      }
    }
  }
  expect(again == page, "the parts put together are the page")
  do throws(ErrorTemplate.Problem) {
    let plain = try ErrorTemplate(filled, kind: kind)
    expect(plain.parts.count <= 1, "what is filled in has no placeholders")
  } catch {
    expect(false, "what is filled in is a page")
  }
}
