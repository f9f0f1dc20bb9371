//! Rules against literate fixtures: `fixtures/rules/<family>/<slug>.md`.
//!
//! A fixture has a section a scenario, headed `## VERDICT: what happens`, and in it fenced blocks. The
//! verdict is its word in reports, or `warning` for findings that weigh less than their rule:
//!
//! | block | content |
//! |---|---|
//! | `http` | a request a line: `METHOD PATH STATUS` (or `reset`), then `+run`, `+sweep` for what it created; `all probes` stands for five successes; `tasks written` for the moment at which `tasks_path` changed |
//! | `tasks` | what `tasks_path` holds in the end; without the block, its placeholder; `(removed)` removes it |
//! | `transcript` | what the agent printed |
//! | `files` | `+ path`, `~ path` or `- path`: created, changed, removed |
//! | `ending` | `exit N`, `signal N` or `timeout N` |
//! | `server` | `down`, or `token TEXT` where the server demands one |
//! | `outside` | as `files`, for the folder around the workspace; `(unseen)` where nobody looked |
//! | `sandbox` | `off`: the user switched it off |
//! | `texts` | the text of a created file a line: `PATH: text`, with `\n` for line ends |
//! | `plan` | edits of the complete plan in `plan.md`, one `old => new` a line with `\n` for line ends: what `tasks_path` holds, after five good probes |
//! | `execution` | makes it a later iteration; the plan that it finds, or nothing for a small one |
//! | `campaign` | makes it a whole campaign; its runs in the end, `ID STATUS NAME COMMAND` a line, what it reported behind ` -- ` as `key=number`, numbers after another with commas |
//! | `found` | runs that were there before: `ID STATUS NAME COMMAND` a line |
//! | `pace` | seconds between requests, 0.5 without the block |
//! | `context` | keys of the case with other values, as TOML; `workdir` and `tasks_path` as well |
//! | `told` | what is told: where it shows first, as `LINE: text that is marked` in the plan, and the message, a finding or doubt a line as `WHERE => MESSAGE` |
//!
//! A line of `http` may have a query in its path, `authorized` or `mistaken` for the token, and the
//! request's body behind ` -- `.
//!
//! A scenario that fails or is in doubt has a block `told`; `UPDATE_FIXTURES=1` writes these blocks anew.
//!
//! `(plan)` and `(checklist)` on a line of their own stand for a small plan and the abort checklist,
//! `(abort)` for the literal summary and promise.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use wild_conformance::case::{Case, Kind};
use wild_conformance::ending::Ending;
use wild_conformance::engine;
use wild_conformance::evidence::{
    Captured, Completeness, Evidence, FolderSnapshot, Outside, PlayRecord, SandboxRecord, Seal,
    TasksChange, Timings, Unseen,
};
use wild_conformance::format::EVIDENCE;
use wild_conformance::gate::Gate;
use wild_conformance::rules::{self, Rule};
use wild_conformance::selection::{RulePrefix, Selection};
use wild_mock_server::Fault;

use crate::literate_fixture::{Scenario, fixture, read, rewritten};
use crate::literate_told::{marks, word};
use crate::literate_workspace::{token_search, workspaces};

pub(crate) const TASKS: &str = ".agents/wild/wild-0/tasks.md";
const FULL_PLAN: &str = include_str!("plan.md");

#[test]
fn every_rule_agrees_with_its_fixture() {
    let writes = std::env::var_os("UPDATE_FIXTURES").is_some();
    let mut wrong = Vec::new();
    for rule in rules::all() {
        let file = fixture(rule);
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| {
            panic!("{} has no fixture {}: {error}", rule.code, file.display())
        });
        let scenarios = read(&text);
        let alone = alone(rule);
        let mut told = Vec::new();
        for verdict in ["pass", "fail"] {
            let count = scenarios.iter().filter(|s| s.expected == verdict).count();
            assert!(
                count >= 2,
                "{}: only {count} scenarios {verdict}",
                rule.code
            );
        }
        for scenario in &scenarios {
            let evidence = evidence(scenario);
            let report = engine::judge(&evidence, &alone, Gate::STRICT);
            let (_, verdict) = report
                .verdicts
                .iter()
                .find(|(judged, _)| judged.code == rule.code)
                .unwrap_or_else(|| panic!("{}: {:?}", scenario.title, report.outcome));
            let (code, title) = (rule.code, &scenario.title);
            if word(rule, verdict) != scenario.expected {
                wrong.push(format!("{code}, \"{title}\": {verdict:?}"));
            }
            let marks = marks(
                verdict,
                evidence.files.get(TASKS).map_or("", String::as_str),
            );
            let is_told = scenario.blocks.get("told").map_or("", String::as_str) == marks;
            if !is_told && !writes {
                wrong.push(format!(
                    "{code}, \"{title}\": `told` is, and UPDATE_FIXTURES=1 writes it:\n{marks}"
                ));
            }
            told.push(marks);
        }
        if writes {
            std::fs::write(&file, rewritten(&text, &told)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Only this rule is asked: what the others make of the scenario is nobody's question, and takes long.
pub(crate) fn alone(rule: &Rule) -> Selection {
    let families: Vec<RulePrefix> = rules::all()
        .map(|other| other.family().parse().unwrap())
        .collect();
    Selection::new(&[rule.code.parse().unwrap()], &families).unwrap()
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/rules");
    let fixtures: Vec<PathBuf> = rules::all().map(fixture).collect();
    for family in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(family.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            assert!(fixtures.contains(&file), "{}", file.display());
        }
    }
}

pub(crate) fn evidence(scenario: &Scenario) -> Evidence {
    let block = |name: &str| scenario.blocks.get(name).map_or("", String::as_str);
    let execution = scenario.blocks.get("execution");
    let campaign = scenario.blocks.get("campaign");
    let mut case = match execution {
        Some(plan) => crate::literate_execution::case(plan),
        None => crate::play::case("planning-healthy"),
    };
    if campaign.is_some() {
        case.kind = Kind::Campaign;
    }
    if block("server").trim() == "down" {
        case.faults.push(Fault::server_down());
        case.expect.preflight = Some(wild_conformance::case::Declared::Failed);
    }
    if let Some(token) = block("server").trim().strip_prefix("token ") {
        case.auth_token = Some(token.to_owned());
    }
    let edits = scenario.blocks.get("plan");
    let http = if edits.is_some() {
        "all probes"
    } else {
        block("http")
    };
    let (journal, mut tasks_change) = crate::literate_http::journal(http);
    let edited = edits.map(|edits| edited(edits));
    let variables = variables(&mut case, block("context"));
    let arrivals = execution
        .is_some()
        .then(|| crate::literate_execution::arrivals(journal.len(), block("pace")));
    let told = edited.as_ref().or(scenario.blocks.get("tasks"));
    let tasks = tasks_left(&case, told);
    if tasks_change == TasksChange::Never && tasks.as_ref() != Some(&case.placeholder) {
        tasks_change = TasksChange::AfterLastRequest;
    }
    let (audit, processes) = crate::literate_processes::processes(block("processes"));
    let (before, after) = workspaces(block("files"), &case.placeholder, tasks.as_deref());
    let token_search = token_search(&case, &before, &after, block("texts"));
    let transcript = block("transcript").to_owned();
    let size = transcript.len() as u64;
    Evidence {
        record: PlayRecord {
            format: EVIDENCE.newest,
            tool_version: "0".to_owned(),
            agent: "fixture".to_owned(),
            repetition: 1,
            seed: 1,
            case,
            variables,
            tasks_file: TASKS.to_owned(),
            completeness: Completeness::Complete,
            ending: Some(ending(block("ending"))),
            unfound: None,
            tasks_change,
            transcript: Captured {
                written: size,
                kept: size,
            },
            stderr: Captured::default(),
            final_text: None,
            journal_dropped: 0,
            audit,
            sandbox: (block("sandbox").trim() == "off").then(SandboxRecord::default),
            own_prompt: None,
            own_rules: Vec::new(),
            unseen: Unseen::default(),
            covered: BTreeSet::new(),
            token_search,
            usage: None,
            played: campaign.map(|_| 12),
            conditions: None,
            wall_clock: Timings::default(),
            files: BTreeMap::new(),
        },
        prompt: "The prompt.".to_owned(),
        journal,
        transcript,
        complaint: String::new(),
        name: String::new(),
        before,
        after,
        files: tasks
            .into_iter()
            .map(|text| (TASKS.to_owned(), text))
            .chain(block("texts").lines().map(|line| {
                let (path, text) = line.split_once(": ").unwrap();
                (path.to_owned(), text.replace("\\n", "\n"))
            }))
            .collect(),
        outside: outside(block("outside")),
        loose_effects: Vec::new(),
        processes,
        state: crate::literate_execution::ended(block("campaign")),
        state_before: crate::literate_execution::found(block("found")),
        arrivals,
        seal: Seal::Unsealed {
            format: EVIDENCE.newest,
        },
    }
}

/// What the tasks file holds in the end.
fn tasks_left(case: &Case, told: Option<&String>) -> Option<String> {
    match told.map(String::as_str) {
        None => Some(crate::literate_execution::left(case)),
        Some("(removed)\n") => None,
        Some(text) => Some(text.to_owned()),
    }
}

fn edited(edits: &str) -> String {
    edits.lines().fold(FULL_PLAN.to_owned(), |plan, line| {
        let (old, new) = line.split_once(" =>").unwrap();
        let (old, new) = (
            old.replace("\\n", "\n"),
            new.trim_start().replace("\\n", "\n"),
        );
        assert!(plan.contains(&old), "the plan has no {old:?}");
        plan.replacen(&old, &new, 1)
    })
}

/// Applies a scenario's context to the case, and gives the prompt's variables.
fn variables(case: &mut Case, context: &str) -> BTreeMap<String, String> {
    let mut table: toml::Table = context.parse().unwrap();
    let mut variables = BTreeMap::new();
    for (name, value) in [
        ("workdir", "/w/tiny-lm"),
        ("tasks_path", "/w/tiny-lm/.agents/wild/wild-0/tasks.md"),
        ("session_id", "wild-0"),
    ] {
        let given = table
            .remove(name)
            .map(|given| given.as_str().unwrap().to_owned());
        variables.insert(name.to_owned(), given.unwrap_or(value.to_owned()));
    }
    let mut whole = toml::Table::try_from(&*case).unwrap();
    whole.extend(table);
    *case = whole.try_into().unwrap();
    variables
}

fn ending(block: &str) -> Ending {
    let mut words = block.split_whitespace();
    let kind = words.next();
    if kind == Some("turn") {
        let stop_reason = words.collect();
        return Ending::TurnEnded { stop_reason };
    }
    if kind == Some("broken") {
        let error = words.collect::<Vec<_>>().join(" ");
        return Ending::Broken { error };
    }
    let number: i32 = words.next().map_or(0, |word| word.parse().unwrap());
    match kind {
        None | Some("exit") => Ending::Exited { code: number },
        Some("signal") => Ending::Signalled { signal: number },
        Some("timeout") => Ending::TimedOut {
            limit: number.unsigned_abs().into(),
        },
        Some(other) => panic!("{other} is no ending"),
    }
}

fn outside(block: &str) -> Option<Outside> {
    (block.trim() != "(unseen)").then(|| {
        let (before, after) = workspaces(block, "", None);
        let without_tasks = |mut snapshot: FolderSnapshot| {
            snapshot.0.remove(TASKS);
            snapshot
        };
        Outside {
            before: without_tasks(before),
            after: without_tasks(after),
        }
    })
}
