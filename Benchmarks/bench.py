#!/usr/bin/env python3
"""Compares Statusline with nginx: server CPU a request, memory, start.

Both servers run on one processor and wrk on another, on loopback, in turns within one run, and the
ratio is the median of the paired ratios. Requests a second are recorded but not compared: with one
core each they measure wrk. It builds nothing: give it a release binary.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

from measure import ROWS, compare, idle_cost, load, memory, start_times
from servers import Nginx, Statusline, Unusable, require


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", nargs="?", default=".build/release/statusline")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each server a row (5)")
    parser.add_argument("--seconds", type=float, default=1.5, help="length of a run (1.5)")
    parser.add_argument("--quick", action="store_true", help="fewer, shorter runs: a first look")
    parser.add_argument("--rows", default="", help="only rows whose name contains this")
    parser.add_argument("--only", choices=["cpu", "trace", "memory", "start"], help="only that")
    parser.add_argument("--connections", type=int, default=10_000, help="idle connections (10000)")
    parser.add_argument("--json", metavar="FILE", help="write everything measured there")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = min(options.rounds, 2), min(options.seconds, 0.5)
        options.connections = min(options.connections, 2_000)
    if options.rounds < 1 or options.seconds <= 0 or options.connections < 1:
        parser.error("rounds, seconds and connections are more than zero")
    return options


def raise_descriptor_limit():
    """As many descriptors as are allowed; the servers and wrk inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def processors():
    """One for the server, one for wrk; the same one where there is no other."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[min(1, len(allowed) - 1)]


def cpu_table(nginx, ours, options, client):
    print(f"\nserver CPU a request, µs; median of {options.rounds} runs of {options.seconds} s")
    print(f"{'row':24}{'nginx':>9}{'statusline':>12}{'ratio':>8}{'(least-most)':>15}{'goal':>7}")
    results = {}
    for row in ROWS:
        if options.rows not in row.name:
            continue
        fault = row.fault(nginx) or row.fault(ours)
        if fault:
            print(f"{row.name:24}skipped: {fault}", flush=True)
            results[row.name] = {"skipped": fault}
            continue
        for server in (nginx, ours):
            load(server, row, min(options.seconds, 0.5), client)
        found = compare(nginx, ours, row, options.rounds, options.seconds, client)
        found["goal"] = row.goal
        results[row.name] = found
        spread = "({:.2f}-{:.2f})".format(*found["spread"])
        print(
            f"{row.name:24}{found['nginx']:9.2f}{found['statusline']:12.2f}{found['ratio']:8.2f}"
            f"{spread:>15}{row.goal:7.2f}{'' if found['ratio'] <= row.goal else '  missed'}",
            flush=True)
    return results


def trace_table(ours, parent, options, places, client):
    """The cost of the decision trace: the same server with and without it."""
    print("\nthe trace, µs a request")
    print(f"{'row':24}{'off':>9}{'on':>12}{'more':>8}")
    silent = Statusline(options.binary, "trace-off", parent, *places, trace=False)
    results = {}
    try:
        silent.start()
        for row in ROWS[:2]:
            fault = row.fault(silent) or row.fault(ours)
            if fault:
                print(f"{row.name:24}skipped: {fault}")
                results[row.name] = {"skipped": fault}
                continue
            found = compare(silent, ours, row, options.rounds, options.seconds, client)
            pairs = found["samples"]
            more = statistics.median(
                on - off for off, on in zip(pairs[silent.name], pairs[ours.name]))
            results[row.name] = dict(found, more=more)
            print(f"{row.name:24}{found[silent.name]:9.2f}{found[ours.name]:12.2f}{more:+8.2f}")
    except Unusable as reason:
        print(f"skipped: {reason}")
        results["skipped"] = str(reason)
    finally:
        silent.stop()
    return results


def memory_table(servers, options, client):
    """Each server anew, so that what the load left behind is not counted."""
    count = min(options.connections, servers[0].descriptors - 200)
    print(f"\nmemory, KiB; and what {count} idle connections add, KiB each")
    print(
        f"{'server':14}{'rss':>9}{'pss':>9}{'private':>9}{'clean':>9}{'anon':>9}"
        f"{'pss each':>12}{'private each':>14}")
    results = {}
    for server in servers:
        server.stop()
        server.start()
        start = memory(server)
        load(server, ROWS[0], min(options.seconds, 0.5), client)
        each = idle_cost(server, count)
        results[server.name] = {"start": start, "each": each, "connections": count}
        print(
            f"{server.name:14}{start['rss']:9}{start['pss']:9}{start['private']:9}"
            f"{start['clean']:9}{start['anonymous']:9}{each['pss']:12.2f}{each['private']:14.2f}",
            flush=True)
    return results


def start_table(servers, options):
    count = 5 if options.quick else 15
    print(f"\nstart to first answer, ms, of {count}")
    print(f"{'server':14}{'median':>9}{'least':>9}")
    results = {}
    for server in servers:
        server.stop()
        times = start_times(server, count)
        results[server.name] = times
        print(f"{server.name:14}{statistics.median(times):9.1f}{min(times):9.1f}", flush=True)
    return results


def measure(options, parent):
    place, client = processors()
    if place == client:
        print("only one processor is allowed: the servers share it with wrk", file=sys.stderr)
    places = (place, raise_descriptor_limit())
    nginx = Nginx("nginx", parent, *places)
    ours = Statusline(options.binary, "statusline", parent, *places)
    wanted = [options.only] if options.only else ["cpu", "trace", "memory", "start"]
    results = {"machine": {
        "kernel": platform.release(), "processors": os.cpu_count(), "rounds": options.rounds,
        "seconds": options.seconds, "nginx": nginx_version()}}
    try:
        nginx.start()
        ours.start()
        if "cpu" in wanted:
            results["cpu"] = cpu_table(nginx, ours, options, client)
        if "trace" in wanted:
            results["trace"] = trace_table(ours, parent, options, places, client)
        if "memory" in wanted:
            results["memory"] = memory_table([nginx, ours], options, client)
        if "start" in wanted:
            results["start"] = start_table([nginx, ours], options)
    finally:
        nginx.stop()
        ours.stop()
    return results


def nginx_version():
    told = subprocess.run([require("nginx"), "-v"], capture_output=True, text=True).stderr
    return told.strip().rpartition("/")[2]


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parent = tempfile.mkdtemp(prefix="statusline-bench-")
    try:
        for program in ("nginx", "wrk", "taskset"):
            require(program)
        if not os.access(options.binary, os.X_OK):
            raise Unusable(f"{options.binary} is no program: swift build -c release makes it")
        results = measure(options, parent)
    except Unusable as reason:
        print(f"bench: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(parent, ignore_errors=True)
    if options.json:
        with open(options.json, "w") as out:
            json.dump(results, out, indent=2)
            out.write("\n")
    return 1 if any("skipped" in row for row in results.get("cpu", {}).values()) else 0


if __name__ == "__main__":
    sys.exit(main())
