#!/usr/bin/env python3
"""screenshots.py BINARY [FOLDER]: pictures of error pages as Chromium shows them, into Documentation/Screenshots or FOLDER.

Three refusals in two languages, light and dark, at the width of a phone and of a desk: each picture shows one page in all of these.
Wants Chromium, fonts with Thai and Chinese (Debian: fonts-thai-tlwg, fonts-noto-core, fonts-noto-cjk), and optipng or pngquant where
the pictures shall be small. Nothing else in the project needs what it makes.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = os.path.join(HERE, "..", "..", "Documentation", "Screenshots")
# Name, path, whether the page is one for clients outside.
PAGES = [("404-outside", "/nothing", True), ("403.14-folder", "/docs/", False),
         ("403.6-address", "/inside/", False)]
SHOWN = {"404-outside": ["th", "es"], "403.14-folder": ["en", "zh"], "403.6-address": ["th", "en"]}
WIDTHS = {"phone": (390, 880), "desk": (1280, 800)}

CONFIGURATION = """\
listen: ["127.0.0.1:0"]
state: {work}/state
details: {details}
journal: {{format: off}}
sites:
  - rules:
      - path: /
        files: {work}/site
      - path: /inside/
        deny: [127.0.0.0/8]
        content: {{text: x}}
"""


class Server:
    """The server with one configuration; `with` ends it."""

    def __init__(self, binary, work, details):
        path = os.path.join(work, "statusline.yaml")
        with open(path, "w") as file:
            file.write(CONFIGURATION.format(work=work, details=details))
        self.process = subprocess.Popen(
            [binary, "serve", "--config", "statusline.yaml"], cwd=work, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in self.process.stdout:
            found = re.search(r"listening on (http://127\.0\.0\.1:\d+)/", line)
            if found:
                self.url = found.group(1)
                return
        raise SystemExit("screenshots: the server did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)


def shoot(chromium, work, url, path, language, dark, size):
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--no-proxy-server", "--hide-scrollbars",
        f"--user-data-dir={work}/profile-{language}", f"--accept-lang={language}",
        f"--window-size={size[0]},{size[1]}", f"--screenshot={path}",
        # Chromium's headless mode is light unless it is told so
        "--blink-settings=preferredColorScheme=" + ("0" if dark else "1"), url,
    ]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=120, cwd=work, check=True)
    if not os.path.exists(path):
        raise SystemExit(f"screenshots: Chromium made none of {url}")


def shrink(path):
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--skip-if-larger", "--output", path, "32", path],
                       check=False)
    if shutil.which("optipng"):
        subprocess.run(["optipng", "-quiet", "-o5", "-strip", "all", path], check=True)


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: screenshots.py BINARY [FOLDER]")
    binary = os.path.abspath(sys.argv[1])
    target = sys.argv[2] if len(sys.argv) > 2 else TARGET
    chromium = next(filter(None, map(shutil.which, ["chromium", "chromium-browser"])), None)
    if not chromium:
        raise SystemExit("screenshots: Chromium is not installed (Debian: apt-get install chromium)")
    os.makedirs(target, exist_ok=True)
    work = tempfile.mkdtemp(prefix="statusline-screenshots-")
    try:
        os.makedirs(os.path.join(work, "site", "docs"))
        for name, path, outside in PAGES:
            with Server(binary, work, "nobody" if outside else "everyone") as server:
                for language in SHOWN[name]:
                    for width, size in WIDTHS.items():
                        for dark in (False, True):
                            look = "dark" if dark else "light"
                            picture = os.path.join(
                                os.path.abspath(target), f"{name}.{language}.{width}.{look}.png")
                            shoot(chromium, work, server.url + path, picture, language, dark, size)
                            shrink(picture)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    pictures = [os.path.join(target, name) for name in sorted(os.listdir(target))
                if name.endswith(".png")]
    total = sum(map(os.path.getsize, pictures))
    print(f"screenshots: {len(pictures)} pictures, {total / 1024:.0f} KiB in all")


if __name__ == "__main__":
    main()
