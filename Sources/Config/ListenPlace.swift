/// An address as `listen` has it, for telling whether two have one in common: the kernel gives each to one socket alone.
struct ListenPlace {
  private enum Family { case four, six }

  private let family: Family
  /// Empty for every address of the family.
  private let host: String
  private let port: String

  /// Whether two values mean an address that is the same. Port 0 is another one each time.
  static func overlap(_ one: String, _ other: String) -> Bool {
    let others = places(of: other)
    return places(of: one).contains { place in
      others.contains {
        $0.family == place.family && $0.port == place.port && place.port != "0"
          && ($0.host == place.host || $0.host.isEmpty || place.host.isEmpty)
      }
    }
  }

  /// What a value stands for; nothing for a Unix socket.
  private static func places(of value: String) -> [ListenPlace] {
    guard !value.hasPrefix("unix:"), let colon = value.lastIndex(of: ":") else { return [] }
    let host = value[..<colon].lowercased()
    let port = String(value[value.index(after: colon)...])
    switch host {
    case "":
      return [
        ListenPlace(family: .four, host: "", port: port),
        ListenPlace(family: .six, host: "", port: port),
      ]
    case "localhost":
      return [
        ListenPlace(family: .four, host: "127.0.0.1", port: port),
        ListenPlace(family: .six, host: "[::1]", port: port),
      ]
    case "0.0.0.0": return [ListenPlace(family: .four, host: "", port: port)]
    case "[::]": return [ListenPlace(family: .six, host: "", port: port)]
    default:
      let family: Family = host.hasPrefix("[") ? .six : .four
      return [ListenPlace(family: family, host: host, port: port)]
    }
  }
}
