import Message

/// Weights of types and codings are what their grammar allows, whole or in several lines.
func fuzzNegotiation(_ bytes: Span<UInt8>) {
  let types: [StaticString] = ["text/html;charset=utf-8", "image/avif", "application/json"]
  for type in types {
    let candidate = type.withUTF8Buffer { Array($0) }
    var weight = MediaTypeWeight()
    weight.add(bytes, for: candidate.span)
    expect((0...1000).contains(weight.thousandths), "a weight is at most one")
    expect(weight.thousandths == Accept.weight(of: type, in: bytes), "both ways weigh the same")
    var doubled = weight
    doubled.add(bytes, for: candidate.span)
    expect(doubled == weight, "a line that stands twice changes nothing")
  }
  var weights = CodingWeights()
  expect(weights.thousandths(.identity) == 1000, "without the field the content goes as it is")
  weights.add(bytes)
  expect(weights.isPresent, "an empty field is one")
  for coding in ContentCoding.allCases {
    expect((0...1000).contains(weights.thousandths(coding)), "a weight is at most one")
  }
  let half = bytes.digest % (bytes.count + 1)
  var parted = CodingWeights()
  parted.add(bytes.extracting(0..<half))
  parted.add(bytes.extracting(half..<bytes.count))
  let atComma = half < bytes.count && bytes[half] == 0x2C || half > 0 && bytes[half - 1] == 0x2C
  if atComma {
    for coding in ContentCoding.allCases {
      expect(
        parted.thousandths(coding) == weights.thousandths(coding), "two lines are one list")
    }
  }
  _ = NegotiateField.asksForList(bytes)
}

/// What a range says of a language does not depend on the case of its letters, and a tag accepts itself.
func fuzzLanguages(_ bytes: Span<UInt8>) {
  let small = bytes.array.map(\.lowercased)
  for tag in ["en", "en-GB", "zh-Hant-TW", ""] {
    let plain = Array(tag.utf8)
    var weight = LanguageWeight()
    weight.add(bytes, for: plain.span)
    let found = weight.thousandths(hasLanguage: !tag.isEmpty)
    expect((0...1000).contains(found), "a weight is at most one")
    var lower = LanguageWeight()
    lower.add(small.span, for: plain.span)
    expect(lower.thousandths(hasLanguage: !tag.isEmpty) == found, "case says nothing")
  }
  if LanguageTag.isName(bytes) {
    expect(LanguageTag.isRange(bytes), "a tag is a range")
    var weight = LanguageWeight()
    weight.add(bytes, for: bytes)
    expect(weight.thousandths(hasLanguage: true) == 1000 && weight.isExact, "a tag wants itself")
  }
}
