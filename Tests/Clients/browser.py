"""browser.py CHROMIUM URL FOLDER: a page with style and pictures, and the same again. Ends with "passed failed".

What the browser asked and got is taken from the server's journal in FOLDER.
"""

import json
import os
import re
import struct
import subprocess
import sys
import time

counts = {True: 0, False: 0}
NEEDED = ["/", "/style.css", "/logo.svg", "/pictures/dusk.png"]


def check(sentence, expected, found):
    counts[expected == found] += 1
    if expected != found:
        text = f"clients: chromium: {sentence}\n  expected: {expected!r}\n  found:    {found!r}"
        print(text, file=sys.stderr)


class Journal:
    """The journal's lines since the last look."""

    def __init__(self, path):
        self.path = path
        self.seen = 0
        self.look()

    def look(self):
        # Lines wait 20 ms at the most
        time.sleep(0.2)
        with open(self.path) as lines:
            records = [json.loads(line) for line in lines]
        fresh, self.seen = records[self.seen:], len(records)
        return fresh

    def statuses(self):
        """The statuses by target, in the order of the answers."""
        found = {}
        for record in self.look():
            found.setdefault(record["target"], []).append(record["status"])
        return found


def browse(program, folder, *arguments):
    command = [
        program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--no-proxy-server", "--hide-scrollbars",
        f"--user-data-dir={folder}/profile", *arguments,
    ]
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=90, cwd=folder, text=True).stdout
    except subprocess.TimeoutExpired:
        return "it did not end in 90 s"


def picture_size(path):
    """Width and height of a PNG; None where there is none."""
    try:
        with open(path, "rb") as file:
            head = file.read(24)
    except FileNotFoundError:
        return None
    return struct.unpack(">II", head[16:24]) if head.startswith(b"\x89PNG\r\n\x1a\n") else None


def main():
    program, url, folder = sys.argv[1:4]
    journal = Journal(os.path.join(folder, "journal.json"))

    page = browse(program, folder, "--dump-dom", url + "/")
    check("the page", True, "It works, and it can say why" in page)
    found = journal.statuses()
    # The logo is asked for twice, as a picture and as the icon; the second time may be a 304
    check("page, style and pictures are 200", {name: 200 for name in NEEDED},
          {name: found.get(name, [None])[0] for name in NEEDED})
    check("nothing failed", [], [name for name, codes in found.items() if max(codes) >= 400])

    page = browse(program, folder, "--dump-dom", url + "/")
    check("the page again", True, "It works, and it can say why" in page)
    found = journal.statuses()
    check("again they are all 304", {name: {304} for name in NEEDED},
          {name: set(found.get(name, [])) for name in NEEDED})

    page = browse(program, folder, "--dump-dom", url + "/seen.html")
    seen = re.search(r'<p id="seen">([^<]*)</p>', page)
    check("pictures and style were understood", "pictures true,true style true",
          seen.group(1) if seen else page[:200])

    shot = os.path.join(folder, "shot.png")
    browse(program, folder, "--window-size=800,600", f"--screenshot={shot}", url + "/")
    check("a screenshot", (800, 600), picture_size(shot))
    check("with something on it", True, os.path.exists(shot) and os.path.getsize(shot) > 10_000)
    page = browse(program, folder, "--dump-dom", url + "/closed/")
    check("an error is shown as a page", True, "403" in page)

    # The language that the browser asks for, in the page and in what is found in it
    for language, word in [("th", "ไม่พบสิ่งที่ขอ"), ("es-MX", "No encontrado"), ("fr", "Not Found")]:
        tag = {"th": "th", "es-MX": "es"}.get(language, "en")
        page = browse(program, folder, f"--accept-lang={language}", "--dump-dom",
                      url + "/nothing-here")
        check(f"an error for who reads {language}", (True, True),
              (f'<html lang="{tag}">' in page, word in page))
    print(counts[True], counts[False])


if __name__ == "__main__":
    main()
