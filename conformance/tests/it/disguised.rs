//! What disguised experiments are judged to be, with the channel of announcements and without: the table
//! of verdicts in `docs/src/disguises.md`. Run with `UPDATE_TABLES=1` to write it anew.

use std::fmt::Write;
use std::path::Path;

use wild_conformance::agent::Supervision;
use wild_conformance::audit::AuditMode;
use wild_conformance::engine;
use wild_conformance::gate::Gate;
use wild_conformance::selection::Selection;

use crate::disguised_ways::{IMPORTS, INNER, LOOKS, NAMED, QUIET, SILENCE};
use crate::disguises::DISGUISES;
use crate::play::{observe, watched};

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
