//! Disguises of an experiment, and which mechanism sees through them: the first table in
//! `docs/src/disguises.md`. Run with `UPDATE_TABLES=1` to write it anew.

use std::fmt::Write;
use std::path::Path;

use wild_conformance::audit::AuditMode;
use wild_conformance::evidence::Evidence;
use wild_conformance::facts::{Facts, How};

use crate::play::{observe, watched};

/// A name, and the shell command, in which `@` stands for the arguments of the script.
pub(crate) const DISGUISES: &[(&str, &str)] = &[
    ("relative path", "python3 scripts/train.py @"),
    ("absolute path", "python3 $PWD/scripts/train.py @"),
    (
        "from another folder",
        "(cd scripts && python3 ./train.py @)",
    ),
    ("`-m` module", "python3 -m scripts.train @"),
    ("interpreter by absolute path", "$PY scripts/train.py @"),
    (
        "virtual environment's python by path",
        ".venv/bin/python scripts/train.py @",
    ),
    (
        "activated virtual environment",
        "(source .venv/bin/activate && python scripts/train.py @)",
    ),
    ("`bash -c`", "bash -c 'python3 scripts/train.py @'"),
    ("`env`", "env -u NOTHING python3 scripts/train.py @"),
    (
        "`nohup` in the background",
        "nohup python3 scripts/train.py @ & wait",
    ),
    ("`setsid`", "setsid -w python3 scripts/train.py @"),
    (
        "double fork",
        "(python3 scripts/train.py @ & ); until [ -e $OUT/metrics.json ]; do read -t 0.05 < <(:); done",
    ),
    ("pipeline", "yes | python3 scripts/train.py @"),
    ("`xargs`", "echo scripts/train.py @ | xargs python3"),
    (
        "`timeout` and `nice`",
        "timeout 60 nice python3 scripts/train.py @",
    ),
    (
        "program started by a program",
        "python3 -c \"import subprocess; subprocess.run('python3 scripts/train.py @'.split())\"",
    ),
    (
        "`os.system`",
        "python3 -c \"import os; os.system('python3 scripts/train.py @')\"",
    ),
    (
        "make target",
        "printf 'go:\\n\\tpython3 scripts/train.py @\\n' > Makefile && make -s go",
    ),
    (
        "copy under another name",
        "cp scripts/train.py scripts/tidy.py && python3 scripts/tidy.py @",
    ),
    (
        "link to the script",
        "ln -sf train.py scripts/link.py && python3 scripts/link.py @",
    ),
    (
        "link to the interpreter",
        "ln -sf $PY snake && ./snake scripts/train.py @",
    ),
    (
        "`exec -a` another name",
        "(exec -a tidy $PY scripts/train.py @)",
    ),
    (
        "executable script with `#!`",
        "(echo '#!/usr/bin/env python3'; cat scripts/train.py) > scripts/go && chmod +x scripts/go && scripts/go @",
    ),
    (
        "script on standard input",
        "(echo \"__file__ = 'scripts/train.py'\"; cat scripts/train.py) | python3 - @",
    ),
    (
        "`exec` of the script's text",
        "python3 -c \"__file__ = 'scripts/train.py'; exec(open(__file__).read())\" @",
    ),
    (
        "`runpy`",
        "python3 -c \"import runpy; runpy.run_path('scripts/train.py', run_name='__main__')\" @",
    ),
    (
        "copy of the interpreter",
        "cp $PY viper && ./viper scripts/train.py @",
    ),
    (
        "heredoc that imports and calls",
        "python3 - @ <<< \"import sys; sys.path[:0] = ['scripts']; import train; train.main()\"",
    ),
];

/// `python3` is found behind the shim, whatever manages versions of it on this machine.
const PREPARE: &str = "PY=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
    mkdir $TMPDIR/bin && ln -s $PY $TMPDIR/bin/python3 && PATH=${PATH%%:*}:$TMPDIR/bin:$PATH
    $PY -m venv --without-pip .venv
";

fn script() -> String {
    let mut script = PREPARE.to_owned();
    for (at, (_, command)) in DISGUISES.iter().enumerate() {
        let command = command.replace('@', &format!("--steps 1 --out {}", mark(at)));
        writeln!(script, "OUT={}\n{command} >/dev/null", mark(at)).unwrap();
    }
    script
}

/// The argument that tells one disguise from another.
fn mark(at: usize) -> String {
    format!("exp/number-{at:02}")
}

/// Whether the disguise was seen by an execution, and whether by an announcement.
fn seen(evidence: &Evidence, at: usize) -> (bool, bool) {
    let facts = Facts::new(evidence);
    let is_marked = |argv: &[String]| argv.iter().any(|word| word.contains(&mark(at)));
    let starts = &facts.processes.starts.direct;
    let by_exec = starts.iter().any(|start| {
        let exec = start.exec.and_then(|seq| facts.processes.exec(seq));
        start.how != How::Announced && exec.is_some_and(|exec| is_marked(&exec.argv))
    });
    let announced = facts.processes.announcements.iter();
    let by_word = announced.filter(|said| is_marked(&said.argv)).count() == 1;
    (by_exec, by_word)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_disguises_is_current() {
    let script = script();
    let traced = observe(&script, watched(AuditMode::Ptrace)).await;
    let untraced = observe(&script, watched(AuditMode::Announcements)).await;
    let mut table =
        String::from("| disguise | ptrace | shims in `PATH` | announcement |\n|---|---|---|---|\n");
    let word = |seen| if seen { "seen" } else { "-" };
    for (at, (name, _)) in DISGUISES.iter().enumerate() {
        let (traced, announced) = seen(&traced, at);
        let (shim, announced_untraced) = seen(&untraced, at);
        assert!(
            announced && announced_untraced,
            "{name} did not run: {announced} {announced_untraced}"
        );
        let (traced, shim, announced) = (word(traced), word(shim), word(announced));
        writeln!(table, "| {name} | {traced} | {shim} | {announced} |").unwrap();
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/disguises.md");
    let document = std::fs::read_to_string(&file).unwrap();
    let (head, rest) = document.split_once("| disguise").unwrap();
    let (_, tail) = rest.split_once("\n\n").unwrap();
    let expected = format!("{head}{table}\n{tail}");
    if std::env::var_os("UPDATE_TABLES").is_some() {
        std::fs::write(&file, &expected).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), expected);
}
