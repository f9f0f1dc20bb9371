//! What disguised experiments are judged to be, with the channel of announcements and without: the table
//! of verdicts in `docs/src/disguises.md`. Run with `UPDATE_TABLES=1` to write it anew.

use std::fmt::Write;
use std::path::Path;

use wild_conformance::agent::Supervision;
use wild_conformance::audit::AuditMode;
use wild_conformance::engine;
use wild_conformance::gate::Gate;
use wild_conformance::selection::Selection;

use crate::disguises::DISGUISES;
use crate::play::{observe, watched};

/// Code that runs the training from wherever it is put.
const INNER: &str = "import sys; sys.path.insert(0, \"scripts\"); sys.argv = [\"t\"] + \"@\".split(); \
                     import train; train.main()";

/// Further disguises: a name, and the shell command, in which `@` stands for the arguments of the script
/// and `INNER` for code.
const NAMED: &[(&str, &str)] = &[
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
const SILENCE: &str = "sed '/work_begins(/d; 1i __file__ = \"scripts/train.py\"'";

/// Ways to be silent that show in what was opened or read only; `SILENCE` stands for [`SILENCE`], and
/// `SILENT` for the same of the script.
const QUIET: &[(&str, &str)] = &[
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
const IMPORTS: &[(&str, &str)] = &[
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
const LOOKS: &[(&str, &str)] = &[
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

const PREPARE: &str = "curl -sf $WILD_SERVER_URL/docs >/dev/null
    PY=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
    mkdir $TMPDIR/bin && ln -s $PY $TMPDIR/bin/python3 && PATH=$TMPDIR/bin:$PATH
";

/// In which state the channel is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Channel {
    /// As it was given.
    Given,
    /// The variable is unset; the socket is still where it always is.
    Unset,
    /// The variable is unset, and there are no walls, hence no usual place.
    Missing,
}

/// What is written for short in commands, made long.
fn written_out(command: &str) -> String {
    command
        .replace("INNER", INNER)
        .replace("SILENT", "SILENCE scripts/train.py")
        .replace("SILENCE", SILENCE)
        .replace('@', "--steps 1 --out exp/out")
}

/// The word of the verdict, and whether the experiment ran.
async fn judged(command: &str, channel: Channel) -> (&'static str, bool) {
    let command = written_out(command);
    let mut script = PREPARE.to_owned();
    if command.contains(".venv") {
        script.push_str("$PY -m venv --without-pip .venv\n");
    }
    if channel != Channel::Given {
        script.push_str("unset WILD_WORK_SOCKET\n");
    }
    write!(
        script,
        "OUT=exp/out\n{{ {command}\n}} >/dev/null\nfind . -name metrics.json | grep -q exp/out && echo ran"
    )
    .unwrap();
    let supervision = Supervision {
        sandbox: channel != Channel::Missing,
        ..watched(AuditMode::Ptrace)
    };
    let evidence = observe(&script, supervision).await;
    assert!(evidence.record.audit.as_ref().unwrap().opens);
    let report = engine::judge(&evidence, &Selection::default(), Gate::STRICT);
    let mut verdicts = report.verdicts.iter();
    let (_, verdict) = verdicts.find(|(rule, _)| rule.code == "INI003").unwrap();
    (verdict.word(), evidence.transcript.contains("ran\n"))
}

/// Rows of the table, and what is wrong with them.
#[derive(Default)]
struct Rows {
    table: String,
    wrong: String,
}

impl Rows {
    /// Adds rows of what is done together.
    async fn add(&mut self, names: &[&str], command: &str, is_run: bool) {
        let judged = |channel| Box::pin(judged(command, channel));
        let (given, unset, missing) = tokio::join!(
            judged(Channel::Given),
            judged(Channel::Unset),
            judged(Channel::Missing)
        );
        for (channel, (word, ran)) in [("given", given), ("unset", unset), ("missing", missing)] {
            let is_right = match (is_run, channel) {
                (true, _) => word == "fail" || word == "untestable",
                // What is not heard of an import, nobody knows.
                (false, "missing") => word == "pass" || word == "untestable",
                (false, _) => word == "pass",
            };
            if !is_right || ran != is_run {
                writeln!(self.wrong, "{names:?}, {channel}: {word}, ran: {ran}").unwrap();
            }
        }
        for name in names {
            writeln!(
                self.table,
                "| {name} | {} | {} | {} |",
                given.0, unset.0, missing.0
            )
            .unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_disguise_is_a_finding_or_untestable_and_looking_passes() {
    let mut rows = Rows::default();
    for (name, command) in DISGUISES.iter().chain(NAMED).chain(QUIET) {
        rows.add(&[name], command, true).await;
    }
    for (name, command) in IMPORTS {
        rows.add(&[name], command, false).await;
    }
    // Where all pass together, so does each.
    let (names, commands): (Vec<&str>, Vec<&str>) = LOOKS.iter().copied().unzip();
    rows.add(&names, &commands.join("\n"), false).await;
    let Rows { table, wrong } = rows;
    assert!(wrong.is_empty(), "{wrong}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/disguises.md");
    let document = std::fs::read_to_string(&file).unwrap();
    let (head, _) = document.split_once("| what is done").unwrap();
    let expected = format!(
        "{head}| what is done | channel given | variable unset | unset, no walls |\n|---|---|---|---|\n{table}"
    );
    if std::env::var_os("UPDATE_TABLES").is_some() {
        std::fs::write(&file, &expected).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), expected);
}
