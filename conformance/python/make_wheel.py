#!/usr/bin/env python3
"""Makes the wheel: both programs as scripts, and the package with the pytest plug-in.

    make_wheel.py PROGRAMS OUT

PROGRAMS is the folder with `wild-conformance` and `wild-mock`; the wheel's name is printed. It needs nothing but this
Python. It is also the build backend of `pyproject.toml`, so that `pip install conformance/python` builds the programs.
The same files give the same bytes.
"""
import base64
import hashlib
import pathlib
import platform
import re
import struct
import subprocess
import sys
import tomllib
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAMS = ("wild-conformance", "wild-mock")
LICENCES = ("LICENSE-APACHE", "LICENSE-MIT")


def is_static(program):
    """Whether an ELF file asks for no dynamic loader: then it runs with any C library, or none."""
    data = program.read_bytes()
    if data[:4] != b"\x7fELF" or data[4] != 2:
        raise SystemExit(f"{program} is no 64-bit ELF program; build it for Linux")
    (offset,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    asks_for_loader = 3
    kinds = (struct.unpack_from("<I", data, offset + size * at)[0] for at in range(count))
    return asks_for_loader not in kinds


def tag(programs):
    machine = platform.machine()
    if all(is_static(program) for program in programs):
        return f"py3-none-manylinux2014_{machine}.musllinux_1_1_{machine}"
    # Built against this machine's C library, for it and newer ones.
    return f"py3-none-linux_{machine}"


def version():
    manifest = (ROOT / "Cargo.toml").read_text()
    return re.search(r'^version = "(.+)"', manifest, re.MULTILINE)[1]


def metadata(project):
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {version()}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
        *(f"License-File: {name}" for name in LICENCES),
        *(f"Classifier: {name}" for name in project["classifiers"]),
        f"Requires-Python: {project['requires-python']}",
    ]
    for extra, requirements in project["optional-dependencies"].items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f'Requires-Dist: {one}; extra == "{extra}"' for one in requirements]
    lines += ["Description-Content-Type: text/markdown", "", (HERE / project["readme"]).read_text()]
    return "\n".join(lines)


def entry_points(project):
    groups = project["entry-points"].items()
    return "".join(
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in own.items())
        for group, own in groups
    )


def files(programs, wheel_tag):
    """Name, content and whether it is executable, of all but the record."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    stem = f"{project['name'].replace('-', '_')}-{version()}"
    for source in sorted((HERE / "src").rglob("*.py")):
        yield str(source.relative_to(HERE / "src")), source.read_bytes(), False
    for program in programs:
        yield f"{stem}.data/scripts/{program.name}", program.read_bytes(), True
    info = f"{stem}.dist-info"
    yield f"{info}/METADATA", metadata(project).encode(), False
    tags = [f"py3-none-{one}" for one in wheel_tag.removeprefix("py3-none-").split(".")]
    wheel = ["Wheel-Version: 1.0", "Generator: make_wheel.py", "Root-Is-Purelib: false", *(f"Tag: {one}" for one in tags)]
    yield f"{info}/WHEEL", "\n".join([*wheel, ""]).encode(), False
    yield f"{info}/entry_points.txt", entry_points(project).encode(), False
    for name in LICENCES:
        yield f"{info}/licenses/{name}", (ROOT / name).read_bytes(), False


def write(folder, out):
    programs = [pathlib.Path(folder) / name for name in PROGRAMS]
    missing = [str(program) for program in programs if not program.is_file()]
    if missing:
        raise SystemExit(f"there is no {' and no '.join(missing)}; build them: cargo build --release --bins")
    wheel_tag = tag(programs)
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    record = []
    path = out / f"wild_conformance-{version()}-{wheel_tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name, content, is_executable):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if is_executable else 0o100644) << 16
            archive.writestr(entry, content)

        for name, content, is_executable in files(programs, wheel_tag):
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(content)}")
            add(name, content, is_executable)
        own = f"wild_conformance-{version()}.dist-info/RECORD"
        add(own, "\n".join([*record, f"{own},,", ""]).encode(), False)
    return path.name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """What PEP 517 asks of a build backend."""
    subprocess.run(["cargo", "build", "--release", "--bins"], cwd=ROOT, check=True)
    told = subprocess.run(
        ["cargo", "metadata", "--no-deps", "--format-version", "1"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    target = re.search(r'"target_directory":"([^"]+)"', told.stdout)[1]
    return write(pathlib.Path(target) / "release", wheel_directory)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    print(write(*sys.argv[1:]))
