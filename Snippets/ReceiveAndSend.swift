//! Receives leniently and sends strictly.

import HTTPStatus

// A peer may send any three digits. A client treats a code that it does not know as the x00 of its class (RFC 9110 section 15).
for code in [0, 299, 999, 1000] {
  guard let status = Status(code) else {
    print(code, "is no status")
    continue
  }
  print(status, status.statusClass.map { "\($0)" } ?? "of no class")
}

// Only 100...599 may be sent.
for code in [99, 100, 599, 600] {
  print(code, Status(sending: code).map { "\($0) may be sent" } ?? "may not be sent")
}
