/// The targets in the order of the flow, and what each may import beside itself: only what stands above it.
enum House {
  static let imports: [String: Set<String>] = [
    "CSystem": [],
    "HTTPStatus": [],
    "WordForms": [],
    "StatusGuide": ["HTTPStatus", "WordForms"],
    "Message": ["HTTPStatus"],
    "Documents": ["CJansson", "CPCRE2"],
    "Wire": ["HTTPStatus", "Message"],
    "Orders": ["HTTPStatus", "Message", "Wire"],
    "Config": ["HTTPStatus", "Message", "Documents", "Orders", "CYAML"],
    "Facts": ["HTTPStatus", "Message", "Config"],
    "Decide": ["HTTPStatus", "Message", "Config", "Facts"],
    "Respond": ["HTTPStatus", "StatusGuide", "Message", "Config", "Facts", "Decide"],
    "Record": [
      "HTTPStatus", "StatusGuide", "Message", "Config", "Facts", "Decide", "CSystem",
    ],
    "Loop": ["CSystem", "CNames"],
    "Rehearse": [
      "HTTPStatus", "Message", "Wire", "Orders", "Facts", "Decide", "COpenSSL", "CZlib",
      "CBrotli",
    ],
    "Serve": [
      "HTTPStatus", "StatusGuide", "Message", "Config", "Wire", "Facts", "Decide", "Respond",
      "Record", "Loop", "Documents", "Orders", "Rehearse", "CSystem", "CSQLite", "CZlib",
      "CBrotli", "CZstd", "COpenSSL",
    ],
    "Scenario": [
      "HTTPStatus", "StatusGuide", "Message", "Config", "Wire", "Facts", "Decide", "Respond",
      "Record", "Loop", "Serve", "CSystem",
    ],
    "statusline": [
      "HTTPStatus", "StatusGuide", "Message", "Config", "Wire", "Facts", "Decide", "Respond",
      "Record", "Loop", "Orders", "Rehearse", "Serve", "Scenario", "CSystem",
    ],
    // Tools of the build
    "CatalogueCompiler": ["WordForms"],
    "ScenarioCompiler": [],
    "GraphPrinter": ["HTTPStatus", "Facts", "Decide"],
  ]

  /// Modules of the toolchain. Foundation has a test of its own.
  static let system: Set<String> = ["Glibc", "Synchronization", "Foundation"]
}

/// What is allowed to be longer, and why.
enum Limits {
  /// Files whose literals are pictures, pages or raw messages that cannot be broken.
  static let longTexts: Set<String> = ["GraphPicture.swift", "GraphTable.swift"]
  /// Functions that are one table: a case a line and nothing else. Name and file.
  static let longFunctions: Set<String> = ["edges Graph.swift", "answer Answers.swift"]
}
