#!/usr/bin/env python3
"""Packs what `make dist` hands out: the static programs with their manual, completions, documentation and licences,
the wheel, and the digests of both.

    dist.py PROGRAMS OUT

PROGRAMS is the folder with the static programs. The same files give the same bytes.
"""
import gzip
import hashlib
import io
import json
import pathlib
import platform
import re
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE / "python"))
import make_wheel  # noqa: E402

SHELLS = {"bash": "bash-completion/completions/{}", "zsh": "zsh/site-functions/_{}", "fish": "fish/completions/{}.fish"}
TOP = ("README.md", "CHANGELOG.md", *make_wheel.LICENCES)
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|unlicense)", re.IGNORECASE)


def told(program, *args):
    return subprocess.run([program, *args], check=True, capture_output=True).stdout


def manual(programs):
    """Pages of the manual and completions, as the program prints them."""
    program = programs / "wild-conformance"
    yield "share/man/man1/wild-conformance.1", told(program, "man")
    listed = told(program, "--help").decode()
    commands = listed.split("Commands:\n", 1)[1].split("\n\n", 1)[0]
    for name in re.findall(r"^  ([a-z-]+) ", commands, re.MULTILINE):
        if name != "help":
            yield f"share/man/man1/wild-conformance-{name}.1", told(program, "man", name)
    for shell, path in SHELLS.items():
        yield "share/" + path.format("wild-conformance"), told(program, "completions", shell)


def packages(target):
    """The packages of others that are in the programs, as cargo resolves them for the target."""
    asked = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    metadata = json.loads(told(*asked, "--manifest-path", ROOT / "Cargo.toml"))
    by_id = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    pending, seen = list(metadata["workspace_members"]), set()
    while pending:
        at = pending.pop()
        if at in seen:
            continue
        seen.add(at)
        for dep in nodes[at]["deps"]:
            if any(kind["kind"] is None for kind in dep["dep_kinds"]):
                pending.append(dep["pkg"])
    others = (by_id[at] for at in seen if by_id[at]["source"])
    return sorted(others, key=lambda package: (package["name"], package["version"]))


def third_party(target):
    """The licences of all packages that are in the programs, each text once."""
    texts, untold = {}, []
    for package in packages(target):
        folder = pathlib.Path(package["manifest_path"]).parent
        name = f"{package['name']} {package['version']} ({package['license']})"
        files = sorted(file for file in folder.iterdir() if file.is_file() and LICENCE_FILE.match(file.name))
        for file in files:
            texts.setdefault(file.read_text(errors="replace").strip(), []).append(name)
        if not files:
            untold.append(name)
    parts = ["The programs contain these packages of others.\n"]
    for text, names in texts.items():
        parts.append("\n".join([*names, "", text, ""]))
    if untold:
        parts.append("\n".join(["These have no file of their licence:", *untold, ""]))
    return ("\n" + "=" * 80 + "\n\n").join(parts).encode()


def contents(programs, target):
    """Name, content and whether it is executable."""
    for name in make_wheel.PROGRAMS:
        yield f"bin/{name}", (programs / name).read_bytes(), True
    for name in TOP:
        yield name, (ROOT / name).read_bytes(), False
    yield "THIRD-PARTY-LICENSES.txt", third_party(target), False
    for file in sorted((ROOT / "docs").rglob("*")):
        if file.is_file():
            yield str(file.relative_to(ROOT)), file.read_bytes(), False
    for name, content in manual(programs):
        yield name, content, False


def pack(programs, out):
    machine = platform.machine()
    target = f"{machine}-unknown-linux-musl"
    for name in make_wheel.PROGRAMS:
        if not make_wheel.is_static(programs / name):
            raise SystemExit(f"{programs / name} is not static: build it with --target {target}")
    stem = f"wild-{make_wheel.version()}-{target}"
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content, is_executable in contents(programs, target):
            entry = tarfile.TarInfo(f"{stem}/{name}")
            entry.size, entry.mode = len(content), 0o755 if is_executable else 0o644
            archive.addfile(entry, io.BytesIO(content))
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    (out / f"{stem}.tar.gz").write_bytes(gzip.compress(written.getvalue(), mtime=0))
    make_wheel.write(programs, out)
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("".join(sums))
    for file in sorted(out.iterdir()):
        print(f"{file.stat().st_size:>10} {file}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    pack(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
