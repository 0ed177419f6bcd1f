#!/bin/sh
# Tests/Clients/run.sh BINARY: real clients ask a server that serves the example site. curl, wget and Python's http.client always,
# h11, httpx and Chromium where they are installed. Every check is one line; it fails where one does.
set -u
here=$(cd "$(dirname "$0")" && pwd)
binary=${1:?usage: Tests/Clients/run.sh BINARY}
case $binary in /*) ;; *) binary=$PWD/$binary ;; esac
site=$here/../../Examples/site
site=$(cd "$site" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/statusline-clients-XXXXXX")
server=''

stop() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
  server=''
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work" || exit 1

# No proxy and nobody's own settings stand between a client and the server
unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
export no_proxy='*' HOME="$work" LC_ALL=C.UTF-8

# A page that tells, in its own text, what the browser made of the pictures and the style
cat >statusline.yaml <<END
listen: ["127.0.0.1:0", "unix:$work/http.sock"]
state: $work/state
journal: {format: json, to: $work/journal.json, flush: 20 ms}
sites:
  - rules:
      - path: /
        files: $site
        cache-control: no-cache
      - path: /pictures/
        files: {root: $site/pictures, browse: on}
        cache-control: no-cache
      - path: /strict/
        files: {root: $site/strict, only-mapped-types: on}
      - path: /locked/
        files: {root: $site/locked, read: off}
      - path: /coded/
        files: {root: $work/coded, precompressed: [gzip], compress: [br, zstd, gzip], variants: on}
      - path: /hello
        content: {text: "Hello.\n"}
      - path: /seen.html
        cache-control: no-cache
        content:
          type: text/html
          text: |
            <!doctype html><title>seen</title><link rel="icon" href="/logo.svg"><link rel="stylesheet" href="/style.css">
            <img src="/logo.svg"><img src="/pictures/dusk.png"><p id="seen">nothing</p>
            <script>
            onload = () => {
              const sizes = [...document.images].map(image => image.naturalWidth > 0)
              const style = getComputedStyle(document.documentElement).getPropertyValue("--accent") != ""
              document.getElementById("seen").textContent = "pictures " + sizes + " style " + style
            }
            </script>
END

# Files that are compressed: beforehand, with a content that tells the coded file from the plain one, and while they are sent
mkdir coded
cp "$site/long.txt" coded/made.txt
echo 'as it lies there' >coded/ready.txt
echo 'compressed beforehand' | gzip -9 >coded/ready.txt.gz
echo 'English' >coded/page.en.txt
echo 'Thai' >coded/page.th.txt

: >said
"$binary" serve --config statusline.yaml >>said 2>&1 &
server=$!
port=''
tries=0
while [ -z "$port" ]; do
  port=$(sed -n 's|^listening on http://127\.0\.0\.1:\([0-9]*\)/$|\1|p' said)
  tries=$((tries + 1))
  if [ $tries -gt 200 ] || ! kill -0 "$server" 2>/dev/null; then
    echo 'clients: the server did not start:' >&2
    cat said >&2
    exit 1
  fi
  [ -n "$port" ] || sleep 0.05
done
url=http://127.0.0.1:$port

subject=clients
. "$here/checks.sh"
# same SENTENCE FILE FILE
same() {
  check "$1" same "$(cmp -s "$2" "$3" && echo same || echo different)"
}
# told CLIENT: what its checks came to; counts for the whole
total=0
broken=''
told() {
  echo "clients: $1: $passed checks passed, $failed failed"
  total=$((total + passed))
  [ "$failed" = 0 ] || broken="$broken $1"
  passed=0
  failed=0
}
# program CLIENT ARGUMENTS...: the same for a client that counts its own checks, and ends its output with "passed failed"
program() {
  name=$1
  shift
  counts=$("$@" | tail -n 1)
  passed=${counts%% *}
  failed=${counts##* }
  case $passed$failed in
    '' | *[!0-9]*)
      passed=0
      failed=1
      ;;
  esac
  told "$name"
}

python=${PYTHON:-python3}
for client in curl wget "$python"; do
  command -v "$client" >/dev/null || {
    echo "clients: $client is not installed (make deps)" >&2
    exit 1
  }
done

. "$here/curl.sh"
told curl
. "$here/wget.sh"
told wget
. "$here/try.sh"
told try
program http.client "$python" -B "$here/http_client.py" "$port" "$site"
program "rehearse as httpbin" "$python" -B "$here/httpbin.py" "$binary"
program recipes "$python" -B "$here/recipes.py" "$binary"
program wire "$python" -B "$here/wire.py" "$binary"
program limits "$python" -B "$here/limits.py" "$binary"
# h11 and httpx belong to Debian's Python, which another one on the PATH may hide
outside=$python
if ! "$outside" -c 'import h11, httpx' 2>/dev/null && /usr/bin/python3 -c 'import h11, httpx' 2>/dev/null; then
  outside=/usr/bin/python3
fi
program outside "$outside" -B "$here/outside.py" "$binary"
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -n "$chromium" ]; then
  program chromium "$python" -B "$here/browser.py" "$chromium" "$url" "$work"
else
  echo 'clients: chromium: not installed, not run (Debian: apt-get install chromium)'
fi

kill -0 "$server" 2>/dev/null || broken="$broken server"
kill "$server"
wait "$server" || {
  echo "clients: the server ended with $?" >&2
  broken="$broken server"
}
server=''
[ -z "$broken" ] || {
  echo "clients: failed:$broken" >&2
  cat said >&2
  exit 1
}
echo "clients: $total checks passed"
python3 -B "$here/reload.py" "$binary" || exit 1
"$here/logs.sh" "$binary" || exit 1
"$here/completion.sh" "$binary" || exit 1
"$here/explain.sh" "$binary" || exit 1
