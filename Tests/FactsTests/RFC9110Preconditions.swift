import Facts
import Testing

@Suite("RFC 9110 section 13.1: preconditions, each judged alone")
struct RFC9110Preconditions {
  @Test("13.1.1: If-Match is true where the list has the tag")
  func ifMatch() throws {
    #expect(try conditions("If-Match: \"v2\"").ifMatch == .holds)
    #expect(try conditions("If-Match: \"v1\", \"v2\"").ifMatch == .holds)
    #expect(try conditions("If-Match: \"v1\"", "If-Match: \"v2\"").ifMatch == .holds)
    #expect(try conditions("If-Match: \"v1\"").ifMatch == .fails)
    #expect(try conditions("If-Match: \"V2\"").ifMatch == .fails)
    #expect(try conditions("Accept: */*").ifMatch == .absent)
  }

  @Test("13.1.1: If-Match: * is true where there is a representation, with a tag or without")
  func ifMatchAny() throws {
    #expect(try conditions("If-Match: *").ifMatch == .holds)
    #expect(try conditions("If-Match: *", tag: "").ifMatch == .holds)
  }

  @Test("13.1.1: If-Match compares strongly, so that a weak tag on either side is none")
  func ifMatchStrong() throws {
    #expect(try conditions("If-Match: W/\"v2\"").ifMatch == .fails)
    #expect(try conditions("If-Match: \"v2\"", tag: "W/\"v2\"").ifMatch == .fails)
    #expect(try conditions("If-Match: W/\"v2\"", tag: "W/\"v2\"").ifMatch == .fails)
    #expect(try conditions("If-Match: \"v2\"", tag: "").ifMatch == .fails)
  }

  @Test("13.1.1: a list that is none guards nothing away: the change is not made")
  func ifMatchBroken() throws {
    for value in ["v2", "\"v2", "\"v1\" \"v2\"", "", "\"v2\", *", "w/\"v2\""] {
      #expect(try conditions("If-Match: \(value)").ifMatch == .fails, "\(value)")
    }
  }

  @Test("13.1.2: If-None-Match is false where the list has the tag")
  func ifNoneMatch() throws {
    #expect(try conditions("If-None-Match: \"v2\"").ifNoneMatch == .fails)
    #expect(try conditions("If-None-Match: \"v1\" , ,\"v2\"").ifNoneMatch == .fails)
    #expect(try conditions("If-None-Match: \"v1\"", "If-None-Match: \"v2\"").ifNoneMatch == .fails)
    #expect(try conditions("If-None-Match: \"v1\"").ifNoneMatch == .holds)
    #expect(try conditions("If-None-Match: \"v2\"", tag: "").ifNoneMatch == .holds)
    #expect(try conditions("Accept: */*").ifNoneMatch == .absent)
  }

  @Test("13.1.2: a list that is none stops a change, and nobody who only reads")
  func ifNoneMatchBroken() throws {
    for value in ["v1", "\"v1", "*, \"v1\"", "", "\"v1\", *", "w/\"v1\""] {
      let line = "If-None-Match: \(value)"
      for method in ["PUT", "PATCH", "DELETE", "POST"] {
        #expect(try conditions(line, method: method).ifNoneMatch == .fails, "\(method) \(value)")
      }
      #expect(try conditions(line).ifNoneMatch == .holds, "\(value)")
      #expect(try conditions(line, method: "HEAD").ifNoneMatch == .holds, "\(value)")
    }
    #expect(try conditions("If-None-Match: \"v1\"", method: "PUT").ifNoneMatch == .holds)
  }

  @Test("13.1.2: If-None-Match: * is false where there is a representation")
  func ifNoneMatchAny() throws {
    #expect(try conditions("If-None-Match: *").ifNoneMatch == .fails)
    #expect(try conditions("If-None-Match: *", method: "PUT").ifNoneMatch == .fails)
  }

  @Test("13.1.2: If-None-Match compares weakly")
  func ifNoneMatchWeak() throws {
    #expect(try conditions("If-None-Match: W/\"v2\"").ifNoneMatch == .fails)
    #expect(try conditions("If-None-Match: \"v2\"", tag: "W/\"v2\"").ifNoneMatch == .fails)
    #expect(try conditions("If-None-Match: W/\"v2\"", tag: "W/\"v2\"").ifNoneMatch == .fails)
  }

  @Test("13.1.3: If-Modified-Since is false where the change is not later than the date")
  func ifModifiedSince() throws {
    let line = "If-Modified-Since: "
    #expect(try conditions(line + Selected.changedText).ifModifiedSince == .fails)
    #expect(try conditions(line + Selected.later).ifModifiedSince == .fails)
    #expect(try conditions(line + Selected.earlier).ifModifiedSince == .holds)
    #expect(
      try conditions(line + Selected.changedText, method: "HEAD").ifModifiedSince == .fails)
  }

  @Test("13.1.3: If-Modified-Since is ignored without a valid date, and for other methods")
  func ifModifiedSinceIgnored() throws {
    let line = "If-Modified-Since: "
    for value in ["yesterday", "", "Mon, 06 Nov 1994 08:49:37 GMT", "784111777"] {
      #expect(try conditions(line + value).ifModifiedSince == .absent, "\(value)")
    }
    for method in ["POST", "PUT", "DELETE"] {
      let found = try conditions(line + Selected.changedText, method: method)
      #expect(found.ifModifiedSince == .absent, "\(method)")
    }
    let twice = try conditions(line + Selected.changedText, line + Selected.changedText)
    #expect(twice.ifModifiedSince == .absent)
    #expect(
      try conditions(line + Selected.changedText, lastModified: nil).ifModifiedSince == .absent)
  }

  @Test("13.1.4: If-Unmodified-Since is true where the change is not later than the date")
  func ifUnmodifiedSince() throws {
    let line = "If-Unmodified-Since: "
    #expect(try conditions(line + Selected.changedText).ifUnmodifiedSince == .holds)
    #expect(try conditions(line + Selected.later).ifUnmodifiedSince == .holds)
    #expect(try conditions(line + Selected.earlier).ifUnmodifiedSince == .fails)
    #expect(
      try conditions(line + Selected.earlier, method: "PUT").ifUnmodifiedSince == .fails)
  }

  @Test("13.1.4: If-Unmodified-Since is ignored without a valid date on either side")
  func ifUnmodifiedSinceIgnored() throws {
    let line = "If-Unmodified-Since: "
    #expect(try conditions(line + "soon").ifUnmodifiedSince == .absent)
    #expect(try conditions(line + Selected.earlier, line).ifUnmodifiedSince == .absent)
    #expect(
      try conditions(line + Selected.earlier, lastModified: nil).ifUnmodifiedSince == .absent)
  }

  @Test("5.6.7: all three forms of a date are read")
  func forms() throws {
    for date in [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ] {
      #expect(try conditions("If-Modified-Since: \(date)").ifModifiedSince == .fails, "\(date)")
    }
  }

  @Test("13.2.2: every field is judged, also those that the order will pass over")
  func all() throws {
    let found = try conditions(
      "If-Match: \"v2\"", "If-Unmodified-Since: \(Selected.earlier)", "If-None-Match: \"v1\"",
      "If-Modified-Since: \(Selected.later)")
    #expect(found.ifMatch == .holds)
    #expect(found.ifUnmodifiedSince == .fails)
    #expect(found.ifNoneMatch == .holds)
    #expect(found.ifModifiedSince == .fails)
  }
}
