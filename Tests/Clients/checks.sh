# Sourced by the scripts beside it, which name themselves in `subject`: counts what was checked, and tells what is not as expected.
passed=0
failed=0
# check SENTENCE EXPECTED FOUND
check() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s: %s\n  expected: %s\n  found:    %s\n' "$subject" "$1" "$2" "$3" >&2
  fi
}
