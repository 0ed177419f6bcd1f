internal import CJansson

/// JSON Merge Patch (RFC 7396 section 2).
enum MergePatch {
  /// `target` is used up.
  static func apply(_ patch: JSONValue, to target: JSONValue) throws(PatchFault) -> JSONValue {
    let merged = merge(json_incref(target.node), patch.node)
    guard let merged else { throw .tooLarge(.memory) }
    return JSONValue(owning: merged)
  }

  /// Takes over the reference to `target`, and gives one back.
  private static func merge(_ target: JSONNode?, _ patch: JSONNode) -> JSONNode? {
    guard patch.isObject else {
      json_decref(target)
      return json_incref(patch)
    }
    var result = target
    if target?.isObject != true {
      json_decref(target)
      result = json_object()
    }
    guard let result else { return nil }
    patch.forEachMember { (name: [UInt8], value: JSONNode) in
      if value.isNull {
        result.removeMember(name)
      } else if let merged = merge(json_incref(result.member(name)), value) {
        result.set(name, owning: merged)
      }
    }
    return result
  }
}
