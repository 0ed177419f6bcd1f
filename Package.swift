// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is held to: the Swift 6 language, the strict import rules, no warnings.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// The server's own targets are optimised across their borders; the library products are not, because a package
/// with unsafe flags cannot be depended upon (Documentation/Decisions/0003-cross-module-optimisation.md).
let server: [SwiftSetting] =
  strict + [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

let package = Package(
  name: "statusline",
  products: [
    .library(name: "HTTPStatus", targets: ["HTTPStatus"]),
    .library(name: "StatusGuide", targets: ["StatusGuide"]),
    .executable(name: "statusline", targets: ["statusline"]),
  ],
  targets: [
    // The catalogue, compiled in
    .target(name: "WordForms", swiftSettings: strict),
    .executableTarget(
      name: "CatalogueCompiler", dependencies: ["WordForms"], swiftSettings: strict),
    .plugin(
      name: "CompileCatalogue", capability: .buildTool(), dependencies: ["CatalogueCompiler"]),

    // The scenarios, compiled in
    .executableTarget(name: "ScenarioCompiler", swiftSettings: strict),
    .plugin(
      name: "CompileScenarios", capability: .buildTool(), dependencies: ["ScenarioCompiler"]),

    // The graph's printed forms
    .executableTarget(
      name: "GraphPrinter", dependencies: ["HTTPStatus", "Facts", "Decide"], swiftSettings: strict),

    // C libraries: module maps and small shims
    .target(name: "CSystem", path: "Sources/CSystem/Linux"),
    .systemLibrary(
      name: "CYAML", path: "Sources/CSystem/YAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
      name: "CSQLite", path: "Sources/CSystem/SQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CZlib", path: "Sources/CSystem/Zlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CBrotli", path: "Sources/CSystem/Brotli", pkgConfig: "libbrotlienc",
      providers: [.apt(["libbrotli-dev"])]),
    .systemLibrary(
      name: "CZstd", path: "Sources/CSystem/Zstd", pkgConfig: "libzstd",
      providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
      name: "CJansson", path: "Sources/CSystem/Jansson", pkgConfig: "jansson",
      providers: [.apt(["libjansson-dev"])]),
    .systemLibrary(
      name: "COpenSSL", path: "Sources/CSystem/OpenSSL", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CPCRE2", path: "Sources/CSystem/PCRE2", pkgConfig: "libpcre2-8",
      providers: [.apt(["libpcre2-dev"])]),

    // A shim over c-ares (libc-ares-dev), whose header Swift's module of the C library does not bear beside it
    .target(
      name: "CNames", path: "Sources/CSystem/Names",
      linkerSettings: [.linkedLibrary("cares")]),

    // The house, in the order of the flow: a target imports only targets above it
    .target(name: "HTTPStatus", swiftSettings: strict, plugins: ["CompileCatalogue"]),
    .target(
      name: "StatusGuide", dependencies: ["HTTPStatus", "WordForms"], swiftSettings: strict,
      plugins: ["CompileCatalogue"]),
    .target(name: "Message", dependencies: ["HTTPStatus"], swiftSettings: server),
    .target(name: "Documents", dependencies: ["CJansson", "CPCRE2"], swiftSettings: server),
    .target(name: "Wire", dependencies: ["HTTPStatus", "Message"], swiftSettings: server),
    .target(
      name: "Orders", dependencies: ["HTTPStatus", "Message", "Wire"], swiftSettings: server),
    .target(
      name: "Config",
      dependencies: ["HTTPStatus", "Message", "Documents", "Orders", "CYAML"],
      swiftSettings: server),
    .target(
      name: "Facts", dependencies: ["HTTPStatus", "Message", "Config"], swiftSettings: server),
    .target(
      name: "Decide", dependencies: ["HTTPStatus", "Message", "Facts"], swiftSettings: server),
    .target(
      name: "Respond",
      dependencies: ["HTTPStatus", "StatusGuide", "Message", "Config", "Facts", "Decide"],
      swiftSettings: server),
    .target(
      name: "Record",
      dependencies: [
        "HTTPStatus", "StatusGuide", "Message", "Config", "Facts", "Decide", "CSystem",
      ],
      swiftSettings: server),
    .target(name: "Loop", dependencies: ["CSystem", "CNames"], swiftSettings: server),
    .target(
      name: "Rehearse",
      dependencies: [
        "HTTPStatus", "Message", "Wire", "Orders", "Facts", "Decide", "COpenSSL", "CZlib",
        "CBrotli",
      ],
      swiftSettings: server),
    .target(
      name: "Serve",
      dependencies: [
        "HTTPStatus", "StatusGuide", "Message", "Config", "Wire", "Facts", "Decide", "Respond",
        "Record", "Loop", "Documents", "Orders", "Rehearse", "CSystem", "CSQLite", "CZlib",
        "CBrotli", "CZstd", "COpenSSL",
      ],
      swiftSettings: server),
    .target(
      name: "Scenario",
      dependencies: ["HTTPStatus", "Message", "Config", "Decide", "Record", "Loop", "Serve"],
      swiftSettings: server, plugins: ["CompileScenarios"]),
    .executableTarget(
      name: "statusline",
      dependencies: [
        "HTTPStatus", "StatusGuide", "Message", "Config", "Wire", "Facts", "Decide", "Respond",
        "Record", "Loop", "Orders", "Rehearse", "Serve", "Scenario", "CSystem",
      ],
      swiftSettings: server),

    // Tests of the catalogue
    .testTarget(
      name: "HTTPStatusTests", dependencies: ["HTTPStatus", "CatalogueCompiler"],
      exclude: ["Tables"], swiftSettings: strict),
    .testTarget(
      name: "StatusGuideTests",
      dependencies: ["HTTPStatus", "StatusGuide", "WordForms", "CatalogueCompiler"],
      exclude: ["Tables"],
      swiftSettings: strict),
    .testTarget(
      name: "ConfigTests", dependencies: ["HTTPStatus", "Message", "Orders", "Config"],
      swiftSettings: strict),
    .testTarget(name: "DocumentsTests", dependencies: ["Documents"], swiftSettings: strict),
    .testTarget(name: "LoopTests", dependencies: ["CSystem", "Loop"], swiftSettings: strict),
    .testTarget(
      name: "RehearseTests",
      dependencies: ["HTTPStatus", "Message", "Wire", "Orders", "Rehearse", "TestSupport"],
      exclude: ["Tables"], swiftSettings: strict),
    .testTarget(name: "MessageTests", dependencies: ["Message"], swiftSettings: strict),
    .testTarget(
      name: "RecordTests",
      dependencies: [
        "HTTPStatus", "StatusGuide", "Message", "Config", "Facts", "Decide", "Record", "Loop",
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["HTTPStatus", "Message", "Wire"], path: "Tests/Support",
      swiftSettings: strict),
    .testTarget(
      name: "ScenarioTests",
      dependencies: ["HTTPStatus", "Decide", "Record", "Scenario", "Wire", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ServeTests",
      dependencies: [
        "HTTPStatus", "Message", "Config", "Decide", "Record", "Loop", "Serve", "CSystem",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "WireTests", dependencies: ["HTTPStatus", "Message", "Wire", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "FactsTests", dependencies: ["Message", "Config", "Wire", "Facts"],
      swiftSettings: strict),
    .testTarget(
      name: "DecideTests",
      dependencies: [
        "HTTPStatus", "Message", "Config", "Wire", "Facts", "Decide", "GraphPrinter", "TestSupport",
      ],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "RespondTests",
      dependencies: [
        "HTTPStatus", "StatusGuide", "Message", "Config", "Wire", "Facts", "Decide", "Respond",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(name: "TidyTests", dependencies: ["TestSupport"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
