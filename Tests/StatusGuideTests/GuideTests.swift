import HTTPStatus
import StatusGuide
import Testing

@Suite struct GuideTests {
  @Test func everythingHasASentence() {
    for cause in Cause.all {
      let summary = Guide.summary(of: cause).description
      #expect(summary.hasSuffix("."), "\(cause)")
      #expect(summary.count > 20, "\(cause)")
    }
    for status in Status.registered {
      #expect(Guide.summary(of: status)?.description.hasSuffix(".") == true, "\(status)")
    }
    for error in ProxyError.all {
      #expect(Guide.summary(of: error).description.hasSuffix("."), "\(error)")
    }
    for status in UnofficialStatus.all {
      #expect(Guide.summary(of: status).description.hasSuffix("."), "\(status)")
    }
  }

  @Test func wordsBelongToTheirCause() {
    #expect(Guide.summary(of: .directoryListingDenied).description.contains("index file"))
    #expect(Guide.help(of: .directoryListingDenied)?.description.contains("browse") == true)
    #expect(Guide.summary(of: Status.gone)?.description.contains("removed") == true)
    #expect(Guide.summary(of: .completed).description.contains("whole answer"))
    #expect(
      ProxyError("dns_timeout").map { Guide.summary(of: $0).description.contains("name") } == true)
    #expect(Guide.help(of: Status.gone)?.description.contains("tombstone") == true)
    #expect(Status(299).flatMap { Guide.summary(of: $0) } == nil)
  }

  @Test func causesThatTheServerProducesHaveHelp() {
    let produced: [Cause] = [
      .contentWanted, .fileServed, .hostMissing, .chunkSizeMalformed, .readAccessForbidden,
      .fileNotFound, .headTimeout, .ifMatchFailed, .contentLengthAboveLimit, .fieldTooLarge,
      .handlerFailed, .concurrencyLimitReached, .clientReset, .clientLeftDuringRequestContent,
    ]
    for cause in produced { #expect(Guide.help(of: cause) != nil, "\(cause)") }
    for cause in Cause.all where cause.isOutcome {
      #expect(Guide.help(of: cause) != nil, "\(cause)")
    }
  }

  private func first(_ query: String) -> String? {
    Guide.search(query, limit: 1).first?.description
  }

  @Test func searchByCodeAndName() {
    #expect(first("404") == "404 Not Found")
    #expect(first("403.14") == "403.14 directory-listing-denied")
    #expect(first("404.13") == "413.1 content-length-above-limit")
    #expect(first("directory-listing-denied") == "403.14 directory-listing-denied")
    #expect(first("Request Entity Too Large") == "413 Content Too Large")
    #expect(first("nginx:499") == "nginx:499 Client closed request")
    #expect(first("dns_timeout") == "dns_timeout")
    #expect(first("not found") == "404 Not Found")
  }

  @Test func searchByWords() {
    #expect(first("file too big")?.hasPrefix("413") == true)
    #expect(first("FILE TOO BIG")?.hasPrefix("413") == true)
    #expect(first("directory listing") == "403.14 directory-listing-denied")
    #expect(first("host missing") == "400.718 host-missing")
    #expect(first("rate limit")?.hasPrefix("429") == true)
    #expect(Guide.search("cookie", limit: 5).contains(.cause(.fieldTooLarge)))
    #expect(Guide.search("symlink", limit: 5).contains(.cause(.linkLeavesRoot)))
  }

  @Test func searchKeepsItsLimit() {
    #expect(Guide.search("client", limit: 3).count == 3)
    #expect(Guide.search("client", limit: 0).isEmpty)
    #expect(Guide.search("", limit: 3).isEmpty)
    #expect(Guide.search("xyzzy plugh", limit: 3).isEmpty)
  }
}
