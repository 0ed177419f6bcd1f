/// What is wrong with a text that says how answers vary, where, and what would fit.
public struct ChanceFault: Error, Sendable, Equatable {
  /// Byte of the text, from 0; its length where something is missing at the end.
  public var offset: Int
  /// A sentence without its full stop: `a weight is missing`.
  public var reason: String
  /// What could stand there: `200:0.9,503:0.1`.
  public var fits: String

  public init(at offset: Int, _ reason: String, fits: String) {
    self.offset = offset
    self.reason = reason
    self.fits = fits
  }
}
