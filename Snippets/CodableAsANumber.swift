//! Writes and reads a status as a number.

import Foundation
import HTTPStatus

struct Check: Codable {
  var path: String
  var expected: Status
}

let check = Check(path: "/old", expected: .gone)
let encoder = JSONEncoder()
encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
print(String(decoding: try encoder.encode(check), as: UTF8.self))  // {"expected":410,"path":"/old"}

let read = try JSONDecoder().decode(Check.self, from: Data(#"{"path": "/", "expected": 799}"#.utf8))
print(read.expected, read.expected.phrase ?? "unregistered")  // 799 unregistered
