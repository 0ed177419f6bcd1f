#!/bin/sh
# Tests/Clients/consumer.sh [BUILD]: another package depends on this one, once by its path and once by a tag of its repository, builds with
# the two library products and runs snippets. It takes a minute or two; nothing is fetched from a network.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
swift=${SWIFT:-swift}
work=$(mktemp -d "${TMPDIR:-/tmp}/statusline-consumer-XXXXXX")
trap 'rm -rf "$work"' EXIT
build=${1:-$work/build}

# consume NAME DEPENDENCY: builds and runs
consume() {
  mkdir -p "$work/$1/Sources/consumer"
  cat >"$work/$1/Package.swift" <<END
// swift-tools-version: 6.2
import PackageDescription
let package = Package(
  name: "consumer", dependencies: [$2],
  targets: [
    .executableTarget(
      name: "consumer",
      dependencies: [.product(name: "HTTPStatus", package: "statusline"), .product(name: "StatusGuide", package: "statusline")])
  ])
END
  cat "$here/Snippets/SearchTheGuide.swift" "$here/Snippets/WhatA405Owes.swift" | grep -v '^import HTTPStatus' |
    sed '1i import HTTPStatus' >"$work/$1/Sources/consumer/main.swift"
  (cd "$work/$1" && "$swift" build --scratch-path "$build/$1" 2>&1 | grep -E 'error|warning: unre' >&2 || true
    "$swift" run --skip-build --scratch-path "$build/$1" consumer) >"$work/$1.out"
  grep -q '^file too big -> \[413 Content Too Large' "$work/$1.out" && grep -q '^must: \[.*allow' "$work/$1.out" || {
    echo "consumer: $1 printed:" >&2
    cat "$work/$1.out" >&2
    exit 1
  }
  echo "consumer: $1: built and ran"
}
ln -s "$here" "$work/statusline"
consume path ".package(path: \"../statusline\")"
git clone -q --bare "$here" "$work/repository/statusline"
git -C "$work/repository/statusline" tag -f 1000.0.0 "$(git -C "$here" rev-parse HEAD)" >/dev/null
consume tag ".package(url: \"file://$work/repository/statusline\", exact: \"1000.0.0\")"
