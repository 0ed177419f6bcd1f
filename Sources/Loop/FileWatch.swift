internal import CSystem
internal import Glibc

/// Tells a loop that something in a directory has changed; there to drop cached open files.
///
/// It watches directories, not what is below them. The kernel's queue is bounded:
/// `FileChange.overflowed` says that changes were lost and that nothing cached can be trusted.
public final class FileWatch {
  /// What to be told of: the bits of inotify.
  public struct Events: OptionSet, Sendable, Hashable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Content was written, or a file that was open for writing was closed.
    public static let written = Events(rawValue: UInt32(IN_MODIFY | IN_CLOSE_WRITE))
    /// Permissions, times or the number of links changed.
    public static let attributes = Events(rawValue: UInt32(IN_ATTRIB))
    /// An entry appeared, went, or was moved in or out.
    public static let entries = Events(
      rawValue: UInt32(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO))
    /// The directory itself was moved or removed.
    public static let directory = Events(rawValue: UInt32(IN_DELETE_SELF | IN_MOVE_SELF))
    /// Everything that makes an open file or what is known of it stale.
    public static let staleness: Events = [.written, .attributes, .entries, .directory]
  }

  private let loop: EventLoop
  private let descriptor: Int32
  private let body: (FileChange) -> Void
  private var watch: WatchID?

  /// Calls `body` on the loop with each change. Belongs to the loop's thread, as the loop's own
  /// registrations do.
  public init(loop: EventLoop, _ body: @escaping (FileChange) -> Void) throws(SystemError) {
    let descriptor = csystem_inotify()
    if descriptor < 0 { throw SystemError("watch files", code: -descriptor) }
    self.loop = loop
    self.descriptor = descriptor
    self.body = body
    do throws(SystemError) {
      watch = try loop.watch(descriptor) { _ in FileWatch.drain(descriptor, body) }
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit {
    if let watch { loop.unwatch(watch) }
    close(descriptor)
  }

  /// Watches a directory and returns the number that its changes will carry. The same directory has
  /// the same number however it was named. For one that is open only, `/proc/self/fd/N` is its
  /// path. Fails with ENOSPC where the user has as many watches as allowed.
  public func add(directory: String, _ events: Events = .staleness) throws(SystemError) -> Int32 {
    let number = csystem_inotify_add(descriptor, directory, events.rawValue | UInt32(IN_ONLYDIR))
    if number < 0 { throw SystemError("watch the directory", directory, code: -number) }
    return number
  }

  /// Ends the watch of a directory; the kernel ends it by itself when the directory goes.
  public func remove(_ number: Int32) {
    _ = csystem_inotify_remove(descriptor, number)
  }

  /// Calls the body now with the changes that the loop has not come to yet: what happened before this call is known after it.
  public func takeChanges() { FileWatch.drain(descriptor, body) }

  private static func drain(_ descriptor: Int32, _ body: (FileChange) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 8) { buffer in
      while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count <= 0 {
          if count < 0, errno == EINTR { continue }
          return
        }
        var at = 0
        while at + 16 <= count {  // struct inotify_event: wd, mask, cookie, length of the name
          let nameLength = Int(buffer.loadUnaligned(fromByteOffset: at + 12, as: UInt32.self))
          let end = min(at + 16 + nameLength, count)
          body(
            FileChange(
              watch: buffer.loadUnaligned(fromByteOffset: at, as: Int32.self),
              mask: buffer.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self),
              paddedName: UnsafeRawBufferPointer(rebasing: buffer[(at + 16)..<end])))
          at = end
        }
      }
    }
  }
}

/// One change in a watched directory. Its name is valid only while the callback runs.
public struct FileChange {
  /// The number that `FileWatch.add` gave; -1 where the queue overflowed.
  public let watch: Int32
  /// The bits of inotify.
  public let mask: UInt32
  private let paddedName: UnsafeRawBufferPointer

  init(watch: Int32, mask: UInt32, paddedName: UnsafeRawBufferPointer) {
    self.watch = watch
    self.mask = mask
    self.paddedName = paddedName
  }

  /// Changes were lost: whatever was cached may be stale.
  public var overflowed: Bool { mask & UInt32(IN_Q_OVERFLOW) != 0 }
  /// The number means nothing from now on: the directory has gone, or the watch was removed.
  public var ended: Bool { mask & UInt32(IN_IGNORED) != 0 }

  /// The bytes of the entry's name in the directory; empty where the directory itself changed.
  public var name: UnsafeRawBufferPointer {
    let end = paddedName.firstIndex(of: 0) ?? paddedName.endIndex
    return UnsafeRawBufferPointer(rebasing: paddedName[..<end])
  }
}
