//! Looks up a status and asks what a 405 owes.

import HTTPStatus

// A status is its code. What the registry says about it is looked up.
if let status = Status(405) {
  print(status.phrase ?? "unregistered")  // Method Not Allowed
  print(status.reference ?? "no reference")  // RFC 9110 section 15.5.6
  print(status.isCacheableByDefault)  // true

  // What an origin server owes with it, in HTTP/1.1: without conditions, and under them.
  let duty = Duty(status, version: .http11, role: .origin)
  print("must:", duty.must)  // [allow]
  for field in duty.mustIf { print("must, if \(field.condition):", field.field) }
}

// Names are found too, also those of earlier standards.
if let status = Status(named: "Request Entity Too Large") { print(status) }  // 413

// A code that no registry knows is a status all the same. Only 100...599 may be sent.
if let status = Status(999) { print(status.registration, status.canBeSent) }  // none false
