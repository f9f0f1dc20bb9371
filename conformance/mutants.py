#!/usr/bin/env python3
"""How many small faults in the judge the quick tests notice: cargo-mutants over a sample of fixed seed.

    conformance/mutants.py [--seed N] [--count N] [--shards N] [--shard K] [--missed | --list | --found]

The sample is the same for the same seed and code: a mutant's place in it is the digest of the seed and
of its name without line and column, so that a change in one function does not draw all others anew. It is
tried shard by shard, all of them or the one that is named, in a copy of the repository under
`target/mutants`; what was found there is summed up in the end. The library's own tests come first, as they
are built soonest, and what they miss meets the fixtures; for rules, which have hardly any tests of their own, it
is the other way round. A mutant that makes the tests run out of time counts as caught, and is named, as a busy
machine may have done it: `--missed` tries it again, too. One that does not compile counts as not tried.
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
# The tests that judge texts and records, and start no agents: what to build, and which to run of it.
LIBRARY = ["--lib"], ["facts::", "prose::", "demand::", "rules::", "lint", "prompt::"]
FIXTURES = ["--test", "it"], ["literate::", "defects::", "plans::", "coverage::"]

# A mutant may loop and collect; neither may it take the machine with it.
SECONDS = 240
BYTES = 6 << 30

CAUGHT, LATE, MISSED, UNVIABLE = "caught", "out of time", "missed", "not compiling"
SUMMARY = {
    "CaughtMutant": CAUGHT,
    "Timeout": LATE,
    "MissedMutant": MISSED,
    "Unviable": UNVIABLE,
}


def copy():
    """Brings the copy up to date. What is the same is left alone, so that only what changed is built."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.split(b"\0")
    wanted = {os.fsdecode(name) for name in names if name and (ROOT / os.fsdecode(name)).is_file()}
    for name in wanted:
        to = TREE / name
        content = (ROOT / name).read_bytes()
        if not to.is_file() or to.read_bytes() != content:
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(content)
            shutil.copymode(ROOT / name, to)
    for path in TREE.rglob("*"):
        if not path.is_dir() and str(path.relative_to(TREE)) not in wanted:
            path.unlink()


def mutants(files, *args, **options):
    command = [TOOL, "mutants", "--dir", TREE, "--package", "wild-conformance"]
    for file in files:
        command += ["--file", file]
    environment = {**os.environ, "CARGO_TARGET_DIR": str(SCRATCH / "build")}
    return subprocess.run([*command, *args], env=environment, text=True, **options)


def sample(seed, count):
    """The names of the mutants to try, in order."""
    files = [f"conformance/src/{folder}/**" for folder in MUTATED]
    listing = mutants(files, "--list", "--json", "--no-config", check=True, stdout=subprocess.PIPE).stdout
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
    environment = {**os.environ, "CARGO_TARGET_DIR": str(SCRATCH / "build")}
    for target, tests in (LIBRARY, FIXTURES):
        command = ["cargo", "test", "--quiet", "--package", "wild-conformance", "--profile", "mutants"]
        command += [*target, "--", *tests]
        ran = subprocess.run(command, cwd=TREE, env=environment, text=True, stdout=subprocess.PIPE)
        if ran.returncode != 0:
            sys.exit(f"{ran.stdout}the tests fail without any mutant")


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def attempt(names, suite, out):
    """What these tests make of these mutants, by name."""
    shutil.rmtree(out, ignore_errors=True)
    if not names:
        return {}
    out.mkdir(parents=True)
    # JSON strings are TOML strings.
    chosen = ", ".join(json.dumps(f"^{re.escape(name)}$") for name in names)
    settings = out / "settings.toml"
    settings.write_text(f"examine_re = [{chosen}]\n", encoding="utf-8")
    target, tests = suite
    code = mutants(
        sorted({name.split(":")[0] for name in names}),
        *["--in-place", "--config", settings, "--output", out, "--profile", "mutants", "--no-shuffle"],
        *["--baseline", "skip", "--timeout", str(SECONDS), "--build-timeout", str(10 * SECONDS)],
        # What is built must be told by `--cargo-arg`: what stands behind the bars is for running only.
        *[f"--cargo-arg={argument}" for argument in target],
        *["--caught", "--unviable", "--", "--", *tests],
        preexec_fn=bounded,
    ).returncode
    # 2 and 3: mutants were missed, or ran out of time.
    if code not in (0, 2, 3):
        sys.exit(f"cargo-mutants failed with code {code}; its logs are in {out}")
    outcomes = json.loads((out / "mutants.out/outcomes.json").read_text(encoding="utf-8"))["outcomes"]
    # It also tries what no expression leaves out: mutants that delete a field.
    results = {outcome["scenario"]["Mutant"]["name"]: SUMMARY[outcome["summary"]] for outcome in outcomes}
    return {name: results[name] for name in names if name in results}


def settle(names, out, before=None):
    """Tries these mutants and leaves in `out` what came of each, beside what came of others before."""
    is_rule = re.compile(r"conformance/src/rules/(?!mod\.rs)").match
    results = attempt([name for name in names if not is_rule(name)], LIBRARY, out / "library")
    open_ = [name for name in names if results.get(name, MISSED) == MISSED]
    results |= attempt(open_, FIXTURES, out / "fixtures")
    rules = [name for name in open_ if is_rule(name) and results.get(name) == MISSED]
    results |= attempt(rules, LIBRARY, out / "rules")
    out.mkdir(parents=True, exist_ok=True)
    file = out / "results.json"
    file.write_text(json.dumps((before or {}) | results, indent=1), encoding="utf-8")


def wilson(hits, count, z=1.96):
    centre, spread = hits + z * z / 2, z * math.sqrt(hits * (count - hits) / count + z * z / 4)
    return (centre - spread) / (count + z * z), (centre + spread) / (count + z * z)


def found(out):
    """What came of each mutant so far; what was tried again counts as it was last."""
    results = {}
    for file in [*sorted(out.glob("shard-*/results.json")), out / "again/results.json"]:
        if file.exists():
            results |= json.loads(file.read_text(encoding="utf-8"))
    return results


def report(results):
    counts = collections.Counter(results.values())
    caught = counts[CAUGHT] + counts[LATE]
    tried = caught + counts[MISSED]
    if not tried:
        sys.exit("no mutant was tried")
    low, high = wilson(caught, tried)
    print(f"\n{tried} tried, {caught} caught ({caught / tried:.1%}, 95 % interval {low:.1%} to {high:.1%}),", end=" ")
    print(f"{counts[LATE]} of them {LATE}, {counts[MISSED]} missed, {counts[UNVIABLE]} {UNVIABLE}")
    for name, result in results.items():
        if result in (LATE, MISSED):
            print(f"  {result}: {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--shards", type=int, default=12)
    parser.add_argument("--shard", type=int, help="try only this one, from 0")
    parser.add_argument("--missed", action="store_true", help="try again what was missed or ran out of time")
    parser.add_argument("--list", action="store_true", help="name the mutants and try none")
    parser.add_argument("--found", action="store_true", help="tell what was found so far and try none")
    given = parser.parse_args()
    out = SCRATCH / f"seed-{given.seed}-of-{given.count}-in-{given.shards}"
    if given.found:
        report(found(out))
        return
    if not TOOL.exists():
        sys.exit(f"there is no {TOOL}; `make mutants` installs it")
    copy()
    names = sample(given.seed, given.count)
    if given.list:
        print("\n".join(names))
        return
    baseline()
    if given.missed:
        results = found(out)
        settle([name for name in names if results.get(name) in (LATE, MISSED)], out / "again", results)
    else:
        for shard in range(given.shards) if given.shard is None else [given.shard]:
            settle(names[shard :: given.shards], out / f"shard-{shard:02}")
    report(found(out))


if __name__ == "__main__":
    main()
