internal import Config
internal import Glibc
internal import Synchronization

/// Whether a site or a rule is closed for maintenance. Where a file says so, it is looked for once a second at the most, by whichever
/// request comes next.
final class MaintenanceFlag: Sendable {
  let position: Position
  /// Seconds.
  let retryAfter: UInt32
  /// By the setting itself.
  let isAlways: Bool
  private let path: String?
  /// Nanoseconds of the loops' clock from which the file is looked for again.
  private let nextLook = Atomic<UInt64>(0)
  private let isThere: Atomic<Bool>

  private static let interval: UInt64 = 1_000_000_000

  init(_ settings: MaintenanceSettings) {
    position = settings.position
    retryAfter = UInt32(clamping: (settings.retryAfter.value + 999) / 1000)
    isAlways = settings.active.value
    path = settings.active.value ? nil : settings.file?.value
    isThere = Atomic(path.map { access($0, F_OK) == 0 } ?? false)
  }

  /// `now` is the loop's clock in nanoseconds.
  func isClosed(at now: UInt64) -> Bool {
    if isAlways { return true }
    guard let path else { return false }
    let due = nextLook.load(ordering: .relaxed)
    if now >= due,
      nextLook.compareExchange(
        expected: due, desired: now + MaintenanceFlag.interval, ordering: .relaxed
      ).exchanged
    {
      isThere.store(access(path, F_OK) == 0, ordering: .relaxed)
    }
    return isThere.load(ordering: .relaxed)
  }
}
