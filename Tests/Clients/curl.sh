# Read by run.sh: what curl makes of the server. `ask` is curl without its settings file and with a limit of time.
ask() { curl -q -sS --max-time 30 "$@"; }
status() { ask -o /dev/null -w '%{http_code}' "$@"; }
size() { wc -c <"$1" | tr -d ' '; }
text=$site/long.txt
length=$(size "$text")

ask -o page "$url/"
same 'curl: GET is the file' "$site/index.html" page
ask -o picture "$url/pictures/dusk.png"
same 'curl: GET of a picture' "$site/pictures/dusk.png" picture
check 'curl: the type of a style sheet' text/css "$(ask -o /dev/null -w '%{content_type}' "$url/style.css" | cut -d';' -f1)"
check 'curl: a name with blanks and beyond ASCII' 200 "$(status "$url/pictures/gr%C3%BC%C3%9Fe%20&%20more.txt")"

# HEAD: the fields of GET, and no content, so that the connection serves the next request
check 'curl: HEAD has the length' "$length" \
  "$(ask -I "$url/long.txt" | tr -d '\r' | sed -n 's/^[Cc]ontent-[Ll]ength: //p')"
check 'curl: HEAD, then GET, on one connection' '200 1 200 0' \
  "$(echo $(ask -I -o /dev/null -w '%{http_code} %{num_connects}\n' "$url/long.txt" \
    --next -q -sS -o /dev/null -w '%{http_code} %{num_connects}\n' "$url/hello"))"

# Ranges
check 'curl: a range is 206' 206 "$(status -r 0-9 "$url/long.txt")"
ask -r 100-1099 -o part "$url/long.txt"
tail -c +101 "$text" | head -c 1000 >whole
same 'curl: the bytes of a range' whole part
ask -r -77 -o part "$url/long.txt"
tail -c 77 "$text" >whole
same 'curl: the last bytes' whole part
check 'curl: two ranges' 'multipart/byteranges' \
  "$(ask -r 0-1,10-11 -o /dev/null -w '%{content_type}' "$url/long.txt" | cut -d';' -f1)"
check 'curl: a range behind the end is 416' 416 "$(status -r 99999999- "$url/long.txt")"

# Conditions
ask --etag-save tag -o page "$url/long.txt"
check 'curl: If-None-Match' 304 "$(status --etag-compare tag "$url/long.txt")"
ask -R -o dated "$url/long.txt"
check 'curl: If-Modified-Since' 304 "$(status -z dated "$url/long.txt")"
check 'curl: If-Unmodified-Since' 412 "$(status -z '-Thu, 01 Jan 1998 00:00:00 GMT' "$url/long.txt")"

# Resume
head -c 5000 "$text" >resumed
check 'curl: resume is 206' 206 "$(ask -C - -o resumed -w '%{http_code}' "$url/long.txt")"
same 'curl: resumed' "$text" resumed

# Versions and codings
check 'curl: HTTP/1.0' 200 "$(ask --http1.0 -o page -w '%{http_code}' "$url/long.txt")"
same 'curl: HTTP/1.0, all of it' "$text" page
ask --compressed -D head -o page "$url/long.txt"
same 'curl: --compressed is answered as it is' "$text" page
check 'curl: and says of no coding' '' "$(grep -i '^content-encoding' head)"

# Compressed answers, as curl decodes them
for coding in br zstd gzip; do
  ask --compressed -H "Accept-Encoding: $coding" -D head -o page "$url/coded/made.txt"
  same "curl: decodes $coding" "$text" page
  check "curl: and it was $coding" "Content-Encoding: $coding" "$(grep -i '^content-encoding' head | tr -d '\r')"
done
ask --compressed -o page -w '%{size_download}' "$url/coded/made.txt" >sent
check 'curl: --compressed takes less than the file has' yes "$([ "$(cat sent)" -lt "$length" ] && echo yes || echo no)"
check 'curl: what was compressed beforehand' 'compressed beforehand' "$(ask --compressed "$url/coded/ready.txt")"
check 'curl: and what was not' 'as it lies there' "$(ask "$url/coded/ready.txt")"
ask --compressed --etag-save coded-tag -o page "$url/coded/made.txt"
check 'curl: If-None-Match with the tag of a coding' 304 "$(status --compressed --etag-compare coded-tag "$url/coded/made.txt")"
check 'curl: and without the coding' 200 "$(status --etag-compare coded-tag "$url/coded/made.txt")"
check 'curl: the variant in the language that is asked for' Thai "$(ask -H 'Accept-Language: th, en;q=0.5' "$url/coded/page")"

# Content: with 100-continue curl would wait 20 s for the 100, and send nothing before it
head -c 3000000 /dev/zero >large
check 'curl: Expect, 100, then 200' '100 200' \
  "$(echo $(ask --expect100-timeout 20 -H 'Expect: 100-continue' --data-binary @large -D - -o page "$url/hello" |
    sed -n 's|^HTTP/1.1 \([0-9]*\).*|\1|p'))"
check 'curl: nothing waited for' yes \
  "$(ask --expect100-timeout 20 -H 'Expect: 100-continue' --data-binary @large -o page -w '%{time_total}' "$url/hello" |
    awk '{ print ($1 < 15) ? "yes" : "no" }')"
check 'curl: content without Expect' 200 "$(status -H 'Expect:' --data-binary @large "$url/hello")"
check 'curl: content in chunks' 200 "$(status -H 'Transfer-Encoding: chunked' --data-binary @large "$url/hello")"
head -c 17000000 /dev/zero >large
check 'curl: too large is 413, and nothing of it is sent' '413 0' \
  "$(ask --expect100-timeout 20 -H 'Expect: 100-continue' --data-binary @large -o page -w '%{http_code} %{size_upload}' "$url/hello")"
check 'curl: too large is 413 in the middle of sending too' 413 "$(status -H 'Expect:' --data-binary @large "$url/hello")"

# The rest
check 'curl: a redirect is followed' "200 $url/pictures/" \
  "$(ask -L -o /dev/null -w '%{http_code} %{url_effective}' "$url/pictures")"
check 'curl: -f fails on 404' 22 "$(ask -f -o /dev/null "$url/missing" 2>/dev/null; echo $?)"
check 'curl: a folder that may not be listed' 403 "$(status "$url/closed/")"
check 'curl: a method that files do not take' 405 "$(status -X DELETE "$url/long.txt")"
check 'curl: no way out of the folder' 400 "$(status --path-as-is "$url/../../etc/passwd" | sed 's/40[034]/400/')"
check 'curl: a Unix socket' 'Hello.' "$(ask --unix-socket "$work/http.sock" http://localhost/hello)"
check 'curl: forty at once' '     40 200' \
  "$(ask -Z --parallel-max 20 -w '%{http_code}\n' -o /dev/null "$url/long.txt?[1-40]" 2>/dev/null | sort | uniq -c)"
