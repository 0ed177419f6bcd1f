#!/bin/sh
# Fuzz/run.sh NAME SECONDS: runs one fuzzer, or `all` for each in turn, over its corpus and what it finds new.
# New inputs are kept below .build/fuzz/found; a crash is written to .build/fuzz/crashes and ends the run with its exit status.
set -eu
cd "$(dirname "$0")"
name=${1:?usage: Fuzz/run.sh NAME|all [SECONDS]}
seconds=${2:-60}
scratch=${FUZZ_BUILD:-../.build/fuzz}

swift build -c release --scratch-path "$scratch" --product fuzz >&2
binary=$scratch/release/fuzz
# The runtime's own report of a crash takes longer than the crash is worth
export SWIFT_BACKTRACE=enable=no

run() {
  mkdir -p "$scratch/found/$1" "$scratch/crashes"
  echo "== $1: $seconds s" >&2
  "$binary" "$1" -max_total_time="$seconds" -max_len=1000 -timeout=10 -rss_limit_mb=1024 \
    -print_final_stats=0 -artifact_prefix="$scratch/crashes/$1-" "$scratch/found/$1" "Corpus/$1"
}

if [ "$name" = all ]; then
  for each in $("$binary" list); do
    # The canary must fail, and is for smoke.sh
    [ "$each" = canary ] || run "$each"
  done
else
  run "$name"
fi
