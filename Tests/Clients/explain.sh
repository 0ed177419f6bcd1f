#!/bin/bash
# Tests/Clients/explain.sh BINARY: `explain` as people use it: codes, names and signs as words, answers and log lines on standard input, languages,
# widths and exit statuses.
set -u
here=$(cd "$(dirname "$0")" && pwd)
binary=${1:?usage: Tests/Clients/explain.sh BINARY}
unset LC_ALL LC_MESSAGES LANG NO_COLOR
subject=explain
. "$here/checks.sh"
title() { "$binary" explain "$@" 2>&1 </dev/null | head -n 1; }
read_title() { "$binary" explain 2>&1 | head -n 1; }
status() { "$binary" "$@" >/dev/null 2>&1 </dev/null; echo $?; }

for row in '404|404 Not Found' '404.13|413.1 content-length-above-limit' 'not found|404 Not Found' '418|418 (Unused)' \
  'ECONNREFUSED|linux:ECONNREFUSED Connection refused' 'UF|envoy:UF UpstreamConnectionFailure' 'AH01797|apache:AH01797 client denied by server configuration' \
  'SC--|haproxy:SC-- server refused the connection' 'sC--|haproxy:sC-- timeout while connecting' '499|nginx:499 Client closed request' \
  '0x80070005|iis:0x80070005 E_ACCESSDENIED' '-2147024891|iis:0x80070005 E_ACCESSDENIED' 'too large|413 Content Too Large' \
  '5xx|500 Internal Server Error' 'not fuond|404 Not Found' '４０４|404 Not Found' 'à¸£à¸«à¸±à¸ªà¸œà¹ˆà¸²à¸™à¸œà¸´à¸”|401 Unauthorized'; do
  check "${row%%|*}" "${row#*|}" "$(title "${row%%|*}")"
done
check 'words need no quotes' '413 Content Too Large' "$(title file too big)"

check 'an answer with its redirects' '503 Service Unavailable' \
  "$(printf 'HTTP/1.1 301 Moved Permanently\r\nLocation: /\r\n\r\nHTTP/2 503 \r\nretry-after: 5\r\n\r\nbody\n' | read_title)"
check "curl -v's output" '416 Range Not Satisfiable' \
  "$(printf '* Connected\n> GET / HTTP/1.1\n>\n< HTTP/1.1 416 Range Not Satisfiable\r\n< Date: x\r\n' | read_title)"
check "a problem's cause" '403.14 directory-listing-denied' \
  "$(printf 'HTTP/1.1 403 Forbidden\r\n\r\n{"status":403,"cause":"403.14"}' | read_title)"
check 'Proxy-Status' dns_timeout "$(printf 'HTTP/1.1 502 Bad Gateway\r\nProxy-Status: front; error=dns_timeout\r\n' | read_title)"
check 'a line of our journal' '403.14 directory-listing-denied' \
  "$(echo '10:31:05 403.14 directory-listing-denied GET /pics/ 127.0.0.1 0.08 ms id 3f2a90c41d7e5b68' | read_title)"
check 'the combined log format' '404 Not Found' \
  "$(echo '127.0.0.1 - - [21/Nov/2026:17:00:00 +0000] "GET /\"x HTTP/1.1" 404 153 "-" "curl"' | read_title)"
check "IIS's log" '403.14 directory-listing-denied' \
  "$(echo '2026-11-21 17:00:00 10.0.0.1 GET /x - 80 - 10.0.0.2 curl - 403 14 0 15' | read_title)"
check 'our own w3c log' '403.14 directory-listing-denied' \
  "$(echo '2026-11-21 10:31:05 192.0.2.9 GET /pics/ - 80 - 192.0.2.1 curl/7.88.1 - 403 14 0 3 3f2a90c41d7e5b68' | read_title)"
check "HAProxy's log of TCP" 'haproxy:SC-- server refused the connection' \
  "$(echo 'haproxy[1]: 1.2.3.4:5 [21/Nov/2026:17:00:00.1] fe be/<NOSRV> -1/-1/0 0 SC 1/1/0/0/0 0/0' | read_title)"
check 'a log of HAProxy without the state' 'haproxy:<BADREQ> no request could be read' \
  "$(echo '1.2.3.4:5 [21/Nov/2026:17:00:00.1] fe 400 187 "<BADREQ>"' | read_title)"
check "HAProxy's log" 'haproxy:SC-- server refused the connection' \
  "$(echo 'haproxy[1]: 1.2.3.4:5 [21/Nov/2026:17:00:00.1] fe be/s1 0/0/-1/-1/3 503 217 - - SC-- 1/1/0/0/3 0/0 "GET / HTTP/1.1"' | read_title)"
check "Envoy's log" 'envoy:UF UpstreamConnectionFailure' \
  "$(echo '[2026-11-21T17:00:00Z] "GET / HTTP/1.1" 503 UF,URX 0 91 10 - "-" "curl"' | read_title)"
check "nginx's error log" 'nginx:upstream timed out (110: Connection timed out)' \
  "$(echo '2026/11/21 17:00:00 [error] 7#7: *1 upstream timed out (110: Connection timed out) while reading, client: 1.2.3.4' | read_title)"
check "Apache's error log" 'apache:AH00957 attempt to connect failed' \
  "$(echo '[proxy:error] [pid 1] (111)Connection refused: AH00957: HTTP: attempt to connect to 127.0.0.1:8081 failed' | read_title)"

check 'not UTF-8' yes "$(printf '\xb4\xed\xce\xf3\xb5\xc4' | "$binary" explain 2>&1 | grep -q 'not all UTF-8' && echo yes)"
check 'words that are not UTF-8' yes "$("$binary" explain "$(printf '\xb4\xed\xce\xf3')" 2>&1 </dev/null | grep -q 'not all UTF-8' && echo yes)"
check 'words beside what is not UTF-8' '404 Not Found' "$(printf '404 \xb4\xed\n' | "$binary" explain 2>/dev/null | head -n 1)"
check 'found' 0 "$(status explain 404)"
check 'not found' 1 "$(status explain xyzzy)"
check 'nothing on standard input' 1 "$(status explain)"
check 'wrong usage' 2 "$(status explain 404 --lang xx)"
check 'an unknown status' 1 "$(status explain 299)"

check 'Thai' 'ขณะนี้ไม่มีอะไรอยู่ที่ที่อยู่นี้ หรือเซิร์ฟเวอร์ไม่อยากบอกว่ามี' "$("$binary" explain 404 --lang th | sed -n 3p)"
check 'LANG' 'Qué significa' "$(LANG=es_MX.UTF-8 "$binary" explain 404 | grep Qu | head -n 1)"
check 'LC_MESSAGES before LANG' 含义 "$(LANG=es_ES.UTF-8 LC_MESSAGES=zh_CN.UTF-8 "$binary" explain 404 | grep 含义)"
check 'LC_ALL before both' 'What it means' "$(LANG=es_ES LC_MESSAGES=zh_CN LC_ALL=C "$binary" explain 404 | grep 'What it means')"
check 'an unknown locale is English' 'What it means' "$(LANG=fi_FI.UTF-8 "$binary" explain 404 | grep 'What it means')"

check 'no colours where no terminal reads' 0 "$("$binary" explain 404 | grep -c $'\e')"
# In a terminal of its own; 48 columns wide
if command -v script >/dev/null; then
  shown() { script -qec "stty cols 48; $* '$binary' explain 404 --lang zh" /dev/null </dev/null | tr -d '\r'; }
  check 'colours in a terminal' yes "$(shown env TERM=xterm | grep -q $'\e' && echo yes)"
  check 'NO_COLOR' 0 "$(shown env TERM=xterm NO_COLOR=1 | grep -c $'\e')"
  check 'TERM=dumb' 0 "$(shown env TERM=dumb | grep -c $'\e')"
fi
for language in en th es zh; do
  for columns in 48 72; do
    widest=$(COLUMNS=$columns "$binary" explain 404 --lang $language | python3 -c '
import sys, unicodedata
def width(line):
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) == "Mn" else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in line)
print(max(width(line.rstrip("\n")) for line in sys.stdin if "(representation)" not in line))')
    check "$language: lines of at most $columns columns" yes "$([ "$widest" -le "$columns" ] && echo yes || echo "$widest")"
  done
done
check 'JSON' 'Not Found' "$("$binary" explain 404 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["title"][4:])')"
check 'Markdown' '# 404 Not Found' "$("$binary" explain 404 --markdown | head -n 1)"
echo "explain: $passed checks passed, $failed failed"
[ "$failed" = 0 ]
