#!/bin/sh
# Fuzz/smoke.sh: every fuzzer over its corpus and a few thousand mutations of it. Fails where one finds something, where a corpus is
# missing, and where the canary, which has a planted bug, finds nothing.
set -eu
cd "$(dirname "$0")"
scratch=${FUZZ_BUILD:-../.build/fuzz}

swift build -c release --scratch-path "$scratch" --product fuzz >&2
binary=$scratch/release/fuzz
export SWIFT_BACKTRACE=enable=no
log=$scratch/smoke.log
mkdir -p "$scratch/crashes"

for name in $("$binary" list); do
  if [ ! -d "Corpus/$name" ]; then
    echo "smoke: $name has no corpus" >&2
    exit 1
  fi
  [ "$name" = canary ] && continue
  # What is found new goes here, and not into the corpus
  rm -rf "$scratch/smoke"
  mkdir -p "$scratch/smoke"
  # A fixed seed and a number of runs, so that every machine tries the same
  if ! "$binary" "$name" -runs=20000 -seed=418 -max_len=600 -timeout=10 \
    -artifact_prefix="$scratch/crashes/$name-" "$scratch/smoke" "Corpus/$name" >"$log" 2>&1; then
    cat "$log" >&2
    echo "smoke: $name has found something" >&2
    exit 1
  fi
  echo "smoke: $name: $(tail -n 1 "$log")"
done

rm -rf "$scratch/smoke"
mkdir -p "$scratch/smoke"
if "$binary" canary -max_total_time=20 -seed=418 -artifact_prefix="$scratch/smoke/" \
  "$scratch/smoke" Corpus/canary >"$log" 2>&1; then
  echo "smoke: the canary lives: the fuzzers find nothing" >&2
  exit 1
fi
if ! grep -q "the planted bug" "$log"; then
  cat "$log" >&2
  echo "smoke: the canary died of something else" >&2
  exit 1
fi
echo "smoke: canary: found, as it must be"
