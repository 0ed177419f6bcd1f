//! Matches a status against its class, `4xx` as one writes it.

import HTTPStatus

func advice(for status: Status) -> String {
  switch status {
  case .notFound, .gone: "there is nothing to fetch"
  case StatusClass.successful: "use it"
  case StatusClass.redirection: "look at Location"
  case StatusClass.clientError: "change the request"
  case StatusClass.serverError: "it is not your fault"
  default: "wait for the final status"
  }
}

for code in [200, 308, 404, 418, 503, 100] {
  if let status = Status(code) { print(status, advice(for: status)) }
}
