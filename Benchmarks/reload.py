#!/usr/bin/env python3
"""Reloads a configuration with many rules while a client asks, and tells how long a reload takes and the longest wait of a request.

    reload.py BINARY [RULES] [RELOADS]

Wants an idle machine: a wait is measured from outside, with whatever else runs. The CPU time of the
server and of its loops, which no request can wait for longer, does not depend on it.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

BINARY = os.path.abspath(sys.argv[1])
RULES = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
RELOADS = int(sys.argv[3]) if len(sys.argv) > 3 else 20
REQUEST = b"GET /asked HTTP/1.1\r\nHost: a\r\n\r\n"


def write(folder, number):
    with open(f"{folder}/new.yaml", "w") as out:
        out.write(f"listen: unix:{folder}/socket\nstate: {folder}/state\njournal: {{format: off}}\nsites:\n  - rules:\n")
        out.write(f"      - {{path: /asked, content: {{text: '{number}'}}}}\n")
        for rule in range(RULES - 1):
            out.write(f"      - {{path: /folder{rule}/page, content: {{text: '{rule}'}}}}\n")
    os.rename(f"{folder}/new.yaml", f"{folder}/site.yaml")


def cpu(process):
    """CPU milliseconds of a process so far."""
    fields = open(f"/proc/{process}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def loops(process):
    """CPU milliseconds of the threads that answer requests."""
    total = 0
    for thread in os.listdir(f"/proc/{process}/task"):
        base = f"/proc/{process}/task/{thread}"
        if open(f"{base}/comm").read().startswith("loop"):
            total += int(open(f"{base}/schedstat").read().split()[0]) / 1e6
    return total


def ask(folder, over, waits, errors):
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(60)
        link.connect(f"{folder}/socket")
        while not over.is_set():
            start = time.perf_counter()
            link.sendall(REQUEST)
            if not link.recv(65536).startswith(b"HTTP/1.1 200 "):
                errors.append(start)
                return
            end = time.perf_counter()
            waits.append((start, end))


def main():
    with tempfile.TemporaryDirectory() as folder:
        write(folder, 0)
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind(f"{folder}/notify")
        notify.settimeout(60)
        server = subprocess.Popen(
            [BINARY, "serve", "--config", f"{folder}/site.yaml"], stderr=subprocess.DEVNULL,
            env=dict(os.environ, NOTIFY_SOCKET=f"{folder}/notify"))
        assert notify.recv(100) == b"READY=1"
        over, waits, errors, times, used, held = threading.Event(), [], [], [], [], []
        client = threading.Thread(target=ask, args=(folder, over, waits, errors))
        for number in range(1, RELOADS + 1):
            write(folder, number)
            before, before_loops = cpu(server.pid), loops(server.pid)
            start = time.perf_counter()
            server.send_signal(signal.SIGHUP)
            assert notify.recv(200).startswith(b"RELOADING=1") and notify.recv(100) == b"READY=1"
            times.append(time.perf_counter() - start)
            used.append(cpu(server.pid) - before)
            held.append(loops(server.pid) - before_loops)
        client.start()
        spans = []
        time.sleep(0.5)
        for number in range(1, RELOADS + 1):
            write(folder, -number)
            start = time.perf_counter()
            server.send_signal(signal.SIGHUP)
            notify.recv(200), notify.recv(100)
            spans.append((start, time.perf_counter()))
        over.set()
        client.join()
        server.terminate()
        server.wait(60)
        during = [b - a for a, b in waits if any(a < end and b > start for start, end in spans)]
        apart = [b - a for a, b in waits if not any(a < end and b > start for start, end in spans)]
        if errors:
            sys.exit("reload.py: a request was not answered with 200")
        middle = sorted(times)[len(times) // 2] * 1000
        print(f"{RULES} rules, {RELOADS} reloads: {middle:.0f} ms in the middle, {min(times) * 1000:.0f} at the least; "
              f"{sorted(used)[len(used) // 2]:.0f} ms of CPU, at most {max(held):.2f} ms of it on the loops")
        print(f"longest wait: {max(during) * 1000:.2f} ms of {len(during)} requests during reloads, "
              f"{max(apart) * 1000:.2f} ms of {len(apart)} apart from them")


main()
