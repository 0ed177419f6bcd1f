import Foundation
import HTTPStatus
import StatusGuide
import Testing
import WordForms

/// What a search finds for what people type.
@Suite("Search")
struct SearchTests {
  private static func isMeant(_ subject: Subject, by wanted: String) -> Bool {
    let isStatus = wanted.utf8.count == 3 && Int(wanted) != nil
    return "\(subject)".hasPrefix(isStatus ? wanted + " " : wanted)
  }

  @Test("questions as people type them find their entry among the first three")
  func questions() throws {
    let rows = try TranslationTests.table("Tests/StatusGuideTests/Tables/questions.tsv")
    #expect(rows.count > 400)
    for row in rows {
      let wanted = row[2].split(separator: " ").map(String.init)
      let found = Guide.search(row[1], limit: 3)
      #expect(
        found.contains { subject in wanted.contains { Self.isMeant(subject, by: $0) } },
        "\(row[1]): \(found)")
    }
  }

  @Test(
    "a word that is an entry's own finds it first",
    arguments: [
      ("loop", "508 "), ("loops", "508 "), ("bandwidth", "cpanel:509 "), ("错误的网关", "502 "),
      ("error", "500 "), ("Errors", "500 "), ("an error", "500 "), ("errores", "500 "),
      ("<BADREQ>", "haproxy:<BADREQ> "), ("badreq", "haproxy:<BADREQ> "),
      ("<NOSRV>", "haproxy:<NOSRV> "), ("nosrv", "haproxy:<NOSRV> "),
    ])
  func first(query: String, wanted: String) throws {
    let found = try #require(Guide.search(query, limit: 3).first)
    #expect("\(found)".hasPrefix(wanted), "\(found)")
  }

  @Test("words of a name that were written together are parted")
  func parted() {
    #expect(WordForms.parted("SocketTimeoutException") == "Socket Timeout Exception")
    #expect(WordForms.parted("SSLHandshake") == "SSL Handshake")
    #expect(WordForms.parted("ECONNRESET") == "ECONNRESET")
    #expect(WordForms.parted("ETag URLs") == "ETag URLs")
    #expect(WordForms.terms(of: "MaxUploadSizeExceeded").contains("upload"))
  }

  @Test("forms of a word have one stem")
  func stems() {
    for forms in [
      ["move", "moved", "moves", "moving"], ["banned", "ban", "bans"],
      ["bloqueado", "bloqueada", "bloqueados"], ["redirection", "redirections"],
      ["query", "queries"], ["redireccion", "redirecciones"],
    ] {
      #expect(Set(forms.map(WordForms.stem)).count == 1, "\(forms.map(WordForms.stem))")
    }
    for word in ["https", "http/2", "404", "access", "0x80070005", "status", "รหัส", "超时"] {
      #expect(WordForms.stem(word).hasPrefix(word.prefix(3)), "\(word)")
    }
    #expect(WordForms.stem("access") == "access")
    #expect(WordForms.stem("404.13") == "404.13")
  }

  @Test("whatever is typed, a search ends, keeps its limit and names nothing twice")
  func anything() {
    let long = String(repeating: "redirect ไฟล์ 文件 file ", count: 400)
    for query in [
      "", " ", "'", "\u{0}", "....", "的", "ก", "a", "💥", long, "\u{301}\u{301}", "％％", "-1", "0x",
      "AH", "==", "\u{202E}404",
    ] {
      let found = Guide.search(query, limit: 7)
      #expect(found.count <= 7)
      #expect(Set(found).count == found.count, "\(query.prefix(20))")
    }
  }
}
