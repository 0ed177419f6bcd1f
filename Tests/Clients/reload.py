#!/usr/bin/env python3
"""Reloads and upgrades a real server while clients ask it without a pause, and counts what goes wrong: nothing may.

    reload.py BINARY [RELOADS] [UPGRADES]

Clients on kept and on new connections, a kept one with a request that is half sent, a socket that this script has opened as
systemd would. Nothing here waits for time to pass: each step waits for what it needs, and a minute says that something is wrong.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

BINARY = os.path.abspath(sys.argv[1])
RELOADS = int(sys.argv[2]) if len(sys.argv) > 2 else 40
UPGRADES = int(sys.argv[3]) if len(sys.argv) > 3 else 4
failures = []


def check(condition, text):
    if not condition:
        failures.append(text)
        print(f"reload.py: {text}", file=sys.stderr)


class Server:
    def __init__(self, folder, port):
        self.folder = folder
        self.port = port
        self.binary = os.path.join(folder, "statusline")
        shutil.copy(BINARY, self.binary)
        self.write(0)
        self.err = open(os.path.join(folder, "err"), "wb")
        self.process = subprocess.Popen(
            [self.binary, "serve", "--config", self.path("site.yaml")], stderr=self.err)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, number, extra=""):
        with open(self.path("new.yaml"), "w") as out:
            out.write(
                f"listen: 127.0.0.1:{self.port}\nstate: {self.path('state')}\nloops: 2\n"
                f"journal: {{format: json, to: {self.path('journal')}}}\n{extra}sites:\n  - rules:\n"
                f"      - {{path: /n, content: {{text: '{number}'}}}}\n")
        os.rename(self.path("new.yaml"), self.path("site.yaml"))

    def order(self, *words):
        return subprocess.run(
            [BINARY, *words, "--state", self.path("state")], capture_output=True, text=True, timeout=120)


def receive(link):
    """One answer with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = link.recv(65536)
        if not more:
            raise OSError(f"the connection ended after {data[:80]!r}")
        data += more
    head, _, content = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    while len(content) < length:
        more = link.recv(65536)
        if not more:
            raise OSError("the content ended early")
        content += more
    return head, content


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=60)


REQUEST = b"GET /n HTTP/1.1\r\nHost: a\r\n\r\n"


def client(port, keeps, over, counts):
    """Asks until it is over. A kept connection may be closed between answers by a server that drains: the next one is new."""
    link = None
    try:
        while not over.is_set():
            if link is None:
                link = connect(port)
                fresh = True
            link.sendall(REQUEST)
            try:
                head, content = receive(link)
            except OSError:
                # Between two requests a server may close (RFC 9112 section 9.3.1); on a new connection nothing excuses it
                if fresh:
                    raise
                link.close()
                link = None
                counts["closed"] += 1
                continue
            fresh = False
            if b" 200 " not in head.split(b"\r\n")[0] or not content.isdigit():
                raise OSError(f"a wrong answer: {head[:60]!r}")
            counts["answers"] += 1
            if not keeps or b"connection: close" in head.lower():
                link.close()
                link = None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
        counts["errors"].append(repr(error))


def fetch(port, data=REQUEST):
    with connect(port) as link:
        link.sendall(data)
        return receive(link)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(server):
    """Until it answers; a refused connection is only all right before the first one that is not."""
    while True:
        try:
            return fetch(server.port)
        except ConnectionRefusedError:
            if server.process.poll() is not None:
                raise SystemExit("reload.py: the server has ended: " + open(server.path("err")).read())
            # Not at once again: some thousand attempts at a port that nobody has may meet themselves (a simultaneous open)
            time.sleep(0.01)


def under_load(server):
    over = threading.Event()
    counts = [{"answers": 0, "closed": 0, "errors": []} for _ in range(6)]
    threads = [
        threading.Thread(target=client, args=(server.port, number % 2 == 0, over, counts[number]))
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for number in range(1, RELOADS + 1):
        server.write(number)
        said = server.order("reload")
        check(said.returncode == 0, f"reload {number}: {said.stderr}")
    check(fetch(server.port)[1] == str(RELOADS).encode(), "the last configuration does not answer")

    # An invalid file, in the middle of it all
    server.write(0, "nonsense: 1\n")
    said = server.order("reload")
    check(said.returncode == 1 and "site.yaml:5:1" in said.stderr, f"the mistake is not told: {said.stderr}")
    check(fetch(server.port)[1] == str(RELOADS).encode(), "an invalid file was taken")

    for number in range(1, UPGRADES + 1):
        server.write(1000 + number)
        # A request that is half there when its server is replaced is answered by the one that has its beginning
        half = connect(server.port)
        half.sendall(REQUEST[:20])
        said = server.order("upgrade")
        check(said.returncode == 0, f"upgrade {number}: {said.stderr}")
        check(fetch(server.port)[1] == str(1000 + number).encode(), f"upgrade {number}: the new one does not answer")
        half.sendall(REQUEST[20:])
        check(b" 200 " in receive(half)[0], f"upgrade {number}: the half request was dropped")
        half.close()
    over.set()
    for thread in threads:
        thread.join(60)
    errors = [error for count in counts for error in count["errors"]]
    check(not errors, f"{len(errors)} errors: {errors[:3]}")
    answers = sum(count["answers"] for count in counts)
    check(answers > 0, "no client was answered")
    return answers, sum(count["closed"] for count in counts)


def refused_upgrade(server):
    """A program that does not start leaves the old one as it was."""
    shutil.copy(server.binary, server.path("aside"))
    with open(server.path("broken"), "w") as out:
        out.write("#!/bin/sh\nexit 3\n")
    os.chmod(server.path("broken"), 0o755)
    os.rename(server.path("broken"), server.binary)
    said = server.order("upgrade")
    check(said.returncode == 1 and "has ended" in said.stderr, f"a broken program: {said.stderr}")
    os.rename(server.path("aside"), server.binary)
    # And one whose configuration is not valid says what is wrong with it
    server.write(0, "nonsense: 1\n")
    said = server.order("upgrade")
    check(said.returncode == 1 and "site.yaml:5:1" in said.stderr, f"an invalid configuration: {said.stderr}")
    check(fetch(server.port)[0].startswith(b"HTTP/1.1 200"), "the old server does not go on")
    server.write(2000)


def records(server):
    """Each answer has its line, whichever process wrote it, and `why` finds what was refused."""
    head, _ = fetch(server.port, b"GET /none HTTP/1.1\r\nHost: a\r\n\r\n")
    identity = next(
        line.split(b": ")[1].decode() for line in head.split(b"\r\n") if line.lower().startswith(b"x-request-id"))
    server.order("upgrade")
    said = subprocess.run(
        [BINARY, "why", identity, "--state", server.path("state")], capture_output=True, text=True)
    check("404" in said.stdout, f"why knows nothing after an upgrade: {said.stdout}{said.stderr}")


def arm(state, port):
    said = subprocess.run(
        [BINARY, "arm", "--match", "/n", "--status", "503", "--for", "10m", "--state", state], capture_output=True, text=True)
    check(said.returncode == 0, f"arm: {said.stderr}")
    check(is_armed(port), "an armed order does not answer")


def is_armed(port):
    """Whether an order answers, and not the real thing; it has to be one of the two."""
    head, _ = fetch(port)
    real, ordered = b" 200 " in head.split(b"\r\n")[0], b"\r\nRehearsed: 503;order=" in head
    check(real != ordered, f"neither a real answer nor an ordered one: {head[:60]!r}")
    return ordered


def armed(server):
    """An armed order holds over a reload, and ends with its process by an upgrade."""
    arm(server.path("state"), server.port)
    server.order("reload")
    check(is_armed(server.port), "a reload has taken an armed order away")
    said = server.order("upgrade")
    check(said.returncode == 0, f"the upgrade of an armed server: {said.stderr}")
    check(not is_armed(server.port), "an armed order has outlived an upgrade")
    said = server.order("disarm", "1")
    check(said.returncode == 1, f"after an upgrade there is an order to disarm: {said.stdout}{said.stderr}")


def restarted(folder):
    """The same by a restart, from the same state folder."""
    port, state = free_port(), os.path.join(folder, "state4")
    with open(os.path.join(folder, "again.yaml"), "w") as out:
        out.write(
            f"listen: 127.0.0.1:{port}\nstate: {state}\njournal: {{format: off}}\nsites:\n  - rules:\n"
            "      - {path: /n, content: {text: '7'}}\n")
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(os.path.join(folder, "notify4"))
    notify.settimeout(60)
    for turn in range(2):
        process = subprocess.Popen(
            [BINARY, "serve", "--config", os.path.join(folder, "again.yaml")],
            env=dict(os.environ, NOTIFY_SOCKET=notify.getsockname()), stderr=subprocess.DEVNULL)
        try:
            check(notify.recv(4096) == b"READY=1", "the server does not start again")
            check(not is_armed(port), "an armed order has outlived a restart")
            if turn == 0:
                arm(state, port)
            process.send_signal(signal.SIGTERM)
            check(notify.recv(4096) == b"STOPPING=1", "the end was not told")
            check(process.wait(60) == 0, "an armed server did not end well")
        finally:
            process.kill()


def activated(folder):
    """A socket as systemd passes it: descriptor 3, with a name."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    port = listener.getsockname()[1]
    state = os.path.join(folder, "state2")
    with open(os.path.join(folder, "active.yaml"), "w") as out:
        out.write(
            f"listen: 'systemd:http'\nstate: {state}\njournal: {{format: off}}\nsites:\n  - rules:\n"
            "      - {path: /n, content: {text: '7'}}\n")
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(os.path.join(folder, "notify"))
    notify.settimeout(60)
    # Who connects before the server is there is answered by it
    early = connect(port)
    early.sendall(REQUEST)

    def prepare():
        os.dup2(listener.fileno(), 3, inheritable=True)
        os.environ["LISTEN_PID"] = str(os.getpid())

    script = 'LISTEN_PID=$$ exec "$0" "$@"'
    process = subprocess.Popen(
        ["/bin/sh", "-c", script, BINARY, "serve", "--config", os.path.join(folder, "active.yaml")],
        env=dict(os.environ, LISTEN_FDS="1", LISTEN_FDNAMES="http", NOTIFY_SOCKET=notify.getsockname()),
        preexec_fn=prepare, close_fds=False, stderr=subprocess.DEVNULL)
    try:
        check(notify.recv(4096) == b"READY=1", "systemd was not told that the server answers")
        check(receive(early)[1] == b"7", "who had connected before the start was not answered")
        subprocess.run([BINARY, "reload", "--state", state], check=True, capture_output=True)
        said = [notify.recv(4096), notify.recv(4096)]
        check(said[0].startswith(b"RELOADING=1\nMONOTONIC_USEC=") and said[1] == b"READY=1", f"reload: {said}")
        process.send_signal(signal.SIGTERM)
        check(notify.recv(4096) == b"STOPPING=1", "systemd was not told of the end")
        check(process.wait(60) == 0, "the server did not end well")
    finally:
        process.kill()
        listener.close()


def without_terminal(folder):
    """Started with standard input, output and error closed: no file and no socket of the server comes to stand there."""
    with open(os.path.join(folder, "closed.yaml"), "w") as out:
        out.write(
            f"listen: 127.0.0.1:0\nstate: {folder}/state3\njournal: {{format: json, to: {folder}/journal3}}\nsites:\n  - rules:\n"
            "      - {path: /n, content: {text: '7'}}\n")
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(os.path.join(folder, "notify3"))
    notify.settimeout(60)
    process = subprocess.Popen(
        ["/bin/sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', BINARY, "serve", "--config",
         os.path.join(folder, "closed.yaml")],
        env=dict(os.environ, NOTIFY_SOCKET=notify.getsockname()))
    try:
        check(notify.recv(4096) == b"READY=1", "the server does not start without a terminal")
        held = [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in range(3)]
        check(held == ["/dev/null"] * 3, f"where input, output and error were closed: {held}")
        process.send_signal(signal.SIGTERM)
        check(process.wait(60) == 0, "the server without a terminal did not end well")
    finally:
        process.kill()


with tempfile.TemporaryDirectory() as folder:
    SERVER = Server(folder, free_port())
    try:
        wait_for(SERVER)
        answers, closed = under_load(SERVER)
        refused_upgrade(SERVER)
        records(SERVER)
        armed(SERVER)
        restarted(folder)
        activated(folder)
        without_terminal(folder)
    finally:
        # The process that answers now is nobody's child here; its program is the copy in our folder
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    words = open(f"/proc/{name}/cmdline").read().split("\0")
                except OSError:
                    continue
                if words and words[0] == SERVER.binary and int(name) != os.getpid():
                    os.kill(int(name), signal.SIGTERM)
        SERVER.process.wait(60)
    lines = [json.loads(line) for line in open(os.path.join(folder, "journal"), "rb") if line.strip()]
    ids = [line["id"] for line in lines if "id" in line]
    check(len(ids) == len(set(ids)), "an exchange has two lines")

if failures:
    sys.exit(f"reload.py: {len(failures)} failures")
print(f"reload: {RELOADS} reloads, {UPGRADES} upgrades, {answers} answers, {closed} connections closed between answers, 0 errors")
