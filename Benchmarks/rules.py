#!/usr/bin/env python3
"""Tells what many rules cost: reading them, going over to them in a reload, and matching among them.

The same requests are answered by a server with one rule that matters and by one with all of them, in
turns; the least CPU time of each counts, because other programs can only add to it. It builds
nothing: give it a release binary.
"""

import argparse
import os
import random
import resource
import shutil
import socket
import subprocess
import sys
import tempfile

from measure import cpu_nanoseconds
from servers import Server, Unusable

DEPTH = 64
# What the issue asks for: milliseconds of CPU for a reload, and more microseconds for a match.
RELOAD_MAX = 100.0
MATCH_MAX = 0.3


def path_of(number):
    return f"/section-{number % 97}/group-{number % 13}/page-{number}"


def rules(numbers, count):
    """Contents for the rules that are asked for, and, of the others, a redirect in each five."""
    lines = []
    for number in numbers:
        lines.append(f"      - path: {path_of(number)}")
        if number % 5 == 4 and count > 1:
            lines.append(f"        redirect: /new/page-{number}")
        else:
            lines.append("        content: {text: \"Hello, world!\\n\", type: text/plain}")
    return "\n".join(lines) + "\n"


class Ruled(Server):
    """A Statusline server with some of the rules and one for `/small`."""

    def __init__(self, binary, name, parent, processor, numbers):
        super().__init__(name, parent, processor, 1024)
        self.binary = os.path.abspath(binary)
        self.file = os.path.join(self.directory, "statusline.yaml")
        self.state = os.path.join(self.directory, "state")
        with open(self.file, "w") as out:
            out.write(
                f"listen: [\"127.0.0.1:{self.port}\"]\nloops: 1\nstate: {self.state}\n"
                "journal: {format: off}\nsites:\n  - rules:\n"
                "      - path: /small\n        content: {text: \"Hello, world!\\n\"}\n"
                + rules(numbers, len(numbers)))

    def command(self):
        return [self.binary, "serve", "--config", self.file]

    def change(self):
        with open(self.file, "a") as out:
            out.write("# again\n")

    def reload(self):
        run = subprocess.run(
            [self.binary, "reload", "--state", self.state], capture_output=True, text=True)
        if run.returncode != 0:
            raise Unusable(f"{self.name} was not reloaded:\n{run.stdout}{run.stderr}")


def check_milliseconds(server):
    """User and system time of `statusline check`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        [server.binary, "check", server.file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode != 0:
        raise Unusable(run.stdout.decode(errors="replace"))
    return ((after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)) * 1000


def process_milliseconds(server):
    """User and system time of the process so far, with threads that are over."""
    with open(f"/proc/{server.process.pid}/stat") as line:
        fields = line.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def reload_milliseconds(server, times):
    """What one reload costs the server, over many, because the kernel counts hundredths of a second."""
    before = process_milliseconds(server)
    for _ in range(times):
        server.change()
        server.reload()
    return (process_milliseconds(server) - before) / times


class Asker:
    """One connection with many requests under way."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        self.server = server
        self.length = len(self.one("/small"))

    def one(self, path):
        self.socket.sendall(request(path))
        data = b""
        while not data.endswith(b"world!\n"):
            more = self.socket.recv(65536)
            if not more:
                raise Unusable("the server closed the connection")
            data += more
        return data

    def microseconds(self, batches, answer):
        """CPU of the server for one request."""
        before = cpu_nanoseconds(self.server)
        for batch in batches:
            self.socket.sendall(batch)
            missing = DEPTH * answer
            while missing > 0:
                more = self.socket.recv(1 << 18)
                if not more:
                    raise Unusable("the server closed the connection")
                missing -= len(more)
            if missing < 0:
                raise Unusable("the answers are not all of one length")
        return (cpu_nanoseconds(self.server) - before) / 1000 / DEPTH / len(batches)


def request(path):
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def match(few, many, numbers, rounds, requests):
    """Microseconds a request of both servers, for one path and, of the larger, for all of them."""
    path = path_of(numbers[len(numbers) // 2])
    askers = [Asker(few), Asker(many)]
    answer = len(askers[0].one(path))
    if len(askers[1].one(path)) != answer:
        raise Unusable("the servers do not answer alike")
    batches = [b"".join(request(path) for _ in range(DEPTH))] * (requests // DEPTH)
    shuffled = [number for number in numbers if number % 5 != 4]
    random.Random(1).shuffle(shuffled)
    # The heads are of several lengths, the answers are not
    every = [
        b"".join(request(path_of(shuffled[(start + index) % len(shuffled)]))
                 for index in range(DEPTH))
        for start in range(0, requests, DEPTH)]
    least = [float("inf")] * 3
    for _ in range(rounds):
        for place, (asker, wanted) in enumerate(
                ((askers[0], batches), (askers[1], batches), (askers[1], every))):
            least[place] = min(least[place], asker.microseconds(wanted, answer))
    return least


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", nargs="?", default=".build/release/statusline")
    parser.add_argument("--rules", type=int, default=10_000, help="rules (10000)")
    parser.add_argument("--rounds", type=int, default=9, help="rounds (9)")
    parser.add_argument("--requests", type=int, default=51_200, help="requests a round (51200)")
    options = parser.parse_args()
    if options.rules < 10 or options.rounds < 1 or options.requests < DEPTH:
        parser.error("too few rules, rounds or requests")
    return options


def measure(options, parent):
    processor = min(os.sched_getaffinity(0))
    numbers = list(range(options.rules))
    middle = [numbers[len(numbers) // 2]]
    if middle[0] % 5 == 4:
        numbers = numbers[:-1]
        middle = [numbers[len(numbers) // 2]]
    few = Ruled(options.binary, "few", parent, processor, middle)
    many = Ruled(options.binary, "many", parent, processor, numbers)
    print(f"load average {os.getloadavg()[0]:.1f}; {len(numbers)} rules against 1")
    read = [min(check_milliseconds(server) for _ in range(options.rounds)) for server in (few, many)]
    print(f"statusline check: {read[1]:.1f} ms of CPU, with one rule {read[0]:.1f} ms")
    try:
        few.start()
        many.start()
        reload = min(reload_milliseconds(many, 5) for _ in range(max(options.rounds // 3, 1)))
        print(f"reload: {reload:.1f} ms of CPU in the server")
        one, same, all_paths = match(few, many, numbers, options.rounds, options.requests)
        print(f"a request, one rule: {one:.2f} us of CPU")
        print(f"a request, the same path among all rules: {same:.2f} us, {same - one:+.2f}")
        print(f"a request, all paths in no order: {all_paths:.2f} us, {all_paths - one:+.2f}")
    finally:
        few.stop()
        many.stop()
    failed = reload > RELOAD_MAX or same - one > MATCH_MAX
    if failed:
        print(f"rules: more than {RELOAD_MAX:.0f} ms or {MATCH_MAX} us", file=sys.stderr)
    return 1 if failed else 0


def main():
    options = arguments()
    parent = tempfile.mkdtemp(prefix="statusline-rules-")
    try:
        if not os.access(options.binary, os.X_OK):
            raise Unusable(f"{options.binary} is no program: make build makes it")
        return measure(options, parent)
    except Unusable as reason:
        print(f"rules: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(parent, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
