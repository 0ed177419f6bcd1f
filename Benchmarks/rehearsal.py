#!/usr/bin/env python3
"""What rehearsing costs: answers that are drawn and delayed, clients that are held, and, where it is installed, httpbin beside it.

    rehearsal.py BINARY [--clients N] [--httpbin PYTHON]

PYTHON is an interpreter that has httpbin and gunicorn. CPU time is the server's own; memory is the
private part of its process.
"""

import argparse
import os
import selectors
import socket
import statistics
import sys
import tempfile
import time

from bench import processors, raise_descriptor_limit
from measure import Row, load, memory
from servers import Server, Statusline, Unusable

PLAIN = "/try/status/503"
# 500 and 503 in turn, by chance
DRAWN = "/try/status/503:0.5,500:0.5?seed=7"
DELAYED = "/try/status/503?delay=1ms"
BOTH = DRAWN + "&delay=1ms"
HELD = ("delay=20s", "delay=20s&content=0123456789&drip=1B/s")


class HTTPBin(Server):
    """httpbin as it is usually served: one process of gunicorn, with threads that keep connections."""

    def __init__(self, python, parent, processor, descriptors):
        super().__init__("httpbin", parent, processor, descriptors)
        self.python = python

    def command(self):
        return [
            self.python, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--workers", "1",
            "--threads", "64", "--keep-alive", "60", "--log-level", "error", "httpbin:app"]


def cost(server, path, fields, rounds, processor):
    """Microseconds of CPU a request, the median of some runs."""
    row = Row(path, path, 503, 0, fields)
    return statistics.median(load(server, row, 1.0, processor)[0] for _ in range(rounds))


def compare(ours, options, parent, processor):
    print("server CPU a request, µs")
    plain = cost(ours, PLAIN, {}, options.rounds, processor)
    print(f"  /status/503{'':32}{plain:9.2f}")
    for name, path in (("seeded, weighted", DRAWN), ("delayed by 1 ms", DELAYED), ("all three", BOTH)):
        more = cost(ours, path, {}, options.rounds, processor)
        print(f"  {name:43}{more:9.2f}  {more - plain:+.2f}")
    if not options.httpbin:
        return
    closing = {"Connection": "close"}
    fresh = cost(ours, PLAIN, closing, options.rounds, processor)
    print(f"  /status/503, new connections{'':15}{fresh:9.2f}")
    other = HTTPBin(options.httpbin, parent, ours.processor, ours.descriptors)
    other.start()
    try:
        kept = cost(other, "/status/503", {}, options.rounds, processor)
        print(f"  httpbin /status/503{'':24}{kept:9.2f}  1/{kept / plain:.0f}")
        new = cost(other, "/status/503", closing, options.rounds, processor)
        print(f"  httpbin /status/503, new connections{'':7}{new:9.2f}  1/{new / fresh:.0f}")
    finally:
        other.stop()


def hold(server, query, count):
    """Lets many clients wait at once. Their memory in KiB each, and how many milliseconds late their answers began."""
    request = f"GET /try/status/200?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    before = memory(server)["private"]
    waiting, late = selectors.DefaultSelector(), []
    try:
        for number in range(count):
            # A loopback address has ports for some 28,000 connections
            client = socket.socket()
            client.bind((f"127.0.0.{1 + number % 4}", 0))
            client.connect(("127.0.0.1", server.port))
            client.sendall(request)
            waiting.register(client, selectors.EVENT_READ, time.monotonic() + 20)
            time.sleep(0.0003)
        time.sleep(1)
        held = memory(server)["private"]
        end = time.monotonic() + 60
        while waiting.get_map() and time.monotonic() < end:
            for key, _ in waiting.select(1):
                late.append((time.monotonic() - key.data) * 1000)
                waiting.unregister(key.fileobj)
                if not key.fileobj.recv(65536).startswith(b"HTTP/1.1 200 "):
                    raise Unusable("a client that was held got no answer")
                key.fileobj.close()
        if waiting.get_map():
            raise Unusable("a client that was held got no answer in time")
    finally:
        for key in list(waiting.get_map().values()):
            key.fileobj.close()
        waiting.close()
    return held - before, sorted(late)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--clients", type=int, default=10_000, help="held at once (10000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of a second a row (3)")
    parser.add_argument("--httpbin", metavar="PYTHON", help="compare with httpbin under gunicorn")
    options = parser.parse_args()
    descriptors = raise_descriptor_limit()
    processor, client = processors()
    with tempfile.TemporaryDirectory(prefix="statusline-rehearsal-") as parent:
        ours = Statusline(options.binary, "statusline", parent, processor, descriptors)
        try:
            ours.start()
            compare(ours, options, parent, client)
            print(f"\n{options.clients} clients held at once")
            for query in HELD:
                # What a process has had is not given back whole
                ours.stop()
                ours.start()
                kibibytes, late = hold(ours, query, options.clients)
                print(
                    f"  {query:44}{kibibytes / 1024:6.1f} MiB, answers late by "
                    f"{late[len(late) // 2]:.1f} ms (median), {late[-1]:.1f} ms (most)")
        finally:
            ours.stop()


if __name__ == "__main__":
    try:
        main()
    except Unusable as reason:
        sys.exit(f"rehearsal.py: {reason}")
