"""limits.py BINARY: what the server does where the system sets it limits: no file larger than a mebibyte, no descriptor left. Ends with
"passed failed"."""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time

from link import PATIENCE, Link

counts = {True: 0, False: 0}
DESCRIPTORS = 64


def check(sentence, expected, found):
    counts[expected == found] += 1
    if expected != found:
        print(f"clients: limits: {sentence}\n  expected: {expected!r}\n  found:    {found!r}", file=sys.stderr)


class Server:
    """Serves an empty folder that takes changes, under one limit."""

    def __init__(self, binary, limit, value):
        self.binary = binary
        self.folder = tempfile.TemporaryDirectory(prefix="statusline-limits-")
        root = self.folder.name
        os.mkdir(f"{root}/site")
        with open(f"{root}/statusline.yaml", "w", encoding="ascii") as file:
            file.write(f"""listen: 127.0.0.1:0
state: {root}/state
loops: 1
journal: {{format: off}}
recorder: {{size: 64 KiB}}
sites:
  - rules:
      - {{path: /, files: {{root: {root}/site, write: [PUT]}}}}
""")
        # The soft limit and the hard one: the server raises what it may
        self.process = subprocess.Popen(
            [binary, "serve", "--config", f"{root}/statusline.yaml"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            preexec_fn=lambda: resource.setrlimit(limit, (value, value)))
        said = b""
        self.port = None
        while self.port is None:
            line = self.process.stdout.readline()
            if not line:
                sys.exit(f"clients: limits: the server did not start: {said.decode()}")
            said += line
            found = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
            self.port = int(found[1]) if found else None

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def why(self, answer):
        """What `why` tells of an answer."""
        name = re.search(rb"X-Request-Id: ([0-9a-f]+)", answer)[1].decode()
        return subprocess.run([self.binary, "why", name, "--state", f"{self.folder.name}/state"], capture_output=True,
                              text=True, check=False).stdout

    def stop(self):
        self.process.terminate()
        check("the server ends well", 0, self.process.wait(PATIENCE))
        self.folder.cleanup()


def ask(link, method, target, content=b""):
    """The head and the content of an answer."""
    link.send(f"{method} {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content)
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        piece = link.take(1)
        if not piece:
            return answer
        answer += piece
    length = re.search(rb"Content-Length: (\d+)", answer)
    return answer + link.take(int(length[1]) if length else 0)


def status(answer):
    return answer[9:12]


def file_size(binary):
    server = Server(binary, resource.RLIMIT_FSIZE, 1 << 20)
    link = Link(server.port)
    check("a small file", b"201", status(ask(link, "PUT", "/small.txt", b"x")))
    answer = ask(link, "PUT", "/large.bin", bytes(2 << 20))
    check("no file may be so large", (b"507", True), (status(answer), b'"cause": "507.740 storage-full"' in answer))
    check("why names the error", True, "(EFBIG)" in server.why(answer))
    check("nothing is left of it", (["small.txt"], []),
          (sorted(name for name in os.listdir(f"{server.folder.name}/site") if name[0] != "."),
           os.listdir(f"{server.folder.name}/site/.statusline")))
    check("the server goes on", b"201", status(ask(Link(server.port), "PUT", "/other.txt", b"x")))
    server.stop()


def descriptors(binary):
    server = Server(binary, resource.RLIMIT_NOFILE, DESCRIPTORS)
    first = Link(server.port)
    # What is opened once is open then
    check("a first file", b"201", status(ask(first, "PUT", "/first.txt", b"x")))
    check("it is read", b"200", status(ask(first, "GET", "/first.txt")))
    others = []
    # One is left: for the folder, and none for the file
    while server.descriptors() < DESCRIPTORS - 1:
        others.append(Link(server.port))
        ask(others[-1], "GET", "/first.txt")
    answer = ask(first, "PUT", "/second.txt", b"x")
    check("no descriptor for a file", (b"500", True), (status(answer), b'"cause": "500.740 write-failed"' in answer))
    for link in others:
        link.close()
    end = time.monotonic() + PATIENCE
    while server.descriptors() > DESCRIPTORS // 2 and time.monotonic() < end:
        time.sleep(0.01)
    check("why names the error", True, "(EMFILE)" in server.why(answer))
    check("the server goes on", b"201", status(ask(first, "PUT", "/second.txt", b"x")))
    server.stop()


def main():
    for part in (file_size, descriptors):
        try:
            part(sys.argv[1])
        except (OSError, ValueError, TypeError) as error:
            counts[False] += 1
            print(f"clients: limits: {part.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
    print(counts[True], counts[False])


main()
