@testable import Config

/// Checks a text as `site.yaml` in `/srv`, with a disk on which everything is there.
func report(
  _ yaml: String, overrides: Overrides = .none, disk: Disk = .pretend,
  environment: ConfigEnvironment = ConfigEnvironment(isRoot: false, stateHome: nil, home: "/home/a")
) -> CheckReport {
  Settings.check(
    bytes: Array(yaml.utf8), name: "site.yaml", folder: "/srv", overrides: overrides, disk: disk,
    environment: environment)
}

/// The smallest configuration, with lines before it.
func minimal(_ lines: String = "") -> String {
  lines + (lines.isEmpty || lines.hasSuffix("\n") ? "" : "\n")
    + "sites:\n  - rules:\n      - path: /\n        files: ./public\n"
}

/// A configuration with one rule of this text, indented as YAML needs it.
func ruled(_ rule: String) -> String {
  let lines = rule.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n")
  return "sites:\n  - rules:\n      - path: /x/\n\(lines)\n"
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
