import Config
import Facts
import Message

/// Facts in, cause and path out. Every edge of the graph is taken by one of these (`PathTests.everyEdge`).
enum PathTable {
  static let all =
    early + clients + folders + resource + selection + preconditions + ranges + content + action
    + rules + writing + rehearsal

  static let early: [PathCase] = [
    PathCase("a full server answers before it reads", "503.2", "isServerFull") {
      $0.connection.openCount = 11
      $0.connection.limit = 10
      $0.fault.kind = .bareLineFeed
    },
    PathCase("a server filled to its limit still answers", "200.701", Way.whole + Way.servedWhole) {
      $0.connection.openCount = 10
      $0.connection.limit = 10
    },
    PathCase(
      "a fault of the head goes before all that the head says", "400.712",
      "!isServerFull hasFault"
    ) {
      $0.fault.kind = .bareLineFeed
      $0.method = .unknown
    },
    PathCase("a method that nobody knows", "501.700", "!isServerFull !hasFault !isMethodKnown") {
      $0.method = .unknown
      $0.route.site = -1
    },
    PathCase(
      "an expectation that nobody knows", "417.700",
      Way.head + " hasExpectation !isExpectationKnown"
    ) { $0.expectation = .unknown },
    PathCase(
      "100-continue is an expectation that can be met", "404.1",
      Way.head + " hasExpectation isExpectationKnown !hasSite"
    ) {
      $0.expectation = .continue100
      $0.route.site = -1
    },
    PathCase("no site has the host's name", "404.1", Way.message + " !hasSite") {
      $0.route.site = -1
    },
    PathCase(
      "an https target over a connection that is not secured", "421.700",
      Way.message + " hasSite isTargetUnsecured"
    ) {
      $0.isTargetSecure = true
    },
    PathCase(
      "OPTIONS * asks the server itself", "204.701",
      Way.server + " !hasContent isActionComplete !isRetrieval isMethodOptions isServerAsked"
    ) {
      $0.method = .options
      $0.targetForm = .asterisk
    },
    PathCase(
      "a host and port names no resource", "405.0",
      Way.message
        + " hasSite !isTargetUnsecured !isClientGuarded !isTargetServer isTargetAuthority"
    ) {
      $0.method = .connect
      $0.targetForm = .authority
    },
    PathCase("no rule matches the path", "404.700", Way.site + " !hasRule") { $0.route.rule = -1 },
  ]

  static let resource: [PathCase] = [
    PathCase(
      "a hidden path that the rule refuses openly", "403.701",
      Way.rule + " isPathHidden isHiddenRefused"
    ) {
      $0.resource.hiding = .file
      $0.resource.hiddenPolicy = .refuse
    },
    PathCase(
      "a folder on the way is hidden", "404.8",
      Way.rule + " isPathHidden !isHiddenRefused isHiddenSegment"
    ) { $0.resource.hiding = .segment },
    PathCase(
      "the last name is hidden", "404.9",
      Way.rule + " isPathHidden !isHiddenRefused !isHiddenSegment"
    ) { $0.resource.hiding = .file },
    PathCase(
      "a hidden name that the rule serves is as any other", "200.701",
      Way.whole + Way.servedWhole
    ) {
      $0.resource.hiding = .file
      $0.resource.hiddenPolicy = .serve
    },
    PathCase("a link leaves the root", "403.700", Way.rule + " !isPathHidden isOutsideRoot") {
      $0.resource.leavesRoot = true
      $0.resource.kind = .none
    },
    PathCase(
      "nothing is there", "404.0", Way.inRoot + " !hasResource !hasTombstone !hasFallback"
    ) {
      $0.resource.kind = .none
    },
    PathCase(
      "the rule's own content needs no file", "200.700",
      Way.inRoot + " hasResource isContentFixed isMethodAllowed" + Way.plain + " !hasRange"
        + Way.served + " !isRangeServed !isFileServed"
    ) { $0.resource.kind = .content },
    PathCase("the rule lets nothing be read", "403.2", Way.found + " !isReadingAllowed") {
      $0.resource.isReadingAllowed = false
    },
    PathCase(
      "the operating system lets nothing be read", "403.2",
      Way.found + " isReadingAllowed !isReadable"
    ) { $0.resource.isReadable = false },
    PathCase(
      "a folder without its final slash is elsewhere", "301.700",
      Way.folder + " !hasFinalSlash isMethodRedirectable"
    ) { $0.resource.kind = .collection },
    PathCase(
      "and keeps the method of what is no GET", "308.700",
      Way.folder + " !hasFinalSlash !isMethodRedirectable"
    ) {
      $0.resource.kind = .collection
      $0.method = .post
    },
    PathCase(
      "a folder that may not be listed", "403.14",
      Way.folder + " hasFinalSlash !hasIndex isFolderRetrieved !isListingAllowed"
    ) {
      $0.resource.kind = .collection
      $0.resource.hasFinalSlash = true
    },
    PathCase(
      "a folder that may not be listed takes no other method either", "405.0",
      Way.folder + " hasFinalSlash !hasIndex !isFolderRetrieved !isMethodAllowed"
    ) {
      $0.resource.kind = .collection
      $0.resource.hasFinalSlash = true
      $0.method = .post
    },
    PathCase("a pipe is no file", "403.702", Way.readable + " !isCollection !isRegularFile") {
      $0.resource.kind = .special
    },
    PathCase(
      "an extension without a media type", "404.3",
      Way.readable + " !isCollection isRegularFile isTypeMapRequired !isTypeMapped"
    ) {
      $0.resource.isTypeMapRequired = true
      $0.resource.isTypeMapped = false
    },
    PathCase(
      "an extension with a media type", "405.0",
      Way.readable + " !isCollection isRegularFile isTypeMapRequired isTypeMapped !isMethodAllowed"
    ) {
      $0.resource.isTypeMapRequired = true
      $0.method = .post
    },
    PathCase("a method that the file does not take", "405.0", Way.file + " !isMethodAllowed") {
      $0.method = .delete
    },
  ]

  static let preconditions: [PathCase] = [
    PathCase("If-Match names another", "412.700", Way.conditional + " hasIfMatch !isIfMatchTrue") {
      $0.preconditions.ifMatch = .fails
    },
    PathCase(
      "If-Match holds, and If-Unmodified-Since is not asked", "200.701",
      Way.conditional + " hasIfMatch isIfMatchTrue !hasIfNoneMatch !hasIfModifiedSince !hasRange"
        + Way.servedWhole
    ) {
      $0.preconditions.ifMatch = .holds
      $0.preconditions.ifUnmodifiedSince = .fails
    },
    PathCase(
      "If-Unmodified-Since has passed", "412.701",
      Way.conditional + " !hasIfMatch hasIfUnmodifiedSince !isIfUnmodifiedSinceTrue"
    ) { $0.preconditions.ifUnmodifiedSince = .fails },
    PathCase(
      "If-Unmodified-Since holds", "200.701",
      Way.conditional + " !hasIfMatch hasIfUnmodifiedSince isIfUnmodifiedSinceTrue"
        + " !hasIfNoneMatch !hasIfModifiedSince !hasRange" + Way.servedWhole
    ) { $0.preconditions.ifUnmodifiedSince = .holds },
    PathCase(
      "If-None-Match names it, asked with GET", "304.700",
      Way.conditional + " !hasIfMatch !hasIfUnmodifiedSince hasIfNoneMatch !isIfNoneMatchTrue"
        + " isMethodGetOrHead"
    ) { $0.preconditions.ifNoneMatch = .fails },
    PathCase(
      "If-None-Match names it, asked with PUT", "412.702",
      Way.conditional + " !hasIfMatch !hasIfUnmodifiedSince hasIfNoneMatch !isIfNoneMatchTrue"
        + " !isMethodGetOrHead"
    ) {
      $0.preconditions.ifNoneMatch = .fails
      $0.method = .put
      $0.resource.methods = MethodSet(.put)
    },
    PathCase(
      "If-None-Match holds, and If-Modified-Since is not asked", "200.701",
      Way.conditional + " !hasIfMatch !hasIfUnmodifiedSince hasIfNoneMatch isIfNoneMatchTrue"
        + " !hasRange" + Way.servedWhole
    ) {
      $0.preconditions.ifNoneMatch = .holds
      $0.preconditions.ifModifiedSince = .fails
    },
    PathCase(
      "nothing has changed since", "304.701",
      Way.conditional + " !hasIfMatch !hasIfUnmodifiedSince !hasIfNoneMatch hasIfModifiedSince"
        + " !isIfModifiedSinceTrue"
    ) { $0.preconditions.ifModifiedSince = .fails },
    PathCase(
      "something has changed since", "200.701",
      Way.conditional + " !hasIfMatch !hasIfUnmodifiedSince !hasIfNoneMatch hasIfModifiedSince"
        + " isIfModifiedSinceTrue !hasRange" + Way.servedWhole
    ) { $0.preconditions.ifModifiedSince = .holds },
  ]

  static let ranges: [PathCase] = [
    PathCase(
      "one range", "206.700",
      Way.ranged + " !hasIfRange !isRangeExcessive isRangeSatisfiable" + Way.servedRange
    ) { $0.range.request = .one },
    PathCase(
      "several ranges", "206.701",
      Way.ranged + " !hasIfRange !isRangeExcessive isRangeSatisfiable" + Way.served
        + " isRangeServed !isRangeSingle"
    ) { $0.range.request = .several },
    PathCase(
      "a range of what the client knows", "206.700",
      Way.ranged + " hasIfRange isIfRangeTrue !isRangeExcessive isRangeSatisfiable"
        + Way.servedRange
    ) {
      $0.range.request = .one
      $0.range.ifRange = .holds
    },
    PathCase(
      "a range of what has changed is answered whole", "200.701",
      Way.ranged + " hasIfRange !isIfRangeTrue" + Way.servedWhole
    ) {
      $0.range.request = .unsatisfiable
      $0.range.ifRange = .fails
    },
    PathCase(
      "more ranges than anybody needs", "416.701",
      Way.ranged + " !hasIfRange isRangeExcessive"
    ) { $0.range.request = .excessive },
    PathCase(
      "no range lies in the file", "416.700",
      Way.ranged + " !hasIfRange !isRangeExcessive !isRangeSatisfiable"
    ) { $0.range.request = .unsatisfiable },
  ]

  static let content: [PathCase] = [
    PathCase(
      "more content declared than the limit", "413.1",
      Way.whole + " hasContent !isContentLengthWithinLimit"
    ) {
      $0.framing = .length(11)
      $0.content.limit = 10
    },
    PathCase(
      "content that breaks off", "400.732",
      Way.whole + " hasContent isContentLengthWithinLimit hasContentFault"
    ) {
      $0.framing = .length(10)
      $0.content.limit = 10
      $0.content.fault.kind = .messageIncomplete
    },
    PathCase(
      "content that arrives whole", "200.701",
      Way.whole + " hasContent isContentLengthWithinLimit !hasContentFault"
        + Way.doneWhole
    ) { $0.framing = .chunked },
  ]

  static let action: [PathCase] = [
    PathCase("the handler failed", "500.0", Way.failed + " isHandlerAtFault") {
      $0.action.failure = .handler
    },
    PathCase("the listing failed", "500.702", Way.failed + " !isHandlerAtFault isListingAtFault") {
      $0.action.failure = .listing
    },
    PathCase(
      "the file was shorter than it said", "500.700",
      Way.failed + " !isHandlerAtFault !isListingAtFault isContentShort"
    ) { $0.action.failure = .contentEndedEarly },
    PathCase(
      "the file could not be opened", "500.701",
      Way.failed + " !isHandlerAtFault !isListingAtFault !isContentShort"
    ) { $0.action.failure = .open },
    PathCase(
      "OPTIONS of a file", "204.700",
      Way.whole + " !hasContent isActionComplete !isRetrieval isMethodOptions !isServerAsked"
    ) { $0.method = .options },
    PathCase(
      "TRACE where it is allowed", "200.703",
      Way.whole + " !hasContent isActionComplete !isRetrieval !isMethodOptions isMethodTrace"
    ) {
      $0.method = .trace
      $0.resource.methods = MethodSet(.trace)
    },
    PathCase(
      "a folder that may be listed", "200.702",
      Way.folder + " hasFinalSlash !hasIndex isFolderRetrieved isListingAllowed isMethodAllowed"
        + Way.plain
        + " !hasRange !hasContent isActionComplete isRetrieval isListing"
    ) {
      $0.resource.kind = .collection
      $0.resource.hasFinalSlash = true
      $0.resource.isListingAllowed = true
    },
    PathCase(
      "a folder with an index", "200.701",
      Way.folder + " hasFinalSlash hasIndex isRegularFile !isTypeMapRequired isMethodAllowed"
        + " !isNegotiated !hasPreconditions !hasRange" + Way.servedWhole
    ) {
      $0.resource.kind = .collection
      $0.resource.hasFinalSlash = true
      $0.resource.hasIndex = true
    },
  ]
}
