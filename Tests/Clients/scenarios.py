"""Scenarios for clients that are not ours: an own reader of the form that Scenarios/README.md describes, for what the files of
Scenarios/rehearsed use, and a plain socket that plays them and compares each byte."""

import functools
import os
import re
import subprocess

from link import Link

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Scenarios", "rehearsed")

DATE = re.compile(rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
DATE_MARK, ID_MARK = b"\x00" * 29, b"\x01" * 16
NOTATION = re.compile(r"\\x([0-9A-F]{2})|\\([rnt\\{])|\{(.)\*(\d+)\}|(\{date\})|(\{id\})")
ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\", "{": "{"}


def line_bytes(text):
    """The bytes of one line. Dates and ids are as long as the real ones, and told by bytes that no answer has."""
    def replace(found):
        byte, escape, repeated, times, date, name = found.groups()
        if byte:
            return chr(int(byte, 16))
        if escape:
            return ESCAPES[escape]
        if repeated:
            return repeated * int(times)
        return (DATE_MARK if date else ID_MARK).decode() if date or name else ""
    # Text of the files is ASCII, so that a byte is a character of Latin 1
    return NOTATION.sub(replace, text).encode("latin-1")


def message(lines):
    data, is_head = b"", True
    for text in lines:
        is_open = text.endswith("\\") and not text.endswith("\\\\")
        data += line_bytes(text[:-1] if is_open else text)
        if not is_open:
            data += b"\r\n" if is_head else b"\n"
        if not text:
            is_head = False
    return data


class Scenario:
    """Steps: ("send", bytes), ("expect", bytes), ("end", word), ("clock", words)."""

    def __init__(self, name, positions):
        self.name = name
        self.steps = []
        with open(os.path.join(FOLDER, name + ".scenario"), encoding="ascii") as file:
            lines = file.read().split("\n")
        index = next(number for number, line in enumerate(lines) if line.startswith("> "))
        while index < len(lines):
            line = lines[index]
            mark = line[:1]
            if mark in ("<", ">"):
                block = []
                while index < len(lines) and lines[index][:1] == mark:
                    block.append(lines[index][2:])
                    index += 1
                data = message(block)
                self.steps.append(("send", data) if mark == ">" else ("expect", elsewhere(data, positions)))
                continue
            words = line.split()
            if words[:1] == ["clock"]:
                self.steps.append(("clock", words[1:]))
            elif words[:1] == ["expect"] and words[1] in ("close", "reset", "open"):
                self.steps.append(("end", words[1]))
            elif words and words[0] not in ("#", "expect") and not line.startswith("  "):
                raise ValueError(f"{name}: a step that is not known here: {line}")
            index += 1

    @functools.cached_property
    def answers(self):
        """The heads and contents that are expected, of those that are whole."""
        found = []
        for word, data in self.steps:
            if word == "expect" and b"\r\n\r\n" in data:
                head, content = data.split(b"\r\n\r\n", 1)
                lines = head.decode("latin-1").split("\r\n")
                fields = [tuple(line.split(": ", 1)) for line in lines[1:]]
                version, status, phrase = lines[0].split(" ", 2)
                found.append((int(status), phrase, fields, content))
        return found


def elsewhere(data, positions):
    """The same answer from another configuration: the positions of its rule, and what they make the content longer."""
    head, end, content = data.partition(b"\r\n\r\n")
    longer = content
    for here, there in positions:
        longer = longer.replace(here, there)
    if longer == content:
        return data
    length = re.search(rb"Content-Length: (\d+)", head)
    count = str(int(length[1]) + len(longer) - len(content)).encode()
    return head[:length.start(1)] + count + head[length.end(1):] + end + longer


def positions(binary):
    """Where the rule stands in the scenarios' configuration, and where in the one that `rehearse` has built in."""
    text = subprocess.run([binary, "rehearse", "--print"], capture_output=True, text=True, check=True).stdout
    line = next(number for number, line in enumerate(text.split("\n"), 1) if line == "      - path: /")
    return [(b"statusline.yaml:3:15", b"built-in rehearsal:%d:15" % line),
            (b"statusline.yaml:4:19", b"built-in rehearsal:%d:19" % (line + 1))]


def masked(expected, found):
    """What was found, with its dates and ids as the mask has them where they stand and are of the right form; an answer has one id."""
    out, ids = bytearray(found), set()
    for start in (match.start() for match in re.finditer(re.escape(DATE_MARK), expected)):
        if DATE.fullmatch(found[start:start + 29]):
            out[start:start + 29] = DATE_MARK
    for start in (match.start() for match in re.finditer(re.escape(ID_MARK), expected)):
        if re.fullmatch(rb"[0-9a-f]{16}", found[start:start + 16]):
            ids.add(bytes(found[start:start + 16]))
            out[start:start + 16] = ID_MARK
    return bytes(out) if len(ids) < 2 else b"several ids: " + bytes(found)


def play(port, scenario, check):
    """`check` takes a sentence, what is expected, and what was found."""
    link = Link(port)
    for number, (word, data) in enumerate(scenario.steps):
        sentence = f"{scenario.name}, step {number + 1}"
        if word == "send":
            link.send(data)
        elif word == "expect":
            check(sentence, data, masked(data, link.take(len(data))))
        elif word == "end" and data == "open":
            check(sentence + ": nothing more", True, link.quiet())
        elif word == "end":
            check(sentence + ": the end", (b"", data), link.rest())
        elif data[1] != "ms":
            # What only comes after minutes is for a clock that can be set
            return link.close()
    last = scenario.steps[-1]
    if last[0] == "expect" and "head-endless" not in scenario.name:
        check(f"{scenario.name}: nothing more", True, link.quiet())
    link.close()
