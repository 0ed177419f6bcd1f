internal import Decide
internal import Facts
internal import HTTPStatus
internal import Message

// The names that stand in records for the cases of other targets. They are permanent: a renamed case keeps its name here.

extension MessagePart {
  static let named: [MessagePart] = [
    .whole, .method, .target, .version, .fieldName, .fieldValue, .lineEnding, .chunk, .trailer,
    .statusLine, .content, .proxyHeader,
  ]

  var name: StaticString {
    switch self {
    case .whole: "whole"
    case .method: "method"
    case .target: "target"
    case .version: "version"
    case .fieldName: "field-name"
    case .fieldValue: "field-value"
    case .lineEnding: "line-ending"
    case .chunk: "chunk"
    case .trailer: "trailer"
    case .statusLine: "status-line"
    case .content: "content"
    case .proxyHeader: "proxy-header"
    }
  }
}

extension Evidence.Unit {
  static let named: [Evidence.Unit] = [
    .none, .bytes, .fields, .ranges, .connections, .milliseconds, .bytesPerSecond, .requests,
    .order,
  ]

  var name: StaticString {
    switch self {
    case .none: "none"
    case .bytes: "bytes"
    case .fields: "fields"
    case .ranges: "ranges"
    case .connections: "connections"
    case .milliseconds: "milliseconds"
    case .bytesPerSecond: "bytes-per-second"
    case .requests: "requests"
    case .order: "order"
    }
  }
}

extension NearMiss.Kind {
  var name: StaticString {
    switch self {
    case .siteNameMatchesOtherPort: "site-name-matches-other-port"
    case .siteNameSimilar: "site-name-similar"
    case .rulePathPrefix: "rule-path-prefix"
    case .ruleDiffersByCase: "rule-differs-by-case"
    case .ruleDiffersByFinalSlash: "rule-differs-by-final-slash"
    case .ruleTakesOtherMethods: "rule-takes-other-methods"
    case .fileInLowerCase: "file-in-lower-case"
    }
  }
}

extension Attempt.Kind {
  var name: StaticString {
    switch self {
    case .upstream: "upstream"
    case .authorization: "authorization"
    case .errorPage: "error-page"
    case .localRedirect: "local-redirect"
    case .member: "member"
    }
  }
}

extension Party {
  var recordName: StaticString {
    switch self {
    case .client: "client"
    case .server: "server"
    case .operator: "operator"
    case .policy: "policy"
    case .upstream: "upstream"
    case .application: "application"
    }
  }
}
