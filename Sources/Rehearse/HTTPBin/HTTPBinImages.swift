internal import Message

/// Pictures for clients to look at: a signal of ours, 96 by 96, drawn once and kept as each format has it.
enum HTTPBinImages {
  struct Kind {
    let name: String
    let type: String
    let content: [UInt8]
  }

  /// In the order in which `/image` looks for them in an Accept field.
  static let kinds: [Kind] = [
    Kind(name: "webp", type: "image/webp", content: read(webp)),
    Kind(name: "svg", type: "image/svg+xml", content: Array(svg.utf8)),
    Kind(name: "jpeg", type: "image/jpeg", content: read(jpeg)),
    Kind(name: "png", type: "image/png", content: read(png)),
  ]

  static let accepted = ["image/webp", "image/svg+xml", "image/jpeg", "image/png", "image/*"]

  static func answer(_ kind: Kind) -> RehearsalAnswer {
    HTTPBinAnswer.content(kind.content, type: kind.type)
  }

  /// `/image`: the first kind whose name stands in Accept, whatever its weight, as httpbin has it.
  static func chosen(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    guard let field = ask.list("accept") else { return answer(kinds[3]) }
    let accept = String(decoding: field.map(\.lowercased), as: UTF8.self)
    if let kind = kinds.first(where: { accept.contains($0.type) }) { return answer(kind) }
    return accept.contains("image/*") ? answer(kinds[3]) : HTTPBinStatus.answer(406)
  }

  private static func read(_ text: String) -> [UInt8] { Base64.decoded(text.utf8) ?? [] }

  private static let svg = """
    <svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 96 96">
      <rect width="96" height="96" fill="#182030"/>
      <rect x="30" y="6" width="36" height="72" rx="8" fill="#3c4250"/>
      <rect x="45" y="78" width="6" height="18" fill="#3c4250"/>
      <circle cx="48" cy="21" r="10" fill="#dc3c32"/>
      <circle cx="48" cy="43" r="10" fill="#f0be3c"/>
      <circle cx="48" cy="65" r="10" fill="#3c78f0"/>
    </svg>

    """

  private static let png = """
    iVBORw0KGgoAAAANSUhEUgAAAGAAAABgBAMAAAAQtmoLAAAAD1BMVEXwvjw8ePA8QlDcPDIYIDBGqWPsAAABHElEQVR42u2X2w2DMAxFb6wOABtEzNL9R6iyAZkg6VcR\
    BV8ct6lUCfgA8zg4kORgwh2+RXBC4LY/9FjfL9oZ1tejJBMoh7sKkIx9gXHHYj80AIQBmJtea1qux6i2Se+HYbVu6bjwtmkAhs3WAsIu6D34BiU694zrAmQl6puh7gIr\
    Q+Yt0oHKE5BnyDQBAWoGm9NEAnV2qPJlvMnR0yVtnWkASZUeBwqxIAUS8SoDChVtr8GXqOsvCXwBRCXqm0GaTmptiq2A2OfUFLEdkAg2p4kEZHJao+aldPhWZH1U6Zax\
    V/f+D8r/fRRPCfy+hPOXoZ5CN+5K6di5WJft74BYEogJAMLIfCxGSrHf0oTD/zjFS9MH1cw1gS7gnMATEH8+OreXaq8AAAAASUVORK5CYII=
    """

  private static let webp = """
    UklGRtoAAABXRUJQVlA4TM4AAAAvX8AXAHVAjiRJkqIKgvBCKqRDuqljmLC9X21R1mTSNp6quGIqauwik7ZxUCq312Tv7v8EfM2X2J/TD+G5BJ59Pc+/mv8R5dsfk5if\
    bE6MyRNNlWfqNNN5W03vS5Et3lY2SGNJHgsSmZJJA6sk3SR/7BhrskyTJ5oqz9RppvO2mt6XIlu8rWyQxpI8FiQyJZMGVkm6SX7rGGtnmXaeaFd5dp1md95Wu/elyBZv\
    KxuksSTEylgwuzBMybFSGphfl8+1LsCTFuMJCzdY3B/pAA==
    """

  private static let jpeg = """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4O\
    DhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCABgAGADASIAAhEBAxEB/8QAGgABAAMBAQEAAAAA\
    AAAAAAAAAAMEBQYCB//EADAQAAIBAwAHBwQCAwAAAAAAAAABAgMEEQUSMTNBgbEGITRRYXKhFCJCwRNSJHGR/8QAGQEBAAMBAQAAAAAAAAAAAAAAAAECBAMF/8QAIBEA\
    AgICAgMBAQAAAAAAAAAAAAIBAwQRBRIhMUETIv/aAAwDAQACEQMRAD8A4MAHUoACSjBTqxi9j2gCFGpNZjFteZ6+mrf0+UaCSSwu5FujZa0daq2s8FtKO6pG5O1ND3Tp\
    IMT6at/T5R5lQqwWZQeP+m/UsVq5pSeVwfEpNNPDWGgliv6Jux7KZ08GSCa6goVvt7k1nHkQlzgAAAAAACa18RHn0ISa18RHn0ANW1SlcwT88moY8JOE1KO1M1KNaFaO\
    YvD4x4ox5KzuG+HtcXakLKT72SGffJKvlcYpsu1KkKUczePTizMrVHVqOb7vJeRXGWe3b4X5O1Pz6fTOvd8vaVyxe75e0rm48IAAAAAAE1r4iPPoQk1r4iPPoAaVKnOt\
    VhSprM5yUYrzbO00boG0tKKdxThXrtfdKSzFeiT67ehzfZ6UYactnKSisyWW8d7i0jujyOSvdWhFnUGzGRZjtJm3uhLG6ouEaEKM8PVnTjjD9Utpxd3bVLO6qW9ZLXg8\
    PDyn5M+jHHdrZRlpWCjJNxopNJ7Hlv8AaKcde8v+czuCchF69oOWvd8vaVyxe75e0rntGIAAAAAAE1r4iPPoQk1r4iPPoAaMZShNThJxlF5TTw0zrNFdoqVakqd6pRrR\
    XfOMG1Lktj5Y6HK0qbq1YwXFmzSpQpQUILCXyWjjlzI/vxEfSJyZp9GvpDtFbW9H/HU6tWSerrQcYp+ucfHwcfXrVLitKtWm51JvLkzanGM4uM1mL2ox7mj/AAVnDatq\
    foJ4xMONp539+iMqbp0xmXu+XtK5Yvd8vaVypIAAAAAAJrXxEefQhPUJOElJbUAbVpNU7mEpbM4Nk5uncU5xy5KL4psu22kHCOpmNRJd33d6NuJkLXEq3o4XVS/mDXMn\
    SE1O5xH8Vh/7PVfSTcdVatPPFy7+RQlXpRWddP0TyWyslbF6IRTVKztire75e0rnurUdSbk+S8jwYDQAAAAAAAAACxZb5+0rliy3z9oB7vvw5/oqFu+/Dn+ioAAAAAAA\
    f//Z
    """
}
