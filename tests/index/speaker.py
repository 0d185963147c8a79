"""A process in the place of the one that speaks to Ray. It does what its first argument says."""

from __future__ import annotations

import json
import sys
import time


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    deed = sys.argv[1]
    if deed == "silent":
        time.sleep(600)
    if deed == "ends at once":
        sys.exit("Boom: the port is \x1b[31mtaken")
    if deed == "fails":
        say(json.dumps({"failed": "no such cluster"}))
        return
    say(json.dumps({"workers": 0 if deed == "no workers" else 2}))
    for line in sys.stdin:
        job = json.loads(line)
        if deed == "echoes":
            say(json.dumps({"id": job["id"], "said": job}))
        elif deed == "ends":
            sys.exit("Failed to connect to GCS\n*** its stack ***\n<no Python frame>\n")
        elif deed == "is cut off":
            print('{"id": 1, "vect', end="", flush=True)
            return
        elif deed == "babbles":
            say("[" * 100_000)
        elif deed == "gives a list":
            say("[]")
        elif deed == "hangs":
            time.sleep(600)
    if deed == "does not end":
        time.sleep(600)
    print(f"told to end, with {sys.argv[-1]}", file=sys.stderr)


main()
