"""Measures what a server costs: CPU time a request, memory, and the time to its first answer."""

import os
import re
import signal
import socket
import statistics
import subprocess
import time

from servers import Unusable, require

HERE = os.path.dirname(os.path.abspath(__file__))
COUNTED = re.compile(r"COUNTED requests=(\d+) microseconds=(\d+) bytes=\d+ broken=(\d+) ")


def cpu_nanoseconds(server):
    """User and system time of all threads so far, in nanoseconds."""
    total = 0
    for process in server.processes():
        for task in os.listdir(f"/proc/{process}/task"):
            try:
                with open(f"/proc/{process}/task/{task}/schedstat") as line:
                    total += int(line.read().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                total += cpu_from_stat(process, task)
    return total


def cpu_from_stat(process, task):
    """The same from the clock ticks, where the kernel keeps no scheduler statistics."""
    try:
        with open(f"/proc/{process}/task/{task}/stat") as line:
            fields = line.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(fields[11]) + int(fields[12])) * 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def load(server, row, seconds, processor):
    """One run of wrk. Returns the server's microseconds of CPU a request, and requests a second."""
    command = [
        require("taskset"), "-c", str(processor), require("wrk"), "-t1", "-c64", "-d1h",
        "-s", os.path.join(HERE, "report.lua"),
    ]
    for name, value in row.fields_for(server).items():
        command += ["-H", f"{name}: {value}"]
    command += [f"http://127.0.0.1:{server.port}{row.path}", "--", str(row.depth)]
    before = cpu_nanoseconds(server)
    output = run_for(command, seconds)
    spent = cpu_nanoseconds(server) - before
    counted = COUNTED.search(output)
    if counted is None:
        raise Unusable(f"wrk failed on {server.name} {row.path}:\n{output}")
    requests, microseconds, broken = map(int, counted.groups())
    if requests == 0 or broken > requests // 100:
        raise Unusable(f"{server.name} {row.path}: {requests} answers, {broken} broken connections")
    return spent / 1000 / requests, requests * 1e6 / microseconds


def run_for(command, seconds):
    """Runs wrk, interrupts it (it counts whole seconds only), and returns what it says."""
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        try:
            return run.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGINT)
        return run.communicate(timeout=30)[0]
    except subprocess.TimeoutExpired:
        return "it did not end\n"
    finally:
        run.kill()
        run.wait()


def memory(server):
    """Memory of the server's processes in KiB, by kind, added up.

    `clean` is the part of `private` that is pages of the program's file as they are on the disk: a
    second process of the same program would share them, and the kernel can drop them at any time.
    """
    total = {"rss": 0, "pss": 0, "private": 0, "clean": 0, "anonymous": 0}
    kinds = {
        "Rss": ["rss"], "Pss": ["pss"], "Private_Dirty": ["private"],
        "Private_Clean": ["private", "clean"], "RssAnon": ["anonymous"],
    }
    for process in server.processes():
        for file in ("smaps_rollup", "status"):
            with open(f"/proc/{process}/{file}") as lines:
                for line in lines:
                    name, _, value = line.partition(":")
                    for kind in kinds.get(name, ()):
                        total[kind] += int(value.split()[0])
    return total


def receive_answer(client):
    """Reads one answer with a Content-Length to its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(65536)
        if not more:
            raise Unusable("a connection was closed before its answer")
        data += more
    head, _, content = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    missing = int(length.group(1)) - len(content) if length else 0
    while missing > 0:
        more = client.recv(65536)
        if not more:
            raise Unusable("a connection was closed within its answer")
        missing -= len(more)


def open_idle(server, count):
    """Opens connections that each got one answer, from several loopback addresses."""
    clients = []
    request = b"GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n"
    try:
        for index in range(count):
            client = socket.socket()
            clients.append(client)
            client.settimeout(10)
            client.bind((f"127.0.0.{2 + index // 2000}", 0))
            client.connect(("127.0.0.1", server.port))
            client.sendall(request)
            receive_answer(client)
    except BaseException:
        for client in clients:
            client.close()
        raise
    return clients


def idle_cost(server, count):
    """What so many idle connections add, in KiB a connection."""
    before = memory(server)
    clients = open_idle(server, count)
    try:
        after = memory(server)
        return {kind: (after[kind] - before[kind]) / count for kind in after}
    finally:
        for client in clients:
            client.close()


def start_times(server, count):
    """Milliseconds from the start of the process to its first answer, `count` times."""
    times = []
    for _ in range(count):
        begin = time.monotonic()
        server.start()
        times.append((time.monotonic() - begin) * 1000)
        server.stop()
    return times


class Row:
    """One kind of request. `goal` is the ratio to nginx that is aimed at."""

    def __init__(self, name, path, status, goal, fields=None, length=None, depth=1,
                 coding=None):
        self.name = name
        self.path = path
        self.status = status
        self.goal = goal
        self.fields = fields or {}
        self.length = length
        self.depth = depth
        self.coding = coding

    def fields_for(self, server):
        """The request's fields; ETAG stands for the server's own."""
        tags = {"ETAG": lambda: server.ask(self.path)[1].get("ETag", '"none"')}
        return {k: tags[v]() if v in tags else v for k, v in self.fields.items()}

    def fault(self, server):
        """Why the server's answer is not what this row is about; None where it is."""
        status, fields, content = server.ask(self.path, self.fields_for(server))
        if status != self.status:
            return f"{server.name} answered {status}, not {self.status}"
        if fields.get("Content-Encoding") != self.coding:
            return f"{server.name} sent the coding {fields.get('Content-Encoding')}"
        if self.length is not None and len(content) != self.length:
            return f"{server.name} sent {len(content)} bytes, not {self.length}"
        return None


ROWS = [
    Row("fixed small answer", "/small", 200, 0.90, length=14),
    Row("404", "/missing", 404, 0.90),
    Row("1 KiB file", "/1k", 200, 0.54, length=1024),
    Row("100 KiB file", "/100k", 200, 0.70, length=102400),
    Row("304", "/1k", 304, 0.66, {"If-None-Match": "ETAG"}, length=0),
    Row("206, 1 KiB of 100", "/100k", 206, 0.53, {"Range": "bytes=2048-3071"}, length=1024),
    Row("gzip, 20 KiB page", "/coded/page.html", 200, 0.05, {"Accept-Encoding": "gzip"},
        coding="gzip"),
    Row("gzip beforehand", "/ready/page.html", 200, 0.70, {"Accept-Encoding": "gzip"},
        coding="gzip"),
    Row("rehearsed 503", "/try/status/503", 503, 1.00),
    Row("503, new connections", "/try/status/503", 503, 1.00, {"Connection": "close"}),
    Row("fixed, pipelined x16", "/small", 200, 0.20, length=14, depth=16),
]


def compare(left, right, row, rounds, seconds, processor):
    """Runs two servers in turn: the samples of each, in microseconds, and the paired ratios."""
    samples = {left: [], right: []}
    rates = {left: [], right: []}
    for number in range(rounds):
        for server in (left, right) if number % 2 == 0 else (right, left):
            cost, rate = load(server, row, seconds, processor)
            samples[server].append(cost)
            rates[server].append(rate)
    ratios = [b / a for a, b in zip(samples[left], samples[right])]
    return {
        left.name: statistics.median(samples[left]),
        right.name: statistics.median(samples[right]),
        "ratio": statistics.median(ratios),
        "spread": [min(ratios), max(ratios)],
        "samples": {left.name: samples[left], right.name: samples[right]},
        "requests a second": {
            left.name: statistics.median(rates[left]),
            right.name: statistics.median(rates[right]),
        },
    }
