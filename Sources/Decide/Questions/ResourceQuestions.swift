internal import Config
internal import Facts
internal import Message

// What the rule and the folder behind it say.
extension Facts {
  /// A rule's path pattern matches the target's path.
  @inline(__always) var hasRule: Bool { route.rule >= 0 }

  /// A name on the path starts with a dot, and the rule does not serve such names.
  @inline(__always) var isPathHidden: Bool {
    resource.hiding != .none && resource.hiddenPolicy != .serve
  }

  /// The rule refuses hidden paths openly instead of hiding them.
  @inline(__always) var isHiddenRefused: Bool { resource.hiddenPolicy == .refuse }

  /// The hidden name is a folder on the way, not the last name.
  @inline(__always) var isHiddenSegment: Bool { resource.hiding == .segment }

  /// A symbolic link on the way leads out of the root, or links are not followed at all.
  @inline(__always) var isOutsideRoot: Bool { resource.leavesRoot }

  /// Something is there.
  @inline(__always) var hasResource: Bool { resource.kind != .none && !rule.isFallback }

  /// The rule itself holds the content.
  @inline(__always) var isContentFixed: Bool { resource.kind == .content }

  /// The rule lets its files be read.
  @inline(__always) var isReadingAllowed: Bool { resource.isReadingAllowed }

  /// The operating system lets the server's user read it.
  @inline(__always) var isReadable: Bool { resource.isReadable }

  /// It is a folder.
  @inline(__always) var isCollection: Bool { resource.kind == .collection }

  /// The target's path ends in a slash, as a folder's must.
  @inline(__always) var hasFinalSlash: Bool { resource.hasFinalSlash }

  /// The folder has one of the rule's index files.
  @inline(__always) var hasIndex: Bool { resource.hasIndex }

  /// The rule lets a folder without an index be listed.
  @inline(__always) var isListingAllowed: Bool { resource.isListingAllowed }

  /// It is a file, or a folder's index is one: not a pipe, a socket or a device.
  @inline(__always) var isRegularFile: Bool {
    resource.kind == .file || resource.kind == .collection
  }

  /// The rule serves only files whose extension has a media type.
  @inline(__always) var isTypeMapRequired: Bool { resource.isTypeMapRequired }

  /// The file's extension has a media type.
  @inline(__always) var isTypeMapped: Bool { resource.isTypeMapped }

  /// The resource takes the request's method.
  @inline(__always) var isMethodAllowed: Bool { resource.methods.contains(method) }
}
