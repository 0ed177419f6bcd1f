internal import StatusGuide

/// The few words around what the catalogue says, in its languages.
enum PageWords {
  case happened, todo, setting, rule, request, field, limit, measured, story, id, variants

  func text(_ language: Language) -> StaticString {
    switch self {
    case .happened: Self.pick(language, "What happened", "เกิดอะไรขึ้น", "Qué ha pasado", "发生了什么")
    case .todo: Self.pick(language, "What to do", "สิ่งที่ต้องทำ", "Qué hacer", "如何处理")
    case .setting: Self.pick(language, "Setting", "การตั้งค่า", "Ajuste", "设置项")
    case .rule: Self.pick(language, "Rule", "กฎ", "Regla", "规则")
    case .request: Self.pick(language, "In the request", "ในคำขอ", "En la solicitud", "请求中的位置")
    case .field: Self.pick(language, "Field", "ฟิลด์", "Campo", "字段")
    case .limit: Self.pick(language, "Limit", "ขีดจำกัด", "Límite", "上限")
    case .measured: Self.pick(language, "Measured", "วัดได้", "Medido", "实测")
    case .story:
      Self.pick(language, "The whole story", "เรื่องทั้งหมด", "La historia completa", "完整经过")
    case .id: Self.pick(language, "Request", "คำขอ", "Solicitud", "请求编号")
    case .variants:
      Self.pick(
        language, "What you asked for is there in more than one form:",
        "สิ่งที่ขอมีมากกว่าหนึ่งรูปแบบ", "Lo que pide está en más de una forma:",
        "您请求的内容有多种形式：")
    }
  }

  private static func pick(
    _ language: Language, _ english: StaticString, _ thai: StaticString, _ spanish: StaticString,
    _ chinese: StaticString
  ) -> StaticString {
    switch language {
    case .english: english
    case .thai: thai
    case .spanish: spanish
    case .chinese: chinese
    }
  }
}
