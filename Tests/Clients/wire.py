"""wire.py BINARY: what a rehearsal does on the wire, byte by byte, as a plain socket sees it: interim responses, delays, drips, every
fault at each of its points, 408 on an idle connection, the WebSocket echo. Ends with "passed failed"."""

import base64
import hashlib
import os
import re
import socket
import struct
import subprocess
import sys
import time

from link import Link

counts = {True: 0, False: 0}
CONTENT = b"0123456789abcdef"
GARBAGE = b"%!? this is no line of HTTP ?!%\r\n"


def check(sentence, expected, found):
    counts[expected == found] += 1
    if expected != found:
        print(f"clients: wire: {sentence}\n  expected: {expected!r}\n  found:    {found!r}", file=sys.stderr)


def start(binary):
    """A rehearsal on a free port; nothing is configured."""
    server = subprocess.Popen([binary, "rehearse", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    said = b""
    while True:
        line = server.stdout.readline()
        if not line:
            sys.exit(f"clients: wire: the rehearsal did not start: {said.decode()}")
        said += line
        found = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
        if found:
            return server, int(found[1])


class Client(Link):
    def ask(self, target, method="GET", version="1.1", fields=""):
        self.send(f"{method} {target} HTTP/{version}\r\nHost: a\r\n{fields}\r\n".encode())

    def head(self):
        data = b""
        while not data.endswith(b"\r\n\r\n"):
            piece = self.socket.recv(1)
            if not piece:
                break
            data += piece
        return data


def plain(answer):
    """Without what differs from one answer to the next: the id and the second."""
    answer = re.sub(rb"X-Request-Id: [0-9A-Za-z_-]+", b"X-Request-Id: ID", answer)
    return re.sub(rb"Date: [^\r]+", b"Date: D", answer)


def target(query, status=200):
    return f"/status/{status}?content=" + CONTENT.decode() + ("&" + query if query else "")


def right(port, query="", status=200, method="GET"):
    """The same answer without a fault: its head and its content."""
    client = Client(port)
    client.ask(target(query, status), method=method, fields="Connection: close\r\n")
    answer, _ = client.rest()
    head, content = answer.split(b"\r\n\r\n", 1)
    return plain(head.replace(b"Connection: close\r\n", b"") + b"\r\n\r\n").replace(
        b"\r\nConnection: close\r\n", b"\r\n"), content


def cuts(port):
    """close, reset and stall at every point, with the bytes before it and what comes then."""
    for chunked in ("", "chunked"):
        head, content = right(port, chunked)
        whole = head + content
        # The real id is longer than its mark: points that count bytes are measured on a real answer
        client = Client(port)
        client.ask(target(chunked), fields="Connection: close\r\n")
        real = client.rest()[0].replace(b"Connection: close\r\n", b"")
        length = real.index(b"\r\n\r\n") + 4
        points = {"before-head": 0, "in-head": length // 2, "after-head": length,
                  "in-content": length + (len(real) - length) // 2, "after-content": len(real),
                  "after:0": 0, "after:1": 1, "after:9": 9, f"after:{length + 3}": length + 3,
                  "after:99999": len(real)}
        for name in ("close", "reset", "stall"):
            for point, count in points.items():
                if name == "stall" and point == "after-content":
                    continue
                client = Client(port)
                query = f"fault={name}@{point}" + ("&" + chunked if chunked else "")
                client.ask(target(query))
                sentence = f"{name}@{point} {chunked}"
                if name == "stall":
                    data = client.take(count) if count else b""
                    check(sentence + " and then nothing", True, client.quiet(0.05))
                    end = "close"
                else:
                    data, end = client.rest()
                check(sentence, (count, "reset" if name == "reset" else "close"), (len(data), end))
                if count == len(real):
                    check(sentence + " sends the right answer", whole, plain(data))
                elif count:
                    check(sentence + " sends its beginning", real[:9][:count], data[:9])
                client.close()


def changes(port):
    """Faults that change bytes."""
    head, content = right(port)
    client = Client(port)
    client.ask(target("fault=length-short"))
    got = client.take(len(content) + len(client.socket.recv(65536, socket.MSG_PEEK).split(b"\r\n\r\n")[0]) + 4)
    check("length-short", head.replace(b"Length: 16", b"Length: 8") + content, plain(got))
    client.ask(target(""))
    check("length-short keeps the connection", True, client.head().startswith(b"HTTP/1.1 200"))
    client = Client(port)
    client.ask(target("fault=length-long"))
    got, end = client.rest()
    check("length-long", (head.replace(b"Length: 16", b"Length: 32") + content, "close"), (plain(got), end))

    head, _ = right(port, "chunked")
    client = Client(port)
    client.ask(target("fault=chunk-broken"))
    check("chunk-broken", (head + b"8\r\n01234567\r\nzz\r\n89abcdef\r\n0\r\n\r\n", "close"),
          (lambda found: (plain(found[0]), found[1]))(client.rest()))
    client = Client(port)
    client.ask(target("fault=chunk-unfinished"))
    check("chunk-unfinished", (head + b"10\r\n0123456789abcdef\r\n", "close"),
          (lambda found: (plain(found[0]), found[1]))(client.rest()))

    head, content = right(port)
    client = Client(port)
    client.ask(target("fault=garbage"))
    got, end = client.rest()
    check("garbage for a status line", (GARBAGE + head.split(b"\r\n", 1)[1] + content, "close"), (plain(got), end))
    client = Client(port)
    client.ask(target("fault=garbage@in-head"))
    got, end = client.rest()
    check("garbage between fields", (True, head + content, "close"),
          (GARBAGE in got, plain(got.replace(GARBAGE, b"")), end))
    client = Client(port)
    client.ask(target("fault=garbage@after-content"))
    got, end = client.rest()
    check("garbage behind the answer", (head + content + GARBAGE, "close"), (plain(got), end))

    client = Client(port)
    client.ask(target("fault=head-endless"))
    got = plain(client.take(6000))
    check("head-endless begins as the right head", True, got.startswith(head[:-2]))
    check("head-endless does not end", (True, False),
          (got[len(head) - 2:].count(b"X-Endless: ") > 50, b"\r\n\r\n" in got))
    client.close()

    client = Client(port)
    began = time.monotonic()
    client.ask(target("fault=head-slow"))
    first = client.take(1)
    while len(first) < 6:
        first += client.socket.recv(6 - len(first))
    check("head-slow sends a byte at a time", (b"HTTP/1", True),
          (first, time.monotonic() - began > 0.09))
    rest = client.head()
    check("head-slow sends the right answer", head + content, plain(b"HTTP/1" + rest + client.take(len(content))))

    client = Client(port)
    client.ask(f"/status/204?content={CONTENT.decode()}&fault=content-unallowed")
    got = client.head()
    check("content-unallowed on a 204", (True, False, CONTENT),
          (got.startswith(b"HTTP/1.1 204 "), b"Content-Length" in got, client.take(len(CONTENT))))
    client.close()
    client = Client(port)
    client.ask(target("fault=content-unallowed"), method="HEAD")
    check("content-unallowed to HEAD", head + content, plain(client.head() + client.take(len(content))))

    client = Client(port)
    client.ask(target("fault=twice"))
    first = client.head() + client.take(len(content))
    check("twice", (head + content, first), (plain(first), client.head() + client.take(len(content))))
    client.ask(target(""))
    check("twice goes on", True, client.head().startswith(b"HTTP/1.1 200"))


def timing(port):
    """Interims, delays, drips; times only as what they are at least, but for the median."""
    client = Client(port)
    client.ask(target("interims=100,102*2,103,150&hint=%3C/s.css%3E;rel=preload&interim-delay=10ms"))
    heads = [client.head() for _ in range(6)]
    check("several interims, then the answer", [b"100", b"102", b"102", b"103", b"150", b"200"],
          [head.split(b" ")[1] for head in heads])
    check("103 has its link", True, b"Link: </s.css>;rel=preload\r\n" in heads[3])
    check("the content follows", CONTENT, client.take(len(CONTENT)))
    client.ask(target("interims=102"), version="1.0")
    check("HTTP/1.0 gets no interim", b"200", client.head().split(b" ")[1])

    late = []
    for _ in range(21):
        client = Client(port)
        began = time.monotonic()
        client.ask(target("delay=40ms"))
        client.take(1)
        late.append((time.monotonic() - began) * 1000 - 40)
        client.close()
    late.sort()
    check("a delay is never cut short", True, late[0] >= -0.5)
    # Told, not judged: how late depends on what else the machine does
    print(f"clients: wire: a delay of 40 ms ends {late[10]:.1f} ms late at the median")

    client = Client(port)
    began = time.monotonic()
    client.ask(target("content-delay=60ms"))
    client.head()
    check("the content comes behind its delay", (CONTENT, True),
          (client.take(len(CONTENT)), time.monotonic() - began >= 0.06))

    client = Client(port)
    began = time.monotonic()
    client.ask(target("drip=2B/10ms&chunked&trailer=X-Sum:5"))
    head = client.head()
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        data += client.socket.recv(65536)
    check("a drip in chunks with a trailer", (CONTENT, True, True, True),
          (b"".join(re.findall(rb"[0-9a-f]+\r\n([0-9a-f]+)\r\n", data.split(b"0\r\nX-Sum")[0])),
           data.endswith(b"0\r\nX-Sum: 5\r\n\r\n"), b"Transfer-Encoding: chunked" in head,
           time.monotonic() - began > 0.05))
    # Pipelined behind something slow: the order stays
    client.send(f"GET {target('delay=50ms')} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
                + b"GET /status/418 HTTP/1.1\r\nHost: a\r\n\r\n")
    codes = [client.head().split(b" ")[1]]
    client.take(len(CONTENT))
    codes.append(client.head().split(b" ")[1])
    check("pipelined answers keep their order", [b"200", b"418"], codes)


def idle(port):
    client = Client(port)
    began = time.monotonic()
    client.ask(target("then=408&then-delay=80ms"))
    head = client.head()
    client.take(len(CONTENT))
    got, end = client.rest()
    check("408 on an idle connection", (b"HTTP/1.1 408 Request Timeout", True, "close", True),
          (got.split(b"\r\n")[0], b"\r\nConnection: close\r\n" in got, end, time.monotonic() - began > 0.07))
    check("its answer before did not announce it", False, b"Connection: close" in head)
    client = Client(port)
    client.ask(target("then=408&then-delay=1s"))
    client.head()
    client.take(len(CONTENT))
    client.ask(target(""))
    client.head()
    client.take(len(CONTENT))
    check("another request in time, and the 408 is off", True, client.quiet(1.3))


MASK = b"\x37\xfa\x21\x3d"


def frame(first, payload=b"", mask=MASK):
    size = len(payload)
    form = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size) if size < 65536 \
        else b"\xff" + struct.pack(">Q", size)
    return bytes([first]) + form + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


class WebSocket(Client):
    def __init__(self, port, path="/real/101"):
        super().__init__(port)
        key = base64.b64encode(os.urandom(16))
        self.send(f"GET {path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ".encode() + key + b"\r\n\r\n")
        self.answer = self.head()
        made = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        self.accepts = b"\r\nSec-WebSocket-Accept: " + base64.b64encode(made) + b"\r\n" in self.answer

    def frame(self):
        first, size = self.take(2)
        if size == 126:
            size, = struct.unpack(">H", self.take(2))
        elif size == 127:
            size, = struct.unpack(">Q", self.take(8))
        return first, self.take(size)

    def closed(self):
        """The code of the close frame that comes, and whether the connection ends behind it."""
        first, payload = self.frame()
        return first == 0x88, struct.unpack(">H", payload[:2])[0] if payload else None, self.rest()


def websocket(port):
    client = WebSocket(port)
    check("101", (b"HTTP/1.1 101 Switching Protocols", True, True, True),
          (client.answer.split(b"\r\n")[0], client.accepts, b"\r\nUpgrade: websocket\r\n" in client.answer,
           b"\r\nConnection: upgrade\r\n" in client.answer))
    client.send(frame(0x81, b"Hello"))
    check("a message comes back, not masked", (0x81, b"Hello"), client.frame())
    client.send(frame(0x01, b"Hel") + frame(0x89, b"there?") + frame(0x00) + frame(0x80, b"lo"))
    check("a ping between fragments", (0x8A, b"there?"), client.frame())
    check("fragments come back as one", (0x81, b"Hello"), client.frame())
    for size in (0, 125, 126, 65535, 65536, 1 << 20):
        data = os.urandom(size)
        client.send(frame(0x82, data))
        check(f"{size} bytes come back", (0x82, data), client.frame())
    for byte in frame(0x81, "€uro".encode()):
        client.send(bytes([byte]))
    check("a frame byte by byte", (0x81, "€uro".encode()), client.frame())
    client.send(frame(0x88, struct.pack(">H", 3001) + b"bye"))
    check("a close is answered with its code, and the connection ends", (True, 3001, (b"", "close")), client.closed())
    for what, data, code in (
            ("no code", frame(0x88), None), ("1000", frame(0x88, b"\x03\xe8"), 1000),
            ("a code that may not be sent", frame(0x88, b"\x03\xed"), 1002),
            ("half a code", frame(0x88, b"\x03"), 1002), ("reserved bits", frame(0xC1, b"x"), 1002),
            ("an unknown opcode", frame(0x83, b"x"), 1002), ("no mask", b"\x81\x01x", 1002),
            ("a ping in fragments", frame(0x09, b"x"), 1002), ("a long ping", frame(0x89, b"x" * 126), 1002),
            ("a continuation of nothing", frame(0x80, b"x"), 1002),
            ("a message in a message", frame(0x01, b"x") + frame(0x81, b"y"), 1002),
            ("text that is no UTF-8", frame(0x81, b"\xc0\xaf"), 1007),
            ("a cut character", frame(0x01, b"\xe2\x82") + frame(0x80), 1007),
            ("a message above the limit", frame(0x82, b"x" * ((1 << 20) + 1))[:64], 1009)):
        client = WebSocket(port)
        client.send(data)
        check(f"close after {what}", (True, code, (b"", "close")), client.closed())

    for what, change, status, field in (
            ("a plain GET", {"Upgrade": None}, b"426", b"\r\nUpgrade: websocket\r\n"),
            ("no Connection: upgrade", {"Connection": "keep-alive"}, b"400", b""),
            ("another version", {"Sec-WebSocket-Version": "8"}, b"426", b"\r\nSec-WebSocket-Version: 13\r\n"),
            ("no key", {"Sec-WebSocket-Key": None}, b"400", b""),
            ("a short key", {"Sec-WebSocket-Key": "AAAA"}, b"400", b"")):
        fields = {"Upgrade": "websocket", "Connection": "upgrade", "Sec-WebSocket-Version": "13",
                  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        fields.update(change)
        client = Client(port)
        client.ask("/real/101", fields="".join(f"{n}: {v}\r\n" for n, v in fields.items() if v))
        head = client.head()
        check(f"a handshake with {what}", (status, True), (head.split(b" ")[1], field in head))


def main():
    server, port = start(sys.argv[1])
    try:
        for part in (cuts, changes, timing, idle, websocket):
            try:
                part(port)
            except (OSError, ValueError, IndexError) as error:
                counts[False] += 1
                print(f"clients: wire: {part.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
    finally:
        server.terminate()
        server.wait()
    print(counts[True], counts[False])


main()
