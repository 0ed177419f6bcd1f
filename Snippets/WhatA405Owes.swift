//! Lists what a 405 owes: the fields that a response with this status must, should and may have.

import HTTPStatus

let duty = Duty(.methodNotAllowed, version: .http11, role: .origin)
print("must:", duty.must)  // [allow]
for field in duty.mustIf { print("must, \(field.condition):", field.field) }  // date, with a clock
print("should:", duty.should)
print("may:", duty.may)
