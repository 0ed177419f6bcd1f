//! Asks the guide in words, in the reader's language.

import HTTPStatus
import StatusGuide

// What people type: in any of the four languages, with slips of the finger, or another program's message.
for query in ["file too big", "รหัสผ่านผิด", "página movida", "请求超时", "upstream timed out"] {
  print(query, "->", Guide.search(query, limit: 3))
}

// What an entry says. Where a section is not translated there is the English one.
let subject = Subject.status(.notFound)
for section in Section.allCases {
  guard let text = Guide.text(section, of: subject, in: .spanish) else { continue }
  print(section.title(in: .spanish))
  print(text)
}
