"""Starts and stops the servers that are compared, and holds their configurations."""

import gzip
import http.client
import os
import shutil
import signal
import socket
import subprocess
import time

SMALL = "Hello, world!\n"

# The only place that knows how Statusline is configured.
STATUSLINE = """\
listen: ["127.0.0.1:{port}"]
loops: 1
state: {directory}/state
journal: {{{journal}to: {directory}/journal.log}}
sites:
  - rules:
      - path: /small
        content: {{text: "Hello, world!\\n", type: text/plain}}
      - path: /
        files: {directory}/files
      - path: /coded/
        files: {{root: {directory}/files/coded, compress: {{codings: [gzip], gzip-level: 6}}}}
      - path: /ready/
        files: {{root: {directory}/files/ready, precompressed: [gzip]}}
      - path: /variants/
        files: {{root: {directory}/files/variants, variants: on}}
      - path: /try/
        rehearse: {{}}
"""

NGINX = """\
{user}worker_processes 1;
daemon off;
pid {directory}/nginx.pid;
error_log stderr crit;
worker_rlimit_nofile {descriptors};
events {{ worker_connections {connections}; }}
http {{
  default_type text/plain;
  access_log {directory}/nginx.log combined buffer=64k;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 300s;
  keepalive_requests 1000000000;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location = /small {{ return 200 "Hello, world!\\n"; }}
    location / {{ root {directory}/files; }}
    location /try/ {{ return 503; }}
    location /coded/ {{
      root {directory}/files; gzip on; gzip_comp_level 6; gzip_min_length 1024; gzip_vary on;
      types {{ text/html html; }}
    }}
    location /ready/ {{
      root {directory}/files; gzip_static on; gzip_vary on; types {{ text/html html; }}
    }}
  }}
}}
"""

INSTALL = {
    "nginx": "apt-get install nginx-light",
    "wrk": "apt-get install wrk",
    "taskset": "apt-get install util-linux",
    "valgrind": "apt-get install valgrind",
    "objcopy": "apt-get install binutils",
    "cc": "apt-get install gcc libc6-dev",
}


class Unusable(Exception):
    """Something that the comparison needs is missing or does not work; the text is for people."""


def require(program):
    """The path of a program, also where /usr/sbin is not searched."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin")
    if path is None:
        raise Unusable(f"{program} is not installed (Debian: {INSTALL[program]})")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_files(directory):
    """The files that are served, in a folder `files` below the directory."""
    os.makedirs(os.path.join(directory, "files"))
    for file, size in (("1k", 1024), ("100k", 100 * 1024)):
        with open(os.path.join(directory, "files", file), "wb") as out:
            out.write(bytes(0x20 + index % 0x5F for index in range(size)))


    page = make_page(20 * 1024)
    for file, content in (
            ("coded/page.html", page), ("ready/page.html", page),
            ("ready/page.html.gz", gzip.compress(page, 6, mtime=0)),
            ("variants/page.en.html", page), ("variants/page.th.html", page),
            ("variants/page.de.html", page)):
        path = os.path.join(directory, "files", file)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content)


def make_page(size):
    """A page of words in no order, the same every time, which compresses about as well as prose."""
    words = (
        "status cause client server request answer field content file folder rule site line byte "
        "range variant language coding the a of to and in that is for with as on it was be this "
        "which or by not are from at have an but they one all you were when there can more").split()
    state, parts, length = 418, ["<!DOCTYPE html>\n<title>Words</title>\n<p>"], 0
    while length < size:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        word = words[(state >> 12) % len(words)]
        if (state >> 20) % 12 == 0:
            word += f" {state % 9973}.</p>\n<p>"
        parts.append(word + " ")
        length += len(parts[-1])
    return "".join(parts).encode()[:size]


class Server:
    """One server in a directory of its own below `parent`, tied to one processor."""

    def __init__(self, name, parent, processor, descriptors):
        self.name = name
        self.directory = os.path.join(parent, name)
        self.processor = processor
        self.descriptors = descriptors
        self.port = free_port()
        self.process = None
        make_files(self.directory)

    def command(self):
        raise NotImplementedError

    def start(self, wait=True):
        with open(os.path.join(self.directory, "stderr.log"), "ab") as errors:
            self.process = subprocess.Popen(
                [require("taskset"), "-c", str(self.processor)] + self.command(),
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
                cwd=self.directory, start_new_session=True)
        if wait:
            self.first_answer()

    def first_answer(self, limit=10.0):
        """Asks until there is an answer."""
        request = b"GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n"
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Unusable(f"{self.name} ended at its start:\n{self.complaints()}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=limit) as client:
                    client.sendall(request)
                    if client.recv(4096).startswith(b"HTTP/1.1 "):
                        return
            except OSError:
                pass
            time.sleep(0.0002)
        raise Unusable(f"{self.name} does not answer:\n{self.complaints()}")

    def stop(self):
        process, self.process = self.process, None
        if process is None:
            return
        for number, patience in ((signal.SIGTERM, 3), (signal.SIGKILL, 10)):
            try:
                os.killpg(process.pid, number)
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                process.wait()
            break

    def complaints(self):
        with open(os.path.join(self.directory, "stderr.log"), errors="replace") as lines:
            return "".join(lines.readlines()[-15:])

    def processes(self):
        """The server's process and those below it."""
        found, rest = [], [self.process.pid]
        while rest:
            number = rest.pop()
            found.append(number)
            try:
                for task in os.listdir(f"/proc/{number}/task"):
                    with open(f"/proc/{number}/task/{task}/children") as children:
                        rest += map(int, children.read().split())
            except FileNotFoundError:
                pass
        return found

    def ask(self, path, fields=None):
        """Status, fields and content of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers=fields or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


class Nginx(Server):
    def command(self):
        path = os.path.join(self.directory, "nginx.conf")
        with open(path, "w") as out:
            out.write(NGINX.format(
                user="user root;\n" if os.geteuid() == 0 else "",
                directory=self.directory, port=self.port, descriptors=self.descriptors,
                connections=self.descriptors - 100))
        return [require("nginx"), "-c", path, "-p", self.directory, "-e", "stderr"]


class Statusline(Server):
    def __init__(self, binary, name, parent, processor, descriptors, trace=True):
        super().__init__(name, parent, processor, descriptors)
        self.binary = os.path.abspath(binary)
        self.trace = trace

    def command(self):
        path = os.path.join(self.directory, "statusline.yaml")
        with open(path, "w") as out:
            out.write(STATUSLINE.format(
                directory=self.directory, port=self.port,
                journal="format: json, " if self.trace else "trace: off, format: json, "))
        return [self.binary, "serve", "--config", path]
