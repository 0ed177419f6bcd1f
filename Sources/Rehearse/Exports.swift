// Whoever works with what is rehearsed works with what was ordered.
@_exported public import Orders
