"""outside.py BINARY: what clients that are not ours see of `statusline rehearse`. A plain socket plays every file of
Scenarios/rehearsed and compares each byte; then Python's http.client, h11, httpx and curl ask for every status and sub-status, every
1xx, and every fault at each of its points, and each has to see what it is meant to. h11 and httpx are Debian's python3-h11 and
python3-httpx; where they are missing that is told. Ends with "passed failed"."""

import concurrent.futures
import http.client
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import threading

import scenarios
from link import PATIENCE
from scenarios import DATE, ID_MARK

try:
    import h11
    import httpx
except ImportError:
    h11 = httpx = None

counts = {True: 0, False: 0}
lock = threading.Lock()
# Seconds, for what is meant to be waited for in vain
STALLED = 1.0


def check(sentence, expected, found):
    with lock:
        counts[expected == found] += 1
    if expected != found:
        print(f"clients: outside: {sentence}\n  expected: {expected!r}\n  found:    {found!r}", file=sys.stderr)


# Clients. Each returns what it makes of an answer: (status, phrase, {field: value}, content), and raises its own errors.

REQUEST_FIELDS = {"Host": "example.test"}
# What ends its connection
LAST = {408, 505}


def by_http_client(link, target, fields=None):
    link.request("GET", target, headers={**REQUEST_FIELDS, **(fields or {})})
    answer = link.getresponse()
    return answer.status, answer.reason, dict(answer.getheaders()), answer.read()


class H11:
    """The few lines that h11 leaves to its user: the socket."""

    def __init__(self, port, timeout=PATIENCE):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.wire = h11.Connection(h11.CLIENT)
        self.interims = []

    def event(self):
        while True:
            event = self.wire.next_event()
            if event is not h11.NEED_DATA:
                return event
            self.wire.receive_data(self.socket.recv(65536))

    def ask(self, target, fields=None):
        head = h11.Request(method="GET", target=target, headers={**REQUEST_FIELDS, **(fields or {})}.items())
        self.socket.sendall(self.wire.send(head) + self.wire.send(h11.EndOfMessage()))
        self.interims, answer, content = [], None, b""
        while True:
            event = self.event()
            if isinstance(event, h11.InformationalResponse):
                self.interims.append(event)
                if event.status_code == 101:
                    return event.status_code, event.reason.decode(), self.fields(event), b""
            elif isinstance(event, h11.Response):
                answer = event
            elif isinstance(event, h11.Data):
                content += bytes(event.data)
            else:
                return answer.status_code, answer.reason.decode(), self.fields(answer), content

    def again(self, target):
        self.wire.start_next_cycle()
        return self.ask(target)

    @staticmethod
    def fields(answer):
        return {name.decode(): value.decode("latin-1") for name, value in answer.headers.raw_items()}


def by_httpx(client, port, target, fields=None):
    answer = client.get(f"http://127.0.0.1:{port}{target}", headers={**REQUEST_FIELDS, **(fields or {})})
    return (answer.status_code, answer.reason_phrase,
            {name.decode(): value.decode("latin-1") for name, value in answer.headers.raw}, answer.content)


def curl(port, target, *options, timeout=PATIENCE):
    """The exit code, and what was written out."""
    done = subprocess.run(["curl", "-s", "--max-time", str(timeout), "-H", "Host: example.test", *options,
                           f"http://127.0.0.1:{port}{target}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.returncode, done.stdout


def by_curl(port, targets, work):
    """What one curl makes of all targets, on one connection: the heads of each, and its content."""
    order = os.path.join(work, "order")
    with open(order, "w", encoding="ascii") as file:
        for number, target in enumerate(targets):
            file.write(("next\n" if number else "") + f'url = "http://127.0.0.1:{port}{target}"\n'
                       f'header = "Host: example.test"\nsilent\nmax-time = {PATIENCE}\n'
                       f'dump-header = "{work}/head{number}"\noutput = "{work}/content{number}"\n')
    done = subprocess.run(["curl", "-q", "-K", order], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check("curl ends well", (0, b""), (done.returncode, done.stdout))
    found = []
    for number in range(len(targets)):
        parts = []
        for kind in ("head", "content"):
            path = os.path.join(work, kind + str(number))
            # curl makes no file of a content that is empty
            with open(path if os.path.exists(path) else os.devnull, "rb") as file:
                parts.append(file.read())
        heads = [head.split("\r\n") for head in parts[0].decode("latin-1").split("\r\n\r\n") if head]
        status, phrase = heads[-1][0].split(" ", 2)[1:]
        fields = dict(line.split(": ", 1) for line in heads[-1][1:])
        found.append(([head[0] for head in heads[:-1]], (int(status), phrase, fields, parts[1])))
    return found


# What a status owes, whatever the files say; the sub-statuses owe it with their status.
LOCATION = {"location": "/status/200"}
OWED = {
    201: LOCATION, 301: LOCATION, 302: LOCATION, 303: LOCATION, 307: LOCATION, 308: LOCATION,
    205: {"content-length": "0"}, 206: {"content-range": "bytes 0-9/100", "etag": '"rehearsed"'},
    226: {"im": "identity", "etag": '"rehearsed"'}, 304: {"etag": '"rehearsed"'},
    401: {"www-authenticate": 'Basic realm="rehearsal"'}, 405: {"allow": "OPTIONS"},
    407: {"proxy-authenticate": 'Basic realm="rehearsal"'}, 413: {"retry-after": "5"},
    416: {"content-range": "bytes */0"}, 426: {"upgrade": "websocket", "connection": "upgrade"},
    429: {"retry-after": "5"}, 451: {"link": '<https://authority.example/>; rel="blocked-by"'},
    503: {"retry-after": "5"},
}


def judge(who, code, scenario, found):
    """Compares what a client has made of an answer with the file, and with what is owed."""
    status, phrase, fields, content = next(answer for answer in scenario.answers if answer[0] >= 200)
    expected = {name.lower(): value for name, value in fields}
    seen = {name.lower(): value for name, value in found[2].items()}
    identity = seen.get("x-request-id", "").encode()
    check(f"{who}: {code}: the date", True, bool(DATE.fullmatch(seen.get("date", "").encode())))
    check(f"{who}: {code}: the id", True, bool(re.fullmatch(rb"[0-9a-f]{16}", identity)))
    for name in ("date", "x-request-id"):
        expected.pop(name)
        seen.pop(name, None)
    check(f"{who}: {code}: the answer", (status, phrase, expected, content.replace(ID_MARK, identity)),
          (found[0], found[1], seen, found[3]))
    owed = OWED.get(int(code.split(".")[0]), {})
    check(f"{who}: {code}: what it owes", owed, {name: seen.get(name) for name in owed})


def statuses(port, files):
    """Every final status and sub-status, by each client, on one kept connection each but for those that end it."""
    finals = {name: scenario for name, scenario in files.items()
              if re.fullmatch(r"[2-5]\d\d(\.\d+)?", name)}
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    ended = set()
    for code, scenario in finals.items():
        judge("http.client", code, scenario, by_http_client(link, f"/status/{code}"))
        if link.sock is None:
            ended.add(int(code))
    # And whatever else can be sent, registered or not
    for code in range(200, 600):
        found = short(by_http_client(link, f"/status/{code}"))
        check(f"http.client: {code}", (code, str(code)), (found[0], found[2]))
        if link.sock is None:
            ended.add(code)
    check("http.client: what ends the connection", LAST, ended)
    link.close()
    with tempfile.TemporaryDirectory() as work:
        answers = by_curl(port, [f"/status/{code}" for code in finals], work)
    for (code, scenario), (_, answer) in zip(finals.items(), answers):
        judge("curl", code, scenario, answer)
    if not h11:
        return
    raw, is_first = H11(port), True
    for code, scenario in finals.items():
        judge("h11", code, scenario, (raw.ask if is_first else raw.again)(f"/status/{code}"))
        is_first = code in map(str, LAST)
        if is_first:
            raw.socket.close()
            raw = H11(port)
    raw.socket.close()
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        for code, scenario in finals.items():
            judge("httpx", code, scenario, by_httpx(client, port, f"/status/{code}"))


def interims(port, files):
    """Every 1xx but 101 in front of a 200; those that have a file as that says."""
    codes = [code for code in range(100, 200) if code != 101]
    with tempfile.TemporaryDirectory() as work:
        answers = by_curl(port, [f"/status/{code}" for code in codes], work)
    client = httpx.Client(trust_env=False, timeout=PATIENCE) if httpx else None
    raw = H11(port) if h11 else None
    for code, (lines, answer) in zip(codes, answers):
        scenario = files.get(str(code))
        head = scenario.answers[0] if scenario else (code, "", [], b"")
        check(f"curl: {code}: the interim", [f"HTTP/1.1 {code} {head[1]}"], lines)
        right = (200, "OK", str(code), b"200 OK\n")
        check(f"curl: {code}: the answer behind it", right, short(answer))
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        # http.client passes over a 100, and takes any other 1xx for the answer (as of Python 3.11)
        found = short(by_http_client(link, f"/status/{code}"))
        check(f"http.client: {code}", True, found == right or (code != 100 and found == (code, head[1], None, b"")))
        link.close()
        if raw:
            answer = (raw.ask if code == 100 else raw.again)(f"/status/{code}")
            check(f"h11: {code}: the answer behind it", right, short(answer))
            check(f"h11: {code}: the interim", [(code, head[1], dict(head[2]))],
                  [(event.status_code, event.reason.decode(), raw.fields(event)) for event in raw.interims])
            check(f"httpx: {code}", right, short(by_httpx(client, port, f"/status/{code}")))
    if raw:
        raw.socket.close()
        client.close()


def short(answer):
    status, phrase, fields, content = answer
    return status, phrase, {name.lower(): value for name, value in fields.items()}.get("rehearsed"), content


UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
# RFC 6455 section 5.7: "Hello", masked; and as it comes back
HELLO, HELLO_BACK = b"\x81\x857\xfa!=\x7f\x9fMQX", b"\x81\x05Hello"
SWITCHED = (101, "Switching Protocols", "websocket", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")


def switched(answer):
    fields = {name.lower(): value for name, value in answer[2].items()}
    return answer[0], answer[1], fields.get("upgrade"), fields.get("sec-websocket-accept")


def upgrade(port):
    """101: what follows is the client's own affair, and ours on the other side."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    check("http.client: 101", SWITCHED, switched(by_http_client(link, "/status/101", UPGRADE)))
    link.sock.sendall(HELLO)
    check("http.client: 101: a frame", HELLO_BACK, link.sock.recv(len(HELLO_BACK)))
    link.close()
    options = [word for name, value in UPGRADE.items() for word in ("-H", f"{name}: {value}")]
    # curl has nothing to say, and waits for more than the head
    code, head = curl(port, "/status/101", "-i", "--no-buffer", *options, timeout=STALLED)
    check("curl: 101", (28, True), (code, head.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")))
    if h11:
        raw = H11(port)
        check("h11: 101", SWITCHED, switched(raw.ask("/status/101", UPGRADE)))
        check("h11: 101: no more HTTP", h11.PAUSED, raw.event())
        raw.socket.sendall(HELLO)
        check("h11: 101: a frame", HELLO_BACK, raw.wire.trailing_data[0] + raw.socket.recv(len(HELLO_BACK)))
        raw.socket.close()
    check_curl_interim(port)


def check_curl_interim(port):
    """`Expect: 100-continue` in earnest: curl waits for the 100 before it sends, and is answered without one where that is ordered."""
    for query, interims in (("", [b"100"]), ("?continue=no", [])):
        code, answer = curl(port, "/status/200" + query, "-i", "-H", "Expect: 100-continue", "--expect100-timeout",
                            str(PATIENCE), "--data", "Hello")
        seen = re.findall(rb"^HTTP/1\.1 (\d+)", answer, re.MULTILINE)
        check(f"curl: Expect{query}", (0, interims + [b"200"]), (code, seen))


# What each client makes of each fault: the class of its error, or the content that it takes for the answer. Where the connection goes on,
# a second request shows what the client takes for its answer.
RIGHT = b"0123456789"


def expected_of_faults():
    reset, late = ConnectionResetError, TimeoutError
    gone, line = http.client.RemoteDisconnected, http.client.BadStatusLine
    half = http.client.IncompleteRead
    # The clients of the table: http.client, curl
    return {
        "close@before-head": (gone, 52), "close@after-9": (line, 52),
        # Both take half a head for a whole one. Later curls know better
        "close@in-head": (b"", {0, 8, 18, 52, 56}),
        "close@after-head": ((half, b""), (18, b"")), "close@in-content": ((half, b"01234"), (18, b"01234")),
        "close@after-content": (RIGHT, (0, RIGHT)),
        "reset@before-head": (reset, 56), "reset@after-9": (reset, 56), "reset@in-head": (reset, 56),
        "reset@after-head": (reset, (56, b"")), "reset@in-content": (reset, (56, b"01234")),
        "reset@after-content": (RIGHT, (0, RIGHT)),
        "stall@before-head": (late, 28), "stall@after-9": (late, 28), "stall@in-head": (late, 28),
        "stall@after-head": (late, (28, b"")), "stall@in-content": (late, (28, b"01234")),
        "length-short@in-head": (b"01234", (0, b"01234")), "length-long@in-head": ((half, RIGHT), (18, RIGHT)),
        "chunk-broken@in-content": ((half, b"01234"), (56, b"01234")),
        "chunk-unfinished@in-content": ((half, RIGHT), (18, RIGHT)),
        "garbage@before-head": (line, 1), "garbage@in-head": (RIGHT, 8),
        "garbage@after-content": (RIGHT, (0, RIGHT)),
        "head-endless@in-head": (http.client.HTTPException, 28), "head-slow@in-head": (RIGHT, (0, RIGHT)),
        "content-unallowed@after-head": (b"", (0, b"")), "twice@after-content": (RIGHT, (0, RIGHT)),
    }


def expected_of_h11(fault):
    """The error of h11, or the content that it takes; and the same for httpx, which stands on h11 and has names of its own."""
    name, point = fault.split("@")
    if point == "after-content" or name == "head-slow":
        return RIGHT, RIGHT
    if name == "reset":
        return ConnectionResetError, httpx.ReadError
    if name == "stall":
        return TimeoutError, httpx.ReadTimeout
    if name in ("length-short", "content-unallowed"):
        content = b"01234" if name == "length-short" else b""
        return content, content
    return h11.RemoteProtocolError, httpx.RemoteProtocolError


def told(fault, expected):
    """An expectation as the documentation tells it."""
    if isinstance(expected, set):
        # Of several versions, Debian 12's
        expected = (0, b"")
    if isinstance(expected, tuple):
        # An error and what came before it; of curl, its exit code and the content
        expected = expected[1] if expected[0] == 0 else expected[0]
    if isinstance(expected, bytes):
        right = b"" if fault.startswith("content-unallowed") else RIGHT
        return "right" if expected == right else f"{len(expected)} bytes for all"
    return f"exit {expected}" if isinstance(expected, int) else expected.__name__


def documented(faults):
    """Whether the table of Documentation/Rehearsal-on-the-wire.md tells of all faults what is expected here."""
    path = os.path.join(scenarios.FOLDER, "..", "..", "Documentation", "Rehearsal-on-the-wire.md")
    with open(path, encoding="utf-8") as file:
        found = re.findall(r"^\| `(.*@.*)` \| (.*) \|$", file.read(), re.MULTILINE)
    rows = []
    for name, (of_http_client, of_curl) in faults.items():
        cells = [of_http_client, *expected_of_h11(name), of_curl]
        rows.append((name.replace("after-9", "after:9"), " | ".join(told(name, cell) for cell in cells)))
    check("the documentation tells what clients make of faults", rows, found)


def outcome(ask, expected):
    """What came of asking, put as the expectation is: a content, or the class where the error is of it."""
    try:
        return ask()[3]
    except Exception as error:  # noqa: BLE001 - whatever a client raises is what there is to see
        if isinstance(expected, tuple) and isinstance(error, expected[0]):
            return expected[0], error.partial
        if isinstance(expected, type) and isinstance(error, expected):
            return expected
        return repr(error)


def target_of(name):
    code = 204 if name.startswith("content-unallowed") else 200
    return f"/status/{code}?content=0123456789&fault={name.replace('after-9', 'after:9')}"


def wait_of(name):
    return STALLED if name.startswith("stall") else PATIENCE


def fault_by_http_client(port, name, expected):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=wait_of(name))
    check(f"http.client: {name}", expected, outcome(lambda: by_http_client(link, target_of(name)), expected))
    if name in ("close@after-content", "reset@after-content"):
        # The end has come, and was announced by nothing
        select.select([link.sock], [], [], PATIENCE)
        check(f"http.client: {name}: the next request", ConnectionError,
              outcome(lambda: by_http_client(link, "/status/204"), ConnectionError))
    link.close()


def fault_by_curl(port, name, expected):
    # An endless head is read up to the client's own limit, and curl has none that comes soon
    found = curl(port, target_of(name), timeout=STALLED if name.startswith("head-endless") else wait_of(name))
    if isinstance(expected, int):
        check(f"curl: {name}", expected, found[0])
    elif isinstance(expected, set):
        check(f"curl: {name}", True, found[0] in expected)
    else:
        check(f"curl: {name}", expected, found)


def fault_by_h11(port, name, expected):
    raw = H11(port, timeout=wait_of(name))
    check(f"h11: {name}", expected, outcome(lambda: raw.ask(target_of(name)), expected))
    # What stands where the next answer would begin is taken for it
    if name in ("length-short@in-head", "content-unallowed@after-head", "close@after-content", "garbage@after-content"):
        check(f"h11: {name}: the next answer", h11.RemoteProtocolError,
              outcome(lambda: raw.again("/status/204"), h11.RemoteProtocolError))
    elif name == "twice@after-content":
        check(f"h11: {name}: the next answer", RIGHT, outcome(lambda: raw.again("/status/204"), RIGHT))
    raw.socket.close()


def fault_by_httpx(port, name, expected):
    with httpx.Client(trust_env=False, timeout=wait_of(name)) as client:
        check(f"httpx: {name}", expected, outcome(lambda: by_httpx(client, port, target_of(name)), expected))


def listed_faults(binary):
    """NAME@POINT as `rehearse --faults` lists them; of `after:N` one number."""
    text = subprocess.run([binary, "rehearse", "--faults"], capture_output=True, text=True, check=True).stdout
    found, name = set(), ""
    for line in text.split("\n")[1:]:
        words = line.split()
        if words[:1] == ["@"]:
            found |= {f"{name}@{word.strip(',')}".replace("after:N", "after-9") for word in words[1:]}
        elif words:
            name = words[0]
    return found


def start(binary, state):
    server = subprocess.Popen([binary, "rehearse", "--listen", "127.0.0.1:0", "--state", state],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = b""
    for line in server.stdout:
        said += line
        found = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
        if found:
            return server, int(found[1])
    sys.exit(f"clients: outside: the rehearsal did not start: {said.decode()}")


def main():
    binary = sys.argv[1]
    listed = subprocess.run([binary, "try", "--list"], capture_output=True, text=True, check=True).stdout
    names = [line.split()[0].removeprefix("rehearsed/") for line in listed.split("\n") if line.startswith("rehearsed/")]
    check("`try --list` has the files of the folder", sorted(name[:-9] for name in os.listdir(scenarios.FOLDER)), sorted(names))
    there = scenarios.positions(binary)
    files = {name: scenarios.Scenario(name, there) for name in names}
    faults = expected_of_faults()
    check("`rehearse --faults` lists what is played here", listed_faults(binary), set(faults))
    if h11:
        documented(faults)
    else:
        print("clients: outside: h11 and httpx are not installed, not asked", file=sys.stderr)
    with tempfile.TemporaryDirectory() as state:
        server, port = start(binary, state)
        try:
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                work = []
                # What takes long first: all else is done while it comes
                for name in sorted(faults, key=lambda name: not name.startswith("head-")):
                    work += [pool.submit(fault_by_http_client, port, name, faults[name][0]),
                             pool.submit(fault_by_curl, port, name, faults[name][1]),
                             pool.submit(scenarios.play, port, files[name], check)]
                    if h11:
                        of_h11, of_httpx = expected_of_h11(name)
                        work += [pool.submit(fault_by_h11, port, name, of_h11),
                                 pool.submit(fault_by_httpx, port, name, of_httpx)]
                work += [pool.submit(scenarios.play, port, files[name], check) for name in names if name not in faults]
                work += [pool.submit(part, port, files) for part in (statuses, interims)]
                work.append(pool.submit(upgrade, port))
                for part in work:
                    try:
                        part.result()
                    except Exception as error:  # noqa: BLE001 - one part that breaks does not hide the others
                        counts[False] += 1
                        print(f"clients: outside: {type(error).__name__}: {error}", file=sys.stderr)
        finally:
            server.terminate()
            server.wait(20)
    print(counts[True], counts[False])


if __name__ == "__main__":
    main()
