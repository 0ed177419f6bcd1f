import Config
import Facts
import Message

/// Who the client is, and what folders say for themselves.
extension PathTable {
  private static let counted = Way.answered + " !hasHostRules hasConcurrencyLimit"
  private static let named = Way.answered + " hasHostRules"

  static let clients: [PathCase] = [
    PathCase("the site is closed", "403.8", Way.guarded + " isSiteClosed") {
      $0.client.isGuarded = true
      $0.client.isSiteClosed = true
      $0.route.rule = -1
    },
    PathCase(
      "nobody knows the client's address", "403.6",
      Way.guarded + " !isSiteClosed isAddressUnknown"
    ) {
      $0.client.isGuarded = true
      $0.client.address = .unknown
    },
    PathCase(
      "the client's address is denied", "403.6",
      Way.guarded + " !isSiteClosed !isAddressUnknown isAddressDenied"
    ) {
      $0.client.isGuarded = true
      $0.client.address = .denied
    },
    PathCase(
      "the client's address is in no allowed network", "403.6",
      Way.guarded + " !isSiteClosed !isAddressUnknown !isAddressDenied !isAddressAllowed"
    ) {
      $0.client.isGuarded = true
      $0.client.address = .notAllowed
    },
    PathCase(
      "no name server tells the client's name", "503.720", named + " isHostNameUnresolved"
    ) {
      $0.client.isGuarded = true
      $0.client.hasHostRules = true
      $0.client.hostName = .unresolved
    },
    PathCase(
      "the client's name is denied", "403.8",
      named + " !isHostNameUnresolved isHostNameDenied"
    ) {
      $0.client.isGuarded = true
      $0.client.hasHostRules = true
      $0.client.hostName = .denied
    },
    PathCase(
      "another name is not, and the path is looked at", "404.700",
      named + " !isHostNameUnresolved !isHostNameDenied !hasConcurrencyLimit !isTargetServer"
        + " !isTargetAuthority !isSiteInMaintenance !hasRule"
    ) {
      $0.client.isGuarded = true
      $0.client.hasHostRules = true
      $0.route.rule = -1
    },
    PathCase("the site has as many requests as it may", "403.9", counted + " isSiteFull") {
      $0.client.isGuarded = true
      $0.client.hasConcurrencyLimit = true
      $0.client.concurrency = .siteFull
    },
    PathCase(
      "the client has as many requests as one may", "403.9",
      counted + " !isSiteFull isClientAtLimit"
    ) {
      $0.client.isGuarded = true
      $0.client.hasConcurrencyLimit = true
      $0.client.concurrency = .addressFull
    },
    PathCase(
      "there is a place for the request", "404.700",
      counted + " !isSiteFull !isClientAtLimit !isTargetServer !isTargetAuthority"
        + " !isSiteInMaintenance !hasRule"
    ) {
      $0.client.isGuarded = true
      $0.client.hasConcurrencyLimit = true
      $0.route.rule = -1
    },
  ]

  private static let governed = Way.inGovernedFolder + " !isFolderFile !isFolderFileInvalid"

  static let folders: [PathCase] = [
    PathCase("a folder's own file is asked for", "404.9", Way.inGovernedFolder + " isFolderFile") {
      $0.folder.isGuarded = true
      $0.folder.isFile = true
    },
    PathCase(
      "a folder's own file is malformed", "500.19",
      Way.inGovernedFolder + " !isFolderFile isFolderFileInvalid"
    ) {
      $0.folder.isGuarded = true
      $0.folder.isInvalid = true
      $0.resource.kind = .none
    },
    PathCase("a folder refuses the client", "403.6", governed + " isFolderAddressRefused") {
      $0.folder.isGuarded = true
      $0.folder.address = .denied
    },
    PathCase(
      "a script is refused", "403.1",
      governed + " !isFolderAddressRefused isScript !isScriptHidden"
    ) {
      $0.folder.isGuarded = true
      $0.folder.isScript = true
      $0.folder.scripts = .refuse
      $0.method = .post
    },
    PathCase(
      "a script is hidden", "404.720", governed + " !isFolderAddressRefused isScript isScriptHidden"
    ) {
      $0.folder.isGuarded = true
      $0.folder.isScript = true
      $0.folder.scripts = .hide
    },
    PathCase(
      "a folder that has nothing against it", "404.9",
      governed + " !isFolderAddressRefused !isScript isPathHidden !isHiddenRefused !isHiddenSegment"
    ) {
      $0.folder.isGuarded = true
      $0.resource.hiding = .file
    },
  ]
}
