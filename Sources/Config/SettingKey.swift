public import Message

/// The settings that can tip a verdict, by the name under which a configuration writes them.
/// Evidence carries one, so that an explanation can say which key to change even where nobody wrote
/// it.
public enum SettingKey: UInt8, Sendable, CaseIterable {
  case none = 0
  case listen, siteNames, sitePorts, siteTrace, rulePath, ruleMethods
  case filesRoot, filesIndex, filesBrowse, filesHidden, filesLinks, filesOnlyMappedTypes, filesRead
  case limitTarget, limitHead, limitField, limitFields, limitContent, limitChunkExtensions
  case limitTrailers, limitRanges, limitConnections, limitHeadTime, limitContentTime
  case limitContentRate, limitIdleTime, limitSendTime
  case contentText
  case maintenance, maintenanceFile, ruleBlocked, ruleGone, ruleTeapot, ruleRedirect
  case ruleTombstones, filesFallback
  case filesVariants, filesChoice, filesStrict
  case writeMethods, writeCreateOnly, writeRequireMatch, writeLength, writeTypes, writeContent
  case allow, deny, denyHosts, unresolved, closed, siteConcurrent, siteConcurrentPerAddress
  case filesScripts, filesFolderFile
  case ruleRehearse
  case writeSchema
  case ruleBlockedBy

  /// The key as it is written, from the top of the file or from its rule.
  public var name: StaticString {
    switch self {
    case .none: ""
    case .listen: "listen"
    case .siteNames: "names"
    case .sitePorts: "ports"
    case .siteTrace: "trace"
    case .rulePath: "path"
    case .ruleMethods: "methods"
    case .filesRoot: "files.root"
    case .filesIndex: "files.index"
    case .filesBrowse: "files.browse"
    case .filesHidden: "files.hidden"
    case .filesLinks: "files.links"
    case .filesOnlyMappedTypes: "files.only-mapped-types"
    case .filesRead: "files.read"
    case .limitTarget: "limits.target"
    case .limitHead: "limits.head"
    case .limitField: "limits.field"
    case .limitFields: "limits.fields"
    case .limitContent: "limits.content"
    case .limitChunkExtensions: "limits.chunk-extensions"
    case .limitTrailers: "limits.trailers"
    case .limitRanges: "limits.ranges"
    case .limitConnections: "limits.connections"
    case .limitHeadTime: "limits.head-time"
    case .limitContentTime: "limits.content-time"
    case .limitContentRate: "limits.content-rate"
    case .limitIdleTime: "limits.idle-time"
    case .limitSendTime: "limits.send-time"
    case .contentText: "content.text"
    case .maintenance: "maintenance.active"
    case .maintenanceFile: "maintenance.file"
    case .ruleBlocked: "blocked.from"
    case .ruleGone: "gone"
    case .ruleTeapot: "teapot"
    case .ruleRedirect: "redirect.to"
    case .ruleTombstones: "tombstones"
    case .filesFallback: "files.fallback"
    case .filesVariants: "files.variants"
    case .filesChoice: "files.choice"
    case .filesStrict: "files.strict"
    case .writeMethods: "files.write.methods"
    case .writeCreateOnly: "files.write.create-only"
    case .writeRequireMatch: "files.write.require-match"
    case .writeLength: "files.write.length"
    case .writeTypes: "files.write.types"
    case .writeContent: "files.write.content"
    case .allow: "allow"
    case .deny: "deny"
    case .denyHosts: "deny-hosts"
    case .unresolved: "unresolved"
    case .closed: "closed"
    case .siteConcurrent: "limits.concurrent"
    case .siteConcurrentPerAddress: "limits.concurrent-per-address"
    case .filesScripts: "files.scripts"
    case .filesFolderFile: "files.folder-file"
    case .ruleRehearse: "rehearse"
    case .writeSchema: "files.write.schema"
    case .ruleBlockedBy: "blocked.by"
    }
  }
}

extension SettingKey {
  /// The limit that a fault of this kind has passed; `none` where it has passed none.
  public init(limitOf kind: FaultKind) {
    switch kind {
    case .targetTooLong: self = .limitTarget
    case .headTooLarge: self = .limitHead
    case .fieldTooLarge: self = .limitField
    case .tooManyFields: self = .limitFields
    case .chunkExtensionsTooLarge: self = .limitChunkExtensions
    case .trailersTooLarge: self = .limitTrailers
    case .contentLengthAboveLimit, .chunkedContentAboveLimit: self = .limitContent
    case .headTimeout: self = .limitHeadTime
    case .contentTimeout: self = .limitContentTime
    case .contentTooSlow: self = .limitContentRate
    default: self = .none
    }
  }
}

extension Limits {
  /// Where the limit that a key names is written; built-in where nobody wrote it.
  public func position(of key: SettingKey) -> Position {
    switch key {
    case .limitTarget: targetBytes.position
    case .limitHead: headBytes.position
    case .limitField: fieldBytes.position
    case .limitFields: fields.position
    case .limitContent: contentBytes.position
    case .limitChunkExtensions: chunkExtensionBytes.position
    case .limitTrailers: trailerBytes.position
    case .limitRanges: ranges.position
    case .limitConnections: connections.position
    case .limitHeadTime: headTime.position
    case .limitContentTime: contentTime.position
    case .limitContentRate: contentRate.position
    case .limitIdleTime: idleTime.position
    case .limitSendTime: sendTime.position
    default: .builtIn
    }
  }
}
