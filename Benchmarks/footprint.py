#!/usr/bin/env python3
"""Prints what the server takes when it does nothing: memory, an idle connection, its start.

Nothing is compared or refused here, because clocks and other programs have a say in it; bench.py
puts nginx beside it.
"""

import argparse
import os
import resource
import shutil
import statistics
import sys
import tempfile

from measure import idle_cost, memory, start_times
from servers import Statusline, Unusable


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", nargs="?", default=".build/release/statusline")
    parser.add_argument("--connections", type=int, default=2_000, help="idle connections (2000)")
    parser.add_argument("--starts", type=int, default=7, help="starts (7)")
    parser.add_argument("--maps", action="store_true", help="list the mappings that take most")
    return parser.parse_args()


def mappings(server):
    """Resident and private KiB by mapping, added up by name."""
    found, name = {}, ""
    for process in server.processes():
        with open(f"/proc/{process}/smaps") as lines:
            for line in lines:
                words = line.split()
                if not words[0].endswith(":"):
                    # A zero-filled piece behind a file's is the file's own data
                    name = f"{words[5] if len(words) > 5 else '(anonymous)'} {words[1]}"
                    continue
                sums = found.setdefault(name, [0, 0])
                if words[0] == "Rss:":
                    sums[0] += int(words[1])
                elif words[0] in ("Private_Clean:", "Private_Dirty:"):
                    sums[1] += int(words[1])
    return sorted(found.items(), key=lambda pair: -pair[1][0])


def measure(options, parent):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    descriptors = 65_536 if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, hard))
    count = min(options.connections, descriptors - 200)
    server = Statusline(
        options.binary, "statusline", parent, min(os.sched_getaffinity(0)), descriptors)
    try:
        # Pages of a program that was just linked count as changed until they are on the disk
        with open(options.binary, "rb") as file:
            os.fsync(file.fileno())
        times = start_times(server, options.starts)
        server.start()
        start = memory(server)
        print(
            f"footprint: after the start {start['private']} KiB private (of it {start['clean']} "
            f"unchanged pages of the program's file), {start['rss']} KiB resident")
        if options.maps:
            for name, (resident, private) in mappings(server)[:25]:
                print(f"  {resident:8} resident {private:8} private  {name}")
        for _ in range(200):
            for path in ("/small", "/missing", "/1k"):
                server.ask(path)
        used = memory(server)
        print(
            f"footprint: after 600 requests of three kinds {used['private']} KiB private (of it "
            f"{used['clean']} unchanged pages of the program's file), {used['rss']} KiB resident")
        each = idle_cost(server, count)
        print(
            f"footprint: {count} idle connections {each['private']:.2f} KiB each; "
            f"start to first answer {statistics.median(times):.1f} ms, "
            f"the shortest of {options.starts} {min(times):.1f} ms")
    finally:
        server.stop()


def main():
    options = arguments()
    parent = tempfile.mkdtemp(prefix="statusline-footprint-")
    try:
        if not os.access(options.binary, os.X_OK):
            raise Unusable(f"{options.binary} is no program: make build makes it")
        measure(options, parent)
    except Unusable as reason:
        print(f"footprint: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(parent, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
