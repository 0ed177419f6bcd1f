public import HTTPStatus

extension Guide {
  /// What the status is called in the language, for people: a few words to stand beside its number. In English the registry's phrase.
  ///
  /// Nil where the language has no name for it, and for a code that the registry does not name. A reason phrase on the wire is always
  /// the registry's (RFC 9112 section 4: clients ignore it).
  public static func name(of status: Status, in language: Language = .english) -> StaticText? {
    if language == .english { return status.phrase }
    guard let names = names(status.code) else { return nil }
    switch language {
    case .english: return status.phrase
    case .thai: return StaticText(names.thai)
    case .spanish: return StaticText(names.spanish)
    case .chinese: return StaticText(names.chinese)
    }
  }

  private typealias Names = (thai: StaticString, spanish: StaticString, chinese: StaticString)

  private static func names(_ code: UInt16) -> Names? {
    switch code / 100 {
    case 1: informational(code)
    case 2: successful(code)
    case 3: redirecting(code)
    case 4: code < 416 ? refusing(code) : refusingToo(code)
    case 5: failing(code)
    default: nil
    }
  }

  private static func informational(_ code: UInt16) -> Names? {
    switch code {
    case 100: ("ส่งต่อได้", "Continuar", "继续")
    case 101: ("กำลังเปลี่ยนโพรโทคอล", "Cambio de protocolo", "切换协议")
    case 102: ("กำลังประมวลผล", "Procesando", "处理中")
    case 103: ("คำแนะนำล่วงหน้า", "Indicaciones anticipadas", "早期提示")
    case 104: ("อัปโหลดต่อได้", "Se puede reanudar la subida", "支持续传")
    default: nil
    }
  }

  private static func successful(_ code: UInt16) -> Names? {
    switch code {
    case 200: ("สำเร็จ", "Correcto", "成功")
    case 201: ("สร้างแล้ว", "Creado", "已创建")
    case 202: ("รับไว้แล้ว", "Aceptado", "已接受")
    case 203: ("ข้อมูลไม่ได้มาจากต้นทาง", "Información no autoritativa", "非权威信息")
    case 204: ("ไม่มีเนื้อหา", "Sin contenido", "无内容")
    case 205: ("ให้ล้างแบบฟอร์ม", "Restablecer contenido", "重置内容")
    case 206: ("เนื้อหาบางส่วน", "Contenido parcial", "部分内容")
    case 207: ("หลายสถานะ", "Varios estados", "多个状态")
    case 208: ("รายงานไปแล้ว", "Ya notificado", "已报告过")
    case 226: ("ส่งเฉพาะส่วนที่เปลี่ยน", "Solo los cambios", "仅发送差异")
    default: nil
    }
  }

  private static func redirecting(_ code: UInt16) -> Names? {
    switch code {
    case 300: ("มีหลายทางเลือก", "Varias opciones", "多种选择")
    case 301: ("ย้ายถาวร", "Movido permanentemente", "永久移动")
    case 302: ("อยู่ที่อื่นชั่วคราว", "Encontrado en otra dirección", "临时在别处")
    case 303: ("ดูที่อื่น", "Ver otra dirección", "请看别处")
    case 304: ("ไม่มีการเปลี่ยนแปลง", "Sin cambios", "未修改")
    case 305: ("ให้ใช้พร็อกซี", "Usar un proxy", "使用代理")
    case 306: ("ไม่ใช้แล้ว", "Sin uso", "未使用")
    case 307: ("เปลี่ยนเส้นทางชั่วคราว", "Redirección temporal", "临时重定向")
    case 308: ("เปลี่ยนเส้นทางถาวร", "Redirección permanente", "永久重定向")
    default: nil
    }
  }

  private static func refusing(_ code: UInt16) -> Names? {
    switch code {
    case 400: ("คำขอไม่ถูกต้อง", "Solicitud incorrecta", "请求有误")
    case 401: ("ต้องยืนยันตัวตน", "Falta la autenticación", "需要身份验证")
    case 402: ("ต้องชำระเงิน", "Pago requerido", "需要付款")
    case 403: ("ไม่อนุญาตให้เข้าถึง", "Acceso prohibido", "禁止访问")
    case 404: ("ไม่พบสิ่งที่ขอ", "No encontrado", "未找到")
    case 405: ("ไม่รับเมธอดนี้", "Método no permitido", "不允许此方法")
    case 406: ("ไม่มีรูปแบบที่รับได้", "Ninguna forma aceptable", "没有可接受的形式")
    case 407: ("ต้องยืนยันตัวตนกับพร็อกซี", "Falta la autenticación ante el proxy", "需要代理身份验证")
    case 408: ("หมดเวลารอคำขอ", "Tiempo de la solicitud agotado", "请求超时")
    case 409: ("ขัดกับสภาพปัจจุบัน", "Conflicto", "冲突")
    case 410: ("ไม่มีอยู่อีกแล้ว", "Ya no existe", "已不复存在")
    case 411: ("ต้องบอกความยาว", "Longitud requerida", "需要指明长度")
    case 412: ("เงื่อนไขไม่เป็นจริง", "Condición previa no cumplida", "前提条件不成立")
    case 413: ("เนื้อหาใหญ่เกินไป", "Contenido demasiado grande", "内容过大")
    case 414: ("URI ยาวเกินไป", "URI demasiado largo", "URI 过长")
    case 415: ("ไม่รับสื่อชนิดนี้", "Tipo de medio no admitido", "不支持的媒体类型")
    default: nil
    }
  }

  private static func refusingToo(_ code: UInt16) -> Names? {
    switch code {
    case 416: ("ไม่มีช่วงที่ขอ", "Rango no satisfacible", "无法满足所请求的范围")
    case 417: ("ทำตามที่คาดหวังไม่ได้", "Expectativa no cumplida", "无法满足期望")
    case 418: ("ที่นี่คือกาน้ำชา", "Soy una tetera", "我是茶壶")
    case 421: ("คำขอมาผิดที่", "Solicitud mal dirigida", "请求发错了地方")
    case 422: ("ประมวลผลเนื้อหาไม่ได้", "Contenido no procesable", "无法处理的内容")
    case 423: ("ถูกล็อกอยู่", "Bloqueado", "已锁定")
    case 424: ("สิ่งที่ต้องอาศัยล้มเหลว", "Dependencia fallida", "所依赖的操作失败")
    case 425: ("เร็วเกินไป", "Demasiado pronto", "为时过早")
    case 426: ("ต้องเปลี่ยนโพรโทคอล", "Cambio de protocolo requerido", "需要升级协议")
    case 428: ("ต้องมีเงื่อนไข", "Condición previa requerida", "需要前提条件")
    case 429: ("คำขอมากเกินไป", "Demasiadas solicitudes", "请求过多")
    case 431: ("ฟิลด์ของคำขอใหญ่เกินไป", "Campos de la solicitud demasiado grandes", "请求字段过大")
    case 451: ("เปิดให้ดูไม่ได้ด้วยเหตุทางกฎหมาย", "No disponible por motivos legales", "因法律原因不可用")
    default: nil
    }
  }

  private static func failing(_ code: UInt16) -> Names? {
    switch code {
    case 500: ("เซิร์ฟเวอร์ขัดข้อง", "Error interno del servidor", "服务器内部错误")
    case 501: ("เซิร์ฟเวอร์ทำสิ่งนี้ไม่ได้", "No implementado", "未实现")
    case 502: ("เกตเวย์ได้คำตอบที่ใช้ไม่ได้", "Respuesta no válida para la pasarela", "网关收到无效响应")
    case 503: ("ให้บริการไม่ได้ชั่วคราว", "Servicio no disponible", "服务暂不可用")
    case 504: ("เกตเวย์หมดเวลารอ", "Tiempo de la pasarela agotado", "网关超时")
    case 505: ("ไม่รองรับรุ่นของ HTTP นี้", "Versión de HTTP no admitida", "不支持的 HTTP 版本")
    case 506: ("ตัวเลือกวนกลับมาให้เลือกอีก", "La variante también negocia", "变体又要协商")
    case 507: ("พื้นที่เก็บไม่พอ", "Almacenamiento insuficiente", "存储空间不足")
    case 508: ("พบการวนซ้ำไม่รู้จบ", "Bucle detectado", "检测到循环")
    case 510: ("ต้องใช้ส่วนขยาย", "Faltan extensiones", "需要扩展")
    case 511: ("ต้องยืนยันตัวตนกับเครือข่าย", "Falta la autenticación ante la red", "需要网络身份验证")
    default: nil
    }
  }
}
