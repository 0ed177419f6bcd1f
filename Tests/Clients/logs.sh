#!/bin/sh
# goaccess and lnav read the journal's formats without a complaint, where they are installed.
#
#     logs.sh BINARY
set -eu

binary=$1
work=$(mktemp -d)
server=''
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "logs: $1" >&2; exit 1; }
mkdir "$work/site"
echo hello >"$work/site/hello.txt"

# A journal of a few requests of every kind
write() {
  cat >"$work/$1.yaml" <<EOF
listen: "unix:$work/socket"
state: $work/state
loops: 1
journal: {format: $1, to: $work/$1.log}
sites:
  - rules:
      - {path: /, files: $work/site}
EOF
  "$binary" serve --config "$work/$1.yaml" 2>"$work/err" &
  server=$!
  until curl -s --unix-socket "$work/socket" http://a/hello.txt >/dev/null; do
    kill -0 "$server" 2>/dev/null || fail "the server has ended: $(cat "$work/err")"
  done
  ask() { curl -s -o "$work/out" --unix-socket "$work/socket" "$@" || true; }
  ask http://a/none
  ask -A 'a "quoted" \agent' -e 'http://r.test/?token=secret' 'http://a/hello.txt?a=b&c'
  ask -X DELETE http://a/hello.txt
  # goaccess takes no methods that it does not know where a column holds one
  [ "$1" = w3c ] || ask -X BREW http://a/hello.txt
  ask -H 'X Y: 1' http://a/hello.txt
  ask -r 0-1 http://a/hello.txt
  ask -I "http://a/$(printf '%%C3%%A9')"
  kill "$server"
  wait "$server" || fail 'the server did not end well'
  server=''
  # A Unix socket's clients have no address; the programs want one
  sed -i 's/^unix: /192.0.2.7 /; s/ unix: / 192.0.2.7 /' "$work/$1.log"
  ! grep -q secret "$work/$1.log" || fail "a secret is in the $1 lines"
}

write combined
write w3c

# `why` has the story of a w3c line by its id, as long as it is kept, and says of the others what is missing
why() { "$binary" why --state "$1" 2>&1; }
grep ' 404 0 ' "$work/w3c.log" | why "$work/state" | grep -q '404.0 file-not-found' || fail 'why does not follow a w3c line'
for line in "$(grep ' 404 0 ' "$work/w3c.log")" "$(grep '" 404 ' "$work/combined.log")"; do
  if echo "$line" | why "$work/none" >"$work/said"; then fail "why says that it had told the story of: $line"; fi
  grep -q 'holds no more of the story than' "$work/said" || fail "why does not say what is missing: $(cat "$work/said")"
  grep -q 'journal: {format: json}' "$work/said" || fail 'why does not say what to do'
done
grep -q 'the status, 404 Not Found; `statusline explain 404`' "$work/said" || fail "why: $(cat "$work/said")"
lines=$(grep -c . "$work/combined.log")
[ "$lines" -ge 8 ] || fail "the combined journal has $lines lines"

if command -v goaccess >/dev/null; then
  goaccess "$work/combined.log" --log-format=COMBINED --no-global-config -o "$work/c.json" --invalid-requests="$work/bad" \
    >"$work/said" 2>&1 || fail "goaccess: $(cat "$work/said")"
  [ ! -s "$work/bad" ] || fail "goaccess refuses combined lines: $(cat "$work/bad")"
  grep -q "\"valid_requests\": $lines" "$work/c.json" || fail 'goaccess has read other combined lines than there are'
  goaccess "$work/w3c.log" --no-global-config -o "$work/w.json" --invalid-requests="$work/bad" --date-format='%Y-%m-%d' \
    --time-format='%H:%M:%S' --log-format='%d %t %^ %m %U %q %^ %^ %h %u %R %s %^ %^ %L %^' >"$work/said" 2>&1 \
    || fail "goaccess: $(cat "$work/said")"
  [ ! -s "$work/bad" ] || fail "goaccess refuses w3c lines: $(cat "$work/bad")"
else
  echo 'logs: no goaccess here'
fi
if command -v lnav >/dev/null; then
  for log in combined:access_log w3c:w3c_log; do
    name=${log%%:*}
    table=${log##*:}
    HOME="$work" lnav -n -c ";SELECT count(*) AS n FROM $table WHERE sc_status >= 100" -c ':write-csv-to -' "$work/$name.log" \
      >"$work/said" 2>&1 || fail "lnav: $(cat "$work/said")"
    wanted=$(grep -vc '^#' "$work/$name.log")
    grep -qx "$wanted" "$work/said" || fail "lnav reads $(tail -n 1 "$work/said") of $wanted $name lines as $table"
  done
else
  echo 'logs: no lnav here'
fi
echo 'logs: goaccess and lnav read combined and w3c'
