#!/bin/sh
# Installs the package in a fresh Debian, uses it, removes and purges it, and looks at what is left: nothing may be.
#
#     Packaging/check-deb.sh PACKAGE.deb [MIRROR]
#
# Needs root, mmdebstrap or debootstrap, and a Debian mirror (DEBIAN_MIRROR, or the first one in apt's lists). Not part of
# `make test` for that reason.
set -eu

package=$(realpath "$1")
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=${2:-${DEBIAN_MIRROR:-http://deb.debian.org/debian}}
root=$(mktemp -d)
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf "$root"' EXIT
chmod 755 "$root"

if command -v mmdebstrap >/dev/null; then
  mmdebstrap --quiet --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror"
else
  debootstrap --variant=minbase "$suite" "$root" "$mirror" >/dev/null
fi
mount -t proc proc "$root/proc" 2>/dev/null || echo 'check-deb: no /proc in the chroot'
cp "$package" "$root/tmp/statusline.deb"
# What apt and dpkg keep of any package is no file of this one
list() { (cd "$root" && find . -path ./proc -prune -o -path ./var/lib/apt -prune -o -path ./var/cache -prune \
  -o -path ./var/lib/dpkg -prune -o -path ./var/log -prune -o -path ./tmp -prune -o -print | sort); }
inside() { chroot "$root" env LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }
fail() { echo "check-deb: $1" >&2; exit 1; }

cp -L /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
# mmdebstrap leaves no lists behind
inside apt-get update -qq >/dev/null 2>&1 || fail 'the mirror does not answer in the chroot'
inside apt-get install -y -qq adduser >/dev/null 2>&1 || fail 'adduser cannot be installed'
# Its libraries stay: apt would take them away again, and that is no test of this package
inside apt-get install -y -q --no-install-recommends /tmp/statusline.deb >"$root/tmp/said" 2>&1 || fail "it does not install: $(tail -n 12 "$root/tmp/said")"
inside dpkg -s statusline | grep -q '^Status: install ok installed' || fail 'it is not configured'
inside getent passwd statusline >/dev/null || fail 'it has made no user'
inside statusline --version || fail 'the program does not run'
inside statusline check /etc/statusline/statusline.yaml || fail 'the configuration that comes along is not valid'
inside dpkg --verify statusline || fail 'a file is not as it was packed'

# It serves as its user, under the configuration of the package
# (not by the function: the signal is for the server, and not for a shell around it)
chroot "$root" setpriv --reuid=statusline --regid=statusline --clear-groups \
  /usr/bin/statusline serve --config /etc/statusline/statusline.yaml &
server=$!
tries=0
until curl -sf http://127.0.0.1:8080/ >/dev/null; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || fail 'the server does not answer'
  sleep 0.1
done
kill $server
wait $server || fail 'the server did not end well'

inside dpkg -r statusline >/dev/null || fail 'it cannot be removed'
[ -e "$root/etc/statusline/statusline.yaml" ] || fail 'removing took the configuration'
inside dpkg -i /tmp/statusline.deb >/dev/null || fail 'it cannot be installed again'
inside dpkg -i /tmp/statusline.deb >/dev/null || fail 'it cannot be installed over itself'
inside dpkg -P statusline >/dev/null || fail 'it cannot be purged'
left=$(list | grep -i statusline || true)
[ -z "$left" ] || fail "purging left: $left"
if inside getent passwd statusline >/dev/null; then fail 'purging left the user'; fi
echo 'check-deb: installed, served, removed, installed again and purged; nothing is left'
