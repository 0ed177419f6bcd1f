//! Matches a status against a class: a `4xx` is `400...499`.

import HTTPStatus

func advice(for status: Status) -> String {
  switch status {
  case .notFound, .gone: "there is nothing to fetch"
  case 200...299: "use it"
  case 300...399: "look at Location"
  case 400...499: "change the request"
  case 500...599: "it is not your fault"
  default: "wait for the final status"
  }
}

for code in [200, 308, 404, 418, 503, 100] {
  if let status = Status(code) { print(status, advice(for: status)) }
}

// The class itself is a value too; nil stands for codes outside of 100...599.
switch Status.teapot.statusClass {
case .clientError: print("the request seems to be at fault")
case .serverError: print("the server seems to be at fault")
default: print("nobody is at fault")
}
