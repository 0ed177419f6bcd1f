#!/bin/sh
# Puts a binary and the libraries that it needs into an empty folder: the root of an image. Nothing is downloaded.
#
#     Packaging/image-root.sh BINARY FOLDER
set -eu

binary=$1
root=$2
rm -rf "$root"
mkdir -p "$root/usr/bin" "$root/srv" "$root/state" "$root/tmp" "$root/etc"
chmod 1777 "$root/tmp"
chmod 0777 "$root/state"
install -s -m 755 "$binary" "$root/usr/bin/statusline"
# `ldd` names each library with its path, and the loader
ldd "$root/usr/bin/statusline" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' \
  | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
echo 'statusline:x:65532:65532::/state:/usr/bin/statusline' >"$root/etc/passwd"
echo 'statusline:x:65532:' >"$root/etc/group"
du -sk "$root" | sed 's/\t.*/ KiB in the image/'
