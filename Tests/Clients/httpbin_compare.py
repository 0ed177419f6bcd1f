"""httpbin_compare.py record HTTPBIN_URL: asks httpbin everything below and prints what is remembered of its answers, a case a line; this is
Tests/RehearseTests/Tables/httpbin.tsv, by which `make test` judges ours.
httpbin_compare.py HTTPBIN_URL OUR_URL: asks both and tells where they differ more than is known.

httpbin is not part of the tests. To compare: python3 -m venv v && v/bin/pip install httpbin && v/bin/python -c "from httpbin import app; app.run(port=8099)"
"""

import base64
import http.client
import json
import sys
import urllib.parse

BOUNDARY = "frontier"
PARTS = (
    "--frontier\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
    "--frontier\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n2\r\n"
    "--frontier\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
    "--frontier\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n\r\n"
    "--frontier\r\nContent-Disposition: form-data; name=\"g\"; filename=\"g\"\r\nContent-Type: x/y\r\n\r\n").encode() + \
    b"\x00\xff\x80\r\n--frontier--\r\n"
FORM = "application/x-www-form-urlencoded"
FORM_DATA = {"Content-Type": "multipart/form-data; boundary=" + BOUNDARY}
DATE = "Sat, 16 Aug 2025 08:00:00 GMT"


def part(parameters, more=b"", value=b"v"):
    """A whole multipart/form-data with one part."""
    return (b"--frontier\r\nContent-Disposition: form-data; " + parameters + b"\r\n" + more + b"\r\n" + value
            + b"\r\n--frontier--\r\n")


def basic(pair):
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


# method, target, fields, content, what must agree: "same" (the content too), "members" (JSON names), "head" (status and fields),
# "status" (that alone); behind a blank what is known to differ: a field's name. A line in Documentation/Httpbin.md says why.
CASES = [
    ("GET", "/get", {}, None, "same"),
    ("HEAD", "/get", {}, None, "head"),
    ("GET", "/get?a=1&a=2&b=&c&%20=%2B+x&d=%C3%A9%FF", {}, None, "same"),
    ("GET", "/get?show_env=1", {"X-Forwarded-For": "1.2.3.4", "Via": "x"}, None, "same"),
    ("GET", "/get", {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"}, None, "same"),
    ("GET", "/get", {"x-LOWER-9a": "\u00e9", "X_Under": "no", "Origin": "http://a.test"}, None, "same"),
    ("POST", "/get", {}, b"", "status allow"),
    ("OPTIONS", "/get", {}, None, "head"),
    ("OPTIONS", "/post", {"Access-Control-Request-Headers": "X-A", "Origin": "http://a.test"}, None, "head"),
    ("GET", "/get/", {}, None, "status none"),
    ("GET", "/nowhere", {}, None, "status none"),
    ("POST", "/post", {"Content-Type": FORM}, b"a=1&a=2&b=%C3%A9+x&c", "same"),
    ("POST", "/post", {"Content-Type": FORM + "; charset=utf-8"}, b"b=%FF", "same"),
    ("POST", "/post", {"Content-Type": "multipart/form-data; boundary=" + BOUNDARY}, PARTS, "same"),
    ("POST", "/post", {"Content-Type": "multipart/form-data"}, PARTS[:100], "same"),
    ("POST", "/post", {"Content-Type": "application/json"},
     '{"z": [1, true, null, {"b": "\u00e9\u20ac\U0001f600", "a": []}], "a": {}, "e": "\\ud800\\n"}'.encode(), "same"),
    ("POST", "/post", {"Content-Type": "text/plain"}, b"[1, 2.5, -3e7", "same"),
    ("POST", "/post", {}, b"plain \"text\"\t\\ \x7f", "same"),
    ("POST", "/post", {}, bytes(range(256)), "same"),
    ("POST", "/post", {}, b"", "same"),
    ("POST", "/post", FORM_DATA, part(b'name="a"; filename*=UTF-8\'\'%e2%82%ac.txt'), "same"),
    ("POST", "/post", FORM_DATA, part(b"name*=UTF-8''%e2%82%ac"), "same"),
    ("POST", "/post", FORM_DATA, part(b"name*0*=iso-8859-1''%e9; name*1=\"b\"; name*2*=%20"), "same"),
    ("POST", "/post", FORM_DATA, part(b'name="a%22b\\"c\\\\d\\e"'), "same"),
    ("POST", "/post", FORM_DATA, part(b"name=a; name=\"b\"; x; y=\""), "same"),
    ("POST", "/post", FORM_DATA, part(b"x=y"), "same"),
    ("POST", "/post", FORM_DATA, part(b"\r\n name=a", b"Content-Type: text/plain; charset=iso-8859-1\r\n", b"\xe9"), "same"),
    ("POST", "/post", FORM_DATA, b"preamble" + part(b"name=a").replace(b"\r", b""), "same"),
    ("POST", "/post", FORM_DATA, part(b"name=a").replace(b"\n", b""), "same"),
    ("POST", "/post", FORM_DATA, part(b"name=a")[:-20], "same"),
    ("POST", "/post", {"Content-Type": ""}, b"x", "same"),
    ("PUT", "/put", {"Content-Type": "application/json"}, b" 17 ", "same"),
    ("PATCH", "/patch", {}, b"x", "same"),
    ("DELETE", "/delete", {}, None, "same"),
    ("DELETE", "/delete?x=y", {}, b"x", "same"),
    ("GET", "/anything", {}, None, "same"),
    ("TRACE", "/anything", {}, None, "same"),
    ("PUT", "/anything/a/b%20c/%C3%A9?q=%41%26%2f", {}, b"x", "same"),
    ("GET", "/anything/a/b:c@d!$&'()*+,;=~%7C", {}, None, "same"),
    ("GET", "/anything/", {}, None, "status none"),
    ("GET", "/anything/x/", {}, None, "same"),
    ("GET", "/get", [("X-A", "1"), ("X-A", "2"), ("Origin", "http://a.test"), ("Origin", "http://b.test")], None, "same"),
    ("OPTIONS", "/nowhere", {}, None, "status none"),
    ("GET", "/headers", {"User-Agent": "me", "Accept": "*/*"}, None, "same"),
    ("GET", "/ip", {}, None, "same"),
    ("GET", "/ip", {"X-Forwarded-For": "1.2.3.4, 5.6.7.8"}, None, "same"),
    ("GET", "/user-agent", {"User-Agent": "me/1.0"}, None, "same"),
    ("GET", "/user-agent", {}, None, "same"),
    ("GET", "/response-headers?X-A=1&X-A=2&B=%20x", {}, None, "same"),
    ("POST", "/response-headers?Cache-Control=no-store", {}, b"", "same"),
    ("GET", "/response-headers", {}, None, "same"),
    ("GET", "/gzip", {}, None, "coded"),
    ("GET", "/deflate", {}, None, "coded"),
    ("GET", "/brotli", {}, None, "head"),
    ("GET", "/redirect/3", {}, None, "head"),
    ("GET", "/redirect/1", {}, None, "head"),
    ("GET", "/redirect/4?absolute=true", {}, None, "head"),
    ("GET", "/redirect/1?absolute=TRUE", {}, None, "head"),
    ("GET", "/redirect/x", {}, None, "status none"),
    ("GET", "/relative-redirect/2", {}, None, "same"),
    ("GET", "/relative-redirect/1", {}, None, "same"),
    ("GET", "/absolute-redirect/2", {}, None, "head"),
    ("GET", "/absolute-redirect/1", {}, None, "head"),
    ("GET", "/redirect-to?url=http://a.test/x%3Fy", {}, None, "same"),
    ("POST", "/redirect-to?url=/post&status_code=307", {}, b"", "same"),
    ("GET", "/redirect-to?URL=/%C3%A9&status_code=200", {}, None, "same"),
    ("GET", "/status/200", {}, None, "same"),
    ("POST", "/status/503", {}, b"x", "same"),
    ("GET", "/status/204", {}, None, "status"),
    ("GET", "/status/304", {}, None, "same"),
    ("GET", "/status/301", {}, None, "same"),
    ("GET", "/status/302", {}, None, "same"),
    ("GET", "/status/303", {}, None, "same"),
    ("GET", "/status/305", {}, None, "same"),
    ("GET", "/status/307", {}, None, "same"),
    ("GET", "/status/308", {}, None, "same"),
    ("GET", "/status/401", {}, None, "same"),
    ("GET", "/status/407", {}, None, "same"),
    ("GET", "/status/402", {}, None, "status"),
    ("GET", "/status/406", {}, None, "members"),
    ("GET", "/status/418", {}, None, "status"),
    ("GET", "/status/404,404:2", {}, None, "same"),
    ("GET", "/status/200:0,503:0.5", {}, None, "same"),
    ("GET", "/status/abc", {}, None, "head"),
    ("GET", "/status/200:x,3", {}, None, "head"),
    ("GET", "/cookies", {"Cookie": "a=1; b=\"x y\"; c; __utma=3; a=2; d=\"\\303\\251\\\"\""}, None, "same"),
    ("GET", "/cookies", {}, None, "same"),
    ("GET", "/cookies?show_env=1", {"Cookie": "__utma=3"}, None, "same"),
    ("GET", "/cookies", {"Cookie": "a=\"q;q\"; b = \"c d\" ; e"}, None, "same"),
    ("GET", "/cookies", {"Cookie": "a=1, b=2; c=3"}, None, "same"),
    ("GET", "/cookies", {"Cookie": "a=\"x; b=2"}, None, "same"),
    ("GET", "/cookies", {"Cookie": "a=x\"y; b c=d; =e; f=\"g\"h; i"}, None, "same"),
    ("GET", "/cookies", {"Cookie": "a=\u00c3\u00a9; b=\"\u00e9\\400\\x\"; \u00e9=1"}, None, "same"),
    ("GET", "/cookies", [("Cookie", "a=1"), ("Cookie", "b=2")], None, "same"),
    ("GET", "/cookies/set?a=1&b=x%20y&c=%C3%A9%22%3B&a=2", {}, None, "head"),
    ("GET", "/cookies/set/a/b", {}, None, "head"),
    ("GET", "/cookies/delete?a&b=1", {}, None, "head"),
    ("GET", "/basic-auth/u/p", {}, None, "same"),
    ("GET", "/basic-auth/u/p", basic("u:p"), None, "same"),
    ("GET", "/basic-auth/u/p", basic("u:q"), None, "same"),
    ("GET", "/basic-auth/u/p:q", basic("u:p:q"), None, "same"),
    ("GET", "/basic-auth/u/p", {"Authorization": "Basic !!"}, None, "same"),
    ("GET", "/basic-auth/a/b", {"Authorization": "Basic YTp i"}, None, "same"),
    ("GET", "/basic-auth/a/b", {"Authorization": "bAsic  YTpi== "}, None, "same"),
    ("GET", "/basic-auth/a/b", [("Authorization", "Basic YTpi"), ("Authorization", "Basic xx")], None, "same"),
    ("GET", "/hidden-basic-auth/u/p", {}, None, "same"),
    ("GET", "/hidden-basic-auth/u/p", basic("u:p"), None, "same"),
    ("GET", "/bearer", {}, None, "same"),
    ("GET", "/bearer", {"Authorization": "Bearer abc"}, None, "same"),
    ("GET", "/bearer", {"Authorization": "bearer abc"}, None, "same"),
    ("GET", "/digest-auth/auth/u/p", {}, None, "digest"),
    ("GET", "/digest-auth/auth-int/u/p/SHA-256", {}, None, "digest"),
    ("GET", "/digest-auth/other/u/p/SHA-512/2", {}, None, "digest"),
    ("GET", "/digest-auth/auth/u/p/other", {"Authorization": "Digest username=\"u\", nonce=\"n\", response=\"x\""}, None, "digest"),
    ("GET", "/cache", {}, None, "members"),
    ("GET", "/cache", {"If-Modified-Since": DATE}, None, "status"),
    ("GET", "/cache/60", {}, None, "same"),
    ("GET", "/etag/abc", {}, None, "members"),
    ("GET", "/etag/abc", {"If-None-Match": "\"x\", \"abc\""}, None, "status"),
    ("GET", "/etag/abc", {"If-None-Match": "W/\"abc\""}, None, "status"),
    ("GET", "/etag/abc", {"If-None-Match": "*"}, None, "status"),
    ("GET", "/etag/abc", {"If-None-Match": "\"x\""}, None, "status"),
    ("GET", "/etag/abc", {"If-Match": "\"x\""}, None, "status"),
    ("GET", "/etag/abc", {"If-Match": "\"abc\""}, None, "status"),
    ("GET", "/etag/abc", {"If-Match": "*"}, None, "status"),
    ("GET", "/range/30", {}, None, "same content-range"),
    ("GET", "/range/30", {"Range": "bytes=0-9"}, None, "same"),
    ("GET", "/range/30", {"Range": "bytes=25-"}, None, "same"),
    ("GET", "/range/30", {"Range": "bytes=-5"}, None, "same"),
    ("GET", "/range/30", {"Range": "bytes=30-"}, None, "status"),
    ("GET", "/range/30?chunk_size=7", {"Range": "bytes=3-4"}, None, "same"),
    ("GET", "/range/0", {}, None, "status"),
    ("GET", "/range/102401", {}, None, "status"),
    ("GET", "/stream/3?a=b", {"User-Agent": "me"}, None, "same"),
    ("GET", "/stream/0", {}, None, "same"),
    ("GET", "/stream-bytes/30?seed=5&chunk_size=7", {}, None, "same"),
    ("GET", "/bytes/30?seed=1", {}, None, "same"),
    ("GET", "/bytes/2000?seed=-12345678901", {}, None, "same"),
    ("GET", "/bytes/0", {}, None, "same"),
    ("GET", "/drip?duration=0&numbytes=5&code=503", {}, None, "same"),
    ("GET", "/drip?duration=0&delay=0&numbytes=0", {}, None, "status"),
    ("GET", "/drip?duration=0&CODE=201&NumBytes=3", {}, None, "same"),
    ("GET", "/drip?duration=0&delay=-1&numbytes=+3", {}, None, "same"),
    ("GET", "/drip?duration=0&code=304", {}, None, "same"),
    ("GET", "/redirect-to?url=/a&status_code=304", {}, None, "same"),
    ("GET", "/redirect/1?Absolute=true", {}, None, "head"),
    ("GET", "/range/30?Duration=9&CHUNK_SIZE=+7", {}, None, "same content-range"),
    ("GET", "/bytes/3?SEED=%205", {}, None, "same"),
    ("GET", "/delay/+1e-3", {}, None, "same"),
    ("GET", "/delay/0", {}, None, "same"),
    ("POST", "/delay/0.01", {"Content-Type": FORM}, b"a=b", "same"),
    ("GET", "/base64/aGVsbG8gd29ybGQ=", {}, None, "same"),
    ("GET", "/base64/w6nDqQ==", {}, None, "same"),
    ("GET", "/base64/-_", {}, None, "head"),
    ("GET", "/links/3/1", {}, None, "same"),
    ("GET", "/links/0/0", {}, None, "same"),
    ("GET", "/links/3", {}, None, "head"),
    ("GET", "/uuid", {}, None, "members"),
    ("GET", "/html", {}, None, "head"),
    ("GET", "/json", {}, None, "members"),
    ("GET", "/xml", {}, None, "head"),
    ("GET", "/robots.txt", {}, None, "same"),
    ("GET", "/deny", {}, None, "head"),
    ("GET", "/encoding/utf8", {}, None, "head"),
    ("GET", "/forms/post", {}, None, "head"),
    ("GET", "/image", {}, None, "head"),
    ("GET", "/image", {"Accept": "image/jpeg, image/webp;q=0.1"}, None, "head"),
    ("GET", "/image", {"Accept": "image/*"}, None, "head"),
    ("GET", "/image", {"Accept": "text/html"}, None, "members"),
    ("GET", "/image/png", {}, None, "head"),
    ("GET", "/image/jpeg", {}, None, "head"),
    ("GET", "/image/webp", {}, None, "head"),
    ("GET", "/image/svg", {}, None, "head"),
    ("GET", "/image/gif", {}, None, "status none"),
]

# Of the connection or the server, not of the answer; and what marks a rehearsal
IGNORED = {"server", "date", "connection", "content-length", "transfer-encoding", "keep-alive", "x-request-id"}
# Fields whose value is the answer's point
TOLD = {"content-type", "location", "set-cookie", "allow", "content-range", "cache-control", "content-encoding",
        "access-control-allow-origin", "access-control-allow-headers", "access-control-allow-methods",
        "access-control-max-age", "accept-ranges", "www-authenticate", "proxy-authenticate"}


def lines(fields):
    """Names and values; a list where a name comes again."""
    return list(fields.items()) if isinstance(fields, dict) else [list(line) for line in fields]


def ask(base, method, target, fields, content):
    address = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", "bin.test")
    for name, value in lines(fields):
        connection.putheader(name, value.encode("latin-1"))
    if content is not None:
        connection.putheader("Content-Length", str(len(content)))
    connection.endheaders(content)
    answer = connection.getresponse()
    found = answer.read()
    connection.close()
    return answer.status, answer.getheaders(), found


def members(tree):
    """Names alone, in their order."""
    if isinstance(tree, dict):
        return {name: members(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [members(value) for value in tree]
    return None


def remembered(status, fields, content, how):
    """What is compared of an answer: status, fields, content."""
    how, *known = how.split()
    told = []
    for name, value in fields:
        lower = name.lower()
        if lower in IGNORED or lower in known or lower.startswith("rehears"):
            continue
        if lower == "allow":
            value = ", ".join(sorted(value.split(", ")))
        if lower in ("etag", "last-modified"):
            value = None
        if how == "digest" and lower == "www-authenticate":
            value = " ".join(sorted(part.split("=")[0].split()[-1] for part in value.split(", ")
                                    if "=" in part))
        if how == "digest" and lower == "set-cookie":
            value = value.split(";")[0]
        told.append(lower + (": " + value if lower in TOLD and value is not None else ""))
    told = " | ".join(sorted(told))
    if how == "status":
        return str(status), "-", "-"
    if how == "same":
        return str(status), told, "=" + base64.b64encode(content).decode()
    if how == "coded":
        import zlib
        return str(status), told, "~" + base64.b64encode(zlib.decompress(content, 47)).decode()
    if how == "members":
        return str(status), told, json.dumps(members(json.loads(content)))
    return str(status), told, "-"


def told_more(theirs, ours):
    """Fields that only ours has: they are allowed. None where one of theirs is not there, or has another value."""
    rest = ours.split(" | ")
    for field in theirs.split(" | "):
        if field not in rest:
            return None
        rest.remove(field)
    return rest


def main():
    if sys.argv[1] == "record":
        print("# method, target, fields, content, what agrees | status, fields, content; made by Tests/Clients/httpbin_compare.py record")
        for method, target, fields, content, how in CASES:
            answer = remembered(*ask(sys.argv[2], method, target, fields, content), how)
            request = (method, target, json.dumps(lines(fields)),
                       "-" if content is None else base64.b64encode(content).decode() or "=", how)
            print("\t".join(request + answer))
        return 0
    differing = 0
    added = set()
    for method, target, fields, content, how in CASES:
        theirs = remembered(*ask(sys.argv[1], method, target, fields, content), how)
        ours = remembered(*ask(sys.argv[2], method, target, fields, content), how)
        for what, one, other in zip(("status", "fields", "content"), theirs, ours):
            if what == "fields" and told_more(one, other) is not None:
                added.update(field.split(":")[0] for field in told_more(one, other))
            elif one != other:
                differing += 1
                if what == "content" and one[:1] == "=":
                    one, other = base64.b64decode(one[1:]), base64.b64decode(other[1:])
                print(f"{method} {target} {fields}: {what}\n  httpbin: {one}\n  ours:    {other}")
    print("fields that only ours has:", ", ".join(sorted(added)) or "none")
    print(f"{len(CASES)} cases, {differing} differences that are not known")
    return differing != 0


if __name__ == "__main__":
    sys.exit(main())
