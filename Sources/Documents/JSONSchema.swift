internal import CJansson

/// What is wrong with a schema.
public struct SchemaFault: Error, Equatable, Sendable {
  /// A JSON Pointer into the schema (RFC 6901).
  public var pointer: [UInt8]
  /// Follows the pointer: "takes a number".
  public var message: String
  /// The byte at which the text breaks off, where it is no JSON.
  public var offset: Int?
}

/// How a document breaks a schema: where, and what. Pointers are JSON Pointers (RFC 6901).
public struct SchemaViolation: Equatable, Sendable {
  /// The value in the document.
  public var instance: [UInt8]
  /// The keyword in the schema, in the place where it is written.
  public var schema: [UInt8]
  public var keyword: String
}

/// What a document is to a schema.
public enum SchemaOutcome: Equatable, Sendable {
  case holds
  case breaks(SchemaViolation)
  /// It is not taken as JSON; the byte at which reading stopped.
  case malformed(offset: Int, problem: JSONProblem = .syntax)
  /// To find out would take more work, or lead deeper, than is done for a document of its size.
  case excessive
}

/// A JSON Schema, ready to check documents by: draft 2020-12, and drafts 6 and 7 where `$schema` says so.
///
/// All of both but `$dynamicRef` and `unevaluated...`, which are refused, as are references to other documents: nothing is ever fetched.
/// `format` and the other annotations say nothing. Numbers are compared by their value, whatever their length.
public final class JSONSchema: @unchecked Sendable {
  // Nothing of it changes once it is made; jansson's values are only read
  let rules: [SchemaRule]
  let numbers: JSONNumbers
  private let root: JSONValue

  /// Keywords that no draft has, each with the pointer to where it stands: they say nothing, and may be meant as others.
  public let unknown: [(pointer: [UInt8], name: String)]

  /// Largest schema, in bytes.
  public static let bytesMax = 1 << 20
  /// Most schemas that one value is checked by in turn before a part of it is looked at.
  static let chainMax = 64

  /// Reads a schema. Throws the first thing that is wrong with it.
  public init(_ text: [UInt8]) throws(SchemaFault) {
    numbers = JSONNumbers()
    root = try JSONValue(text, numbers) { offset, _ in
      SchemaFault(pointer: [], message: "is no JSON", offset: offset)
    }
    var reader = SchemaReader(root.node, numbers)
    rules = try reader.read()
    unknown = reader.unknown
  }

  /// Checks a JSON text. Work and depth are bounded by its size.
  public func check(_ document: [UInt8]) -> SchemaOutcome {
    let value: JSONValue
    do throws(Malformed) {
      value = try JSONValue(document, numbers) { Malformed(offset: $0, problem: $1) }
    } catch {
      return .malformed(offset: error.offset, problem: error.problem)
    }
    var check = SchemaCheck(self, bytes: document.count)
    return withExtendedLifetime(value) { check.outcome(of: value.node) }
  }

  private struct Malformed: Error {
    var offset: Int
    var problem: JSONProblem
  }

  /// The keywords that are known, for suggestions.
  public static let keywords = SchemaRule.keywords.sorted()
}

/// One schema: what a value has to keep. Schemas are named by their index, the first is the whole.
struct SchemaRule {
  /// JSON Pointer to the schema.
  var pointer: [UInt8] = []
  /// For `true` and `false`.
  var verdict: Bool?
  var reference: Int?
  var types: [SchemaType]?
  var constant: JSONNode?
  var choices: [JSONNode]?
  // Numbers
  var maximum: Decimal?
  var exclusiveMaximum: Decimal?
  var minimum: Decimal?
  var exclusiveMinimum: Decimal?
  var multipleOf: Decimal?
  // Strings
  var maxLength: Int?
  var minLength: Int?
  var pattern: SchemaPattern?
  // Arrays
  var firstItems: [Int] = []
  /// `prefixItems`, or `items` of the drafts before it.
  var firstItemsName = "prefixItems"
  var items: Int?
  var itemsName = "items"
  var contains: Int?
  var minContains: Int?
  var maxContains: Int?
  var maxItems: Int?
  var minItems: Int?
  var isUnique = false
  // Objects
  var properties: [[UInt8]: Int] = [:]
  var patternProperties: [(pattern: SchemaPattern, rule: Int)] = []
  var additionalProperties: Int?
  var propertyNames: Int?
  var maxProperties: Int?
  var minProperties: Int?
  var required: [[UInt8]] = []
  var dependentRequired: [(keyword: String, name: [UInt8], needs: [[UInt8]])] = []
  var dependentSchemas: [(name: [UInt8], rule: Int)] = []
  // Any value
  var allOf: [Int] = []
  var anyOf: [Int]?
  var oneOf: [Int]?
  var not: Int?
  var condition: Int?
  var consequence: Int?
  var alternative: Int?

  /// Schemas that check the same value: a circle of them would never end.
  var same: [Int] {
    [reference, not, condition, consequence, alternative].compactMap { $0 } + allOf
      + (anyOf ?? []) + (oneOf ?? []) + dependentSchemas.map(\.rule)
  }

  static let keywords: Set<String> = [
    "$ref", "type", "const", "enum", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
    "multipleOf", "maxLength", "minLength", "pattern", "prefixItems", "items", "additionalItems",
    "contains", "minContains", "maxContains", "maxItems", "minItems", "uniqueItems", "properties",
    "patternProperties", "additionalProperties", "propertyNames", "maxProperties", "minProperties",
    "required", "dependentRequired", "dependentSchemas", "dependencies", "allOf", "anyOf", "oneOf",
    "not", "if", "then", "else", "$defs", "definitions",
  ]

  /// Annotations, and names for other schemas: they ask nothing of a value.
  static let silent: Set<String> = [
    "$schema", "$id", "$anchor", "$comment", "$vocabulary", "title", "description", "default",
    "deprecated", "readOnly", "writeOnly", "examples", "format", "contentEncoding",
    "contentMediaType", "contentSchema",
  ]

  /// Keywords that ask something that is not looked at here, so that a schema with them would promise more than it keeps.
  static let refused: Set<String> = [
    "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "unevaluatedItems",
    "unevaluatedProperties", "disallow", "extends", "divisibleBy", "id",
  ]
}

/// The types of JSON Schema; an integer is a number, too.
enum SchemaType: String, CaseIterable {
  case null, boolean, object, array, number, string, integer
}
