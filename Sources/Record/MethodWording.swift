internal import Config
internal import Decide

// Methods that are not taken: by which line, and what to write so that they are.
extension EvidenceWording {
  /// The rule lets the method write, and what stands at the path is of a kind that does not take it.
  var isTakenElsewhere: Bool {
    evidence.key == SettingKey.writeMethods.name.description && ending == .methodNotAllowed
      && evidence.part == "method"
  }

  private var name: String { method.map { "`\(Wording.shown($0))`" } ?? "the method" }

  /// Where nobody wrote `methods`.
  var takenByKind: String {
    let rule = evidence.rule.map { "The rule at \(Wording.name($0)) has no `methods`" }
    return (rule ?? "`methods` is not written")
      + ", so that all is taken that this kind of resource can: GET, HEAD and OPTIONS for files, "
      + "POST as well for a content. This does not have \(name)."
  }

  /// `files.write.methods has DELETE (site.yaml:9:31), and ...`
  var takenElsewhere: String {
    let kind =
      switch method {
      case "DELETE": "the path is that of the rule's own folder, which DELETE does not remove"
      case "POST": "a file stands at the path: POST makes new files in folders"
      case "PUT": "a folder stands at the path: PUT makes and replaces files"
      case "PATCH":
        "a folder stands at the path, or a file that is no JSON by its media type: PATCH changes "
          + "JSON files"
      default: "what stands at the path does not take it"
      }
    return "files.write.methods has \(name) (\(written)), and \(kind)."
  }

  /// What to write where `files.write.methods` decided.
  func changeOfWriteMethods(_ advice: SettingAdvice) -> String {
    let rule = evidence.rule.map { "the rule at \(Wording.name($0))" } ?? "the rule"
    if isTakenElsewhere {
      return switch method {
      case "DELETE":
        "No setting removes the folder that a rule serves; what is in it is deleted by its own "
          + "path. To serve the folder no more, take away \(rule)."
      case "POST":
        "To have POST make a file, send it to the folder. To keep what a form sends to this path, "
          + "write `form` with a folder for it beside the methods at \(written)."
      case "PATCH":
        "To have \(name) answered, send it to the path of a JSON file below \(rule). `types` in "
          + "its `files` makes `application/json` of another extension."
      default: "To have \(name) answered, send it to the path of a file below \(rule)."
      }
    }
    let isWriting = method.map { ["PUT", "DELETE", "PATCH", "POST"].contains($0) } ?? false
    if !isBuiltIn, !isOnCommandLine {
      return "\(advice.purpose), add \(name) to the list of methods at \(written)."
    }
    let methods = isWriting ? method ?? "" : "PUT, DELETE"
    return "\(advice.purpose), write \(addition(of: "methods: [\(methods)]", at: advice.place))."
  }
}
