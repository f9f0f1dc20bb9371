//! The `http` block of a literate fixture, as the journal of a case.

use wild_conformance::evidence::TasksChange;
use wild_mock_server::{
    Body, Change, DropReason, Effect, Exchange, Outcome, SCENARIO_EPOCH, Timestamp, TokenState,
};

const PROBES: [&str; 5] = [
    "/docs",
    "/openapi.json",
    "/prompt-skills",
    "/prompt-skills/wild_v2_execution_ops_protocol",
    "/wild/v2/system-health",
];

/// The exchanges, and when `tasks_path` changed.
pub(crate) fn journal(block: &str) -> (Vec<Exchange>, TasksChange) {
    let mut journal: Vec<Exchange> = Vec::new();
    let mut change = TasksChange::Never;
    let mut is_written = false;
    let all: Vec<String> = PROBES
        .iter()
        .map(|path| format!("GET {path} 200"))
        .collect();
    for line in block.lines() {
        let lines = if line == "all probes" {
            all.clone()
        } else {
            vec![line.to_owned()]
        };
        for line in lines {
            if line == "tasks written" {
                is_written = true;
                continue;
            }
            let seq = journal.len() as u64 + 1;
            if is_written && change == TasksChange::Never {
                change = TasksChange::BeforeRequest { seq };
            }
            journal.push(exchange(seq, &line));
        }
    }
    (journal, change)
}

fn exchange(seq: u64, line: &str) -> Exchange {
    let (line, text) = line.split_once(" -- ").unwrap_or((line, ""));
    let mut words = line.split_whitespace();
    let (method, path, how) = (
        words.next().unwrap(),
        words.next().unwrap(),
        words.next().unwrap(),
    );
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (path, None),
    };
    let token = if line.contains(" authorized") {
        TokenState::Valid
    } else if line.contains(" mistaken") {
        TokenState::Wrong
    } else {
        TokenState::Absent
    };
    let at: Timestamp = SCENARIO_EPOCH.plus_secs(seq as f64);
    let outcome = match how {
        "reset" => Outcome::Dropped {
            reason: DropReason::Fault,
        },
        status => Outcome::Responded {
            status: status.parse().unwrap(),
            headers: Vec::new(),
            body: Body::default(),
        },
    };
    let change = |word: &str| match word {
        "+run" => Change::RunCreated {
            run: "r".into(),
            sweep: None,
            status: "ready".into(),
        },
        "+sweep" => Change::SweepCreated {
            sweep: "s".into(),
            wild: true,
        },
        "started" => Change::RunStatus {
            run: "r".into(),
            from: "ready".into(),
            to: "launching".into(),
            by_itself: false,
        },
        "ended" => Change::RunStatus {
            run: "r".into(),
            from: "running".into(),
            to: "finished".into(),
            by_itself: true,
        },
        other => panic!("{other} is no effect"),
    };
    Exchange {
        seq,
        connection: seq,
        received_at: at,
        completed_at: at,
        method: method.to_owned(),
        path: path.to_owned(),
        query,
        headers: Vec::new(),
        token,
        body: Body {
            size: text.len() as u64,
            text: Some(text.to_owned()),
            ..Body::default()
        },
        outcome,
        sent: None,
        faults: Vec::new(),
        effects: words
            .filter(|word| !matches!(*word, "authorized" | "mistaken"))
            .map(|word| Effect {
                at,
                change: change(word),
            })
            .collect(),
    }
}
