import Config
import Message
import Wire

/// Forwarded and X-Forwarded-For: any bytes are a chain, at whose right end only what is trusted is passed, and what an untrusted peer
/// sends counts for nothing. The first byte says which of the two.
func fuzzForwarding(_ bytes: Span<UInt8>) {
  guard bytes.count > 0 else { return }
  let isStandard = bytes[0] & 1 == 0
  let value = bytes.extracting(1..<bytes.count)
  let peer = IPAddress(v4: 0x0A00_0001)
  var chain = ForwardingChain()
  if isStandard {
    let fault = chain.add(forwarded: value)
    expect(fault.map { (0...value.count).contains($0) } ?? true, "a fault lies in the value")
    expect((fault != nil) == chain.isMalformed, "a fault spoils the chain")
  } else {
    chain.add(forwardedFor: value)
  }
  let nobody = chain.client(of: peer) { _ in false }
  expect(nobody?.address == peer && nobody?.port == nil, "an untrusted peer is the client")
  func isTrusted(_ address: IPAddress) -> Bool { address.isIn([10, 0, 0, 0], prefixLength: 8) }
  let found = chain.client(of: peer, isTrusted: isTrusted)
  if !chain.isMalformed, chain.count > 0 {
    // An honest proxy adds whom it speaks for on the right: then that is the client, whatever stands to the left
    var honest = ForwardingChain()
    if isStandard { honest.add(forwarded: value) } else { honest.add(forwardedFor: value) }
    let client = IPAddress(v4: 0xC000_0207)
    honest.add(.address(client, port: 0))
    expect(
      honest.client(of: peer, isTrusted: isTrusted)?.address == client,
      "what a client says of itself counts for nothing")
    expect(
      found == nil || found?.port != nil, "a chain that names somebody names more than the peer")
  }
  if let address = IPAddress(text: value) {
    expect(address.isIPv4 || value.array.contains(0x3A), "an IPv6 address has colons")
  }
}

/// Headers of the PROXY protocol: whole and byte by byte the same; what is taken lies in the bytes.
func fuzzProxyHeader(_ bytes: Span<UInt8>) {
  func read(_ end: Int) -> (header: ProxyHeader?, fault: MessageFault?) {
    do {
      return (try ProxyHeader.read(bytes.extracting(0..<end)), nil)
    } catch {
      return (nil, error)
    }
  }
  let whole = read(bytes.count)
  if let fault = whole.fault {
    expect(fault.kind == .proxyHeaderMalformed && fault.part == .proxyHeader, "its own fault")
    expect(fault.offset <= UInt64(bytes.count), "a fault lies in the bytes")
  }
  if let header = whole.header {
    expect(header.byteCount <= bytes.count, "a header lies in the bytes")
    expect(read(header.byteCount).header == header, "what follows does not matter")
    expect(read(header.byteCount - 1).header == nil, "nor is it there before its end")
  }
  for end in 0..<min(bytes.count, 200) {
    let part = read(end)
    if let fault = part.fault { expect(fault == whole.fault, "a fault is found once for all") }
    if let header = part.header { expect(header == whole.header, "so is a header") }
  }
}

/// A folder's own file: any bytes are settings or a fault with a place in the file.
func fuzzFolderFile(_ bytes: Span<UInt8>) {
  let source = FolderSources.first + 7
  do {
    let settings = try FolderSettings.parse(
      bytes: bytes.array, name: "docs/.statusline.yaml", source: source, hidesDots: true)
    for network in settings.addresses.deny + settings.addresses.allow {
      expect(network.position.source == source, "positions are the file's")
      expect(network.prefixLength <= network.address.count * 8, "a prefix fits its address")
    }
    for header in settings.headers ?? [] {
      expect(!header.value.contains(0x0A) && !header.value.contains(0x0D), "no line is split")
    }
  } catch {
    expect(error.position.source == source, "a fault's place is the file's")
    expect(!error.message.isEmpty, "a fault is told in words")
  }
}
