#!/usr/bin/env python3
"""Asks four servers the same questions about negotiation, conditions and writing, and prints a table.

    compare.py BINARY [--write FILE]

nginx, Apache and Caddy come from Debian. Each serves the same files on a port of its own on loopback, set
up as its manual says for the same purpose; what a server cannot do is left as it is. The table holds what
each answered, and what the standard asks.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from servers import Unusable, free_port, require

NGINX = """\
{user}worker_processes 1;
daemon off;
pid {dir}/pid;
error_log stderr crit;
events {{ worker_connections 100; }}
http {{
  types {{ text/html html; text/plain txt; application/json json; image/png png; image/avif avif; }}
  default_type application/octet-stream;
  access_log off;
  client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {site};
    gzip on; gzip_static on; gzip_vary on; gzip_min_length 256; gzip_types text/plain;
    location /w/ {{ dav_methods PUT DELETE; create_full_put_path off; client_max_body_size 1k; }}
  }}
}}
"""

APACHE = """\
ServerRoot {dir}
ServerName localhost
PidFile {dir}/pid
ErrorLog /dev/null
Listen 127.0.0.1:{port}
{modules}
{user}TypesConfig /dev/null
AddType text/html .html
AddType text/plain .txt
AddType application/json .json
AddType image/png .png
AddType image/avif .avif
AddLanguage en .en
AddLanguage th .th
AddEncoding gzip .gz
AddEncoding br .br
DocumentRoot {site}
DavLockDB {dir}/locks
<Directory {site}>
  Options MultiViews FollowSymLinks
  Require all granted
  AddOutputFilterByType DEFLATE text/plain
</Directory>
<Directory {site}/w>
  Dav On
  LimitRequestBody 1024
</Directory>
"""
APACHE_MODULES = """mpm_event authz_core authz_host mime dir negotiation deflate filter dav dav_fs dav_lock
headers""".split()

CADDY = """\
{{
  admin off
  auto_https off
}}
http://:{port} {{
  bind 127.0.0.1
  root * {site}
  encode gzip zstd
  file_server {{
    precompressed br zstd gzip
  }}
}}
"""

STATUSLINE = """\
listen: ["127.0.0.1:{port}"]
loops: 1
state: {dir}/state
journal: {{format: off}}
sites:
  - rules:
{rules}
"""

FILES = {
    "plain.txt": b"one two three four five\n",
    "long.txt": b"a line of text that can be made shorter\n" * 200,
    "empty.txt": b"",
    "style.html": b"<p>precompressed</p>\n" * 100,
    "page.en.html": b"<p>English</p>\n",
    "page.th.html": "<p>ไทย</p>\n".encode(),
    "logo.png": b"\x89PNG not really",
    "logo.avif": b"avif, not really",
    "w/old.txt": b"old\n",
    "w/gone.txt": b"to be deleted\n",
    "w/doc.json": b'{"a": 1, "b": [1, 2]}\n',
    "w/folder/inner.txt": b"inner\n",
}


def make_site(path):
    import gzip
    for name, content in FILES.items():
        target = os.path.join(path, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as out:
            out.write(content)
        os.utime(target, (1_700_000_000, 1_700_000_000))
    with open(os.path.join(path, "style.html.gz"), "wb") as out:
        out.write(gzip.compress(FILES["style.html"], mtime=0))
    os.utime(os.path.join(path, "style.html.gz"), (1_700_000_000, 1_700_000_000))
    for folder, _, names in os.walk(path):
        os.chmod(folder, 0o777)
        for name in names:
            os.chmod(os.path.join(folder, name), 0o666)


class Site:
    """One server with its own copy of the files."""

    def __init__(self, name, parent, text, command):
        self.name = name
        self.dir = os.path.join(parent, name)
        self.site = os.path.join(self.dir, "site")
        os.makedirs(self.site)
        os.chmod(self.dir, 0o777)
        make_site(self.site)
        self.port = free_port()
        path = os.path.join(self.dir, "config")
        with open(path, "w") as out:
            out.write(text(self))
        self.process = subprocess.Popen(
            command(self, path), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(os.path.join(self.dir, "stderr"), "wb"), start_new_session=True,
            env=dict(os.environ, HOME=self.dir, XDG_CONFIG_HOME=self.dir, XDG_DATA_HOME=self.dir))
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        with open(os.path.join(self.dir, "stderr")) as lines:
            raise Unusable(f"{name} does not start:\n{lines.read()}")

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self.process.kill()

    def ask(self, request):
        """Status and fields of each answer to the bytes; the connection is closed at the end."""
        data = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as client:
            client.sendall(request)
            while True:
                try:
                    more = client.recv(65536)
                except OSError:
                    break
                if not more:
                    break
                data += more
        heads = []
        while data.startswith(b"HTTP/"):
            head, _, data = data.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            fields = {}
            for line in lines[1:]:
                name, _, value = line.partition(":")
                fields.setdefault(name.lower(), value.strip())
            heads.append((lines[0].split(" ")[1], fields))
            if not heads[-1][0].startswith("1"):
                break
        return heads


def users():
    return os.geteuid() == 0


def start(parent, binary):
    """The four servers. Statusline's rules stand in compare.rules.yaml beside this file."""
    modules = "/usr/lib/apache2/modules"
    rules_path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "compare.rules.yaml")
    with open(rules_path) as lines:
        rules = "".join("      " + line for line in lines if not line.startswith("#"))
    return [
        Site("statusline", parent,
             lambda s: STATUSLINE.format(port=s.port, dir=s.dir,
                                         rules=rules.replace("SITE", s.site)),
             lambda s, c: [os.path.abspath(binary), "serve", "--config", c]),
        Site("nginx", parent,
             lambda s: NGINX.format(user="user root;\n" if users() else "", dir=s.dir, port=s.port,
                                    site=s.site),
             lambda s, c: [require("nginx"), "-c", c, "-p", s.dir, "-e", "stderr"]),
        Site("apache", parent,
             lambda s: APACHE.format(
                 dir=s.dir, port=s.port, site=s.site,
                 user="User www-data\nGroup www-data\n" if users() else "",
                 modules="\n".join(f"LoadModule {m}_module {modules}/mod_{m}.so"
                                   for m in APACHE_MODULES)),
             lambda s, c: [require("apache2"), "-f", c, "-DFOREGROUND"]),
        Site("caddy", parent, lambda s: CADDY.format(port=s.port, site=s.site),
             lambda s, c: [require("caddy"), "run", "--adapter", "caddyfile", "--config", c]),
    ]


def request(line, fields=(), content=None, host="localhost"):
    head = [f"{line} HTTP/1.1", f"Host: {host}", "Connection: close", *fields]
    if content is not None and not any(f.lower().startswith(("content-length", "transfer-"))
                                       for f in fields):
        head.append(f"Content-Length: {len(content)}")
    return ("\r\n".join(head) + "\r\n\r\n").encode() + (content or b"")


TAG = object()


class Case:
    """One question: what is asked, which fields of the answer are shown, and what the standard asks."""

    def __init__(self, title, asks, line, fields=(), content=None, shown=(), tag_of=None):
        self.title, self.asks, self.line = title, asks, line
        self.fields, self.content, self.shown, self.tag_of = fields, content, shown, tag_of

    def answer(self, site):
        fields = list(self.fields)
        if self.tag_of:
            found = site.ask(request(f"GET {self.tag_of}"))[-1][1].get("etag", '"none"')
            found = found.removeprefix("W/")
            fields = [f.replace("TAG", found) for f in fields]
        heads = site.ask(request(self.line, fields, self.content))
        if not heads:
            return "no answer"
        parts = []
        for status, answered in heads:
            notes = [f"{name}: {answered[name]}" if name not in ("etag", "vary-any") else name
                     for name in self.shown if name in answered]
            parts.append(status + (f" ({'; '.join(notes)})" if notes else ""))
        return ", ".join(parts)


CHUNKED = b"4\r\nnew\n\r\n0\r\n\r\n"

CASES = [
    Case("GET, no Accept-Encoding", "200, identity", "GET /long.txt", shown=("content-encoding", "vary")),
    Case("GET that takes gzip", "200; coded answers need Vary", "GET /long.txt",
         ["Accept-Encoding: gzip"], shown=("content-encoding", "vary")),
    Case("GET, `gzip;q=0`", "200, identity", "GET /long.txt", ["Accept-Encoding: gzip;q=0"],
         shown=("content-encoding", "vary")),
    Case("GET, `identity;q=0`, nothing else listed", "415/406 are allowed, or identity all the same",
         "GET /plain.txt", ["Accept-Encoding: identity;q=0"], shown=("content-encoding",)),
    Case("GET, gzip, precompressed file", "200 with Content-Encoding and Vary", "GET /style.html",
         ["Accept-Encoding: gzip"], shown=("content-encoding", "vary", "content-length")),
    Case("precompressed, `br, gzip;q=0.1`, only gzip there", "200", "GET /style.html",
         ["Accept-Encoding: br, gzip;q=0.1"], shown=("content-encoding",)),
    Case("If-None-Match with the plain tag, gzip taken", "the tag of another coding is another tag: 200",
         "GET /style.html", ["Accept-Encoding: gzip", "If-None-Match: TAG"], tag_of="/style.html",
         shown=("content-encoding",)),
    Case("Range of a coded answer", "206 of the coded bytes, or 200", "GET /style.html",
         ["Accept-Encoding: gzip", "Range: bytes=0-9"], shown=("content-encoding", "content-range")),
    Case("language th preferred", "200 with Content-Location and Vary", "GET /page",
         ["Accept-Language: th, en;q=0.5"], shown=("content-location", "content-language", "vary")),
    Case("language that nobody has", "200 or 406", "GET /page", ["Accept-Language: fi"],
         shown=("content-location",)),
    Case("Accept image/avif", "200 with Vary: Accept", "GET /logo", ["Accept: image/avif"],
         shown=("content-type", "vary")),
    Case("Accept that nothing fits", "406, or 200 all the same", "GET /logo", ["Accept: text/plain"],
         shown=("content-type",)),
    Case("Negotiate: vlist", "300 with Alternates (RFC 2295)", "GET /page", ["Negotiate: vlist"],
         shown=("alternates", "tcn")),
    Case("a broken Accept", "the field may be ignored: 200", "GET /plain.txt", ["Accept: ,;q=="]),
    Case("If-None-Match that matches", "304 with the tag", "GET /plain.txt", ["If-None-Match: TAG"],
         tag_of="/plain.txt", shown=("etag",)),
    Case("If-None-Match weak form", "304: weak comparison", "GET /plain.txt", ["If-None-Match: W/TAG"],
         tag_of="/plain.txt"),
    Case("If-None-Match: *", "304", "GET /plain.txt", ["If-None-Match: *"]),
    Case("If-Match that fails, GET", "412", "GET /plain.txt", ['If-Match: "other"']),
    Case("If-Match: * on nothing", "412 or 404", "GET /absent.txt", ["If-Match: *"]),
    Case("If-Unmodified-Since, older", "412", "GET /plain.txt",
         ["If-Unmodified-Since: Sun, 01 Jan 2023 00:00:00 GMT"]),
    Case("If-Modified-Since, same second", "304", "GET /plain.txt",
         ["If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT"]),
    Case("If-Modified-Since with If-None-Match that fails", "200: the date is ignored", "GET /plain.txt",
         ['If-None-Match: "other"', "If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT"]),
    Case("If-Modified-Since, no date", "200: ignored", "GET /plain.txt", ["If-Modified-Since: soon"]),
    Case("If-Range that fails", "200, whole", "GET /plain.txt", ['If-Range: "other"', "Range: bytes=0-3"]),
    Case("Range beyond the end", "416 with Content-Range", "GET /plain.txt", ["Range: bytes=900-"],
         shown=("content-range",)),
    Case("Range of an empty file", "416, or 200", "GET /empty.txt", ["Range: bytes=0-"]),
    Case("PUT where no rule allows it", "405 with Allow", "PUT /plain.txt", [], b"new\n", shown=("allow",)),
    Case("PUT, a free name", "201", "PUT /w/new.txt", [], b"new\n", shown=("location", "etag")),
    Case("PUT over a file", "204 or 200", "PUT /w/old.txt", [], b"newer\n", shown=("etag",)),
    Case("PUT, If-None-Match: * on a file", "412", "PUT /w/old.txt", ["If-None-Match: *"], b"x"),
    Case("PUT, If-Match of another", "412", "PUT /w/old.txt", ['If-Match: "other"'], b"x"),
    Case("PUT with Content-Range", "400", "PUT /w/old.txt", ["Content-Range: bytes 0-0/4"], b"x"),
    Case("PUT, the parent is missing", "409", "PUT /w/none/new.txt", [], b"x"),
    Case("PUT over the limit, declared", "413", "PUT /w/big.txt", [], b"x" * 2000),
    Case("PUT over the limit, not declared", "413", "PUT /w/big.txt", ["Transfer-Encoding: chunked"],
         b"7d0\r\n" + b"x" * 2000 + b"\r\n0\r\n\r\n"),
    Case("PUT, chunked", "201 or 204 (411 is allowed)", "PUT /w/chunked.txt",
         ["Transfer-Encoding: chunked"], CHUNKED),
    Case("PUT to a folder's name", "409 or 405", "PUT /w/folder/", [], b"x"),
    Case("DELETE", "204, 200 or 202", "DELETE /w/gone.txt"),
    Case("DELETE again", "404 or 410", "DELETE /w/gone.txt"),
    Case("PATCH, merge patch", "204 or 200", "PATCH /w/doc.json",
         ["Content-Type: application/merge-patch+json"], b'{"a": 2}'),
    Case("PATCH, an unknown type", "415 with Accept-Patch", "PATCH /w/doc.json",
         ["Content-Type: text/plain"], b"?", shown=("accept-patch",)),
    Case("PATCH, cannot be applied", "422 or 409", "PATCH /w/doc.json",
         ["Content-Type: application/json-patch+json"], b'[{"op":"remove","path":"/none"}]'),
    Case("a method that nobody knows", "501 or 405", "FROB /plain.txt"),
    Case("POST to a file", "405 with Allow", "POST /plain.txt", [], b"x", shown=("allow",)),
]


def table(sites):
    names = [site.name for site in sites]
    lines = ["| asked | the standard | " + " | ".join(names) + " |",
             "| --- | --- |" + " --- |" * len(names)]
    for case in CASES:
        cells = [case.answer(site).replace("|", "\\|") for site in sites]
        lines.append(f"| {case.title} | {case.asks} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def versions(binary):
    nginx = subprocess.run([require("nginx"), "-v"], capture_output=True, text=True).stderr
    apache = subprocess.run([require("apache2"), "-v"], capture_output=True, text=True).stdout
    caddy = subprocess.run([require("caddy"), "version"], capture_output=True, text=True).stdout
    return (f"nginx {nginx.split('/')[-1].strip()}, Apache {apache.split('/')[1].split(' ')[0]}, "
            f"Caddy {caddy.split(' ')[0].strip()}")


HEAD = """\
# The same {count} requests to four servers

Printed by `python3 -B Benchmarks/compare.py BINARY --write Documentation/Comparison.md`. {versions} are Debian's,
set up for the same purpose: compression, precompressed files, variants of one page in two languages and
of one picture in two types, and a folder that may be written, up to 1 KiB. A cell holds the status and, in
parentheses, what of the answer matters here.

"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--write", metavar="FILE", help="write the page there")
    options = parser.parse_args()
    parent = tempfile.mkdtemp(prefix="compare-")
    os.chmod(parent, 0o777)
    sites = []
    try:
        sites = start(parent, options.binary)
        page = HEAD.format(count=len(CASES), versions=versions(options.binary)) + table(sites)
    except Unusable as reason:
        sys.exit(f"compare: {reason}")
    finally:
        for site in sites:
            site.stop()
        shutil.rmtree(parent, ignore_errors=True)
    if options.write:
        with open(options.write, "w") as out:
            out.write(page)
    else:
        print(page)


if __name__ == "__main__":
    main()
