internal import CSystem
internal import Message

/// The entity tag of a file: when it was modified and changed, its size and its inode, so that no two versions have the same.
enum FileTag {
  /// Without the mark of weakness.
  static func append(_ file: csystem_file, to tag: inout ByteBuffer) {
    tag.append("\"")
    tag.append(hex: UInt64(bitPattern: file.modified_seconds))
    tag.append("-")
    tag.append(hex: UInt64(file.modified_nanoseconds))
    tag.append("-")
    tag.append(hex: UInt64(max(file.size, 0)))
    tag.append("-")
    tag.append(hex: file.inode)
    tag.append("-")
    let changed = UInt64(bitPattern: file.changed_seconds) << 30
    tag.append(hex: changed ^ UInt64(file.changed_nanoseconds))
    tag.append("\"")
  }

  static func opaque(_ file: csystem_file) -> [UInt8] {
    var tag = ByteBuffer(capacity: 128)
    append(file, to: &tag)
    return Array(tag.bytes)
  }
}
