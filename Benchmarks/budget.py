#!/usr/bin/env python3
"""Counts instructions and allocations a request, and compares them with Benchmarks/budget.tsv.

A row is one kind of request on one kept connection. The server answers it N times under valgrind's
callgrind, and 5N times in a second process; the difference, divided by 4N, is what a request costs
without the start and the end. Both numbers come from counting, not from clocks, so that they are
nearly the same on a busy machine. It builds nothing: give it a release binary.
"""

import argparse
import collections
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from servers import STATUSLINE, Unusable, make_files, require

HERE = os.path.dirname(os.path.abspath(__file__))
BUDGET = os.path.join(HERE, "budget.tsv")
REQUESTS = 200
TOLERANCE = 0.08
# Some things happen by the clock, such as looking at a folder again once a second, and a request under callgrind is slow enough to meet
# them: what is fewer than one allocation in so many requests is none of the requests' own.
BY_THE_CLOCK = 1 / 20
# Calls of these are counted, unless they come from one of them.
ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"}
INSIDE = re.compile(
    r"^(_mid_memalign|__libc_|_int_|realloc|calloc|posix_memalign|aligned_alloc)")
# Frames between an allocator and the code that wanted the memory.
BETWEEN = re.compile(
    r"^(swift_(slowAlloc|allocObject|initStackObject|bufferAllocate)|_?swift_slow)")

PLAIN = "Host: localhost\r\n"
# What a browser sends of its own accord: 14 fields, about 640 bytes.
BROWSER = (
    "Host: localhost\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: max-age=0\r\n"
    'sec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99"\r\n'
    "sec-ch-ua-mobile: ?0\r\n"
    'sec-ch-ua-platform: "Linux"\r\n'
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
    "*/*;q=0.8\r\n"
    "Sec-Fetch-Site: none\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "Sec-Fetch-Dest: document\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-GB,en;q=0.9,th;q=0.8\r\n"
)


class Row:
    """One kind of request. ETAG in its fields stands for the server's own."""

    def __init__(self, name, path, status, fields=PLAIN, journal="format: json, "):
        self.name = name
        self.path = path
        self.status = status
        self.fields = fields
        self.journal = journal


ROWS = [
    Row("fixed small answer", "/small", 200),
    Row("404", "/missing", 404),
    Row("1 KiB file", "/1k", 200),
    Row("100 KiB file", "/100k", 200),
    Row("304", "/1k", 304, PLAIN + "If-None-Match: ETAG\r\n"),
    Row("206, 1 KiB of 100", "/100k", 206, PLAIN + "Range: bytes=2048-3071\r\n"),
    Row("gzip, 20 KiB page", "/coded/page.html", 200, PLAIN + "Accept-Encoding: gzip\r\n"),
    Row("gzip beforehand", "/ready/page.html", 200, PLAIN + "Accept-Encoding: gzip\r\n"),
    Row("best variant", "/variants/page", 200, BROWSER),
    Row("rehearsed 503", "/try/status/503", 503),
    Row("fixed, browser head", "/small", 200, BROWSER),
    Row("fixed, journal off", "/small", 200, journal="format: off, "),
    Row("fixed, trace off", "/small", 200, journal="trace: off, format: json, "),
]


class Client:
    """One connection that asks, and reads the whole answer, again and again."""

    LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request, bodiless=False):
        """Status and head of one answer."""
        self.socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.receive()
        head, _, content = data.partition(b"\r\n\r\n")
        length = self.LENGTH.search(head)
        missing = 0 if bodiless or not length else int(length.group(1)) - len(content)
        while missing > 0:
            missing -= len(self.receive())
        return int(head[9:12]), head

    def receive(self):
        more = self.socket.recv(1 << 18)
        if not more:
            raise Unusable("the server closed the connection within an answer")
        return more


class Costs:
    """What one run of the server cost: instructions, calls of allocators, and both by place."""

    def __init__(self, path):
        self.instructions = 0
        self.own = collections.Counter()
        self.allocators = collections.Counter()
        self.read(path)
        self.allocations = sum(self.allocators.values())

    def read(self, path):
        function, called, skip = "", "", False
        with open(path, errors="replace") as lines:
            for line in lines:
                if line.startswith("fn="):
                    function = line[3:].rstrip()
                elif line.startswith("cfn="):
                    called = line[4:].rstrip()
                elif line.startswith("calls="):
                    # The next line is the cost of what was called, which is counted where it stands
                    skip = True
                    caller = function.split("'")[0]
                    if called.split("'")[0] in ALLOCATORS and not INSIDE.match(caller):
                        # Without contexts in the names, the caller is all that is known
                        place = called if "'" in called else called + "'" + function
                        self.allocators[place] += int(line[6:].split()[0])
                elif line[:1].isdigit() or line[:1] in "+-*":
                    if not skip:
                        self.own[function] += int(line.split()[1])
                    skip = False
        self.instructions = sum(self.own.values())


class Counting:
    """Runs the server under callgrind, in a folder of its own."""

    def __init__(self, binary, parent, requests):
        self.parent = parent
        self.requests = requests
        self.valgrind = require("valgrind")
        # Debian 12's valgrind cannot read the debug information that Swift 6 writes
        self.binary = os.path.join(parent, "statusline")
        subprocess.run([require("objcopy"), "--strip-debug", binary, self.binary], check=True)
        self.preload = os.path.join(parent, "preload.so")
        compiler = shutil.which("clang") or require("cc")
        source = os.path.join(HERE, "preload.c")
        subprocess.run(
            [compiler, "-O2", "-shared", "-fPIC", "-o", self.preload, source], check=True)

    def measure(self, row, contexts=0):
        """The costs of N and of 5N requests."""
        return tuple(self.run(row, self.requests * times, contexts) for times in (1, 5))

    def a_request(self, row):
        """Instructions and allocations a request."""
        few, many = self.measure(row)
        count = 4 * self.requests
        return ((many.instructions - few.instructions) / count,
                (many.allocations - few.allocations) / count)

    def run(self, row, count, contexts):
        directory = tempfile.mkdtemp(prefix="run-", dir=self.parent)
        make_files(directory)
        configuration = os.path.join(directory, "statusline.yaml")
        with open(configuration, "w") as out:
            out.write(STATUSLINE.format(directory=directory, port=0, journal=row.journal))
        counts = os.path.join(directory, "counts")
        command = [
            self.valgrind, "--tool=callgrind", "--quiet", "--compress-strings=no",
            f"--callgrind-out-file={counts}", f"--separate-callers={contexts}",
            self.binary, "serve", "--config", configuration,
        ]
        # Swift's hashing has a random seed unless it is told not to
        environment = dict(
            os.environ, SWIFT_DETERMINISTIC_HASHING="1", LC_ALL="C", LD_PRELOAD=self.preload)
        said = os.path.join(directory, "said")
        with open(said, "wb") as out:
            server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env=environment, cwd=directory, start_new_session=True)
        try:
            self.play(row, count, port_of(server, said))
            server.send_signal(signal.SIGTERM)
            server.wait(60)
            return Costs(counts)
        except (Unusable, OSError, subprocess.TimeoutExpired) as reason:
            with open(said, errors="replace") as lines:
                raise Unusable(f"{row.name}: {reason}\n{lines.read()[-2000:]}") from reason
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            shutil.rmtree(directory, ignore_errors=True)

    def play(self, row, count, port):
        client = Client(port)
        try:
            fields = row.fields
            # Every row asks once beforehand, so that what only a first answer costs is in both runs
            _, head = client.ask(f"GET {row.path} HTTP/1.1\r\n{PLAIN}\r\n".encode())
            tag = re.search(rb"\r\nETag: *([^\r]+)", head)
            if tag:
                fields = fields.replace("ETAG", tag.group(1).decode())
            request = f"GET {row.path} HTTP/1.1\r\n{fields}\r\n".encode()
            for _ in range(count):
                status, _ = client.ask(request, bodiless=row.status == 304)
                if status != row.status:
                    raise Unusable(f"answered {status}, not {row.status}")
        finally:
            client.socket.close()


def port_of(server, file, limit=60):
    """The port that the server says it has."""
    end = time.monotonic() + limit
    while time.monotonic() < end and server.poll() is None:
        with open(file, errors="replace") as lines:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/\n", lines.read())
        if found:
            return int(found.group(1))
        time.sleep(0.01)
    raise Unusable("the server did not start")


def read_budget(path):
    """The comment lines, and by row's name instructions and allocations."""
    comments, budget = [], {}
    with open(path) as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith("#") or not line.strip():
                comments.append(line)
                continue
            try:
                name, instructions, allocations = line.rstrip("\n").split("\t")
                budget[name] = (int(instructions), float(allocations))
            except ValueError:
                raise Unusable(f"{path}:{number}: not three columns with tabs") from None
    return comments, budget


def write_budget(path, comments, measured, rest):
    """Writes what was measured, and keeps the rows that were not."""
    with open(path, "w") as out:
        out.writelines(comments)
        for row in ROWS:
            figures = measured.get(row.name) or rest.get(row.name)
            if figures:
                out.write(f"{row.name}\t{round(figures[0])}\t{figures[1]:.2f}\n")


def verdict(measured, budget):
    """What is to be said of a row, and whether it fails."""
    if budget is None:
        return "not in the budget: --record writes it", True
    if measured[1] > budget[1] + BY_THE_CLOCK:
        return f"too many allocations: {budget[1]:.2f} are allowed", True
    if measured[0] > budget[0] * (1 + TOLERANCE):
        return f"too many instructions: {TOLERANCE:.0%} above {budget[0]} are allowed", True
    if measured[1] < budget[1] - BY_THE_CLOCK:
        return "fewer allocations: lower the budget with --record", False
    if measured[0] < budget[0] * (1 - TOLERANCE):
        return "far fewer instructions: lower the budget with --record", False
    return "", False


def compare(counting, options):
    comments, budget = read_budget(options.budget)
    print(f"{'row':24}{'instructions':>14}{'budget':>9}{'':>8}{'allocations':>13}{'budget':>8}")
    measured, failed = {}, []
    for row in ROWS:
        if options.rows not in row.name:
            continue
        figures = measured[row.name] = counting.a_request(row)
        allowed = budget.get(row.name)
        told, fails = ("", False) if options.record else verdict(figures, allowed)
        change = f"{figures[0] / allowed[0] - 1:+8.1%}" if allowed else f"{'':8}"
        print(
            f"{row.name:24}{figures[0]:14.0f}{allowed[0] if allowed else '-':>9}{change}"
            f"{figures[1]:13.2f}{format(allowed[1], '.2f') if allowed else '-':>8}"
            f"{'  ' if told else ''}{told}", flush=True)
        if fails:
            failed.append(row.name)
    if options.record:
        write_budget(options.budget, comments, measured, budget)
        print(f"written to {os.path.relpath(options.budget)}")
    for name in failed:
        print(f"budget: {name}: see where with --where '{name}'", file=sys.stderr)
    return 1 if failed else 0


def plain_names(names):
    """Swift's names as they are written, where the toolchain is at hand."""
    tool = shutil.which("swift-demangle")
    if tool is None or not names:
        return {name: name for name in names}
    run = subprocess.run(
        [tool, "--compact", "--simplified"], input="\n".join(names), capture_output=True, text=True)
    plain = run.stdout.splitlines()
    return dict(zip(names, plain)) if len(plain) == len(names) else {name: name for name in names}


def tell_where(counting, row):
    """Prints the places that allocate, and the functions with the most instructions, a request."""
    few, many = counting.measure(row, contexts=8)
    count = 4 * counting.requests
    print(f"{row.name}: allocations a request, with their callers, the nearest first")
    for place, number in difference(few.allocators, many.allocators, count, 0.005):
        chain = [frame for frame in place.split("'")[1:] if not BETWEEN.match(frame)]
        plain = plain_names(chain)
        print(f"{number:8.2f}  {place.split(chr(39))[0]}")
        for frame in chain:
            print(f"{'':12}{plain[frame][:110]}")
    print(f"{row.name}: instructions a request in the function itself")
    few, many = (collapse(costs.own) for costs in (few, many))
    places = difference(few, many, count, 20)[:40]
    plain = plain_names([place for place, _ in places])
    for place, number in places:
        print(f"{number:8.0f}  {plain[place][:120]}")


def collapse(counter):
    """The same by the function alone, without the callers in its name."""
    sums = collections.Counter()
    for name, number in counter.items():
        sums[name.split("'")[0]] += number
    return sums


def difference(few, many, count, least):
    found = [(name, (number - few[name]) / count) for name, number in many.items()]
    return sorted((pair for pair in found if pair[1] >= least), key=lambda pair: -pair[1])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", nargs="?", default=".build/release/statusline")
    parser.add_argument("--record", action="store_true", help="write the budget anew")
    parser.add_argument("--rows", default="", help="only rows whose name contains this")
    parser.add_argument("--where", metavar="ROW", help="tell where this row allocates and spends")
    parser.add_argument("--budget", default=BUDGET, help="another budget file")
    parser.add_argument(
        "--requests", type=int, default=REQUESTS, help=f"N, see above ({REQUESTS})")
    options = parser.parse_args()
    if options.requests < 1:
        parser.error("requests are more than zero")
    if options.where and options.where not in [row.name for row in ROWS]:
        parser.error("rows are: " + "; ".join(row.name for row in ROWS))
    return options


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parent = tempfile.mkdtemp(prefix="statusline-budget-")
    try:
        if not os.access(options.binary, os.X_OK):
            raise Unusable(f"{options.binary} is no program: make build makes it")
        counting = Counting(options.binary, parent, options.requests)
        if options.where:
            tell_where(counting, next(row for row in ROWS if row.name == options.where))
            return 0
        return compare(counting, options)
    except Unusable as reason:
        print(f"budget: {reason}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Who read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(parent, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
