import Orders

/// Any bytes are an order that keeps the grammar's bounds, or a problem that points into them: in a query, in a path and in a field.
func fuzzRehearsalGrammar(_ bytes: Span<UInt8>) {
  fuzzGrammar((0..<bytes.count).map { bytes[$0] })
}
