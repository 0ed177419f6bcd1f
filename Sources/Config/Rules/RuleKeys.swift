enum RedirectKeys {
  static let section = ConfigSection(
    "redirect", noun: "a redirect", "Sends to another address.", keys: [to, status, query])

  static let to = ConfigKey(
    "to", .text(.any), .required("/new/{rest}"),
    "Where to: an absolute path or an http or https URI. What the rule's path captures can stand in "
      + "its path, query and fragment, and is escaped there.")
  static let status = ConfigKey(
    "status", .words(RedirectStatus.allCases.map(\.rawValue)), .standard("307"),
    "Which: 307 for the time being, 308 for good; 303 to fetch something else with GET; 302 and 301 are as "
      + "307 and 308, but clients may turn POST into GET.")
  static let query = ConfigKey(
    "query", .words(["keep", "drop"]), .standard("keep"),
    "Whether the query of the request goes along.")
}

enum BlockedKeys {
  static let section = ConfigSection(
    "blocked", noun: "a block", "Refuses with 451 what the law forbids to serve (RFC 7725).",
    keys: [by, reason, from])

  static let by = ConfigKey(
    "by", .text(.uri), .required("https://authority.example/"),
    "URI of who blocks; sent as Link with rel=\"blocked-by\".")
  static let reason = ConfigKey(
    "reason", .text(.any), .optional("\"A court has ordered it.\""),
    "Why, for people; stands in the answer's content.")
  static let from = ConfigKey(
    "from", .list(.text(.network), single: true, atLeast: 1), .optional("[203.0.113.0/24]"),
    "Networks whose clients it is blocked for; without any for everybody.")
}

enum MaintenanceKeys {
  static let section = ConfigSection(
    "maintenance", noun: "maintenance", "Closes with 503 and Retry-After.",
    keys: [active, file, retryAfter])

  static let active = ConfigKey(
    "active", .boolean, .standard("off"), "Whether it is closed by the setting itself.")
  static let file = ConfigKey(
    "file", .text(.path), .optional("./maintenance.flag"),
    "A file; while it is there, it is closed. Looked for once a second at the most.")
  static let retryAfter = ConfigKey(
    "retry-after", .time(1000...(30 * 86_400_000)), .standard("120 s"),
    "When to ask again, for the Retry-After field.")
}

/// The keys of rules and sites that say more than what answers where.
enum AdditionKeys {
  static let redirect = ConfigKey(
    "redirect", .table(RedirectKeys.section, short: RedirectKeys.to.name), .section,
    "Sends to another address; a text alone is where to, for the time being and with the same "
      + "method (307).")
  static let gone = ConfigKey(
    "gone", .boolean, .optional("yes"), "Says that what was here has been removed for good: 410.")
  static let teapot = ConfigKey(
    "teapot", .boolean, .optional("yes"),
    "Is a teapot, which answers BREW with 418 (RFC 2324) and other methods with 405.")
  static let blocked = ConfigKey(
    "blocked", .table(BlockedKeys.section), .section,
    "Refuses with 451, for everybody or for some networks. With networks the rule has a resource "
      + "for the others.")
  static let maintenance = ConfigKey(
    "maintenance", .table(MaintenanceKeys.section, short: MaintenanceKeys.active.name), .section,
    "Closes with 503 and Retry-After; on or off, or by a file that is there.")
  static let tombstones = ConfigKey(
    "tombstones", .boolean, .standard("off"),
    "Whether what DELETE removes is remembered and answered with 410, also after a restart.")
  static let hints = ConfigKey(
    "early-hints", .list(.text(.link), single: true),
    .optional("[\"</style.css>; rel=preload; as=style\"]"),
    "Links that are sent ahead in a 103 to GET requests that say \"Sec-Fetch-Mode: navigate\", and "
      + "with every successful answer.")
  static let alwaysHeaders = ConfigKey(
    "headers-always", .entries(name: .fieldName, value: .fieldValue),
    .optional("{Strict-Transport-Security: \"max-age=31536000\"}"),
    "Fields that are added to every answer of the rule, refusals and redirects too.")
  static let removedHeaders = ConfigKey(
    "headers-removed", .list(.text(.fieldName), single: true), .optional("[Server]"),
    "Fields that no answer of the rule carries; none that an answer owes can be named.")
  static let errorPages = ConfigKey(
    "error-pages", .entries(name: .statusSelector, value: .path),
    .optional("{404: ./404.html, 403.14: ./listing.html, 5xx: ./oops.html}"),
    "Pages for refusals and failures by cause, status or class: .html, .txt or .json, of 256 KiB at "
      + "the most, read when the configuration is. Placeholders such as {status} are filled in; "
      + "404.th.html beside 404.html is the same in Thai.")
  static let tries = ConfigKey(
    "try", .list(.text(.tryPath), single: true), .optional("[\"{path}.html\"]"),
    "Files to try, in this order, where nothing stands at the path; {path} is the path below the "
      + "rule.")
  static let fallback = ConfigKey(
    "fallback", .text(.fallback), .optional("/index.html"),
    "The file, counted from the root, that answers GET and HEAD for every page that is not there, "
      + "as single-page applications want it; other things that are missing are 404.")
}
