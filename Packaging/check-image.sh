#!/bin/sh
# Runs the image's root without docker: chroot, as the image's user, and asks for a file. Needs root; not part of `make test`.
#
#     Packaging/check-image.sh ROOT
set -eu

root=$1
echo 'Hello from the image' >"$root/srv/hello.txt"
port=$((20000 + $$ % 20000))
chroot --userspec=65532:65532 "$root" /usr/bin/statusline serve /srv --listen "127.0.0.1:$port" --state /state &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
tries=0
until answer=$(curl -sf "http://127.0.0.1:$port/hello.txt"); do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || { echo 'check-image: no answer' >&2; exit 1; }
  kill -0 $server || { echo 'check-image: the server has ended' >&2; exit 1; }
  sleep 0.1
done
[ "$answer" = 'Hello from the image' ]
rm -f "$root/srv/hello.txt"
echo 'check-image: the root serves with nothing but its own files'
