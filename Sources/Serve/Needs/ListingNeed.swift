internal import Config
internal import Facts
internal import Loop
internal import Message
internal import Respond

// A part of the action's owner: listings of folders, made on a helper thread and compressed there where the rule compresses.
extension Worker {
  func awaitListing(_ state: ExchangeState, _ route: RuleRoute, _ root: FilesRoot) async {
    let path = Array(state.path)
    let below = FileStore.relative(path[(route.path.count - 1)...])
    let form = listingForm(state)
    let showsHidden = root.settings.hidden.value == .serve
    let compress = root.settings.negotiation.compress
    let varies = compress.takes(form) && !compress.codings.value.isEmpty
    let coding = varies ? listingCoding(state, compress) : .identity
    do {
      let (bytes, made) = try await helpers.run { () throws -> (StableBytes, ContentCoding) in
        let text = try Listing(root, path: below, showsHidden: showsHidden).text(form, of: path)
        let plain = StableBytes(Array(text))
        let length = UInt64(plain.bytes.count)
        guard coding != .identity, length >= compress.minimum.value,
          length <= compress.maximum.value,
          let made = Compressor.compress(plain.bytes, coding, level: compress.level(coding))
        else { return (plain, .identity) }
        return (made, coding)
      }
      state.response.body.append(bytes.bytes)
      state.representation = Representation(
        fields: ListingFields.fields(form, made, varies: varies), mediaType: ListingFields.none,
        entityTag: ListingFields.none, length: UInt64(bytes.bytes.count), takesRanges: false,
        source: .body)
    } catch let error as ListingError {
      state.facts.action.failure = .listing
      state.facts.action.systemError = error.systemError
    } catch {
      state.failHandler(error)
    }
  }

  private func listingForm(_ state: ExchangeState) -> Listing.Form {
    guard let accept = state.head.value(of: .accept) else { return .html }
    let value = UnsafeBufferPointer(rebasing: state.bytes[accept.range]).span
    return Accept.best(value: value, among: ["text/html", "application/json"]) == 1 ? .json : .html
  }

  /// The coding that the client wants most of those that the rule compresses with; among equals the rule's first.
  private func listingCoding(
    _ state: ExchangeState, _ compress: CompressSettings
  ) -> ContentCoding {
    guard state.head.known.contains(.acceptEncoding) else { return .identity }
    let weights = codings(of: state)
    var best = ContentCoding.identity
    var bestWeight = 0
    for coding in compress.codings.value where weights.thousandths(coding) > bestWeight {
      best = coding
      bestWeight = weights.thousandths(coding)
    }
    return bestWeight >= weights.thousandths(.identity) ? best : .identity
  }
}

extension CompressSettings {
  fileprivate func takes(_ form: Listing.Form) -> Bool {
    let type = ListingFields.mediaType(form)
    return takes(type: UnsafeBufferPointer(start: type.utf8Start, count: type.utf8CodeUnitCount))
  }
}

/// The fields of listings, by form and coding: made once each.
private enum ListingFields {
  static func mediaType(_ form: Listing.Form) -> StaticString {
    form == .html ? "text/html; charset=utf-8" : "application/json"
  }

  static var none: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: nil, count: 0) }

  static func fields(
    _ form: Listing.Form, _ coding: ContentCoding, varies: Bool
  ) -> RepresentationFields {
    let place = varies ? 1 + Int(coding.rawValue) : 0
    return (form == .html ? html : json)[place]
  }

  private static let html = all(.html)
  private static let json = all(.json)

  /// First for rules that do not compress, then by coding.
  private static func all(_ form: Listing.Form) -> [RepresentationFields] {
    [make(form, .identity, vary: "Accept")]
      + ContentCoding.allCases.map { make(form, $0, vary: "Accept, Accept-Encoding") }
  }

  private static func make(
    _ form: Listing.Form, _ coding: ContentCoding, vary: String
  ) -> RepresentationFields {
    let type = mediaType(form)
    var selection = SelectionFields(vary: Array(vary.utf8))
    if coding != .identity { selection.coding = Array("\(coding.name)".utf8) }
    return RepresentationFields(
      mediaType: UnsafeBufferPointer(start: type.utf8Start, count: type.utf8CodeUnitCount),
      entityTag: none, lastModified: none, takesRanges: false, selection: selection)
  }
}
