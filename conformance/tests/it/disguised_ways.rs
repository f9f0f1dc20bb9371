//! Ways to disguise an experiment, further than those of `disguises.rs`, and ways of merely looking.

/// Code that runs the training from wherever it is put.
pub const INNER: &str = "import sys; sys.path.insert(0, \"scripts\"); sys.argv = [\"t\"] + \"@\".split(); \
                     import train; train.main()";

/// Further disguises: a name, and the shell command, in which `@` stands for the arguments of the script
/// and `INNER` for code.
pub const NAMED: &[(&str, &str)] = &[
    (
        "wrapper that imports `main`",
        "echo 'INNER' > w.py && python3 w.py",
    ),
    (
        "`importlib` with words in halves",
        "python3 -c \"import importlib, sys; sys.path.insert(0, 'scripts'); \
         getattr(importlib.import_module('tr' + 'ain'), 'ma' + 'in')()\" @",
    ),
    ("`timeit`", "python3 -m timeit -n 1 -r 1 'INNER'"),
    (
        "edited copy without its announcement",
        "sed '/work_begins(/d' scripts/train.py > scripts/tidy.py && python3 scripts/tidy.py @",
    ),
    (
        "announcing module emptied, and a wrapper",
        "echo 'def work_begins(script): pass' > scripts/announce.py
         echo 'INNER' > w.py && python3 w.py",
    ),
    (
        "wrapper with an announcing module of its own",
        "(echo 'import sys, types; sys.modules[\"announce\"] = types.SimpleNamespace(work_begins=print)'; \
         echo 'INNER') > w.py && python3 w.py",
    ),
    (
        "heredoc with an announcing module of its own",
        "python3 - <<'E'\nimport sys, types\n\
         sys.modules[\"announce\"] = types.SimpleNamespace(work_begins=print)\nINNER\nE",
    ),
    (
        "code with an announcing module of its own",
        "python3 -c 'import sys, types; \
         sys.modules[\"announce\"] = types.SimpleNamespace(work_begins=print); INNER'",
    ),
    (
        "zipapp",
        "mkdir z && echo 'INNER' > z/__main__.py && python3 -m zipapp z -o z.pyz && python3 z.pyz",
    ),
    (
        "`.pyc` alone",
        "python3 -c \"import py_compile as c; c.compile('scripts/train.py', 'scripts/t.pyc')\" \
         && python3 scripts/t.pyc @",
    ),
    (
        "`memfd`",
        "echo 'INNER' > code; python3 -c \"import os, sys; f = os.memfd_create('x', 0); \
         os.write(f, open('code', 'rb').read()); \
         os.execv(sys.executable, [sys.executable, f'/proc/self/fd/{f}'])\"",
    ),
    ("heredoc", "python3 - <<'E'\nINNER\nE"),
    (
        "REPL fed through a FIFO",
        "mkfifo f && (echo 'INNER' > f &) && python3 -i < f 2>/dev/null",
    ),
    (
        "`sitecustomize`",
        "mkdir s && echo 'INNER' > s/sitecustomize.py && PYTHONPATH=s python3 -c pass",
    ),
    (
        "`PYTHONSTARTUP`",
        "echo 'INNER' > s.py && PYTHONSTARTUP=s.py python3 -i < /dev/null 2>/dev/null",
    ),
    (
        "`ld-linux`",
        "$(ls /lib64/ld-linux* /lib/ld-linux* 2>/dev/null | head -n 1) $PY scripts/train.py @",
    ),
    (
        "`mv` and run",
        "mv scripts/train.py scripts/moved.py && python3 scripts/moved.py @",
    ),
    (
        "renamed interpreter with flags",
        "cp $PY viper && ./viper -u -X utf8 scripts/train.py @",
    ),
    (
        "more than 256 arguments",
        "python3 $(yes -- -B | head -n 300) scripts/train.py @",
    ),
];

/// Makes of the training what announces nothing.
pub const SILENCE: &str = "sed '/work_begins(/d; 1i __file__ = \"scripts/train.py\"'";

/// Ways to be silent that show in what was opened or read only; `SILENCE` stands for [`SILENCE`], and
/// `SILENT` for the same of the script.
pub const QUIET: &[(&str, &str)] = &[
    ("silent copy through `<(...)`", "python3 <(SILENT) @"),
    (
        "silent copy through two pipes",
        "cat scripts/train.py | SILENCE | python3 - @",
    ),
    (
        "silent copy by the shell alone",
        "text=$(echo '__file__ = \"scripts/train.py\"'; while IFS= read -r line; do
         [[ $line = *work_begins\\(* ]] || printf '%s\\n' \"$line\"; done < scripts/train.py)
         python3 - @ <<< \"$text\"",
    ),
    (
        "silent copy through a FIFO",
        "mkfifo f && (SILENT > f &) && python3 f @",
    ),
    (
        "silent copy as a module",
        "SILENT > tidy.py && python3 -m tidy @",
    ),
    (
        "silent copy imported",
        "SILENT > tidy.py && echo 'INNER' | sed 's/train/tidy/g; s/\"scripts\"/\".\"/' > w.py && python3 w.py",
    ),
    (
        "silent copy with its announcement out of reach",
        "sed '1i __file__ = \"scripts/train.py\"\ns/^    work_begins(/    if 0:\\n        work_begins(/' scripts/train.py \
         > tidy.py && echo 'INNER' | sed 's/train/tidy/g; s/\"scripts\"/\".\"/' > w.py && python3 w.py",
    ),
    (
        "silent copy behind a lot of comments",
        "(yes '# tidy' | head -n 200000; SILENT) > tidy.py
         echo 'INNER' | sed 's/train/tidy/g; s/\"scripts\"/\".\"/' > w.py && python3 w.py",
    ),
    (
        "silent copy in memory",
        "SILENT > code; python3 -c \"import os, sys; f = os.memfd_create('x', 0); \
         os.write(f, open('code', 'rb').read()); \
         os.execv(sys.executable, [sys.executable, f'/proc/self/fd/{f}', *sys.argv[1:]])\" @",
    ),
    (
        "silent copy, inherited and removed",
        "SILENT > tidy.py && exec 7<tidy.py && rm tidy.py && python3 -c 'import sys
sys.argv = [\"t\"] + \"@\".split()
eval(compile(open(7).read(), \"t\", \"ex\" + \"ec\"))'; exec 7<&-",
    ),
    (
        "announcing module emptied and restored",
        "cp -p scripts/announce.py a && echo 'def work_begins(script): pass' > scripts/announce.py
         echo 'INNER' > w.py && python3 w.py; cp -p a scripts/announce.py",
    ),
    (
        "announcing module in halves of words",
        "(echo 'import sys, types; sys.modules[\"ann\" + \"ounce\"] = \
         types.SimpleNamespace(**{\"work_\" + \"begins\": print})'; echo 'INNER') > w.py && python3 w.py",
    ),
    (
        "announcing module compiled of another",
        "echo 'def work_begins(script): pass' > a.py && python3 - <<'E'
import importlib._bootstrap_external as b, importlib.util, os
s = os.stat('scripts/announce.py')
code = compile(open('a.py').read(), 'scripts/announce.py', 'exec')
os.makedirs('scripts/__pycache__', exist_ok=True)
p = importlib.util.cache_from_source('scripts/announce.py')
open(p, 'wb').write(b._code_to_timestamp_pyc(code, int(s.st_mtime), s.st_size))
E
         echo 'INNER' > w.py && python3 w.py",
    ),
    (
        "announcing module compiled into another folder",
        "export PYTHONPYCACHEPREFIX=$PWD/p; echo 'def work_begins(script): pass' > a.py && python3 - <<'E'
import importlib._bootstrap_external as b, importlib.util, os
s = os.stat('scripts/announce.py')
code = compile(open('a.py').read(), 'scripts/announce.py', 'exec')
p = importlib.util.cache_from_source('scripts/announce.py')
os.makedirs(os.path.dirname(p))
open(p, 'wb').write(b._code_to_timestamp_pyc(code, int(s.st_mtime), s.st_size))
E
         echo 'INNER' > w.py && python3 w.py",
    ),
    (
        "a filter of system calls of one's own",
        "cat > w.py <<'E'
import ctypes, platform, struct, sys
libc = ctypes.CDLL(None)
step = lambda *parts: struct.pack('HBBI', *parts)
connect = 42 if platform.machine() == 'x86_64' else 203
code = ctypes.create_string_buffer(step(32, 0, 0, 0) + step(21, 0, 1, connect) + step(6, 0, 0, 0x5006F)
                                   + step(6, 0, 0, 0x7FFF0000))
libc.prctl(38, 1, 0, 0, 0)
libc.prctl(22, 2, struct.pack('HxxxxxxP', 4, ctypes.addressof(code)))
INNER
E
         python3 w.py",
    ),
    (
        "module that is called as one that looks",
        "echo 'INNER' > py_compile.py && python3 -m py_compile scripts/train.py",
    ),
];

/// Imports, of which nobody knows what else was done where nothing is heard.
pub const IMPORTS: &[(&str, &str)] = &[
    (
        "looking: an import by tests",
        "echo 'INNER' | sed 's/train.main()/assert train.main/' > t_x.py; python3 -m unittest t_x",
    ),
    (
        "looking: reading it in Python",
        "python3 -c 'print(len(open(\"scripts/train.py\").read()))'",
    ),
];

/// Ways of merely looking of which more is known.
pub const LOOKS: &[(&str, &str)] = &[
    ("looking: `cat`", "cat scripts/train.py"),
    (
        "looking: an editor",
        "sed -i 's/$//' scripts/train.py; ed -s scripts/train.py <<< 'p' || true",
    ),
    ("looking: `grep`", "grep -n main scripts/train.py"),
    (
        "looking: `git`",
        "git init -q . && git add scripts/train.py && git diff --cached --stat",
    ),
    (
        "looking: `compileall`",
        "python3 -m compileall -q . && python3 -m compileall -q .",
    ),
    ("looking: `--help`", "python3 scripts/train.py --help"),
    (
        "looking: `py_compile`",
        "python3 -m py_compile scripts/train.py",
    ),
    ("looking: `head`", "head -n 5 scripts/train.py"),
    (
        "looking: `diff`",
        "diff scripts/train.py scripts/benchmark.py || true",
    ),
    ("looking: `wc`", "wc -l scripts/train.py"),
    ("looking: `sha256sum`", "sha256sum scripts/train.py"),
];
