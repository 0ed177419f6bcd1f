public import Documents
public import Message

/// What a rule's files take beside being read: which methods write, and under which terms. None of it holds where nobody wrote it.
public struct WriteSettings: Sendable {
  /// Of PUT, DELETE, PATCH and POST; never empty where `form` is nil.
  public var methods: Sourced<MethodSet>
  /// PUT makes new files only (409 otherwise).
  public var createOnly: Sourced<Bool>
  /// What is there is changed only under If-Match or If-Unmodified-Since (428 otherwise, RFC 6585 section 3).
  public var requireMatch: Sourced<Bool>
  /// Content has to declare its length (411 otherwise).
  public var requireLength: Sourced<Bool>
  /// Media types that content may have, lower case and without parameters (415 otherwise); empty: any.
  public var types: Sourced<[[UInt8]]>
  /// Bytes that content may have, in the place of `limits.content`; nil: as there.
  public var contentBytes: Sourced<UInt64>?
  /// File and folder are with the disk before the answer goes out.
  public var durable: Sourced<Bool>
  /// What JSON documents have to keep (422 otherwise), and its file's path; nil: nothing.
  public var schema: (file: Sourced<String>, schema: JSONSchema)?
  /// Folder in which a form's contents are kept, one file each; nil: POST makes members of collections.
  public var form: Sourced<String>?
  /// Where the client reads on after a form, a URI reference; nil: the form is to be filled in again.
  public var then: Sourced<[UInt8]?>

  public init(
    methods: Sourced<MethodSet>, createOnly: Sourced<Bool> = Sourced(false),
    requireMatch: Sourced<Bool> = Sourced(false), requireLength: Sourced<Bool> = Sourced(false),
    types: Sourced<[[UInt8]]> = Sourced([]), contentBytes: Sourced<UInt64>? = nil,
    durable: Sourced<Bool> = Sourced(false), form: Sourced<String>? = nil,
    then: Sourced<[UInt8]?> = Sourced(nil)
  ) {
    self.methods = methods
    self.createOnly = createOnly
    self.requireMatch = requireMatch
    self.requireLength = requireLength
    self.types = types
    self.contentBytes = contentBytes
    self.durable = durable
    self.form = form
    self.then = then
  }
}

extension MethodSet {
  /// Methods that can change files.
  public static let writing = MethodSet([.put, .delete, .patch, .post])
}
