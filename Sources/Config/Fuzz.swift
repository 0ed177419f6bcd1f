/// Reads any bytes as a configuration, without the disk. Must return, whatever they are.
public func fuzzSettings(_ bytes: Span<UInt8>) {
  var copy: [UInt8] = []
  copy.reserveCapacity(bytes.count)
  for index in bytes.indices { copy.append(bytes[index]) }
  let report = Settings.check(
    bytes: copy, name: "fuzz.yaml", folder: "/", overrides: .none, disk: .pretend,
    environment: ConfigEnvironment(isRoot: false, stateHome: nil, home: "/home/fuzz"))
  // The texts quote the bytes; making them is part of what is tried.
  withExtendedLifetime(report.text) {}
}
