/// The media type of a file by its extension.
public enum MediaTypes {
  /// The built-in media type of an extension (without its dot, in any case); nil where there is
  /// none. Allocates nothing.
  public static func builtIn(extension name: Span<UInt8>) -> StaticString? {
    guard let key = key(name) else { return nil }
    var low = 0
    var high = table.count
    while low < high {
      let middle = (low + high) / 2
      if table[middle].key < key { low = middle + 1 } else { high = middle }
    }
    guard low < table.count, table[low].key == key else { return nil }
    return table[low].type
  }

  /// How many extensions are built in.
  public static var count: Int { table.count }

  private struct Entry {
    var key: UInt128
    var type: StaticString
  }

  /// Up to 16 bytes as one number, letters in lower case.
  private static func key(_ name: Span<UInt8>) -> UInt128? {
    guard (1...16).contains(name.count) else { return nil }
    var key: UInt128 = 0
    for index in name.indices {
      let byte = name[index]
      key = key << 8 | UInt128((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
    }
    return key
  }

  private static let table: [Entry] = {
    var entries: [Entry] = []
    for (type, names) in types {
      names.withUTF8Buffer { bytes in
        for name in bytes.split(separator: 0x20) {
          guard let key = key(Array(name).span) else { continue }
          entries.append(Entry(key: key, type: type))
        }
      }
    }
    return entries.sorted { $0.key < $1.key }
  }()

  /// Types as the IANA registry has them, each with its extensions.
  private static let types: [(StaticString, StaticString)] = [
    ("text/html; charset=utf-8", "html htm shtml"),
    ("application/xhtml+xml; charset=utf-8", "xhtml xht"),
    ("text/css; charset=utf-8", "css"),
    // RFC 9239
    ("text/javascript; charset=utf-8", "js mjs cjs"),
    ("text/plain; charset=utf-8", "txt text log conf ini cfg diff patch"),
    ("text/markdown; charset=utf-8", "md markdown"),
    ("text/csv; charset=utf-8", "csv"),
    ("text/tab-separated-values; charset=utf-8", "tsv"),
    ("text/calendar; charset=utf-8", "ics ifb"),
    ("text/vcard; charset=utf-8", "vcf vcard"),
    ("text/vtt; charset=utf-8", "vtt"),
    ("text/turtle; charset=utf-8", "ttl"),
    ("text/x-c; charset=utf-8", "c h cc cpp hpp"),
    ("text/x-python; charset=utf-8", "py"),
    ("text/x-swift; charset=utf-8", "swift"),
    ("text/x-rust; charset=utf-8", "rs"),
    ("text/x-go; charset=utf-8", "go"),
    ("application/json", "json map"),
    ("application/ld+json", "jsonld"),
    ("application/geo+json", "geojson"),
    ("application/manifest+json", "webmanifest"),
    ("application/schema+json", "jsonschema"),
    ("application/jsonl", "jsonl ndjson"),
    // RFC 9512
    ("application/yaml", "yaml yml"),
    ("application/toml", "toml"),
    ("application/sql", "sql"),
    ("application/xml; charset=utf-8", "xml xsl xsd"),
    ("application/xslt+xml", "xslt"),
    ("application/rss+xml", "rss"),
    ("application/atom+xml", "atom"),
    ("application/gpx+xml", "gpx"),
    ("application/vnd.google-earth.kml+xml", "kml"),
    ("application/vnd.google-earth.kmz", "kmz"),
    ("application/wasm", "wasm"),
    ("application/pdf", "pdf"),
    ("application/rtf", "rtf"),
    ("application/postscript", "ps eps ai"),
    ("application/epub+zip", "epub"),
    ("application/x-mobipocket-ebook", "mobi"),
    ("application/msword", "doc dot"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.presentation", "odp"),
    ("application/zip", "zip"),
    ("application/gzip", "gz tgz"),
    ("application/x-bzip2", "bz2"),
    ("application/x-xz", "xz"),
    ("application/zstd", "zst"),
    ("application/x-7z-compressed", "7z"),
    ("application/vnd.rar", "rar"),
    ("application/x-tar", "tar"),
    ("application/java-archive", "jar"),
    ("application/vnd.android.package-archive", "apk"),
    ("application/vnd.debian.binary-package", "deb"),
    ("application/x-rpm", "rpm"),
    ("application/x-sh", "sh"),
    ("application/x-x509-ca-cert", "pem crt der"),
    ("application/octet-stream", "bin exe dll so iso img dmg msi dat"),
    ("image/svg+xml; charset=utf-8", "svg"),
    ("image/png", "png"),
    ("image/apng", "apng"),
    ("image/jpeg", "jpg jpeg jpe"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/avif", "avif"),
    ("image/heic", "heic"),
    ("image/jxl", "jxl"),
    ("image/bmp", "bmp"),
    ("image/tiff", "tif tiff"),
    ("image/vnd.microsoft.icon", "ico"),
    ("font/woff", "woff"),
    ("font/woff2", "woff2"),
    ("font/ttf", "ttf"),
    ("font/otf", "otf"),
    ("font/collection", "ttc"),
    ("application/vnd.ms-fontobject", "eot"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/aac", "aac"),
    ("audio/ogg", "ogg oga opus"),
    ("audio/flac", "flac"),
    ("audio/wav", "wav"),
    ("audio/webm", "weba"),
    ("audio/midi", "mid midi"),
    ("audio/mpegurl", "m3u"),
    ("application/vnd.apple.mpegurl", "m3u8"),
    ("application/dash+xml", "mpd"),
    ("video/mp4", "mp4 m4v"),
    ("video/mpeg", "mpg mpeg"),
    ("video/webm", "webm"),
    ("video/ogg", "ogv"),
    ("video/quicktime", "mov qt"),
    ("video/x-msvideo", "avi"),
    ("video/matroska", "mkv"),
    ("video/mp2t", "ts"),
    ("video/3gpp", "3gp"),
    ("model/gltf-binary", "glb"),
    ("model/gltf+json", "gltf"),
    ("model/stl", "stl"),
    ("model/obj", "obj"),
    ("model/vnd.usdz+zip", "usdz"),
    ("application/x-bittorrent", "torrent"),
    ("message/rfc822", "eml"),
  ]
}
