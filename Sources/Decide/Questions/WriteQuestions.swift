internal import Facts
internal import Message

// What a change of a resource has to meet, and what came of it.
extension Facts {
  /// The method writes, and the rule takes it.
  @inline(__always) var isWrite: Bool { write.isAsked }

  /// The rule lets the method write.
  @inline(__always) var isWritingOn: Bool { write.isOn }

  /// Something stands at the target.
  @inline(__always) var isWriteTargetThere: Bool { resource.kind != .none }

  /// The operating system lets the server's user look at it.
  @inline(__always) var isWriteTargetReadable: Bool { resource.isReadable }

  /// It is a file or a folder.
  @inline(__always) var isWriteTargetOrdinary: Bool { resource.kind != .special }

  /// A file takes PUT, DELETE and PATCH; a folder DELETE and POST.
  @inline(__always) var isWriteTakenThere: Bool { write.isTakenThere }

  /// It is a folder, and the target's path does not end in a slash.
  @inline(__always) var isWriteSlashMissing: Bool {
    resource.kind == .collection && !resource.hasFinalSlash
  }

  /// PUT would replace a file, and the rule lets it only make new ones.
  @inline(__always) var isCreationRefused: Bool { write.isCreationOnly && method == .put }

  /// The method can make what is not there (RFC 9110 section 9.3.4).
  @inline(__always) var isCreation: Bool { method == .put }

  /// The target's name could be a file's.
  @inline(__always) var isNameForFile: Bool { write.isNameForFile }

  /// The folder is there that the new file would stand in.
  @inline(__always) var hasParent: Bool { write.hasParent }

  /// The content is a part of a representation, which is not taken (RFC 9110 section 14.5).
  @inline(__always) var isWriteContentPart: Bool {
    fields.contains(.contentRange) && method != .delete
  }

  /// The head says where the content ends, or the method needs none (RFC 9110 section 8.6).
  @inline(__always) var isLengthKnown: Bool { framing != .none || method == .delete }

  /// The content's length is declared, or the rule does not ask for that.
  @inline(__always) var isLengthDeclared: Bool { framing != .chunked || !write.isLengthRequired }

  /// The content is in no coding (RFC 9110 section 8.4).
  @inline(__always) var isContentCodingTaken: Bool { write.isCodingTaken }

  @inline(__always) var isPatch: Bool { method == .patch }

  /// The file that is to be patched is JSON by its media type.
  @inline(__always) var isPatchTargetJSON: Bool { write.isTargetJSON }

  /// The content's media type is one that is taken here; for PATCH, a patch format (RFC 5789 section 2.2).
  @inline(__always) var isContentTypeTaken: Bool { write.isTypeTaken }

  /// The rule asks for If-Match or If-Unmodified-Since where something would be changed (RFC 6585 section 3).
  @inline(__always) var isMatchMissing: Bool {
    write.isMatchRequired && resource.kind != .none && preconditions.ifMatch == .absent
      && preconditions.ifUnmodifiedSince == .absent
  }

  // MARK: What came of it

  @inline(__always) var isWriteDone: Bool { write.isAsked }
  @inline(__always) var isFormTaken: Bool { write.isForm }
  @inline(__always) var isFormReset: Bool { write.isFormReset }
  @inline(__always) var isCreated: Bool { write.isCreated }
  /// What was made stands elsewhere than at the target.
  @inline(__always) var isMemberCreated: Bool { method == .post }
  @inline(__always) var isDeleted: Bool { method == .delete }

  @inline(__always) var isWriteAtFault: Bool { action.failure == .write }

  /// What the content says could not be done to what it is for.
  @inline(__always) var isContentAtFault: Bool {
    switch write.failure {
    case .jsonMalformed, .patchMalformed, .patchInapplicable, .patchTestFailed, .schemaBroken,
      .documentTooLarge:
      true
    default: false
    }
  }
}
