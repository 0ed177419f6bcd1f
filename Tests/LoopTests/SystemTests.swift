import CSystem
import Glibc
import Loop
import Testing

@Suite("System calls")
struct SystemTests {
  @Test("a confined open reads inside its directory, and refuses every way out of it")
  func confinement() throws {
    try withTemporaryDirectory { root in
      Socket.close(creat("\(root)/page", 0o640))
      #expect(symlink("page", "\(root)/inside") == 0)
      #expect(symlink("/etc/passwd", "\(root)/outside") == 0)
      let directory = csystem_open(AT_FDCWD, root, UInt32(O_DIRECTORY) | CSYSTEM_O_PATH, 0, 0)
      try #require(directory >= 0)
      defer { Socket.close(directory) }

      func open(_ path: String, _ more: UInt32 = 0) -> Int32 {
        let resolve = CSYSTEM_RESOLVE_BENEATH | CSYSTEM_RESOLVE_NO_MAGIC_LINKS | more
        let result = csystem_open(directory, path, UInt32(O_RDONLY), 0, UInt64(resolve))
        if result >= 0 { Socket.close(result) }
        return min(result, 0)
      }
      #expect(open("page") == 0)
      #expect(open("inside") == 0)
      #expect(open("inside", CSYSTEM_RESOLVE_NO_LINKS) == -ELOOP)
      #expect(open("outside") == -EXDEV)
      #expect(open("../page") == -EXDEV)
      #expect(open("/etc/passwd") == -EXDEV)
      #expect(open("missing") == -ENOENT)
      #expect(open("page/below") == -ENOTDIR)
    }
  }

  @Test("what is told of a file is the same by descriptor and by path")
  func status() throws {
    try withTemporaryDirectory { root in
      let path = "\(root)/file"
      let made = csystem_open(AT_FDCWD, path, UInt32(O_RDWR | O_CREAT), 0o600, 0)
      try #require(made >= 0)
      defer { Socket.close(made) }
      #expect(csystem_reserve(made, 0, 4096) == 0)
      var open = csystem_file()
      var named = csystem_file()
      #expect(csystem_stat_descriptor(made, &open) == 0)
      #expect(csystem_stat_path(AT_FDCWD, path, 0, &named) == 0)
      #expect(open.size == 4096 && named.size == 4096)
      #expect(open.inode == named.inode && open.device == named.device)
      #expect(open.modified_seconds > 1_735_689_600)
      #expect(open.modified_nanoseconds == named.modified_nanoseconds)
      #expect(open.user == geteuid() && open.links == 1)
      #expect(open.mode == 0o100600)
      #expect(csystem_stat_path(AT_FDCWD, "\(root)/none", 0, &named) == -ENOENT)
    }
  }

  @Test("a mapped file is its content; memory without a file is zero")
  func mapping() throws {
    try withTemporaryDirectory { root in
      let made = csystem_open(AT_FDCWD, "\(root)/ring", UInt32(O_RDWR | O_CREAT), 0o600, 0)
      try #require(made >= 0)
      defer { Socket.close(made) }
      #expect(csystem_reserve(made, 0, 4096) == 0)
      var address: UnsafeMutableRawPointer?
      #expect(csystem_map(made, 4096, 1, &address) == 0)
      let mapped = try #require(address)
      mapped.storeBytes(of: 0x21, as: UInt8.self)
      munmap(mapped, 4096)
      var byte: UInt8 = 0
      #expect(pread(made, &byte, 1, 0) == 1 && byte == 0x21)

      #expect(csystem_map(-1, 4096, 1, &address) == 0)
      let memory = try #require(address)
      #expect(memory.load(as: UInt64.self) == 0)
      munmap(memory, 4096)
    }
  }

  @Test("work in the background is done on another thread, and its result handed back")
  func background() {
    let caller = csystem_thread_self()
    let other = NativeThread.inBackground(named: "background") { csystem_thread_self() }
    #expect(other != caller)
  }

  @Test("random bytes are not all the same")
  func random() {
    var bytes = [UInt8](repeating: 0, count: 64)
    #expect(csystem_random(&bytes, 64) == 0)
    #expect(Set(bytes).count > 1)
  }

  @Test("a program whose pages were given back goes on, and only unchanged pages were")
  func programReleased() {
    var changed = [1, 2, 3]
    changed.append(4)
    #expect(csystem_release_program() > 0)
    #expect(changed == [1, 2, 3, 4])
    #expect("\(Status.teapots)" == "418")
    Status.teapots += 1
    #expect(csystem_release_program() > 0)
    #expect(Status.teapots == 419)
  }

  private enum Status {
    nonisolated(unsafe) static var teapots = 418
  }
}
