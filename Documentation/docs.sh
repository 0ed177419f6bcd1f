#!/bin/sh
# Documentation/docs.sh BUILD: makes the documentation of the library products HTTPStatus and StatusGuide with DocC into BUILD/docs, a
# .doccarchive each, from what `swift build` has built there. A warning is an error. Needs docc of the toolchain; no network.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
build=${1:?usage: Documentation/docs.sh BUILD}
swift=$(command -v "${SWIFT:-swift}")
tools=$(dirname "$(readlink -f "$swift")")
command -v "$tools/docc" >/dev/null || {
  echo "docs: the toolchain at $tools has no docc" >&2
  exit 1
}
modules=$("$swift" build --scratch-path "$build" --show-bin-path)/Modules
target=$("$swift" -print-target-info | sed -n 's/^ *"unversionedTriple": "\(.*\)",*$/\1/p' | head -n 1)
for module in HTTPStatus StatusGuide; do
  graphs=$build/docs/graphs/$module
  rm -rf "$graphs" "$build/docs/$module.doccarchive"
  mkdir -p "$graphs"
  "$tools/swift-symbolgraph-extract" -module-name "$module" -I "$modules" -target "$target" -minimum-access-level public \
    -skip-inherited-docs -output-dir "$graphs"
  "$tools/docc" convert "$here/Sources/$module/Documentation.docc" --additional-symbol-graph-dir "$graphs" \
    --fallback-display-name "$module" --fallback-bundle-identifier "statusline.$module" --warnings-as-errors \
    --output-path "$build/docs/$module.doccarchive"
  echo "docs: $build/docs/$module.doccarchive"
done
