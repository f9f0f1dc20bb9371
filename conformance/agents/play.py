#!/usr/bin/env python3
"""Plays real agent programs against the scripted model, and compares the table with the expected one.

    make test-agents                     # all; minutes, and the network when something is to be installed
    make test-agents AGENTS='codex pi'   # these alone
    make test-agents AGENTS=--update     # writes the expected table

Which programs, versions, adapters and cases is data: programs.toml. Programs are installed from npm and PyPI
into target/agents, a folder for each version. Exit codes: 0 as expected, 1 not, 3 something is missing.
"""
import argparse
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys

try:
    import tomllib
except ImportError:
    sys.exit("python3 is too old: 3.11 or newer is needed")

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
CACHE = TARGET / "agents"
PROGRAM = TARGET / "debug" / "wild-conformance"
EXPECTED = HERE / "expected.txt"
MISSING = 3
NODE = 20
TIME_LIMIT = 120


def missing(what):
    """Ends with what has to be there first."""
    print(f"cannot play: {what}", file=sys.stderr)
    sys.exit(MISSING)


def look_for_tools(packages):
    """Node for programs from npm, venv for those from PyPI, and ours."""
    if not PROGRAM.is_file():
        missing(f"{PROGRAM} is not built; `make test-agents` builds it")
    if any("npm" in package for package in packages):
        for tool in ("node", "npm"):
            if not shutil.which(tool):
                missing(f"{tool} is not installed (Debian: apt-get install nodejs npm)")
        version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.lstrip("v").split(".")[0]) < NODE:
            missing(f"node {version.strip()} is too old: {NODE} or newer is needed")
    if any("pypi" in package for package in packages):
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError as error:
            missing(f"python3 has no {error.name} (Debian: apt-get install python3-venv)")


def folder(package):
    return CACHE / f"{package['name']}-{package['version']}"


def bin_of(package):
    return folder(package) / ("bin" if "pypi" in package else "node_modules/.bin")


def install(package):
    """Installs a package unless it is there; what broke off half-way is begun anew."""
    home = folder(package)
    done = home / ".installed"
    if done.is_file():
        return
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    print(f"installing {home.name}", file=sys.stderr)
    if "npm" in package:
        (home / "package.json").write_text('{"private": true}\n')
        steps = [["npm", "install", "--no-audit", "--no-fund", "--loglevel=error",
                  f"{package['npm']}@{package['version']}"]]
    else:
        pip = str(home / "bin" / "pip")
        steps = [[sys.executable, "-m", "venv", str(home)],
                 [pip, "install", "--quiet", f"{package['pypi']}=={package['version']}", *package.get("also", [])]]
    for step in steps:
        if subprocess.run(step, cwd=home, stdout=sys.stderr).returncode != 0:
            missing(f"{home.name} cannot be installed: `{' '.join(step)}` failed")
    done.touch()


class Model:
    """The scripted model, served for as long as this is open."""

    def __init__(self, script, log):
        self.log = open(log, "w")
        self.process = subprocess.Popen([PROGRAM, "model", "--script", script], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if "http://" not in line:
            missing(f"`{PROGRAM} model --script {script}` does not serve: {line.strip()}")
        self.url = line.strip().rsplit("http://", 1)[1]
        # What else it tells goes to a file through a program that ends with it.
        self.drain = subprocess.Popen(["cat"], stdin=self.process.stdout, stdout=self.log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.drain.wait()
        self.log.close()


def filled(text, url):
    return text.replace("{url}", url)


def play(way, package, script, columns):
    """Plays the cases of columns one way. Gives the cases' reports by their ids."""
    cases = dict.fromkeys(str(HERE / column["file"]) if "file" in column else column["case"] for column in columns)
    name = f"{way['package']}-{way['adapter']}-{script}"
    played = CACHE / "played"
    played.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(played / name, ignore_errors=True)
    with Model(script, played / f"{name}.model.txt") as model:
        run = [filled(word, model.url) for word in way["run"]]
        chosen = [word for case in cases for word in ("--case", case)]
        command = [PROGRAM, "run", *chosen, "--strict", "--jobs", "1", "--time-limit", str(TIME_LIMIT),
                   "--out", played / name, "--allow-net", model.url, "--allow-net", "127.0.0.1:*", "--report", "json", *run]
        env = {key: value for key, value in os.environ.items() if not key.endswith("_API_KEY")}
        env["PATH"] = f"{bin_of(package)}{os.pathsep}{env['PATH']}"
        env.update({key: filled(value, model.url) for key, value in way.get("env", {}).items()})
        ran = subprocess.run(command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    (played / f"{name}.stderr.txt").write_text(ran.stderr)
    try:
        reports = json.loads(ran.stdout)["cases"]
    except (ValueError, KeyError):
        last = (ran.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return {column["case"]: f"exit {ran.returncode}: {last}" for column in columns}
    return {report["id"]: told(report) for report in reports}


def told(report):
    """The outcome, or what was violated."""
    failed = [rule["code"] for rule in report["rules"] if rule["verdict"] == "fail"]
    if report["outcome"] == "non-conformant" and failed:
        return ",".join(failed)
    return report["outcome"]


def cell(column, reports):
    """What a column says of its case; iterations that went the same way are told once."""
    parts = [reports[name] for name in sorted(reports)
             if name == column["case"] or name.startswith(column["case"] + "-iteration-")]
    return "/".join(part for part, _ in itertools.groupby(parts)) or "not played"


def row(way, package, columns):
    """The row of one way, column by column; cases of one script are played together."""
    columns = [column for column in columns if way["adapter"] in column.get("adapters", [way["adapter"]])]
    cells = {}
    for script in dict.fromkeys(column["script"] for column in columns):
        of_script = [column for column in columns if column["script"] == script]
        reports = play(way, package, script, of_script)
        cells.update({column["name"]: cell(column, reports) for column in of_script})
    return cells


def table(rows, columns):
    """Lines with the same words at the same places."""
    head = ["program", "version", "adapter", *(column["name"] for column in columns)]
    lines = [head] + [[way["package"], package["version"], way["adapter"],
                       *(cells.get(column["name"], "-") for column in columns)] for way, package, cells in rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return ["  ".join(word.ljust(width) for word, width in zip(line, widths)).rstrip() for line in lines]


def words(line):
    """A line without its layout, which changes with the longest word of the table."""
    return " ".join(line.split())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="packages; all unless given")
    parser.add_argument("--adapter", help="only this one: exec, acp or http")
    parser.add_argument("--update", action="store_true", help="write the expected table")
    options = parser.parse_args()
    data = tomllib.loads((HERE / "programs.toml").read_text())
    packages = {package["name"]: package for package in data["package"]}
    for name in options.names:
        if name not in packages:
            missing(f"there is no package `{name}`; there are {', '.join(packages)}")
    ways = [way for way in data["way"] if way["package"] in (options.names or packages)
            and way["adapter"] in (options.adapter or way["adapter"])]
    wanted = [packages[name] for name in dict.fromkeys(way["package"] for way in ways)]
    look_for_tools(wanted)
    for package in wanted:
        install(package)

    listed = subprocess.run([PROGRAM, "cases", "--report", "json"], capture_output=True, text=True, check=True).stdout
    known = {case["id"] for case in json.loads(listed)}
    columns = [column for column in data["column"] if column.get("twin", column["case"]) in known]
    rows = []
    for way in ways:
        package = packages[way["package"]]
        cells = row(way, package, columns)
        rows.append((way, package, cells))
        print(f"{way['package']} by {way['adapter']}: {cells}", file=sys.stderr)
    lines = table(rows, data["column"])
    print("\n".join(lines))
    if options.update:
        EXPECTED.write_text("\n".join(lines) + "\n")
        return 0
    expected = {words(line) for line in EXPECTED.read_text().splitlines()}
    strange = [line for line in lines if words(line) not in expected]
    for line in strange:
        print(f"not as expected: {line}", file=sys.stderr)
    whole = not options.names and not options.adapter
    gone = expected - {words(line) for line in lines} if whole else set()
    for line in sorted(gone):
        print(f"expected and not there: {line}", file=sys.stderr)
    if strange or gone:
        print(f"evidence and the model's own account are in {CACHE / 'played'}", file=sys.stderr)
    return 1 if strange or gone else 0


if __name__ == "__main__":
    sys.exit(main())
