public import Message

extension FieldBlock {
  /// The fields that a rule adds to successful answers, in order; nil where it adds none.
  public convenience init?(cacheControl: [UInt8]?, headers: [(name: [UInt8], value: [UInt8])]) {
    if cacheControl == nil, headers.isEmpty { return nil }
    self.init { fields in
      if let cacheControl { fields.add(.cacheControl, cacheControl) }
      for header in headers { fields.add(name: header.name, value: header.value) }
    }
  }

  /// The fields that every answer of one second carries. RFC 9110 section 6.6.1: an origin server with a clock sends Date.
  public convenience init(date: UnsafeBufferPointer<UInt8>, server: [UInt8]) {
    self.init { fields in
      fields.add(.date, date)
      if !server.isEmpty { fields.add(.server, server) }
    }
  }
}
