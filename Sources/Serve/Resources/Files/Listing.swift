internal import CSystem
internal import Config
internal import Facts
internal import Glibc
internal import Message

/// A folder's listing, as HTML or JSON: folders first, then files, each by name in the order of their bytes.
///
/// Made on a helper thread: reading a folder can take long. Names are shown escaped, and linked percent-encoded, whatever bytes
/// they have.
struct Listing: Sendable {
  enum Form: Sendable {
    case html, json
  }

  struct Item: Sendable {
    var name: [UInt8]
    var isCollection: Bool
    var length: UInt64
    var modified: Int64
  }

  var items: [Item] = []

  /// Reads the folder. `path` is relative to the root; hidden names are left out unless `showsHidden`.
  init(_ root: FilesRoot, path: String, showsHidden: Bool) throws(ListingError) {
    let descriptor = root.open(path, followingLinks: root.settings.links.value == .within)
    if descriptor < 0 { throw ListingError(systemError: -descriptor) }
    guard let folder = fdopendir(descriptor) else {
      let code = errno
      close(descriptor)
      throw ListingError(systemError: code)
    }
    defer { closedir(folder) }
    while true {
      errno = 0
      guard let entry = readdir(folder) else {
        if errno != 0 { throw ListingError(systemError: errno) }
        break
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        Array(bytes.prefix { $0 != 0 })
      }
      if name == [0x2E] || name == [0x2E, 0x2E] { continue }
      if !showsHidden, name.first == 0x2E { continue }
      if name == root.settings.folderFile?.value { continue }
      guard Listing.canBeAskedFor(name) else { continue }
      // What is gone since, leads nowhere or leads out of the root is not listed
      guard let file = Listing.look(at: name, in: dirfd(folder), path, root) else { continue }
      let type = file.mode & S_IFMT
      guard type == S_IFREG || type == S_IFDIR else { continue }
      items.append(
        Item(
          name: name, isCollection: type == S_IFDIR, length: UInt64(max(file.size, 0)),
          modified: file.modified_seconds))
    }
    items.sort { one, other in
      if one.isCollection != other.isCollection { return one.isCollection }
      return one.name.lexicographicallyPrecedes(other.name)
    }
  }

  /// Whether the name can stand in a target: no link is shown that would be a 400.
  private static func canBeAskedFor(_ name: [UInt8]) -> Bool {
    var target = ByteBuffer(capacity: 1 + name.count * 3)
    target.append(UInt8(ascii: "/"))
    target.append(name, in: .uri)
    var decoded = ByteBuffer(capacity: name.count + 1)
    return (try? TargetPath.decode(target.bytes.span, into: &decoded)) != nil
  }

  /// An entry's metadata. A link is followed only as a request for it would be: within the root.
  private static func look(
    at name: [UInt8], in folder: Int32, _ path: String, _ root: FilesRoot
  ) -> csystem_file? {
    let text = name.map { CChar(bitPattern: $0) } + [0]
    var file = csystem_file()
    guard csystem_stat_path(folder, text, AT_SYMLINK_NOFOLLOW, &file) == 0 else { return nil }
    guard file.mode & S_IFMT == S_IFLNK else { return file }
    guard root.settings.links.value == .within else { return nil }
    let whole = path.utf8.map { CChar(bitPattern: $0) } + [0x2F] + text
    let opened = root.open(whole, followingLinks: true)
    guard opened >= 0 else { return nil }
    defer { close(opened) }
    return csystem_stat_descriptor(opened, &file) == 0 ? file : nil
  }

  /// The listing's bytes. `path` is the collection's decoded path.
  func text(_ form: Form, of path: [UInt8]) -> [UInt8] {
    var text = ByteBuffer(capacity: 1024 + items.count * 160)
    switch form {
    case .html: ListingPage.write(self, path, &text)
    case .json: ListingJSON.write(self, path, &text)
    }
    return Array(text.bytes)
  }
}

struct ListingError: Error {
  var systemError: Int32
}

enum ListingJSON {
  static func write(_ listing: Listing, _ path: [UInt8], _ text: inout ByteBuffer) {
    text.append("{\n  \"path\": \"")
    text.append(name: path, in: .json)
    text.append("\",\n  \"items\": [")
    for (index, item) in listing.items.enumerated() {
      text.append(index == 0 ? "\n    " : ",\n    ")
      text.append("{\"name\": \"")
      text.append(name: item.name, in: .json)
      text.append("\", \"href\": \"")
      text.append(item.name, in: .uri)
      if item.isCollection {
        text.append("/\", \"type\": \"collection\"")
      } else {
        text.append("\", \"type\": \"file\", \"size\": ")
        text.append(decimal: item.length)
      }
      text.append(", \"modified\": \"")
      text.append(time: item.modified)
      text.append("\"}")
    }
    text.append(listing.items.isEmpty ? "]\n}\n" : "\n  ]\n}\n")
  }
}

enum ListingPage {
  static func write(_ listing: Listing, _ path: [UInt8], _ text: inout ByteBuffer) {
    text.append(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>
      """)
    text.append(name: path, in: .htmlName)
    text.append("</title>\n")
    text.append(style)
    text.append("</head>\n<body>\n<h1>")
    text.append(name: path, in: .htmlName)
    text.append("</h1>\n<table>\n<thead>")
    text.append("<tr><th>Name</th><th class=\"size\">Size</th><th>Modified</th></tr>")
    text.append("</thead>\n<tbody>\n")
    if path.count > 1 {
      text.append("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n")
    }
    for item in listing.items {
      text.append("<tr><td><a href=\"./")
      text.append(item.name, in: .uri)
      if item.isCollection { text.append(UInt8(ascii: "/")) }
      text.append("\">")
      text.append(name: item.name, in: .htmlName)
      if item.isCollection { text.append(UInt8(ascii: "/")) }
      text.append("</a></td><td>")
      if !item.isCollection { text.append(decimal: item.length) }
      text.append("</td><td>")
      text.append(time: item.modified)
      text.append("</td></tr>\n")
    }
    text.append("</tbody>\n</table>\n</body>\n</html>\n")
  }

  private static let style: StaticString = """
    <style>
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
    body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
    h1 { font-size: 1.3rem; overflow-wrap: anywhere }
    table { border-collapse: collapse; width: 100% }
    th, td { text-align: left; padding: .2rem .6rem .2rem 0; overflow-wrap: anywhere }
    td:nth-child(2), .size { text-align: right; font-variant-numeric: tabular-nums }
    td:nth-child(3), th:nth-child(3) { white-space: nowrap; padding-left: 1rem }
    </style>

    """
}

extension ByteBuffer {
  /// A name, in which bytes that are no UTF-8 become the replacement character.
  fileprivate mutating func append(name: [UInt8], in place: TextPlace) {
    append(String(decoding: name, as: UTF8.self), in: place)
  }

  /// `2026-11-21T10:31:05Z`
  fileprivate mutating func append(time seconds: Int64) {
    let shown = min(max(seconds, 0), HTTPDate.last)
    let (year, month, day) = HTTPDate.civil(fromDays: shown / 86_400)
    let rest = UInt64(shown % 86_400)
    append(decimal: UInt64(year), digits: 4)
    append("-" as StaticString)
    append(decimal: UInt64(month), digits: 2)
    append("-" as StaticString)
    append(decimal: UInt64(day), digits: 2)
    append(UInt8(ascii: "T"))
    append(decimal: rest / 3600, digits: 2)
    append(UInt8(ascii: ":"))
    append(decimal: rest / 60 % 60, digits: 2)
    append(UInt8(ascii: ":"))
    append(decimal: rest % 60, digits: 2)
    append(UInt8(ascii: "Z"))
  }
}
