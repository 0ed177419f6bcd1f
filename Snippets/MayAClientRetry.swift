//! Asks whether a client may send the same request again.

import HTTPStatus

for status in [Status.badRequest, .conflict, .tooManyRequests, .serviceUnavailable, .badGateway] {
  switch status.retry {
  case .never: print(status, "never: the answer will be the same")
  case .afterChange: print(status, "after a change of the request, or of what it asks for")
  case .afterRetryAfter: print(status, "after the time that Retry-After gives, or a growing one")
  case .ifIdempotent: print(status, "if the method is idempotent")
  case nil: print(status, "there is nothing to repeat")
  }
}
