#!/usr/bin/env python3
"""Measures what a play costs the machine while its agent sleeps.

`jobs.py PROGRAM [--plays 200] [--sleep 600]` plays `planning-healthy` so many times at once with `sleep` for an agent,
waits until all agents sleep and the harness is idle, tells memory and threads of the harness and of its own
processes, the agents left out, and ends the run. Ends with 1 when a play costs more than it may: 12 MiB (proportional set size: what
processes share counts once), and no thread beside its tracer.
"""

import argparse
import collections
import os
import pathlib
import subprocess
import sys
import tempfile
import time

MOST_KIB = 12 * 1024
# The main thread, signals, the journal's, and those that work for all plays.
MOST_SHARED = 3 + (os.cpu_count() or 1) + 2


def parents():
    """The name and the parent of each process."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except OSError:
                continue
            name = text[text.index("(") + 1 : text.rindex(")")]
            found[int(entry.name)] = (name, int(text[text.rindex(")") + 2 :].split()[1]))
    return found


def below(root):
    """The processes below `root`, and itself, by their names."""
    all_there = parents()
    children = collections.defaultdict(list)
    for process, (_, parent) in all_there.items():
        children[parent].append(process)
    ahead, found = [root], {}
    while ahead:
        process = ahead.pop()
        if process in all_there:
            found[process] = all_there[process][0]
            ahead.extend(children[process])
    return found


def memory(process):
    """What /proc tells of a process, in KiB."""
    lines = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    fields = (line.split() for line in lines[1:])
    return {words[0].rstrip(":"): int(words[1]) for words in fields}


def threads(process):
    """How many threads of each name a process has."""
    tasks = pathlib.Path(f"/proc/{process}/task").iterdir()
    return collections.Counter((task / "comm").read_text().strip() for task in tasks)


def measure(root, plays):
    """Tells what all but the agents take, and whether that is too much."""
    own = {process: name for process, name in below(root).items() if name != "sleep"}
    told = {process: memory(process) for process in own}
    total = {key: sum(one.get(key, 0) for one in told.values()) for key in ("Rss", "Pss", "Private_Dirty")}
    harness = told[root]
    of_root = threads(root)
    shared = sum(of_root.values()) - of_root["tracer"]
    helpers = len(own) - 1
    print(f"{plays} plays: harness RSS {harness['Rss'] / 1024:.1f} MiB, PSS {harness['Pss'] / 1024:.1f} MiB")
    print(f"{helpers} processes of its own beside it, {helpers / plays:.1f} a play")
    print(f"a play: PSS {total['Pss'] / plays / 1024:.2f} MiB, RSS {total['Rss'] / plays / 1024:.2f} MiB, "
          f"of which its own dirty {total['Private_Dirty'] / plays / 1024:.2f} MiB")
    print(f"threads of the harness: {dict(of_root)}")
    return total["Pss"] <= MOST_KIB * plays and of_root["tracer"] <= plays and shared <= MOST_SHARED


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--plays", type=int, default=200)
    parser.add_argument("--sleep", type=int, default=600)
    args = parser.parse_args()
    plays = args.plays
    with tempfile.TemporaryDirectory() as folder:
        words = [args.program, "run", "--no-config", "--case", "planning-healthy", "--repeat", str(plays)]
        words += ["--jobs", str(plays), "--out", f"{folder}/out", "--", "sleep", str(args.sleep)]
        begun = time.monotonic()
        run = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while sum(name == "sleep" for name in below(run.pid).values()) < plays:
            if run.poll() is not None:
                sys.exit("the run ended before all agents slept at once: --sleep more seconds")
            time.sleep(0.2)
        print(f"all agents sleep after {time.monotonic() - begun:.1f} s")
        # Threads that set plays up end after a second without work.
        time.sleep(3)
        is_little = measure(run.pid, plays)
        run.terminate()
        run.wait()
        print(f"the run ended with {run.returncode} after {time.monotonic() - begun:.1f} s")
    sys.exit(not is_little)


if __name__ == "__main__":
    main()
