#!/usr/bin/env python3
"""Random requests to wild-mock, each answer held against what Python itself makes of the request.

    differential.py --binary target/debug/wild-mock [--operations N] [--seed N]

The real server is a Python program, and what it does with odd input is mostly what its libraries do:
how `json.loads` decodes bytes, what `str.strip` takes off, how a file opened as text ends its lines,
which number `int(float(x))` is, what a route's regular expression matches. Here these very functions
say what is right, on small models of the endpoints that lead to them. Python 3.11 or newer, no packages.
Exits with 0 without differences, and with 1 after the first ten.
"""
import argparse, codecs, http.client, json, math, os, random, re, shutil, subprocess, sys, tempfile

BLANK = ["\x1c", "\x1d", "\x1e", "\x1f", " ", "\t", "\n", "\r", "\x0b", "\x0c", "\x85", "\xa0", "\u2003",
         "\u2028", "\u3000", "\u200b", "\ufeff", "\u180e", "\x00"]
WORDS = ["x", "Ready", "RUNNING", "ü", "İ", "ΑΣ", "🚀", "a b", "-", ""]
UNKNOWN = {"json": "There was an error parsing the body"}


class Server:
    """A mock of its own, and one connection to it."""

    def __init__(self, binary, workdir):
        command = [binary, "serve", "--listen", "127.0.0.1:0", "--workdir", workdir]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.rsplit(":", 1)[1])
        self.connection = None

    def ask(self, method, path, body=None, headers=(), version="HTTP/1.1"):
        """Status, headers in lower case, bytes."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection = self.connection
        connection._http_vsn_str, connection._http_vsn = version, 11 if version == "HTTP/1.1" else 10
        named = [name.lower() for name, _ in headers]
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if "host" not in named and version == "HTTP/1.1":
            connection.putheader("Host", "127.0.0.1:%d" % self.port)
        if body is not None:
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        result = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        if version != "HTTP/1.1":
            self.close()
        return result

    def json(self, method, path, value=None):
        body = None if value is None else json.dumps(value).encode()
        status, _, raw = self.ask(method, path, body)
        return status, json.loads(raw) if raw[:1] in b'{["' and raw else raw.decode()

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def stop(self):
        self.close()
        self.process.terminate()
        self.process.wait()


class Difference(Exception):
    pass


def same(what, expected, got):
    if expected != got:
        raise Difference("%s\n    expected %.400r\n    got      %.400r" % (what, expected, got))


def text(rng):
    parts = [rng.choice(BLANK + WORDS) for _ in range(rng.randrange(6))]
    return "".join(parts)


# ---------------------------------------------------------------- strings


class Strings:
    """Fields of a run, which are trimmed, and words, which are trimmed and lower-cased."""

    def __init__(self, server, rng):
        self.server, self.rng = server, rng

    def step(self):
        server, rng = self.server, self.rng
        made = {"name": text(rng), "command": "true"}
        status, run = server.json("POST", "/runs", made)
        same("POST /runs %r" % made, (200, made["name"]), (status, run["name"]))
        path = "/runs/" + run["id"]
        field = rng.choice(["name", "command", "workdir"])
        value = text(rng)
        status, answer = server.json("PUT", path, {field: value})
        if value.strip():
            same("PUT %s=%r" % (field, value), (200, value.strip()), (status, answer.get(field)))
        else:
            detail = {"detail": "Run %s cannot be empty" % field}
            same("PUT %s=%r" % (field, value), (400, detail), (status, answer))
        word = text(rng)
        server.json("POST", path + "/status", {"status": word, "exit_code": 0})
        status, answer = server.json("GET", path)
        same("status %r" % word, word.strip().lower(), answer["status"])


# ---------------------------------------------------------------- bodies


def value(rng, depth=0):
    kinds = ["int", "float", "str", "word"] + (["list", "dict"] if depth < 3 else [])
    kind = rng.choice(kinds)
    if kind == "int":
        return rng.choice([0, -1, 7, 2 ** 53 + 1, 2 ** 63, -2 ** 63 - 1, 10 ** 30])
    if kind == "float":
        return rng.choice([0.0, -0.0, 1e300, 1e-5, 1e16, 0.1, 123456.789])
    if kind == "str":
        return text(rng)
    if kind == "word":
        return rng.choice([None, True, False])
    if kind == "list":
        return [value(rng, depth + 1) for _ in range(rng.randrange(3))]
    return {text(rng): value(rng, depth + 1) for _ in range(rng.randrange(3))}


class Bodies:
    """Bytes as `json.loads` decodes them, or refuses them."""

    ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]

    def __init__(self, server, rng):
        self.server, self.rng = server, rng
        self.path = "/runs/" + server.json("POST", "/runs", {"name": "a", "command": "true"})[1]["id"]

    def body(self):
        rng = self.rng
        shown = json.dumps({"other": value(rng), "name": text(rng) + "n"}, ensure_ascii=rng.random() < 0.3)
        if rng.random() < 0.5:
            at = rng.randrange(len(shown) + 1)
            junk = rng.choice(["", ",", "]", "}", '"', "\\", "\\u12", "\\ud83d\\ude80", "e", "-", ".", "01",
                               "NaN", "\x01", "\ufeff", "x", "tru", "1e999", "-Infinity", "/**/"])
            shown = shown[:at] + junk + shown[at + rng.randrange(3):]
        if rng.random() < 0.1:
            shown = json.dumps(value(rng))
        data = shown.encode(rng.choice(self.ENCODINGS), "surrogatepass")
        if rng.random() < 0.2:
            data = rng.choice([codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, b""]) + data
        if rng.random() < 0.2:
            data = data[:rng.randrange(len(data) + 1)]
        return data

    def step(self):
        data = self.body()
        what = "PUT body %r" % data
        try:
            decoded = json.loads(data)
        except json.JSONDecodeError as error:
            expected = 422, ("json_invalid", ["body", error.pos], error.msg)
        except (UnicodeDecodeError, ValueError, RecursionError):
            expected = 400, UNKNOWN["json"]
        else:
            if not isinstance(decoded, dict):
                expected = 422, ("model_attributes_type", ["body"], None)
            elif not isinstance(decoded.get("name", ""), (str, type(None))):
                expected = 422, ("string_type", ["body", "name"], None)
            elif lone(decoded.get("name") or ""):
                return  # no text that could be answered with
            else:
                expected = 200, None
                name = decoded.get("name")
                if name is not None and not name.strip():
                    expected = 400, "Run name cannot be empty"
        if data == b"":
            expected = 422, ("missing", ["body"], None)
        status, _, raw = self.server.ask("PUT", self.path, data)
        answer = json.loads(raw)
        if status == 422:
            first = answer["detail"][0]
            got = first["type"], first["loc"], first.get("ctx", {}).get("error")
        else:
            got = answer.get("detail")
        same(what, expected, (status, got))
        if expected == (200, None) and decoded.get("name") is not None:
            same(what, decoded["name"].strip(), answer["name"])


def lone(value):
    return any("\ud800" <= c <= "\udfff" for c in value)


# ---------------------------------------------------------------- metrics


class Metrics:
    """Steps that stay whole and exact, values that are rounded."""

    STEPS = [0, 1, -1, 2.9, -0.5, 1e19, 1e22, 1e300, 2 ** 53 + 1, 2 ** 63, 2 ** 64 + 5, "7", " 8 ", "1_0",
             "1e3", "\u0663", "\x1f1", "nan", "x", None, True, [], "1_.5", "+4", "0x1", 1.7976931348623157e308]

    def __init__(self, server, rng):
        self.server, self.rng = server, rng

    def number(self, value):
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            return None
        try:
            number = float(value)
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def step(self):
        rng = self.rng
        made = self.server.json("POST", "/runs", {"name": "m", "command": "sleep 9", "auto_start": True})[1]
        path = "/runs/%s/metrics" % made["id"]
        rows, expected = [], []
        for at in range(1, rng.randrange(2, 6)):
            step = rng.choice(self.STEPS)
            loss = rng.choice([1, 0.1234567, 1e-7, 2.5000005, "3.25", 1e15 + 0.3, -7])
            rows.append({"step": step, "loss": loss})
            told = self.number(step)
            step = int(told) if told is not None and told >= 0 else at
            expected.append({"step": step, "value": round(float(loss), 6)})
        same("POST %r" % rows, (200, {"appended": len(rows)}), self.server.json("POST", path, {"rows": rows}))
        answer = self.server.json("GET", path)[1]
        same("metrics of %r" % rows, expected, answer["metricSeries"]["loss"])


# ---------------------------------------------------------------- skills


def parse(raw, fallback):
    """Name and template of a SKILL.md whose front matter is lines of `key: word`."""
    if raw.startswith("---"):
        parts = raw.split("---", 2)
        if len(parts) == 3:
            keys = dict(line.split(": ", 1) for line in parts[1].strip().split("\n") if ": " in line)
            return keys.get("name", fallback), parts[2].strip()
    return fallback, raw


class Skills:
    """Files of skills, kept in real folders beside the mock's."""

    NAMES = ["SKILL.md", "x.md", "sub", "deep", "..", ".", "", "SKILL.md.bak", "ü", "sub2"]

    def __init__(self, server, rng):
        self.server, self.rng, self.count = server, rng, 0
        self.root = tempfile.mkdtemp(prefix="wild-differential-")
        self.id = None

    def read(self, path):
        with open(path, encoding="utf-8") as file:
            return file.read()

    def inside(self, path):
        home = os.path.realpath(self.folder)
        full = os.path.realpath(os.path.join(home, path))
        return full if full == home or full.startswith(home + os.sep) else None

    def create(self):
        self.count += 1
        self.id = "d%d" % self.count
        self.folder = os.path.join(self.root, self.id)
        template = self.lines()
        os.mkdir(self.folder)
        with open(os.path.join(self.folder, "SKILL.md"), "w", encoding="utf-8", newline="") as file:
            file.write("---\ncategory: skill\ndescription: ''\nname: %s\n---\n%s\n" % (self.id, template))
        self.reread()
        status, answer = self.server.json("POST", "/prompt-skills", {"name": self.id, "template": template})
        same("create %r" % template, (200, self.name, self.template), (status, answer["name"], answer["template"]))

    def reread(self):
        self.name, self.template = parse(self.read(os.path.join(self.folder, "SKILL.md")), self.id)

    def lines(self):
        rng = self.rng
        parts = [rng.choice(["a", "b {{v}}", "\r\n", "\r", "\n", "\x1f", "\u2028", " ", "é"]) for _ in range(5)]
        return "".join(parts)

    def path(self):
        return "/".join(self.rng.choice(self.NAMES) for _ in range(self.rng.randrange(1, 4)))

    def write(self):
        path = self.path()
        content = self.lines()
        if self.rng.random() < 0.5:
            content = "---%sname: n%d%s---%s" % ("\n", self.rng.randrange(99), "\r\n", content)
        status, answer = self.server.json("PUT", self.url("files/" + path), {"content": content})
        full = self.inside(path)
        what = "write %r %r" % (path, content)
        try:
            if full is None:
                raise OSError("outside")
            if os.path.isdir(full):
                raise IsADirectoryError(full)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8", newline="") as file:
                file.write(content)
        except OSError:
            detail = {"detail": "Skill or path not found: %s/%s" % (self.id, path)}
            return same(what, (404, detail), (status, answer))
        same(what, (200, {"message": "File saved", "path": path}), (status, answer))
        if os.path.basename(full) == "SKILL.md":
            self.folder = os.path.dirname(full)
            self.reread()

    def url(self, rest=""):
        quoted = rest.replace("ü", "%C3%BC")
        return "/prompt-skills/%s%s" % (self.id, "/" + quoted if rest else "")

    def look(self):
        status, answer = self.server.json("GET", self.url())
        same("skill", (200, self.name, self.template), (status, answer["name"], answer["template"]))
        entries = []
        for here, folders, files in os.walk(self.folder):
            folders.sort()
            for name in folders:
                entries.append((os.path.relpath(os.path.join(here, name), self.folder), "directory", None))
            for name in sorted(files):
                full = os.path.join(here, name)
                entries.append((os.path.relpath(full, self.folder), "file", os.path.getsize(full)))
        got = self.server.json("GET", self.url("files"))[1]
        same("files", entries, [(e["path"], e["type"], e.get("size")) for e in got])
        path = self.path()
        status, answer = self.server.json("GET", self.url("files/" + path))
        full = self.inside(path)
        if full and os.path.isfile(full):
            same("read %r" % path, (200, {"path": path, "content": self.read(full)}), (status, answer))
        else:
            same("read %r" % path, (404, {"detail": "File not found: " + path}), (status, answer))

    def step(self):
        if self.id is None:
            return self.create()
        kind = self.rng.random()
        if kind < 0.6:
            return self.write()
        if kind < 0.9:
            return self.look()
        if kind < 0.95:
            same("reload", 200, self.server.json("POST", "/prompt-skills/reload")[0])
            self.folder = os.path.join(self.root, self.id)
            return self.reread()
        same("delete", 200, self.server.json("DELETE", self.url())[0])
        same("deleted", 404, self.server.json("GET", self.url())[0])
        shutil.rmtree(self.folder)
        outer = os.path.join(self.root, self.id)
        if not os.path.exists(os.path.join(outer, "SKILL.md")):
            self.id = None
            return None
        same("reload", 200, self.server.json("POST", "/prompt-skills/reload")[0])
        self.folder = outer
        return self.reread()

    def stop(self):
        shutil.rmtree(self.root)


# ---------------------------------------------------------------- events, routes


class Events:
    """Ids go into a set."""

    def __init__(self, server, rng):
        self.server, self.rng = server, rng

    def step(self):
        ids = [value(self.rng) for _ in range(self.rng.randrange(4))]
        try:
            set(ids)
        except TypeError:
            expected = 500, "Internal Server Error"
        else:
            expected = 200, {"resolved": 0}
        got = self.server.json("POST", "/wild/v2/events/s/resolve", {"event_ids": ids})
        same("resolve %r" % ids, expected, got)


class Routes:
    """Paths as the regular expressions of the routes match them, and where the others lead."""

    PAGES = {"/docs": ["GET", "HEAD"], "/redoc": ["GET", "HEAD"], "/openapi.json": ["GET", "HEAD"],
             "/docs/oauth2-redirect": ["GET", "HEAD"]}

    def __init__(self, server, rng):
        self.server, self.rng = server, rng
        paths = server.json("GET", "/openapi.json")[1]["paths"]
        routes = [(path, [m.upper() for m in item]) for path, item in paths.items()]
        self.routes = [(self.pattern(path), methods) for path, methods in routes + list(self.PAGES.items())]
        self.plain = [path for path, _ in routes] + list(self.PAGES)

    @staticmethod
    def pattern(path):
        parts = re.split(r"({[a-z_]+})", path)
        made = [".*" if p == "{file_path}" else "[^/]+" if p[:1] == "{" else re.escape(p) for p in parts]
        return re.compile("^" + "".join(made) + "$")

    def matches(self, path):
        return [methods for pattern, methods in self.routes if pattern.match(path)]

    def path(self):
        rng = self.rng
        path = re.sub(r"{[a-z_]+}", lambda _: rng.choice(["x", "a b", "ü", "a\n", "%", "?", "#", "[", "wild"]),
                      rng.choice(self.plain))
        return path + rng.choice(["", "", "/", "//", "\n", "/\n", "x"])

    def step(self):
        rng, path = self.rng, self.path()
        method = rng.choice(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
        version = rng.choice(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0"])
        quoted = "".join(c if c.isalnum() and c.isascii() or c in "/-._" else
                         "".join("%%%02X" % b for b in c.encode()) for c in path)
        headers, host, scheme = [], "127.0.0.1:%d" % self.server.port, "http"
        if rng.random() < 0.3:
            host = rng.choice(["a.example", "b:81", "[::1]:5"])
            headers.append(("Host", host))
        if rng.random() < 0.3:
            told = rng.choice(["https", "http", "HTTPS", "wss"])
            headers.append(("X-Forwarded-Proto", told))
            scheme = told if told.islower() else "http"
        status, got, raw = self.server.ask(method, quoted, None, headers, version)
        what = "%s %r %s %r" % (method, path, version, headers)
        found = self.matches(path)
        if any(method in methods for methods in found):
            # Reached its handler, which knows no `x`: anything but the refusals below.
            return same(what, False, raw in (b'{"detail":"Not Found"}', b'{"detail":"Method Not Allowed"}'))
        if found:
            allowed = set().union(*found)
            offered = set(got.get("allow", "").split(", "))
            return same(what, (405, True), (status, bool(offered) and offered <= allowed))
        other = path.rstrip("/") if path.endswith("/") else path + "/"
        if path != "/" and self.matches(other):
            location = "%s://%s%s" % (scheme, host, quote(other))
            return same(what, (307, location, b""), (status, got.get("location"), raw))
        same(what, (404, None), (status, got.get("allow")))
        return None


def quote(path):
    from urllib.parse import quote as percent
    path = path.replace("?", "%3F").replace("#", "%23").replace("\\", "%5C")
    return percent(path, safe=":/%#?=@[]!$&'()*+,;")


# ---------------------------------------------------------------- main


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("--operations", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    workdir = tempfile.mkdtemp(prefix="wild-differential-")
    # Routes reach handlers that read the skills again or stop runs, so that they get a server of their own.
    server, other = Server(chosen.binary, workdir), Server(chosen.binary, workdir)
    rng = random.Random(chosen.seed)
    skills = Skills(server, rng)
    kinds = [Strings(server, rng), Bodies(server, rng), Metrics(server, rng), skills, skills,
             Events(server, rng), Routes(other, rng), Routes(other, rng)]
    differences = 0
    try:
        for at in range(chosen.operations):
            kind = rng.choice(kinds)
            try:
                kind.step()
            except Difference as difference:
                differences += 1
                print("operation %d: %s" % (at, difference))
                if isinstance(kind, Skills):
                    kind.id = None
                if differences == 10:
                    break
    finally:
        server.stop()
        other.stop()
        skills.stop()
        shutil.rmtree(workdir)
    print("%d operations, seed %d, %d differences" % (at + 1, chosen.seed, differences))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
