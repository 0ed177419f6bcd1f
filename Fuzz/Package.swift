// swift-tools-version: 6.2
import PackageDescription

// The fuzzers are a package of their own, so that the main package has neither their flags nor their products. `Sources`,
// `Tests`, `Catalogue` and `Plugins` are links to the main package's folders: the same files, compiled with coverage.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// Code under test: with the coverage that libFuzzer steers by.
let covered: [SwiftSetting] = strict + [.unsafeFlags(["-sanitize=fuzzer"])]

let package = Package(
  name: "fuzz",
  targets: [
    .target(name: "WordForms", swiftSettings: strict),
    .executableTarget(
      name: "CatalogueCompiler", dependencies: ["WordForms"], swiftSettings: strict),
    .plugin(
      name: "CompileCatalogue", capability: .buildTool(), dependencies: ["CatalogueCompiler"]),
    .target(name: "CSystem", path: "Sources/CSystem/Linux"),
    .systemLibrary(name: "CYAML", path: "Sources/CSystem/YAML", pkgConfig: "yaml-0.1"),
    .systemLibrary(name: "CJansson", path: "Sources/CSystem/Jansson", pkgConfig: "jansson"),
    .systemLibrary(name: "COpenSSL", path: "Sources/CSystem/OpenSSL", pkgConfig: "libcrypto"),
    .systemLibrary(name: "CZlib", path: "Sources/CSystem/Zlib", pkgConfig: "zlib"),
    .systemLibrary(name: "CBrotli", path: "Sources/CSystem/Brotli", pkgConfig: "libbrotlienc"),
    .systemLibrary(name: "CPCRE2", path: "Sources/CSystem/PCRE2", pkgConfig: "libpcre2-8"),
    .target(name: "Documents", dependencies: ["CJansson", "CPCRE2"], swiftSettings: covered),

    .target(name: "HTTPStatus", swiftSettings: strict, plugins: ["CompileCatalogue"]),
    .target(
      name: "StatusGuide", dependencies: ["HTTPStatus", "WordForms"], swiftSettings: strict,
      plugins: ["CompileCatalogue"]),
    .target(name: "Message", dependencies: ["HTTPStatus"], swiftSettings: covered),
    .target(name: "Wire", dependencies: ["HTTPStatus", "Message"], swiftSettings: covered),
    .target(
      name: "Orders", dependencies: ["HTTPStatus", "Message", "Wire"], swiftSettings: covered),
    .target(
      name: "Config",
      dependencies: ["HTTPStatus", "Message", "Documents", "Orders", "CYAML"],
      swiftSettings: covered),
    .target(
      name: "Facts", dependencies: ["HTTPStatus", "Message", "Config"], swiftSettings: covered),
    .target(
      name: "Decide", dependencies: ["HTTPStatus", "Message", "Facts"], swiftSettings: covered),
    .target(
      name: "Rehearse",
      dependencies: [
        "HTTPStatus", "Message", "Wire", "Orders", "Facts", "Decide", "COpenSSL", "CZlib",
        "CBrotli",
      ],
      swiftSettings: covered),
    .target(
      name: "Record",
      dependencies: [
        "HTTPStatus", "StatusGuide", "Message", "Config", "Facts", "Decide", "CSystem",
      ],
      swiftSettings: covered),

    .target(
      name: "TestSupport", dependencies: ["HTTPStatus", "Message", "Wire"], path: "Tests/Support",
      swiftSettings: strict),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "HTTPStatus", "Message", "Config", "Wire", "Facts", "Decide", "Record", "Documents",
        "Orders", "Rehearse", "TestSupport",
      ],
      path: "Fuzzers", swiftSettings: covered + [.unsafeFlags(["-parse-as-library"])],
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
  ],
  swiftLanguageModes: [.v6]
)
