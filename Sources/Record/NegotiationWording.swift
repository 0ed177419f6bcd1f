internal import Config

extension SettingAdvice {
  /// The advice for the settings that say which of several representations is sent.
  static func ofNegotiation(_ key: SettingKey) -> SettingAdvice {
    switch key {
    case .filesVariants:
      SettingAdvice(
        "is on",
        "To look at no variants, so that only files with exactly this name are served",
        "variants: off", .ruleSection("files"))
    case .filesChoice:
      SettingAdvice(
        "is client", "To let the server send the best variant by the Accept fields",
        "choice: server", .ruleSection("files"))
    default:
      SettingAdvice(
        "is on", "To send the best that there is even where nothing fits", "strict: off",
        .ruleSection("files"))
    }
  }
}
