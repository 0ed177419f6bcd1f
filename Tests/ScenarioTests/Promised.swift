/// The codes that have to be there for real: each has a scenario of its own.
enum Promised {
  static let codes = [
    "100",
    "200", "206",
    "300", "304",
    "400", "403", "403.2", "403.14", "404", "404.0", "404.1", "404.3", "405", "406", "408", "412",
    "414",
    "416", "417", "431",
    "500", "501", "503", "505", "506",
  ]
}
