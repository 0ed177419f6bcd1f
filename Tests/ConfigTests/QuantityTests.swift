import Testing

@testable import Config

@Suite struct QuantityTests {
  @Test(
    arguments: [
      ("0", 0), ("512 B", 512), ("8 KiB", 8192), ("8KiB", 8192), ("64kB", 64000),
      ("1 MiB", 1 << 20),
      ("1.5 MiB", 3 << 19), ("0.1 KiB", 102), ("2 GiB", 2 << 30), ("3 TB", 3_000_000_000_000),
      ("007 B", 7), ("0.000 KiB", 0),
    ] as [(String, UInt64)])
  func sizes(_ text: String, _ bytes: UInt64) {
    #expect(Quantity.size.read(text) == .value(bytes))
  }

  @Test(
    arguments: [
      ("0", 0), ("500 ms", 500), ("30 s", 30_000), ("2 min", 120_000), ("1 h", 3_600_000),
      ("1d", 86_400_000), ("0.25 s", 250), ("1.0005 s", 1000),
    ] as [(String, UInt64)])
  func times(_ text: String, _ milliseconds: UInt64) {
    #expect(Quantity.time.read(text) == .value(milliseconds))
  }

  @Test(
    arguments: [
      ("8192", .bare("8192 B", "8192 KiB")), ("1.5", .bare("1.5 B", "1.5 KiB")),
      ("8 K", .unknownUnit("K", suggestion: "8 KiB")),
      ("8 kib", .unknownUnit("kib", suggestion: "8 KiB")),
      ("8 KB", .unknownUnit("KB", suggestion: "8 KiB")),
      ("8 m", .unknownUnit("m", suggestion: "8 MiB")),
      ("8 s", .unknownUnit("s", suggestion: nil)),
      ("8  KiB", .unknownUnit(" KiB", suggestion: nil)),
      ("", .malformed), ("KiB", .malformed), ("-1 B", .malformed), ("1. B", .malformed),
      (".5 B", .malformed), ("1.1234567 MiB", .malformed),
      ("99999999999999999999 B", .tooLarge), ("18446744073709551615 TiB", .tooLarge),
      ("9999999 TiB", .value(9_999_999 << 40)),
    ] as [(String, Quantity.Reading)])
  func whatIsNoSize(_ text: String, _ reading: Quantity.Reading) {
    #expect(Quantity.size.read(text) == reading)
  }

  @Test func writesTheLargestUnitThatDivides() {
    #expect(Quantity.size.write(8192) == "8 KiB")
    #expect(Quantity.size.write(64000) == "64000 B")
    #expect(Quantity.size.write(0) == "0")
    #expect(Quantity.time.write(60_000) == "1 min")
    #expect(Quantity.time.write(1500) == "1500 ms")
  }

  /// Editors hold sizes and times against the pattern, the server reads them: both have to agree.
  @Test(arguments: [
    "8 KiB", "8KiB", "1.5 MiB", "512 B", "8", "8 K", "8  KiB", "", "KiB", "1. B", ".5 B", "-1 B",
    "1.1234567 MiB", "8 KiB ", " 8 KiB", "64kB",
  ])
  func thePatternAgrees(_ text: String) throws {
    let pattern = try Regex(Quantity.size.pattern)
    let isRead = if case .value = Quantity.size.read(text) { true } else { false }
    #expect((text.wholeMatch(of: pattern) != nil) == isRead)
  }
}
