internal import Config
internal import Facts
internal import Message

// What the rule and the folder behind it say.
extension Facts {
  /// A rule's path pattern matches the target's path.
  var hasRule: Bool { route.rule >= 0 }

  /// A name on the path starts with a dot, and the rule does not serve such names.
  var isPathHidden: Bool { resource.hiding != .none && resource.hiddenPolicy != .serve }

  /// The rule refuses hidden paths openly instead of hiding them.
  var isHiddenRefused: Bool { resource.hiddenPolicy == .refuse }

  /// The hidden name is a folder on the way, not the last name.
  var isHiddenSegment: Bool { resource.hiding == .segment }

  /// A symbolic link on the way leads out of the root, or links are not followed at all.
  var isOutsideRoot: Bool { resource.leavesRoot }

  /// Something is there.
  var hasResource: Bool { resource.kind != .none }

  /// The rule itself holds the content.
  var isContentFixed: Bool { resource.kind == .content }

  /// The rule lets its files be read.
  var isReadingAllowed: Bool { resource.isReadingAllowed }

  /// The operating system lets the server's user read it.
  var isReadable: Bool { resource.isReadable }

  /// It is a folder.
  var isCollection: Bool { resource.kind == .collection }

  /// The target's path ends in a slash, as a folder's must.
  var hasFinalSlash: Bool { resource.hasFinalSlash }

  /// The folder has one of the rule's index files.
  var hasIndex: Bool { resource.hasIndex }

  /// The rule lets a folder without an index be listed.
  var isListingAllowed: Bool { resource.isListingAllowed }

  /// It is a file, or a folder's index is one: not a pipe, a socket or a device.
  var isRegularFile: Bool { resource.kind == .file || resource.kind == .collection }

  /// The rule serves only files whose extension has a media type.
  var isTypeMapRequired: Bool { resource.isTypeMapRequired }

  /// The file's extension has a media type.
  var isTypeMapped: Bool { resource.isTypeMapped }

  /// The resource takes the request's method.
  var isMethodAllowed: Bool { resource.methods.contains(method) }
}
