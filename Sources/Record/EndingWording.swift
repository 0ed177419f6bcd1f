internal import Decide

/// One sentence for each ending: what was found, where the evidence alone does not say it.
enum EndingWording {
  static func text(of ending: Ending) -> String {
    switch ending {
    case .serverFull: "The server had as many connections open as it may have."
    case .fault: "The head of the request could not be accepted as it came."
    case .methodUnknown:
      "The method is none that this server knows; names of methods are case-sensitive."
    case .expectationUnknown: "The Expect field asks for something other than `100-continue`."
    case .siteMissing: "No site has this host name on the port that the request came to."
    case .targetUnsecured:
      "The target is one of https, and the connection is not secured, nor is the peer a proxy that `trusted` names."
    case .ruleMissing: "No rule of the site matches the path."
    case .hiddenRefused: "A name on the path begins with a dot, and such names are refused."
    case .hiddenSegment:
      "A folder on the path has a name that begins with a dot, and such folders are hidden."
    case .hiddenFile: "The last name of the path begins with a dot, and such files are hidden."
    case .linkLeavesRoot: "A symbolic link on the path is not followed."
    case .fileMissing: "Nothing stands at this path in the rule's folder."
    case .readingOff: "The rule does not let its files be read."
    case .unreadable: "The operating system does not let the server's user read it."
    case .slashMissing, .slashMissingMethodKept:
      "The path names a folder and does not end in a slash."
    case .listingDenied: "The path names a folder that has no index file."
    case .notRegularFile: "What stands at the path is neither a file nor a folder."
    case .typeNotMapped: "The file's extension has no media type."
    case .methodNotAllowed: "What answers at this path does not take the method."
    case .inMaintenance, .blocked, .gone, .buried, .teapot, .movedPermanently, .found, .seeOther,
      .temporaryRedirect, .permanentRedirect:
      ofRule(ending)
    case .rehearsed, .rehearsalUnanswered, .rehearsalMalformed, .rehearsalUnknown,
      .switchNotOffered, .switchVersionUnknown, .handshakeMalformed:
      ofRehearsal(ending)
    case .siteClosed, .addressUnknown, .addressDenied, .addressNotAllowed, .hostNameUnresolved,
      .hostNameDenied, .siteFull, .clientAtLimit, .folderFileAsked, .folderFileInvalid,
      .folderAddressRefused, .scriptRefused, .scriptHidden:
      ofClient(ending)
    default: afterResource(ending)
    }
  }

  private static func ofRule(_ ending: Ending) -> String {
    switch ending {
    case .inMaintenance:
      "The site or the rule is closed for maintenance: its setting is on, or its file is there."
    case .blocked: "The rule blocks the resource by law."
    case .gone: "The rule says that what was here has been removed for good."
    case .buried:
      "Nothing stands at this path any more: it was deleted, and the rule remembers that."
    case .teapot: "The rule is a teapot, and was asked to brew coffee."
    case .movedPermanently, .permanentRedirect:
      "The rule says that the resource has moved for good."
    case .seeOther: "The rule says that the answer is to be fetched elsewhere with GET."
    default: "The rule says that the resource is elsewhere for the time being."
    }
  }

  private static func ofRehearsal(_ ending: Ending) -> String {
    switch ending {
    case .rehearsed: "The answer was rehearsed: it was ordered, and nothing real is behind it."
    case .rehearsalUnanswered:
      "The answer was rehearsed, and the order was to end the connection before its head."
    case .switchNotOffered:
      "The rehearsal speaks WebSocket here, and the request does not ask for it: it needs "
        + "`Upgrade: websocket` and `Connection: Upgrade`, in HTTP/1.1."
    case .switchVersionUnknown:
      "The request asks for a version of WebSocket other than 13, which is the only one."
    case .handshakeMalformed:
      "The request asks for WebSocket, and its handshake is not whole: it takes a GET without content, "
        + "`Connection: Upgrade`, and one Sec-WebSocket-Key with 16 bytes in base64."
    case .rehearsalMalformed: "What was asked of the rehearsal is not in its grammar."
    default: "The rehearsal has nothing at this path."
    }
  }

  private static func ofClient(_ ending: Ending) -> String {
    switch ending {
    case .siteClosed: "The site is closed to everybody."
    case .addressUnknown:
      "There are rules about addresses, and the client's is not known: it came over a Unix socket, "
        + "or a trusted proxy did not say whom it asks for, or not in a way that can be believed."
    case .addressDenied: "The client's address is in a network that is denied."
    case .addressNotAllowed: "The client's address is in none of the networks that are allowed."
    case .hostNameUnresolved:
      "The site denies some host names, and no name server told the client's in time."
    case .hostNameDenied: "The client's host name is denied."
    case .siteFull: "The site had as many requests under way as it may have."
    case .clientAtLimit: "The client's address had as many requests under way as one may have."
    case .folderFileAsked:
      "The path names a folder's own configuration file, and those are never served."
    case .folderFileInvalid:
      "A folder's own configuration file on the way to the path cannot be used, and what it governs "
        + "is not served without it."
    case .folderAddressRefused:
      "A folder's own configuration file on the way to the path does not admit the client's address."
    case .scriptHidden: "The file is a program of a server, and such files are hidden."
    default: "The file is a program of a server, and such files are refused, not shown as text."
    }
  }

  private static func afterResource(_ ending: Ending) -> String {
    switch ending {
    case .ifMatchFailed: "If-Match names no entity tag that the resource has now."
    case .ifUnmodifiedSinceFailed:
      "The resource was modified after the date that If-Unmodified-Since names."
    case .ifNoneMatchFailed:
      "If-None-Match names an entity tag that the resource has, or cannot be read as a list of tags."
    case .entityTagMatched:
      "If-None-Match names the entity tag that the resource has: the client's copy is current."
    case .notModifiedSince:
      "The resource was not modified after the date that If-Modified-Since names."
    case .rangesExcessive:
      "The Range field asks for more ranges than are accepted, or for many that overlap."
    case .rangeUnsatisfiable: "No range that was asked for lies inside the representation."
    case .contentTooLarge: "The content was declared larger than is accepted."
    case .contentFault: "The content of the request could not be accepted as it came."
    case .handlerFailed:
      "No helper thread took the work that this answer needs: the process has as many threads or as much memory as it may have "
        + "(`TasksMax` and `MemoryMax` of a unit, `ulimit -u` and `-v`), or more work waits than its threads can do."
    case .listingFailed: "The folder could not be read to its end."
    case .contentEndedEarly: "The file ended before the length that it had when it was opened."
    case .fileOpenFailed: "The file was there and could not be opened for its content."
    case .options: "OPTIONS asks what can be done with this target, and was answered."
    case .serverOptions: "OPTIONS asks what the server as a whole can do, and was answered."
    case .traceEchoed: "TRACE asks for the request to be sent back, and that was done."
    case .listingServed: "The folder's listing was sent."
    case .rangeServed: "One range of the representation was sent."
    case .rangesServed: "Several ranges of the representation were sent."
    case .fileServed: "The file was sent."
    case .variantListServed:
      "The Negotiate field asks for the list of variants, and the list was sent."
    case .choiceLeft: "Several files stand for this name, and the rule lets the client choose."
    case .mediaTypeNotAcceptable: "No variant has a media type that the Accept field takes."
    case .languageNotAcceptable: "No variant has a language that the Accept-Language field takes."
    case .codingNotAcceptable:
      "The Accept-Encoding field takes neither the content as it is nor a coding that there is."
    case .variantNotAcceptable:
      "Type, language and coding can each be had as they are wanted, and no variant has them all."
    case .variantNegotiates:
      "The best variant is a symbolic link to a name that is itself negotiated."
    case .contentServed: "The content that the configuration holds was sent."
    default: ofWriting(ending)
    }
  }

  /// Who caused it, in a phrase.
  static func actor(_ name: String) -> String {
    switch name {
    case "client": "the client: its request"
    case "server": "the server itself"
    case "operator": "the operator: a rule of the configuration, or what it points to"
    case "policy": "an access decision"
    case "upstream": "the upstream that the request was passed to"
    case "application": "the application that answers here"
    default: Wording.shown(name)
    }
  }

  /// A near miss as a sentence.
  static func text(of miss: RecordedNearMiss) -> String {
    let place = Wording.name(miss.position)
    switch miss.kind {
    case "site-name-matches-other-port":
      return "The site at \(place) has this host name, and answers on other ports."
    case "site-name-similar":
      return "The site at \(place) has a name that is similar to this host name."
    case "rule-path-prefix":
      return "The path of the rule at \(place) agrees with this path up to a point."
    case "rule-differs-by-case":
      return "The path of the rule at \(place) differs from this path by upper and lower case only."
    case "rule-differs-by-final-slash":
      return "The path of the rule at \(place) differs from this path by its final slash only."
    case "rule-takes-other-methods":
      return "The rule at \(place) matches this path, and takes other methods."
    case "file-in-lower-case":
      return "The folder at \(place) has something at this path in lower case."
    default: return "\(Wording.shown(miss.kind)) at \(place)."
    }
  }
}
