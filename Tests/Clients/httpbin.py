"""httpbin.py BINARY: asks `statusline rehearse` all of httpbin's URLs over the wire, and judges by what is remembered of httpbin's answers
(Tests/RehearseTests/Tables/httpbin.tsv); then what only the wire shows: delays, drips, chunks, clients' own authentication and cookies,
httpstat.us's URLs. Ends with "passed failed"."""

import gzip
import http.client
import http.cookiejar
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zlib

import httpbin_compare

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, "..", "RehearseTests", "Tables", "httpbin.tsv")
counts = {True: 0, False: 0}


def check(sentence, expected, found):
    counts[expected == found] += 1
    if expected != found:
        print(f"clients: httpbin: {sentence}\n  expected: {expected!r}\n  found:    {found!r}",
              file=sys.stderr)


def table(url):
    """Each remembered answer. A bare status is answered by the grammar, in a form of its own: only its code is compared."""
    with open(TABLE, encoding="utf-8") as file:
        remembered = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    check("the table is that of the cases", len(httpbin_compare.CASES), len(remembered))
    for case, row in zip(httpbin_compare.CASES, remembered):
        method, target, fields, content, how = case
        if target.startswith("/status/"):
            how = "status"
        if method == "HEAD":
            how = "head"
        try:
            found = httpbin_compare.remembered(
                *httpbin_compare.ask(url, method, target, fields, content), how)
        except (OSError, ValueError, http.client.HTTPException) as reason:
            found = (repr(reason),)
        expected = tuple(row[5:8]) if how != "status" else (row[5], "-", "-")
        # What the server says beside is its own
        if len(found) == 3 and httpbin_compare.told_more(expected[1], found[1]) is not None:
            found = (found[0], expected[1], found[2])
        check(f"{method} {target} {fields}", expected, found)


def ask(url, target, fields=None, method="GET", content=None):
    request = urllib.request.Request(url + target, data=content, headers=fields or {}, method=method)
    try:
        answer = urllib.request.urlopen(request, timeout=20)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    return answer.status, answer.headers, answer.read()


def seconds(work):
    start = time.monotonic()
    work()
    return time.monotonic() - start


def times(url):
    spent = seconds(lambda: ask(url, "/delay/0.4"))
    check("/delay/0.4 takes that long", True, 0.395 <= spent)
    spent = seconds(lambda: ask(url, "/range/20?duration=0.4"))
    check("/range/20?duration=0.4 takes that long", True, 0.395 <= spent)
    spent = seconds(lambda: ask(url, "/200?sleep=300"))
    check("?sleep=300 takes that long", True, 0.295 <= spent)
    spent = seconds(lambda: ask(url, "/200", {"X-HttpStatus-Sleep": "300"}))
    check("X-HttpStatus-Sleep takes that long", True, 0.295 <= spent)
    arrivals = []
    connection = http.client.HTTPConnection(url.split("//")[1], timeout=20)
    connection.request("GET", "/drip?duration=0.5&numbytes=5&delay=0.2")
    start = time.monotonic()
    answer = connection.getresponse()
    while answer.read(1):
        arrivals.append(time.monotonic() - start)
    connection.close()
    check("a drip has its bytes", 5, len(arrivals))
    check("the last comes when it is due", True, arrivals[-1] > 0.5)
    # A hundred delays at once are no hundred delays after another
    threads = [threading.Thread(target=ask, args=(url, "/delay/0.5")) for _ in range(100)]
    def together():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    check("a hundred delays of 0.5 s at once take less than 25 s", True, seconds(together) < 25)


def framing(url):
    address = url.split("//")[1].split(":")
    for target in ("/stream/2", "/stream-bytes/30?chunk_size=7"):
        with socket.create_connection((address[0], int(address[1])), timeout=20) as wire:
            wire.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            text = b""
            while part := wire.recv(65536):
                text += part
        head, _, content = text.partition(b"\r\n\r\n")
        check(f"{target} is chunked", True, b"transfer-encoding: chunked" in head.lower())
        check(f"{target} has its last chunk", True, content.endswith(b"0\r\n\r\n"))
        if target == "/stream/2":
            sizes = [int(line, 16) for line in content.split(b"\r\n")[::2] if line]
            lines = [len(line) + 1 for line in content.split(b"\n") if line.startswith(b"{")]
            check("a stream has a chunk for each line", lines + [0], sizes)
    _, fields, content = ask(url, "/gzip")
    check("gzip can be decoded", True, json.loads(gzip.decompress(content))["gzipped"])
    _, fields, content = ask(url, "/deflate")
    check("deflate can be decoded", True, json.loads(zlib.decompress(content))["deflated"])
    check("its coding is told", "deflate", fields["Content-Encoding"])
    _, fields, content = ask(url, "/bytes/5")
    check("an answer is marked as rehearsed", True, any("rehears" in name.lower() for name in fields))
    for kind, begin in (("png", b"\x89PNG"), ("jpeg", b"\xff\xd8\xff"), ("webp", b"RIFF"), ("svg", b"<svg")):
        _, fields, content = ask(url, "/image/" + kind)
        check(f"{kind} is one", True, content.startswith(begin) and "image/" + kind in fields["Content-Type"])


def conditions(url):
    for target in ("/etag/abc", "/cache"):
        _, fields, _ = ask(url, target)
        status, again, content = ask(url, target, {"If-None-Match": fields["ETag"]})
        check(f"{target} is known again by its tag", (304, b"", fields["ETag"]),
              (status, content, again["ETag"]))
    status, fields, content = ask(url, "/range/26", {"Range": "bytes=2-4"})
    check("a range", (206, b"cde", "bytes 2-4/26"), (status, content, fields["Content-Range"]))
    status, fields, content = ask(url, "/range/26", {"Range": "bytes=0-0,-1"})
    check("two ranges", (206, True), (status, fields["Content-Type"].startswith("multipart/byteranges")))
    status, fields, _ = ask(url, "/range/26", {"Range": "bytes=26-"})
    check("no range", (416, "bytes */26"), (status, fields["Content-Range"]))
    resumed = b""
    while len(resumed) < 26:
        status, fields, content = ask(url, "/range/26", {
            "Range": f"bytes={len(resumed)}-{len(resumed) + 9}", "If-Range": '"range26"'})
        resumed += content
    check("a download in three parts", b"abcdefghijklmnopqrstuvwxyz", resumed)


def clients(url):
    """What Python's own handlers make of challenges and cookies."""
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, url, "u", "p")
    for target, handler in (("/basic-auth/u/p", urllib.request.HTTPBasicAuthHandler),
                            ("/digest-auth/auth/u/p", urllib.request.HTTPDigestAuthHandler),
                            ("/digest-auth/auth/u/p/MD5?a=b", urllib.request.HTTPDigestAuthHandler)):
        opener = urllib.request.build_opener(handler(passwords))
        try:
            found = json.load(opener.open(url + target, timeout=20))
        except urllib.error.HTTPError as refusal:
            found = refusal.status
        check(f"{target} lets its user in", {"authenticated": True, "user": "u"}, found)
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    found = json.load(opener.open(url + "/cookies/set?a=1&b=two", timeout=20))
    check("cookies come back", {"cookies": {"a": "1", "b": "two"}}, found)
    found = json.load(opener.open(url + "/cookies/delete?a", timeout=20))
    check("and go", {"cookies": {"b": "two"}}, found)
    found = json.load(urllib.request.urlopen(url + "/redirect/5", timeout=20))
    check("five redirects end at /get", url + "/get", found["url"])
    found = json.load(urllib.request.urlopen(url + "/absolute-redirect/3", timeout=20))
    check("three absolute ones too", url + "/get", found["url"])
    chunks = (b"x" * 1000 for _ in range(20))
    status, _, content = ask(url, "/post", {"Content-Type": "text/plain"}, "POST", chunks)
    check("content in chunks is shown", (200, "x" * 20_000), (status, json.loads(content)["data"]))


def forms(url):
    for count, expected in ((1000, 200), (1001, 413)):
        parts = b"".join(b'--X\r\nContent-Disposition: form-data; name="k%d"\r\n\r\nv\r\n' % number for number in range(count))
        status, _, content = ask(
            url, "/post", {"Content-Type": "multipart/form-data; boundary=X"}, "POST", parts + b"--X--\r\n")
        check(f"a form of {count} parts", expected, status)
        if expected == 200:
            check("has all of them", count, len(json.loads(content)["form"]))


def pages(url):
    """What a browser asks and reads for a page of another origin."""
    page = {"Origin": "http://a.test"}
    for target, expected in (("/get", 200), ("/nowhere", 404), ("/status/503", 503), ("/503", 503)):
        status, fields, _ = ask(url, target, page)
        check(f"{target} may be read", (expected, "http://a.test"), (status, fields["Access-Control-Allow-Origin"]))
    for target in ("/post", "/status/503", "/sequence/page/503,200", "/503"):
        status, fields, _ = ask(
            url, target, dict(page, **{"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-a"}), "OPTIONS")
        check(f"{target} may be asked", (200, "http://a.test", "x-a", True),
              (status, fields["Access-Control-Allow-Origin"], fields["Access-Control-Allow-Headers"],
               "PUT" in fields["Access-Control-Allow-Methods"]))
    check("a preflight takes no step", 503, ask(url, "/sequence/page/503,200", page)[0])


def httpstat(url):
    for target, expected in (("/503/anything", 503), ("/99", 400), ("/600", 400), ("/600/anything", 400)):
        check(target, expected, ask(url, target)[0])
    status, fields, _ = ask(url, "/404", {"Accept": "application/json;q=0"})
    check("refused JSON is not sent", "text/plain", fields["Content-Type"])
    status, fields, content = ask(url, "/404", {"Accept": "application/json"})
    check("httpstat.us's JSON", (404, {"code": 404, "description": "Not Found"}),
          (status, json.loads(content)))
    status, fields, content = ask(url, "/503", {
        "Accept": "text/plain", "X-HttpStatus-Response-Retry-After": "7"})
    check("a field of one's own", (503, "7"), (status, fields["Retry-After"]))
    statuses = {ask(url, "/random/200,503-504")[0] for _ in range(60)}
    check("a random one of three", {200, 503, 504}, statuses)


def start(binary, state):
    server = subprocess.Popen(
        [binary, "rehearse", "--listen", "127.0.0.1:0", "--state", state], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    for line in server.stdout:
        if line.startswith("rehearsing on http://"):
            # What else it says is read away, so that it never waits for us
            threading.Thread(target=server.stdout.read, daemon=True).start()
            return server, line.split()[-1].rstrip("/")
    raise SystemExit(f"clients: httpbin: the server did not start: {server.wait()}")


def main():
    os.environ["no_proxy"] = "*"
    with tempfile.TemporaryDirectory() as state:
        server, url = start(sys.argv[1], state)
        try:
            for part in (table, times, framing, conditions, clients, forms, pages, httpstat):
                try:
                    part(url)
                except Exception as reason:
                    check(f"{part.__name__}: no exception", None, repr(reason))
            check("the server lives", None, server.poll())
        finally:
            server.terminate()
        check("the server ends well", 0, server.wait(20))
    print(counts[True], counts[False])


if __name__ == "__main__":
    main()
