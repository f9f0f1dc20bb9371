#!/usr/bin/env python3
"""How many small faults in the judge the quick tests notice: cargo-mutants over a sample of fixed seed.

    conformance/mutants.py [--seed N] [--count N] [--shards N] [--shard K] [--list]

The sample is the same for the same seed and code: a mutant's place in it is the digest of the seed and
of its name without line and column, so that a change in one function does not draw all others anew. It is
tried shard by shard, all of them or the one that is named, in a copy of the repository under
`target/mutants`; what the shards there found is summed up in the end. A mutant that makes the tests run
out of time counts as caught, one that does not compile as not tried.
"""
import argparse
import collections
import hashlib
import json
import math
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRATCH = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "mutants"
TREE = SCRATCH / "tree"
TOOL = SCRATCH.parent / "tools/bin/cargo-mutants"

MUTATED = ["rules", "facts/plan", "prose", "demand"]
# The tests that judge texts and records, and start no agents.
TESTS = ["facts::", "prose::", "demand::", "rules::", "lint", "prompt::", "literate::", "plans::", "coverage::"]
SUITE = ["--lib", "--test", "it"]

# A mutant may loop and collect; neither may it take the machine with it.
SECONDS = 120
BYTES = 6 << 30

CAUGHT, MISSED, UNVIABLE = "caught", "missed", "not compiling"
SUMMARY = {
    "CaughtMutant": CAUGHT,
    "Timeout": CAUGHT,
    "MissedMutant": MISSED,
    "Unviable": UNVIABLE,
}


def copy():
    """Brings the copy up to date, with modification times, so that only what changed is built."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.split(b"\0")
    wanted = {os.fsdecode(name) for name in names if name and (ROOT / os.fsdecode(name)).is_file()}
    for name in wanted:
        to = TREE / name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, to)
    for path in TREE.rglob("*"):
        if not path.is_dir() and str(path.relative_to(TREE)) not in wanted:
            path.unlink()


def mutants(*args, **options):
    command = [TOOL, "mutants", "--dir", TREE, "--package", "wild-conformance"]
    for folder in MUTATED:
        command += ["--file", f"conformance/src/{folder}/**"]
    environment = {**os.environ, "CARGO_TARGET_DIR": str(SCRATCH / "build")}
    return subprocess.run([*command, *args], env=environment, text=True, **options)


def sample(seed, count):
    """The names of the mutants to try, in order."""
    listing = mutants("--list", "--json", "--no-config", check=True, stdout=subprocess.PIPE).stdout
    names = [mutant["name"] for mutant in json.loads(listing)]
    seen, ranked = collections.Counter(), []
    for name in names:
        told = re.sub(r":\d+:\d+: ", ": ", name, count=1)
        seen[told] += 1
        rank = hashlib.sha256(f"{seed} {seen[told]} {told}".encode()).digest()
        ranked.append((rank, name))
    print(f"{len(names)} mutants, of which {min(count, len(names))} are tried", flush=True)
    return [name for _, name in sorted(ranked)[:count]]


def baseline():
    """The tests must pass as the code is; otherwise every mutant would be caught."""
    command = ["cargo", "test", "--package", "wild-conformance", "--profile", "mutants", *SUITE, "--", *TESTS]
    environment = {**os.environ, "CARGO_TARGET_DIR": str(SCRATCH / "build")}
    subprocess.run(command, cwd=TREE, env=environment, check=True, stdout=subprocess.DEVNULL)


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def attempt(names, out):
    """Tries these mutants; what came of them is left in `out`."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    # JSON strings are TOML strings.
    chosen = ", ".join(json.dumps(f"^{re.escape(name)}$") for name in names)
    settings = out / "settings.toml"
    settings.write_text(f"examine_re = [{chosen}]\n", encoding="utf-8")
    limits = ["--baseline", "skip", "--timeout", str(SECONDS), "--build-timeout", str(10 * SECONDS)]
    code = mutants(
        *["--in-place", "--config", settings, "--output", out, "--profile", "mutants", "--no-shuffle"],
        *[*limits, "--caught", "--unviable", "--", *SUITE, "--", *TESTS],
        preexec_fn=bounded,
    ).returncode
    # 2 and 3: mutants were missed, or ran out of time.
    if code not in (0, 2, 3):
        sys.exit(f"cargo-mutants failed with code {code}; its logs are in {out}")


def wilson(hits, count, z=1.96):
    centre, spread = hits + z * z / 2, z * math.sqrt(hits * (count - hits) / count + z * z / 4)
    return (centre - spread) / (count + z * z), (centre + spread) / (count + z * z)


def report(out):
    results, missed = collections.Counter(), []
    for outcomes in sorted(out.glob("shard-*/mutants.out/outcomes.json")):
        for outcome in json.loads(outcomes.read_text(encoding="utf-8"))["outcomes"]:
            result = SUMMARY.get(outcome["summary"])
            if result is None:
                sys.exit(f"{outcomes}: {outcome['summary']} is no result")
            results[result] += 1
            if result == MISSED:
                missed.append(outcome["scenario"]["Mutant"]["name"])
    tried = results[CAUGHT] + results[MISSED]
    if not tried:
        sys.exit("no mutant was tried")
    low, high = wilson(results[CAUGHT], tried)
    print(f"\n{tried} tried, {results[CAUGHT]} caught ({results[CAUGHT] / tried:.1%}, 95 % interval", end=" ")
    print(f"{low:.1%} to {high:.1%}), {results[MISSED]} missed, {results[UNVIABLE]} {UNVIABLE}")
    for name in missed:
        print(f"  {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--shards", type=int, default=12)
    parser.add_argument("--shard", type=int, help="try only this one, from 0")
    parser.add_argument("--list", action="store_true", help="name the mutants and try none")
    given = parser.parse_args()
    if not TOOL.exists():
        sys.exit(f"there is no {TOOL}; `make mutants` installs it")
    copy()
    names = sample(given.seed, given.count)
    if given.list:
        print("\n".join(names))
        return
    baseline()
    out = SCRATCH / f"seed-{given.seed}-of-{given.count}-in-{given.shards}"
    for shard in range(given.shards) if given.shard is None else [given.shard]:
        attempt(names[shard :: given.shards], out / f"shard-{shard:02}")
    report(out)


if __name__ == "__main__":
    main()
