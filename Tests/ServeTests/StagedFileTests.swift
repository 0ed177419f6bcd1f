import Glibc
import Synchronization
import Testing

@testable import Serve

/// Files that are being written, and who sweeps what killed processes have left.
@Suite struct StagedFileTests {
  @Test("a sweep, as when the configuration is loaded anew, takes no file from who is writing it")
  func sweeping() throws {
    let folder = try TemporaryFolder()
    let staging = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    try #require(staging >= 0)
    defer { close(staging) }
    let sweeper = try Sweeper(staging)
    defer { sweeper.stop() }
    var lost = 0
    for _ in 0..<2000 {
      do {
        let file = try StagedFile(in: staging)
        try file.place(in: staging, as: Array("placed".utf8CString), isNew: false)
      } catch {
        lost += 1
      }
    }
    #expect(lost == 0)
  }

  @Test("what nobody is writing any more is swept")
  func leftovers() throws {
    let folder = try TemporaryFolder()
    try folder.write(".write-0123456789abcdef", "half")
    let staging = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    try #require(staging >= 0)
    defer { close(staging) }
    let held = try StagedFile(in: staging)
    StagedFile.sweep(staging)
    #expect(access(folder.path + "/.write-0123456789abcdef", F_OK) < 0)
    try held.place(in: staging, as: Array("placed".utf8CString), isNew: true)
    #expect(access(folder.path + "/placed", F_OK) == 0)
  }
}

/// A thread that sweeps a folder until it is told to stop.
private final class Sweeper: Sendable {
  private let folder: Int32
  private let isStopped = Atomic<Bool>(false)
  private let isDone = Atomic<Bool>(false)

  init(_ folder: Int32) throws {
    self.folder = folder
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let sweeper = Unmanaged<Sweeper>.fromOpaque(context).takeRetainedValue()
        while !sweeper.isStopped.load(ordering: .relaxed) { StagedFile.sweep(sweeper.folder) }
        sweeper.isDone.store(true, ordering: .releasing)
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    guard code == 0 else { throw Trouble("no thread: error \(code)") }
    pthread_detach(thread)
  }

  func stop() {
    isStopped.store(true, ordering: .relaxed)
    while !isDone.load(ordering: .acquiring) { sched_yield() }
  }
}
