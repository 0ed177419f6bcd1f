internal import Config
internal import Decide

extension SettingAdvice {
  /// Advice for the keys of `files.write`.
  static func ofWriting(_ key: SettingKey) -> SettingAdvice {
    let place = Place.ruleSection("files.write")
    return switch key {
    case .writeCreateOnly:
      SettingAdvice("is on", "To let PUT replace files", "create-only: off", place)
    case .writeRequireMatch:
      SettingAdvice("is on", "To let changes be made without it", "require-match: off", place)
    case .writeLength:
      SettingAdvice("is required", "To take content in chunks", "length: optional", place)
    case .writeTypes:
      SettingAdvice(
        "does not have the media type of this content", "To take any type", "types: []", place)
    case .writeSchema:
      SettingAdvice(
        "is what JSON documents keep here", "To take a document such as this one",
        "schema: ./schema.json", place)
    case .writeContent:
      SettingAdvice("was passed", "To accept larger contents", "content: 64 MiB", place)
    default:
      SettingAdvice(
        "does not have the method of this request", "To allow it", "methods: [PUT, DELETE]", place)
    }
  }
}

extension EndingWording {
  /// One sentence for each ending of a request that writes.
  static func ofWriting(_ ending: Ending) -> String {
    switch ending {
    case .writingOff: "The rule names the method, and does not let it write."
    case .writeRefused: "The operating system does not take this change."
    case .creationOnly:
      "Something stands at this name that the request may neither replace nor change."
    case .nameOfCollection: "The path ends in a slash, and PUT makes files."
    case .parentMissing: "The folder that the file would stand in is not there."
    case .contentPartRefused:
      "Content-Range says that the content is a part of a representation, and parts are not stored."
    case .lengthMissing: "The request has neither Content-Length nor content in chunks."
    case .lengthUndeclared: "The content comes in chunks and declares no length."
    case .codingNotTaken: "The content is in a coding, and only plain content is stored."
    case .patchTargetNotJSON: "What stands at the path is no JSON by its media type."
    case .patchFormatNotTaken:
      "The content's media type is no format of patches that is known here, or it has none: "
        + "application/merge-patch+json and application/json-patch+json are."
    case .typeNotTaken: "The rule does not take content of this media type."
    case .matchRequired:
      "Something stands at this name, and the request has neither If-Match nor "
        + "If-Unmodified-Since."
    default: ofChange(ending)
    }
  }

  private static func ofChange(_ ending: Ending) -> String {
    switch ending {
    case .jsonMalformed: "The content should be JSON, and could not be read as such."
    case .patchMalformed: "The content is JSON and no patch document."
    case .patchInapplicable: "The patch cannot be applied to this document."
    case .patchTestFailed: "A test of the patch found another value in the document."
    case .schemaBroken: "The document that the change would leave breaks the rule's JSON Schema."
    case .documentTooLarge:
      "The document is larger, or more work, than is patched or checked here."
    case .changedMeanwhile: "The target changed between the look at it and the change."
    case .documentNotJSON: "The document that is to be patched is no JSON."
    case .collectionNotEmpty: "The folder is not empty."
    case .storageFull: "There is no room for the content."
    case .writeFailed: "The operating system could not make the change."
    case .memberCreated: "The content was stored as a new member of the folder."
    case .created: "The content was stored at a name that was free."
    case .replaced: "The content was stored in the place of what stood there."
    case .patched: "The document was changed."
    case .deleted: "What stood at this name was removed."
    case .formReset: "The form was taken, and is to be filled in again."
    case .formTaken: "The form was taken, and the client is sent on."
    default: "The content that the configuration holds was sent."
    }
  }
}
