internal import HTTPStatus
internal import Message
internal import StatusGuide

/// The few words that `explain` prints around an entry, in the catalogue's languages.
enum ExplainWords {
  static func standard(_ language: Language) -> String {
    pick(language, "standard", "มาตรฐาน", "norma", "标准")
  }
  static func registration(_ language: Language) -> String {
    pick(language, "registration", "การขึ้นทะเบียน", "registro", "注册状态")
  }
  static func older(_ language: Language) -> String {
    pick(language, "also called", "ชื่ออื่น", "también llamado", "又称")
  }
  static func standardChoice(_ language: Language) -> String {
    pick(
      language, "the standard would choose", "ตามมาตรฐานจะเลือก", "la norma elegiría", "按标准应选")
  }
  static func recommended(_ language: Language) -> String {
    pick(language, "recommended status", "สถานะที่แนะนำ", "estado recomendado", "建议状态码")
  }
  static func closest(_ language: Language) -> String {
    pick(
      language, "closest registered", "สถานะทางการที่ใกล้เคียง", "registrado más cercano", "最接近的注册状态码")
  }
  static func sentAs(_ language: Language) -> String {
    pick(language, "goes over the wire as", "ส่งจริงเป็น", "se envía como", "实际发送为")
  }
  static func comesWith(_ language: Language) -> String {
    pick(language, "comes with", "มากับสถานะ", "acompaña a", "伴随状态码")
  }
  static func causes(_ language: Language) -> String {
    pick(language, "Causes", "สาเหตุ", "Causas", "原因")
  }
  static func also(_ language: Language) -> String {
    pick(language, "Also called so", "ชื่อเดียวกัน", "También se llama así", "同名条目")
  }
  static func untranslated(_ language: Language) -> String {
    pick(
      language, "", "(บางส่วนยังไม่มีคำแปล จึงแสดงเป็นภาษาอังกฤษ)",
      "(Lo que aún no está traducido se muestra en inglés.)",
      "（尚未翻译的部分以英文显示。）")
  }

  private static func pick(
    _ language: Language, _ english: String, _ thai: String, _ spanish: String, _ chinese: String
  ) -> String {
    switch language {
    case .english: english
    case .thai: thai
    case .spanish: spanish
    case .chinese: chinese
    }
  }
}

/// The same as JSON.
enum ExplainJSON {
  static func entry(_ subject: Subject, _ language: Language, also: [Subject]) -> String {
    var members = [member("kind", kind(subject)), member("title", "\(subject)")]
    members.append(member("language", language.tag))
    for section in Section.allCases {
      let text =
        Guide.text(section, of: subject, in: language) ?? Guide.text(section, of: subject)
      if let text { members.append(member("\(section)", text.description)) }
    }
    for (name, value) in ExplainFacts.of(subject, .english) {
      members.append(member(String(name.map { $0 == " " ? "_" : $0 }), value))
    }
    let causes = ExplainFacts.causes(of: subject)
    if !causes.isEmpty {
      members.append("\"causes\": [" + causes.map { quoted("\($0)") }.joined(separator: ", ") + "]")
    }
    if !also.isEmpty {
      members.append("\"also\": [" + also.map { quoted("\($0)") }.joined(separator: ", ") + "]")
    }
    return "{\n  " + members.joined(separator: ",\n  ") + "\n}"
  }

  static func list(_ subjects: [Subject], _ language: Language) -> String {
    let items = subjects.map { subject in
      let summary =
        Guide.text(.summary, of: subject, in: language) ?? Guide.text(.summary, of: subject)
      return "  {" + member("kind", kind(subject)) + ", " + member("title", "\(subject)") + ", "
        + member("summary", summary?.description ?? "") + "}"
    }
    return "[\n" + items.joined(separator: ",\n") + "\n]"
  }

  private static func kind(_ subject: Subject) -> String {
    switch subject {
    case .status: "status"
    case .cause: "cause"
    case .proxyError: "proxy-error"
    case .unofficial: "unofficial"
    case .sign: "sign"
    }
  }

  private static func member(_ name: String, _ value: String) -> String {
    quoted(name) + ": " + quoted(value)
  }

  private static func quoted(_ text: String) -> String { JSONString.quoted(text) }
}
