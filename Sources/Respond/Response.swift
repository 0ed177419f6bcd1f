public import HTTPStatus
public import Message

/// A run of bytes in a file that is open.
public struct FileSlice: Equatable, Sendable {
  public var descriptor: Int32
  /// Bytes from the start of the file, and how many.
  public var offset: UInt64
  public var length: UInt64

  public init(descriptor: Int32, offset: UInt64, length: UInt64) {
    self.descriptor = descriptor
    self.offset = offset
    self.length = length
  }
}

/// Where the content of a response comes from.
public enum Content {
  case none
  /// The response's own `body`.
  case body
  /// Memory that somebody keeps for as long as the response is under way.
  case memory(UnsafeBufferPointer<UInt8>)
  case file(FileSlice)
  /// Several parts of one representation, each with a head of its own: `parts`, then the rest of `body`.
  case multipart
}

/// One part of a multipart content: its head, a slice of `body`, and the bytes that follow it.
public struct Part {
  public var head: ByteSlice
  public var memory: UnsafeBufferPointer<UInt8>
  public var file: FileSlice?
}

/// A response that is being made, for any version of HTTP. Reused from exchange to exchange: a class, so that its buffers stay.
///
/// Only `Responder` fills it, from a verdict; only `Wire` turns it into bytes.
public final class Response {
  /// What is small and asked for from outside, in memory of its own: reading it is a load and no check.
  struct Outline {
    var cause: Cause = .contentServed
    var content: Content = .none
    var length: UInt64 = 0
    var hasLength = false
  }

  private let outline: UnsafeMutablePointer<Outline>
  private let fieldsPlace: UnsafeMutablePointer<FieldBuffer>
  private let bodyPlace: UnsafeMutablePointer<ByteBuffer>

  public internal(set) var cause: Cause {
    get { outline.pointee.cause }
    set { outline.pointee.cause = newValue }
  }
  public internal(set) var fields: FieldBuffer {
    @inline(__always) _read { yield fieldsPlace.pointee }
    @inline(__always) _modify { yield &fieldsPlace.pointee }
  }
  public var body: ByteBuffer {
    @inline(__always) _read { yield bodyPlace.pointee }
    @inline(__always) _modify { yield &bodyPlace.pointee }
  }
  public internal(set) var content: Content {
    get { outline.pointee.content }
    set { outline.pointee.content = newValue }
  }
  @exclusivity(unchecked) public internal(set) var parts: [Part] = []
  /// What is wrong, in words, where the cause alone does not say it and this client may know; empty for nearly all answers. To be set
  /// before the response is composed.
  @exclusivity(unchecked) public var fault: [UInt8] = []
  /// Bytes of content, as a GET would have them.
  public internal(set) var length: UInt64 {
    get { outline.pointee.length }
    set { outline.pointee.length = newValue }
  }
  /// Whether Content-Length is told although no content follows, as for a 304 it need not be.
  public internal(set) var hasLength: Bool {
    get { outline.pointee.hasLength }
    set { outline.pointee.hasLength = newValue }
  }

  public init() {
    outline = .allocate(capacity: 1)
    outline.initialize(to: Outline())
    fieldsPlace = .allocate(capacity: 1)
    fieldsPlace.initialize(to: FieldBuffer())
    bodyPlace = .allocate(capacity: 1)
    // Most answers have no body of their own, and thousands may wait for their time
    bodyPlace.initialize(to: ByteBuffer(capacity: 64))
  }

  deinit {
    outline.deallocate()
    fieldsPlace.deinitialize(count: 1)
    fieldsPlace.deallocate()
    bodyPlace.deinitialize(count: 1)
    bodyPlace.deallocate()
  }

  @inline(__always) public var status: Status { cause.status }

  public func reset() {
    fields.removeAll()
    body.removeAll()
    content = .none
    if !parts.isEmpty { parts.removeAll(keepingCapacity: true) }
    if !fault.isEmpty { fault = [] }
    length = 0
    hasLength = false
  }
}
