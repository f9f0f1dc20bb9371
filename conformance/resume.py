#!/usr/bin/env python3
"""Kills runs at random moments, has them go on, and holds what they tell in the end against a run that nobody disturbed.

`resume.py PROGRAM [--kills 30] [--seed 1] [--shards 2]`. Each shard is killed (SIGKILL, harness only: what an agent
leaves is the kernel's and the next run's affair) until all its kills have landed, then resumed to its end; one that ends
before its kill is begun anew. The shards are merged, and the merged report is compared with that of one run. Prints what
it did, and ends with 1 when they differ, or when fewer kills landed than were asked for.
"""

import argparse
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

CASES = ["abort-docs-503", "abort-server-down", "execution-chain", "planning-healthy", "planning-slurm-nlp"]


def command(args, out, *more):
    """The command line of a run into `out`."""
    cases = [word for case in CASES for word in ("--case", case)]
    words = [args.program, "run", "--no-config", "--repeat", "3", "--jobs", "2", "--out", str(out), *cases, *more]
    agent = ["--", args.program, "agent", "--break", "OUT003"]
    return words + agent


def run(words, code):
    """Runs to the end."""
    ended = subprocess.run(words, capture_output=True, text=True)
    if ended.returncode not in code:
        sys.exit(f"{' '.join(words)}: exit code {ended.returncode}\n{ended.stdout}{ended.stderr}")
    return ended


def comparable(out):
    """A report without how long it took, and without digests of what has times, ports and temporary paths."""
    report = json.loads((out / "report.json").read_text())
    report["root"] = None
    for case in report["cases"]:
        assert case["seal"]["state"] == "sealed", case["id"]
        case["seal"] = case["seconds"] = None
    return report


def seals(out):
    """How many plays and iterations have their seal."""
    return len(list(out.glob("*/seal.json")))


def kill_often(args, out, shard, kills, draw, whole):
    """Starts the shard and kills it so many times; gives how many kills landed within three times as many starts."""
    landed = 0
    for number in range(3 * kills):
        if landed == kills:
            break
        more = ["--shard", shard] + (["--resume"] if out.exists() else [])
        started = time.monotonic()
        child = subprocess.Popen(command(args, out, *more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        moment = draw.uniform(0.0, whole * 0.6)
        try:
            child.wait(moment)
        except subprocess.TimeoutExpired:
            child.kill()
        # It may have ended between the two.
        was_killed = child.wait() == -signal.SIGKILL
        what = "killed" if was_killed else "ended"
        took, sealed = time.monotonic() - started, seals(out)
        print(f"  {shard} start {number + 1:2}: {what} after {took:5.2f} s, {sealed} sealed", flush=True)
        landed += was_killed
        if not was_killed:
            shutil.rmtree(out)
    return landed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shards", type=int, default=2)
    args = parser.parse_args()
    args.program = str(pathlib.Path(args.program).resolve())
    draw = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        begun = time.monotonic()
        run(command(args, folder / "whole"), {1})
        took = time.monotonic() - begun
        print(f"undisturbed: {took:.1f} s, {seals(folder / 'whole')} sealed", flush=True)
        parts, landed = [], 0
        for index in range(1, args.shards + 1):
            out, shard = folder / f"shard-{index}", f"{index}/{args.shards}"
            kills = args.kills * index // args.shards - args.kills * (index - 1) // args.shards
            landed += kill_often(args, out, shard, kills, draw, took / args.shards)
            told = run(command(args, out, "--shard", shard, "--resume"), {0, 1}).stderr
            print(f"  {shard} resumed: {next(line for line in told.splitlines() if line.startswith('note:'))}")
            parts.append(str(out))
        merged = folder / "merged"
        run([args.program, "merge", "--no-config", *parts, "--out", str(merged)], {1})
        same = comparable(merged) == comparable(folder / "whole")
        text = f"{landed} of {args.kills} kills landed; the merged report "
        print(text + ("equals the undisturbed one" if same else "DIFFERS from the undisturbed one"))
        sys.exit(not same or landed < args.kills)


if __name__ == "__main__":
    main()
