"""http_client.py PORT SITE: what Python's http.client makes of the server. Ends with "passed failed"."""

import http.client
import os
import sys

counts = {True: 0, False: 0}


def check(sentence, expected, found):
    counts[expected == found] += 1
    if expected != found:
        text = f"clients: http.client: {sentence}\n  expected: {expected!r}\n  found:    {found!r}"
        print(text, file=sys.stderr)


def ask(connection, method, path, content=None, fields=None, **more):
    connection.request(method, path, content, fields or {}, **more)
    answer = connection.getresponse()
    return answer, answer.read()


def one_connection(connection, files):
    """Answers of every kind, one after another, on the same connection."""
    answer, page = ask(connection, "GET", "/")
    socket = connection.sock
    check("GET", (200, files["index.html"]), (answer.status, page))
    answer, content = ask(connection, "HEAD", "/long.txt")
    check("HEAD has the length and no content", (200, str(len(files["long.txt"])), b""),
          (answer.status, answer.headers["Content-Length"], content))
    answer, content = ask(connection, "GET", "/long.txt")
    check("GET after HEAD", (200, files["long.txt"]), (answer.status, content))
    tag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
    answer, content = ask(connection, "GET", "/long.txt", fields={"If-None-Match": tag})
    check("304", (304, b""), (answer.status, content))
    check("304 repeats the tag", tag, answer.headers["ETag"])
    answer, content = ask(connection, "GET", "/long.txt", fields={"If-Modified-Since": date})
    check("304 by date", (304, b""), (answer.status, content))
    answer, content = ask(connection, "HEAD", "/long.txt", fields={"If-None-Match": tag})
    check("304 to HEAD", (304, b""), (answer.status, content))
    fields = {"Range": "bytes=10-19", "If-Range": tag}
    answer, content = ask(connection, "GET", "/long.txt", fields=fields)
    check("206", (206, files["long.txt"][10:20]), (answer.status, content))
    check("206 tells its place", f"bytes 10-19/{len(files['long.txt'])}",
          answer.headers["Content-Range"])
    answer, _ = ask(connection, "GET", "/missing")
    check("404", 404, answer.status)
    answer, content = ask(connection, "HEAD", "/missing")
    check("404 to HEAD", (404, b""), (answer.status, content))
    answer, _ = ask(connection, "PUT", "/long.txt", b"x" * 1000)
    check("405 with content", 405, answer.status)
    check("405 names the methods", True, "GET" in (answer.headers["Allow"] or ""))
    answer, content = ask(connection, "OPTIONS", "/long.txt")
    check("OPTIONS", 2, answer.status // 100)
    check("all on one connection", True, connection.sock is socket)


def contents(connection):
    """Content with a length, in chunks, and in chunks with a length that is not known before."""
    for size in (0, 1, 1000, 100_000):
        answer, content = ask(connection, "POST", "/hello", b"x" * size)
        check(f"POST of {size} bytes", (200, b"Hello.\n"), (answer.status, content))
    socket = connection.sock
    for chunks in ([b"one"], [b"x" * 10] * 500, [b"y" * 70_000, b"z"], []):
        answer, content = ask(connection, "POST", "/hello", iter(chunks))
        check(f"{len(chunks)} chunks", (200, b"Hello.\n"), (answer.status, content))
    fields = {"Transfer-Encoding": "chunked", "Trailer": "X-Sum"}
    connection.putrequest("POST", "/hello")
    for name, value in fields.items():
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(b"5;note=1\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n")
    answer = connection.getresponse()
    check("an extension and a trailer", (200, b"Hello.\n"), (answer.status, answer.read()))
    check("all chunks on one connection", True, connection.sock is socket)


def closing(connection):
    answer, _ = ask(connection, "GET", "/hello", fields={"Connection": "close"})
    check("Connection: close is kept to", (200, "close"),
          (answer.status, (answer.headers["Connection"] or "").lower()))
    answer, content = ask(connection, "GET", "/hello")
    check("and a new connection goes on", (200, b"Hello.\n"), (answer.status, content))


def main():
    port, site = int(sys.argv[1]), sys.argv[2]
    files = {}
    for name in ("index.html", "long.txt"):
        with open(os.path.join(site, name), "rb") as file:
            files[name] = file.read()
    for part in (lambda c: one_connection(c, files), contents, closing):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            part(connection)
        except (OSError, http.client.HTTPException) as reason:
            check("no exception", None, repr(reason))
        finally:
            connection.close()
    print(counts[True], counts[False])


if __name__ == "__main__":
    main()
