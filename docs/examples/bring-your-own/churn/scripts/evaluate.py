"""Prints the metrics below a folder, best first."""

import json
import pathlib
import sys

if __name__ == "__main__":
    found = pathlib.Path(sys.argv[1]).rglob("metrics.json")
    rows = [(json.loads(file.read_text())["accuracy"], file.parent.name) for file in found]
    for value, name in sorted(rows, reverse=True):
        print(f"{name}\t{value:.3f}")
