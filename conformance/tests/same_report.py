#!/usr/bin/env python3
"""Whether two reports say the same of the same plays: all but times, ports, temporary paths and digests."""

import json
import re
import sys

# What differs between any two plays of the same case: where it was played, how long it took, what it hashes to.
VOLATILE = [
    (re.compile(r"/tmp/[\w./-]*?wild-[\w-]+"), "TMP"),
    (re.compile(r"127\.0\.0\.1:\d+"), "HOST"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
]
TIMES = re.compile(r"(seconds|_ms|_at|took|duration)$")


def steady(value):
    if isinstance(value, dict):
        return {key: steady(inner) for key, inner in value.items() if not TIMES.search(key)}
    if isinstance(value, list):
        return [steady(inner) for inner in value]
    if isinstance(value, str):
        for pattern, word in VOLATILE:
            value = pattern.sub(word, value)
    return value


def main(first, second):
    both = []
    for path in (first, second):
        with open(path, encoding="utf-8") as file:
            both.append(json.dumps(steady(json.load(file)), indent=1, sort_keys=True).splitlines())
    different = [(one, other) for one, other in zip(*both) if one != other]
    if different or len(both[0]) != len(both[1]):
        for one, other in different[:20]:
            print(f"- {one.strip()}\n+ {other.strip()}", file=sys.stderr)
        sys.exit(f"{first} and {second} differ in {len(different)} lines ({len(both[0])} and {len(both[1])})")
    print(f"{len(both[0])} lines of both reports are the same")


if __name__ == "__main__":
    main(*sys.argv[1:])
