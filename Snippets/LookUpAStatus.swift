//! Looks a status up: by code, by name, by an older name.

import HTTPStatus

// A status is its code. What the registry says about it is looked up; the types and the facts import nothing.
let notFound = Status.notFound
print(notFound.code, notFound.phrase ?? "unregistered")  // 404 Not Found
print(notFound.reference ?? "no reference")  // RFC 9110 section 15.5.5
print(notFound.isCacheableByDefault)  // true

// Names of earlier standards and of other servers are found too.
print(Status(named: "Request Entity Too Large") ?? "unknown")  // 413
