//! The `processes` block of a scenario: what the agent executed, one command line a line, words
//! divided by blanks. A line `announced: SCRIPT [RUN]` is an announcement; `left: COMMAND` was alive when
//! the agent had ended, and `left: sh: TEXT` was a shell with that text. A line `opened: FORM OF [AS]` is a
//! file that the last command opened, `silent: FORM OF [AS]` one that does not announce itself; it has the name
//! `AS`. A command behind `without: ` was started without the channel, one behind `filtered: ` filters its system
//! calls. `(unseen)` says that nobody
//! looked, `(switched off)` that the user wanted it so, `(partly seen)` that only announcements and
//! shims told, `(partly wanted)` that the user wanted no more. Without the block everything was looked
//! at and nothing was executed.

use std::collections::BTreeMap;

use wild_conformance::audit::WORK_SOCKET;
use wild_conformance::evidence::{
    ASKED_FOR, Announcement, AuditRecord, Exec, ExecEnd, ExecSource, Form, Leftover, Mechanism,
    Opened, Processes, SWITCHED_OFF, Stream,
};

/// What the block says: how processes were watched, and what was seen.
pub(crate) fn processes(block: &str) -> (Option<AuditRecord>, Option<Processes>) {
    if block.trim() == "(unseen)" {
        return (None, None);
    }
    let (mechanism, reason) = match block.lines().find(|line| line.starts_with('(')) {
        None => (Mechanism::Ptrace, None),
        Some("(switched off)") => (Mechanism::Off, Some(SWITCHED_OFF)),
        Some("(partly seen)") => (Mechanism::Announcements, Some("not permitted")),
        Some("(partly wanted)") => (Mechanism::Announcements, Some(ASKED_FOR)),
        Some(other) => panic!("{other} is no way to watch"),
    };
    let mut left = Vec::new();
    let partly = mechanism == Mechanism::Announcements;
    let mut processes = Processes::default();
    for line in block.lines().filter(|line| !line.starts_with('(')) {
        if let Some(said) = line.strip_prefix("announced: ") {
            processes.announcements.push(announcement(said));
        } else if let Some(command) = line.strip_prefix("left: ") {
            left.push(leftover(command));
        } else if let Some(file) = line.strip_prefix("opened: ") {
            let exec = processes.execs.len() as u64;
            processes.opened.push(opened(exec, file, true));
        } else if let Some(file) = line.strip_prefix("silent: ") {
            let exec = processes.execs.len() as u64;
            processes.opened.push(opened(exec, file, false));
        } else {
            let seq = processes.execs.len() as u64 + 1;
            let (line, is_without) = match line.strip_prefix("without: ") {
                Some(line) => (line, true),
                None => (line, false),
            };
            let (line, filtered) = match line.strip_prefix("filtered: ") {
                Some(line) => (line, true),
                None => (line, false),
            };
            let mut exec = exec(seq, line, partly);
            exec.filtered = filtered;
            if is_without {
                let unset = (WORK_SOCKET.to_owned(), "(unset)".to_owned());
                exec.environment.extend([unset]);
            }
            processes.execs.push(exec);
        }
    }
    let audit = AuditRecord {
        mechanism,
        reason: reason.map(str::to_owned),
        announcements: true,
        opens: mechanism == Mechanism::Ptrace,
        left,
        ..AuditRecord::default()
    };
    (Some(audit), Some(processes))
}

fn leftover(command: &str) -> Leftover {
    let argv: Vec<String> = match command.strip_prefix("sh: ") {
        Some(text) => ["sh", "-c", text].map(str::to_owned).to_vec(),
        None => command.split(' ').map(str::to_owned).collect(),
    };
    Leftover {
        executable: format!("/usr/bin/{}", argv[0]),
        argv,
        cwd: "/w/tiny-lm".to_owned(),
        texts: Vec::new(),
        process: None,
    }
}

fn opened(exec: u64, line: &str, announces: bool) -> Opened {
    let words: Vec<&str> = line.split(' ').collect();
    let file = words.get(2).unwrap_or(&words[1]);
    Opened {
        exec,
        process: u32::try_from(exec).unwrap(),
        file: format!("/w/tiny-lm/{file}"),
        of: words[1].to_owned(),
        form: match words[0] {
            "original" => Form::Original,
            "copy" => Form::Copy,
            "compiled" => Form::Compiled,
            "sought" => Form::Sought,
            "silencer" => Form::Silencer,
            "unknown" => Form::Unknown,
            other => panic!("{other} is no form of a file"),
        },
        announces,
        inherited: false,
    }
}

fn announcement(said: &str) -> Announcement {
    let (script, run) = said
        .split_once(' ')
        .map_or((said, None), |(s, r)| (s, Some(r)));
    Announcement {
        script: script.to_owned(),
        argv: Vec::new(),
        cwd: "/w/tiny-lm".to_owned(),
        run: run.map(str::to_owned),
        process: None,
    }
}

fn exec(seq: u64, line: &str, by_shim: bool) -> Exec {
    let argv: Vec<String> = line.split(' ').map(str::to_owned).collect();
    Exec {
        seq,
        source: if by_shim {
            ExecSource::Shim
        } else {
            ExecSource::Ptrace
        },
        process: u32::try_from(seq).unwrap(),
        parent: None,
        executable: format!("/usr/bin/{}", argv[0]),
        argv,
        argv_omitted: 0,
        cwd: "/w/tiny-lm".to_owned(),
        environment: BTreeMap::new(),
        stdin: Stream::Other,
        stdout: Stream::Other,
        files: BTreeMap::new(),
        copies: BTreeMap::new(),
        pipes: BTreeMap::new(),
        program: None,
        filtered: false,
        requests: 0,
        end: Some(ExecEnd::Exited(0)),
        wall_clock: 0.0,
    }
}

#[test]
fn a_block_says_what_was_executed_and_how_that_is_known() {
    assert_eq!(processes("(unseen)\n"), (None, None));
    let (audit, seen) = processes("");
    assert!(audit.unwrap().is_complete() && seen.unwrap().execs.is_empty());
    let (audit, seen) = processes("(partly seen)\npython x.py\nannounced: x.py run-1\n");
    let seen = seen.unwrap();
    assert!(!audit.unwrap().is_complete());
    assert_eq!(seen.execs[0].argv, ["python", "x.py"]);
    assert_eq!(seen.announcements[0].run.as_deref(), Some("run-1"));
}
