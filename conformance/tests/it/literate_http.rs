//! The `http` block of a literate fixture, as the journal of a case.

use wild_conformance::evidence::TasksChange;
use wild_mock_server::version::Version;
use wild_mock_server::{
    Body, Change, DropReason, Effect, Exchange, ExchangeOutcome, SCENARIO_EPOCH, Timestamp,
    TokenState,
};

const PROBES: [&str; 5] = [
    "/docs",
    "/openapi.json",
    "/prompt-skills",
    "/prompt-skills/wild_v2_execution_ops_protocol",
    "/wild/v2/system-health",
];

const CAPACITY: [&str; 3] = [
    "POST /cluster/detect 200",
    "GET /cluster 200",
    "GET /wild/v2/system-health 200",
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
        let lines = match line {
            "all probes" => all.clone(),
            "guard probes" => vec![all[0].clone(), all[1].clone(), all[3].clone()],
            "capacity" => CAPACITY.map(str::to_owned).to_vec(),
            line => vec![line.to_owned()],
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
        "reset" => ExchangeOutcome::Dropped {
            reason: DropReason::Fault,
        },
        status => ExchangeOutcome::Responded {
            status: status.parse().unwrap(),
            headers: Vec::new(),
            body: Body::default(),
        },
    };
    Exchange {
        format: Version,
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

/// `+run` or `+run:ID` or `+run:ID@SWEEP`, `+sweep` or `+wild:ID` or `+plain:ID`, `started`, `ended`,
/// `ID>STATUS` for what a request did and `ID>STATUS!` for what happened by itself.
fn change(word: &str) -> Change {
    let created = |text: &str| {
        let (run, sweep) = text
            .split_once('@')
            .map_or((text, None), |(r, s)| (r, Some(s)));
        Change::RunCreated {
            run: run.to_owned(),
            sweep: sweep.map(str::to_owned),
            status: "ready".to_owned(),
        }
    };
    let status = |run: &str, from: &str, to: &str, by_itself: bool| Change::RunStatus {
        run: run.to_owned(),
        from: from.to_owned(),
        to: to.to_owned(),
        by_itself,
    };
    let sweep = |id: &str, wild: bool| Change::SweepCreated {
        sweep: id.to_owned(),
        wild,
    };
    match word {
        "+run" => created("r"),
        "+sweep" => sweep("s", true),
        "started" => status("r", "ready", "launching", false),
        "ended" => status("r", "running", "finished", true),
        word => {
            if let Some(text) = word.strip_prefix("+run:") {
                created(text)
            } else if let Some(id) = word.strip_prefix("+wild:") {
                sweep(id, true)
            } else if let Some(id) = word.strip_prefix("+plain:") {
                sweep(id, false)
            } else if let Some((run, to)) = word.split_once('>') {
                status(run, "", to.trim_end_matches('!'), to.ends_with('!'))
            } else {
                panic!("{word} is no effect")
            }
        }
    }
}
