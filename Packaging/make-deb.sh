#!/bin/sh
# Makes the Debian package from an installed tree (`make install DESTDIR=TREE PREFIX=/usr`), with dpkg-deb and dpkg-shlibdeps alone.
#
#     Packaging/make-deb.sh TREE VERSION OUTPUT-FOLDER
set -eu

tree=$(cd "$1" && pwd)
version=$2
output=$3
here=$(cd "$(dirname "$0")" && pwd)
arch=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

install -D -m 644 "$here/statusline.yaml" "$tree/etc/statusline/statusline.yaml"
install -D -m 644 "$here/logrotate" "$tree/etc/logrotate.d/statusline"
# Debian 12 looks for units here
install -d "$tree/lib/systemd/system"
mv "$tree"/usr/lib/systemd/system/* "$tree/lib/systemd/system/"
rmdir "$tree/usr/lib/systemd/system" "$tree/usr/lib/systemd" "$tree/usr/lib"
chmod 644 "$tree"/lib/systemd/system/*
install -D -m 644 "$here/copyright" "$tree/usr/share/doc/statusline/copyright"
rm -f "$tree/usr/share/doc/statusline/LICENSE"
gzip -9nc "$here/../CHANGELOG.md" >"$tree/usr/share/doc/statusline/NEWS.gz"
gzip -9nf "$tree"/usr/share/man/man1/*.1

# What has changed stands in NEWS.gz; Debian's own form of it names the version, its maintainer and its day
maintainer=${DEB_MAINTAINER:-Statusline maintainers <maintainers@statusline.example.org>}
day=${SOURCE_DATE_EPOCH:-$(stat -c %Y "$here/../CHANGELOG.md")}
printf 'statusline (%s) unstable; urgency=medium\n\n  * See NEWS.gz for what has changed.\n\n -- %s  %s\n' \
  "$version" "$maintainer" "$(LC_ALL=C date -u -R -d "@$day")" | gzip -9nc >"$tree/usr/share/doc/statusline/changelog.gz"
install -D -m 644 "$here/debian/lintian-overrides" "$tree/usr/share/lintian/overrides/statusline"

# dpkg-shlibdeps wants a source tree around it
mkdir "$work/debian"
printf 'Source: statusline\n\nPackage: statusline\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps --warnings=0 -O "$tree/usr/bin/statusline" | sed -n 's/^shlibs:Depends=//p')
size=$(du -sk "$tree" | cut -f1)

install -d "$tree/DEBIAN"
sed -e "s|@VERSION@|$version|" -e "s|@ARCH@|$arch|" -e "s|@SIZE@|$size|" -e "s|@DEPENDS@|$depends|" \
  -e "s|@MAINTAINER@|$maintainer|" \
  "$here/debian/control.in" >"$tree/DEBIAN/control"
install -m 644 "$here/debian/conffiles" "$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 755 "$here/debian/$script" "$tree/DEBIAN/$script"; done
(cd "$tree" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
chmod 644 "$tree/DEBIAN/md5sums"
mkdir -p "$output"
dpkg-deb --root-owner-group --build "$tree" "$output/statusline_${version}_${arch}.deb"
