#!/usr/bin/env python3
"""Compares PUT of 1 MiB with nginx's dav module: server CPU a request.

Both servers write to the same file system, run on one processor and wrk on another, in turns; the
ratio is the median of the paired ratios. nginx has its temporary files on that file system too, so
that it renames and does not copy. It builds nothing: give it a release binary.
"""

import argparse
import os
import re
import statistics
import sys
import tempfile

from measure import COUNTED, HERE, cpu_nanoseconds, run_for
from servers import Nginx, Statusline, Unusable, require

GOAL = 0.8


class DavNginx(Nginx):
    def command(self):
        words = super().command()
        path = os.path.join(self.directory, "nginx.conf")
        with open(path) as text:
            config = text.read()
        config = config.replace(
            "files; }", "files; dav_methods PUT; client_max_body_size 0; }")
        with open(path, "w") as out:
            out.write(config)
        return words


class WritingStatusline(Statusline):
    def command(self):
        words = super().command()
        path = os.path.join(self.directory, "statusline.yaml")
        with open(path) as text:
            config = text.read()
        config = re.sub(r"files: (\S+/files)", r"files: {root: \1, write: PUT}", config)
        with open(path, "w") as out:
            out.write(config)
        return words


def load(server, seconds, connections, processor):
    """Microseconds of the server's CPU a request."""
    command = [
        require("taskset"), "-c", str(processor), require("wrk"), "-t1", f"-c{connections}",
        f"-d{max(1, round(seconds))}s", "--timeout", "60s",
        "-s", os.path.join(HERE, "put.lua"), f"http://127.0.0.1:{server.port}/",
    ]
    before = cpu_nanoseconds(server)
    output = run_for(command, seconds + 60)
    spent = cpu_nanoseconds(server) - before
    counted = COUNTED.search(output)
    if counted is None:
        raise Unusable(f"wrk failed on {server.name}:\n{output}")
    requests, _, broken = map(int, counted.groups())
    if requests == 0 or broken > 0:
        raise Unusable(f"{server.name}: {requests} answers, {broken} broken")
    return spent / 1000 / requests


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", nargs="?", default=".build/release/statusline")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--directory", help="where the files are written (a temporary folder)")
    options = parser.parse_args()
    allowed = sorted(os.sched_getaffinity(0))
    server_cpu, client_cpu = allowed[0], allowed[min(1, len(allowed) - 1)]
    with tempfile.TemporaryDirectory(prefix="statusline-put-", dir=options.directory) as parent:
        nginx = DavNginx("nginx", parent, server_cpu, 4096)
        ours = WritingStatusline(options.binary, "statusline", parent, server_cpu, 4096)
        pairs = []
        try:
            for server in (nginx, ours):
                server.start()
                load(server, 0.5, options.connections, client_cpu)
            for _ in range(options.rounds):
                pairs.append(tuple(
                    load(server, options.seconds, options.connections, client_cpu)
                    for server in (nginx, ours)))
        finally:
            for server in (nginx, ours):
                server.stop()
    ratios = [mine / theirs for theirs, mine in pairs]
    ratio = statistics.median(ratios)
    print("PUT of 1 MiB, server CPU a request, µs; "
          f"median of {options.rounds} runs of {options.seconds} s")
    print(f"nginx {statistics.median(p[0] for p in pairs):.0f}  "
          f"statusline {statistics.median(p[1] for p in pairs):.0f}  "
          f"ratio {ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f})  goal {GOAL}")
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unusable as error:
        sys.exit(f"put: {error}")
