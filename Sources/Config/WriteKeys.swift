import Message

/// Keys of `files.write`.
enum WriteKeys {
  static let section = ConfigSection(
    "write", noun: "writing", "How the files of a rule may be changed; nothing may without it.",
    keys: [
      methods, createOnly, requireMatch, length, types, content, durable, schema, form, then,
    ])

  static let methods = ConfigKey(
    "methods", .list(.words(RuleKeys.names(of: .writing)), single: true), .standard("[]"),
    "Methods that write: PUT makes or replaces a file, DELETE removes a file or an empty folder, "
      + "PATCH changes JSON in place, POST makes a new file in a folder.")
  static let createOnly = ConfigKey(
    "create-only", .boolean, .standard("off"),
    "Whether PUT makes new files only; over one that is there it is 409.")
  static let requireMatch = ConfigKey(
    "require-match", .boolean, .standard("off"),
    "Whether what is there is changed only with If-Match or If-Unmodified-Since; without, it is "
      + "428.")
  static let length = ConfigKey(
    "length", .words(["optional", "required"]), .standard("optional"),
    "Whether content in chunks, which declares no length, is refused with 411.")
  static let types = ConfigKey(
    "types", .list(.text(.mediaType), single: true), .standard("[]"),
    "Media types that PUT and POST may bring; others are 415. An empty list takes any.")
  static let content = ConfigKey(
    "content", .size(0...(1 << 50)), .optional("64 MiB"),
    "Largest content that this rule takes, in the place of limits.content; beyond it 413.")
  static let durable = ConfigKey(
    "durable", .boolean, .standard("off"),
    "Whether an answer waits until file and folder are with the disk, so that a power cut loses "
      + "nothing that was acknowledged.")
  static let schema = ConfigKey(
    "schema", .text(.path), .optional("./order.schema.json"),
    "JSON Schema (draft 2020-12, or 7 and 6 where it says so) that every JSON document keeps which "
      + "PUT, PATCH or POST would leave here; one that breaks it is 422, with JSON Pointers to what "
      + "is wrong.")
  static let form = ConfigKey(
    "form", .text(.path), .optional("./inbox"),
    "Folder in which what forms send with POST is kept, a file each; it should lie outside the "
      + "root. POST then makes no members of folders.")
  static let then = ConfigKey(
    "then", .text(.fieldValue), .optional("reset"),
    "What a client does once its form is taken: \"reset\" it (205), or go on reading at this path "
      + "or URI (303).")
}
