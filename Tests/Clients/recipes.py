"""recipes.py BINARY: runs each block of Documentation/Recipes.md against `statusline rehearse`, and compares what it prints with what stands below it.
Ends with "passed failed"."""

import os
import re
import subprocess
import sys
import tempfile

import httpbin

HERE = os.path.dirname(os.path.abspath(__file__))
BLOCK = re.compile(r"^```sh\n(.*?)^```\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main():
    with open(os.path.join(HERE, "..", "..", "Documentation", "Recipes.md"), encoding="utf-8") as file:
        text = file.read()
    blocks = BLOCK.findall(text)
    passed = failed = 0
    os.environ["no_proxy"] = "*"
    with tempfile.TemporaryDirectory() as state, tempfile.TemporaryDirectory() as work:
        server, url = httpbin.start(sys.argv[1], state)
        try:
            for command, expected in blocks:
                command = command.replace("http://127.0.0.1:8090", url)
                done = subprocess.run(
                    ["sh", "-c", command], cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    text=True, timeout=60, env={**os.environ, "HOME": work})
                if done.stdout == expected:
                    passed += 1
                else:
                    failed += 1
                    print(f"clients: recipes:\n{command}  expected: {expected!r}\n  found:    {done.stdout!r}",
                          file=sys.stderr)
        finally:
            server.terminate()
            server.wait(20)
    if len(blocks) != text.count("```sh"):
        failed += 1
        print("clients: recipes: a block has no output below it", file=sys.stderr)
    print(passed, failed)


if __name__ == "__main__":
    main()
