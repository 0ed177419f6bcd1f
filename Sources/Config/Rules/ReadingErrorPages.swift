internal import Message

// A site's own error pages: files that are read and looked through when the configuration is.
extension Reading {
  func errorPages(_ table: Table) -> ErrorPages? {
    let entries = table.entries(AdditionKeys.errorPages)
    guard !entries.isEmpty else { return nil }
    let keys = table.keys(AdditionKeys.errorPages)
    var pages: [(selector: ErrorPages.Selector, page: ErrorPages.Page)] = []
    for entry in entries {
      guard let selector = ErrorPages.Selector(entry.name) else { continue }
      let file = path(Sourced(entry.value, at: entry.position))
      let place = (position: entry.position, keys: joined(keys, entry.name))
      guard let kind = ErrorPages.Kind(name: file) else {
        diagnostics.error(
          at: place.position, keys: place.keys,
          "the page \(quoted(entry.value)) is neither .html nor .txt nor .json")
        continue
      }
      guard let template = template(file, kind, place) else { continue }
      var translations: [ErrorPages.Translation] = []
      for (tag, name) in translationFiles(of: file) {
        guard let template = self.template(name, kind, place) else { continue }
        warnOfEnglish(template, tag, name, place)
        translations.append(ErrorPages.Translation(tag: Array(tag.utf8), template: template))
      }
      pages.append(
        (
          selector,
          ErrorPages.Page(
            kind: kind, template: template, translations: translations, position: place.position)
        ))
    }
    return ErrorPages(pages)
  }

  /// Reads one file; nil where it has been told what is wrong with it.
  private func template(
    _ file: String, _ kind: ErrorPages.Kind, _ place: (position: Position, keys: String)
  ) -> ErrorTemplate? {
    let bytes: [UInt8]
    do throws(Disk.Failure) {
      bytes = try disk.read(file, bytesMax: ErrorPages.bytesMax, ordinaryOnly: true)
    } catch {
      let nearest: String?
      if case .missing = error { nearest = nearestFile(to: file) } else { nearest = nil }
      diagnostics.error(
        at: place.position, keys: place.keys,
        "the page \(quoted(file, max: 200)) \(error.text)", suggestion: nearest)
      return nil
    }
    // Where nothing is read from the disk, any page of JSON is taken for one
    let text = disk == .pretend && kind == .json ? Array("null".utf8) : bytes
    do throws(ErrorTemplate.Problem) {
      return try ErrorTemplate(text, kind: kind)
    } catch {
      diagnostics.error(
        in: file, bytes, offset: error.offset, namedAt: place.position, keys: place.keys,
        error.message, suggestion: error.suggestion)
      return nil
    }
  }

  /// The files beside a page that are the same in a language, by their names: `404.th.html` for `404.html`.
  private func translationFiles(of file: String) -> [(tag: String, file: String)] {
    let (folder, name) = Self.parted(file)
    guard let dot = name.lastIndex(of: ".") else { return [] }
    let stem = name[..<dot] + "."
    let end = name[dot...]
    return disk.names(in: folder).sorted().compactMap { other in
      guard other.hasPrefix(stem), other.hasSuffix(end), other.utf8.count > name.utf8.count else {
        return nil
      }
      let tag = String(other.dropFirst(stem.count).dropLast(end.count))
      // Two letters: names such as `404.min.html` are no language
      guard LanguageTag.isName(Array(tag.utf8).span),
        tag.utf8.prefix(while: { $0 != UInt8(ascii: "-") }).count == 2
      else { return nil }
      return (tag, folder + "/" + other)
    }
  }

  /// The catalogue's words are there in four languages.
  private func warnOfEnglish(
    _ template: ErrorTemplate, _ tag: String, _ file: String,
    _ place: (position: Position, keys: String)
  ) {
    guard template.isWorded, !["en", "th", "es", "zh"].contains(tag.prefix(2).lowercased()),
      template.parts.contains(where: { part in
        if case .value(let placeholder, _) = part {
          placeholder.isWorded && placeholder != .lang
        } else {
          false
        }
      })
    else { return }
    diagnostics.warning(
      at: place.position, keys: place.keys,
      "the page \(quoted(file, max: 200)) has words of the catalogue, which has none in "
        + "\(quoted(tag)): they come in English")
  }

  private func nearestFile(to file: String) -> String? {
    let (folder, name) = Self.parted(file)
    return Nearest.word(to: name, among: disk.names(in: folder).sorted())
  }

  private static func parted(_ file: String) -> (folder: String, name: String) {
    guard let slash = file.lastIndex(of: "/") else { return (".", file) }
    return (String(file[..<slash]), String(file[file.index(after: slash)...]))
  }
}
