public import Config

/// What a request that writes needs to be decided: the terms of the rule, what stands at the target, and what became of the change.
///
/// Only `isAsked` is looked at where nothing is written.
public struct WriteFacts: Sendable {
  /// The method writes, and the rule takes it.
  public var isAsked = false
  /// The rule lets the method write.
  public var isOn = false
  /// The content of a form is kept, whatever stands at the target.
  public var isForm = false
  /// A form is to be filled in again.
  public var isFormReset = false
  /// The kind of what stands at the target takes the method.
  public var isTakenThere = false
  public var isCreationOnly = false
  /// Where something new would stand, it has a folder to stand in.
  public var hasParent = false
  /// The name could be a file's: it does not end in a slash.
  public var isNameForFile = true
  public var isMatchRequired = false
  public var isLengthRequired = false
  /// Content-Encoding is not there, or names none.
  public var isCodingTaken = true
  /// Content-Type is one that the rule takes; for PATCH, the target is JSON and the format a known one.
  public var isTypeTaken = true
  public var isTargetJSON = false
  /// What the change would leave is JSON, and the rule has a schema for it.
  public var isSchemaChecked = false
  /// Something came to stand where nothing stood, so the answer is 201; told again by whoever makes the change.
  public var isCreated = false
  public var failure: WriteFailure = .none
  /// What was more than can be handled, where that is the failure.
  public var excess: WriteExcess = .none
  /// How much that was, and how much it may be, in bytes; 0 where it was not counted.
  public var excessBytes: UInt64 = 0
  public var excessBytesMax: UInt64 = 0
  /// Byte of the content at which JSON breaks off.
  public var faultOffset: UInt64 = 0
  public var positions = WritePositions()

  public init() {}
}

/// Where the terms of writing are written.
public struct WritePositions: Sendable {
  public var methods: Position = .builtIn
  public var createOnly: Position = .builtIn
  public var requireMatch: Position = .builtIn
  public var length: Position = .builtIn
  public var types: Position = .builtIn
  public var schema: Position = .builtIn
  public init() {}
}

/// Why a change was not made.
public enum WriteFailure: UInt8, Sendable, CaseIterable {
  case none
  /// The content should be JSON and is not.
  case jsonMalformed
  /// The content is JSON and no patch document.
  case patchMalformed
  /// What stands at the target calls itself JSON and is none.
  case documentNotJSON
  /// The patch cannot be applied to this document: an operation has no place in it, or `excess` says what would be too much.
  case patchInapplicable
  /// A `test` of the patch found another value.
  case patchTestFailed
  /// The document breaks the rule's JSON Schema.
  case schemaBroken
  /// The content takes more work than is done to check it.
  case documentTooLarge
  /// The target is no longer what the preconditions were judged on.
  case changedMeanwhile
  /// Something stands there now, where only something new was to be made.
  case nameTaken
  /// The folder is not there any more, or never was.
  case parentMissing
  case collectionNotEmpty
  /// The operating system refuses it: EACCES, EPERM, EROFS.
  case refused
  /// There is no room for it: ENOSPC, EDQUOT, EFBIG.
  case storageFull
  /// Anything else that the operating system says.
  case failed
}

/// What of a change is more than can be handled.
public enum WriteExcess: UInt8, Sendable {
  case none
  /// The document that is to be patched.
  case document
  /// What the patch copies, which counts as content.
  case copies
  /// What the patch would make of it, or the way there.
  case patch
  /// The check by the rule's schema.
  case check
}
