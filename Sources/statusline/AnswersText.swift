internal import Config
internal import Decide
internal import HTTPStatus
internal import Message
internal import StatusGuide

/// What `check --answers` prints.
struct AnswersText {
  private let list: AnswerList
  private let settings: Settings

  init(_ list: AnswerList, _ settings: Settings) {
    self.list = list
    self.settings = settings
  }

  /// Lines that are shown of each cause.
  private static let shownMax = 3

  /// A line a cause, under a line a status.
  var text: String {
    var text = ""
    var status: Status?
    for entry in list.entries {
      if entry.cause.status != status {
        status = entry.cause.status
        if !text.isEmpty { text += "\n" }
        text += "\(entry.cause.status.code) \(entry.cause.status.phrase?.description ?? "")\n"
      }
      let shown = entry.positions.prefix(Self.shownMax).map { position in
        position.isBuiltIn ? "always" : settings.text(of: position)
      }
      let rest = entry.positions.count - shown.count
      let more = rest > 0 ? " and \(rest) more" : ""
      let name = "\(entry.cause.code) \(entry.cause.slug)"
      text += "  \(Help.pad(name, 40))  \(shown.joined(separator: ", "))\(more)\n"
    }
    if !list.rehearsals.isEmpty {
      let places = list.rehearsals.prefix(Self.shownMax).map { settings.text(of: $0) }
      text +=
        "\n100 to 599\n  \(Help.pad("any, on demand, as 503.999 rehearsed", 40))  "
        + "\(places.joined(separator: ", "))\n"
    }
    let count = list.entries.count
    return text + "\n\(count) causes. What is on the disk and in a request decides among them.\n"
  }

  /// An array of objects with `status`, `cause`, `slug`, `summary` and `at`, a list of positions.
  var json: String {
    var rows = list.entries.map { entry in
      let places = entry.positions.map { JSONString.quoted(settings.text(of: $0)) }
      return "  {\"status\": \(entry.cause.status.code), \"cause\": \"\(entry.cause.code)\", "
        + "\"slug\": \"\(entry.cause.slug)\", "
        + "\"summary\": \(JSONString.quoted("\(Guide.summary(of: entry.cause))")), "
        + "\"at\": [\(places.joined(separator: ", "))]}"
    }
    if !list.rehearsals.isEmpty {
      let places = list.rehearsals.map { JSONString.quoted(settings.text(of: $0)) }
      rows.append(
        "  {\"status\": null, \"cause\": \"999\", \"slug\": \"rehearsed\", "
          + "\"summary\": \"Any status from 100 to 599, on demand.\", "
          + "\"at\": [\(places.joined(separator: ", "))]}")
    }
    return "[\n\(rows.joined(separator: ",\n"))\n]\n"
  }
}
