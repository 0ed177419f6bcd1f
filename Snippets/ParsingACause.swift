//! Reads a cause by its code, its slug or the number that IIS has for it.

import HTTPStatus

for text in ["401.3", "403.14", "directory-listing-denied", "404.13", "403.9999"] {
  guard let cause = Cause(text) else {
    print("\(text): the catalogue has no such cause")
    continue
  }
  print("\(text): \(cause), status \(cause.status), by the \(cause.actor); \(cause.reference)")
}

// Every cause of one status. Keep `code` in logs and databases: it never changes its meaning.
for cause in Cause.all where cause.status.code == 405 { print(cause.code, cause.slug) }
