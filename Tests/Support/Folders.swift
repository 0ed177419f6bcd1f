import Glibc

/// Files of the package, for tests that look at its own sources. Paths are relative to the package's root.
public enum PackageFiles {
  /// The package's root, found from the place of a test's file (`#filePath`).
  public static func root(of testFile: String) -> String {
    var parts = testFile.split(separator: "/", omittingEmptySubsequences: false)
    while let last = parts.popLast() {
      if last == "Tests" { break }
    }
    return parts.joined(separator: "/")
  }

  /// The text of a file; nil where it cannot be read.
  public static func text(_ path: String, in root: String) -> String? {
    bytes(path, in: root).map { String(decoding: $0, as: UTF8.self) }
  }

  public static func bytes(_ path: String, in root: String) -> [UInt8]? {
    guard let file = fopen(root + "/" + path, "r") else { return nil }
    defer { fclose(file) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return all }
      all += chunk[..<count]
    }
  }

  /// Every ordinary file below a folder whose name ends so, sorted; hidden names are passed over.
  public static func files(below folder: String, endingIn suffix: String, in root: String)
    -> [String]
  {
    guard let stream = opendir(root + "/" + folder) else { return [] }
    defer { closedir(stream) }
    var found: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      let path = folder + "/" + name
      var status = stat()
      guard stat(root + "/" + path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        found += files(below: path, endingIn: suffix, in: root)
      } else if name.hasSuffix(suffix) {
        found.append(path)
      }
    }
    return found.sorted()
  }
}
