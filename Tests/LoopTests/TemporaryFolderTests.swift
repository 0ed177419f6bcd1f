import Glibc
import Loop
import Testing

@Suite("Temporary folders")
struct TemporaryFolderTests {
  private func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

  @Test("a folder is its user's alone, and goes with all that is in it, readable or not")
  func removed() throws {
    var folder: TemporaryFolder? = try TemporaryFolder(for: "folder-test")
    let path = try #require(folder?.path)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o700)
    try folder?.write("a/b/c.txt", "1")
    // A name that is no UTF-8
    try folder?.write([0x66, 0xFF], [1, 2, 3])
    try folder?.makeFolder("closed")
    #expect(symlink("/etc", path + "/link") == 0)
    #expect(chmod(path + "/closed", 0) == 0)
    #expect(
      folder?.names.sorted { $0.lexicographicallyPrecedes($1) }
        == [[0x61], Array("closed".utf8), [0x66, 0xFF], Array("link".utf8)])
    folder = nil
    #expect(!isThere(path))
    #expect(isThere("/etc"))
  }

  @Test("what cannot be made says where")
  func refused() throws {
    let folder = try TemporaryFolder(for: "folder-test")
    try folder.write("file", "")
    #expect(throws: SystemError("open", folder.path + "/file/below", code: ENOTDIR)) {
      try folder.write("file/below", "")
    }
    #expect(throws: SystemError("make", folder.path + "/file", code: EEXIST)) {
      try folder.makeFolder("file")
    }
  }
}
