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
//! | `texts` | the text of a created file a line: `PATH: text`, with `\n` for line ends |
//! | `plan` | edits of the complete plan in `plan.md`, one `old => new` a line with `\n` for line ends: what `tasks_path` holds, after five good probes |
//! | `execution` | makes it a later iteration; the plan that it finds, or nothing for a small one |
//! | `found` | runs that were there before: `ID STATUS NAME COMMAND` a line |
//! | `pace` | seconds between requests, 0.5 without the block |
//! | `context` | keys of the case with other values, as TOML; `workdir` and `tasks_path` as well |
//!
//! A line of `http` may have a query in its path, `authorized` or `mistaken` for the token, and the
//! request's body behind ` -- `.
//!
//! `(plan)` and `(checklist)` on a line of their own stand for a small plan and the abort checklist,
//! `(abort)` for the literal summary and promise.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wild_conformance::case::Case;
use wild_conformance::ending::Ending;
use wild_conformance::engine;
use wild_conformance::evidence::{
    Captured, Completeness, Entry, EntryKind, Evidence, FORMAT, Outside, Record, Snapshot,
    TasksChange, Timings, Unseen, digest_of,
};
use wild_conformance::gate::Gate;
use wild_conformance::rules::{self, Rule};
use wild_conformance::selection::Selection;
use wild_conformance::verdict::Verdict;
use wild_mock_server::Fault;

const TASKS: &str = ".agents/wild/wild-0/tasks.md";
const PLAN: &str =
    "# Tasks\n\n## Phase 1 - Look\n\n- [ ] [P1-T1] Read | deliverable: a.md | done-when: 1 line\n";
const FULL_PLAN: &str = include_str!("plan.md");
const CHECKLIST: &str = "# Tasks\n\n- [x] Probed the server\n- [x] ABORT_EARLY_DOCS_CHECK_FAILED\n";
const ABORT: &str = "<summary>Server docs/API preflight failed; planning aborted.</summary>\n\
                     <promise>DONE</promise>\n";

struct Scenario {
    title: String,
    expected: String,
    blocks: BTreeMap<String, String>,
}

#[test]
fn every_rule_agrees_with_its_fixture() {
    let mut wrong = Vec::new();
    for rule in rules::all() {
        let file = fixture(rule);
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| {
            panic!("{} has no fixture {}: {error}", rule.code, file.display())
        });
        let scenarios = read(&text);
        for verdict in ["pass", "fail"] {
            let count = scenarios.iter().filter(|s| s.expected == verdict).count();
            assert!(
                count >= 2,
                "{}: only {count} scenarios {verdict}",
                rule.code
            );
        }
        for scenario in scenarios {
            let report = engine::judge(&evidence(&scenario), &Selection::default(), Gate::STRICT);
            let (_, verdict) = report
                .verdicts
                .iter()
                .find(|(judged, _)| judged.code == rule.code)
                .unwrap_or_else(|| panic!("{}: {:?}", scenario.title, report.outcome));
            if told(rule, verdict) != scenario.expected {
                let (code, title) = (rule.code, scenario.title);
                wrong.push(format!("{code}, \"{title}\": {verdict:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The verdict's word; `warning` for findings that weigh less than their rule.
fn told(rule: &Rule, verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Fail(findings)
            if findings
                .iter()
                .all(|finding| finding.level(rule.level) < rule.level) =>
        {
            "warning"
        }
        verdict => verdict.word(),
    }
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

fn fixture(rule: &Rule) -> PathBuf {
    let name = format!("{}/{}.md", rule.family().to_lowercase(), rule.slug);
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/rules")
        .join(name)
}

fn read(text: &str) -> Vec<Scenario> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut block: Option<(String, String)> = None;
    for line in text.lines() {
        if let Some((name, mut content)) = block.take() {
            if line == "```" {
                scenarios.last_mut().unwrap().blocks.insert(name, content);
                continue;
            }
            content.push_str(match line {
                "(plan)" => PLAN.trim_end(),
                "(checklist)" => CHECKLIST.trim_end(),
                "(abort)" => ABORT.trim_end(),
                line => line,
            });
            content.push('\n');
            block = Some((name, content));
        } else if let Some(name) = line.strip_prefix("```") {
            block = Some((name.to_owned(), String::new()));
        } else if let Some(heading) = line.strip_prefix("## ") {
            let (expected, title) = heading.split_once(": ").unwrap();
            let (expected, title) = (expected.to_owned(), title.to_owned());
            scenarios.push(Scenario {
                title,
                expected,
                blocks: BTreeMap::new(),
            });
        }
    }
    scenarios
}

fn evidence(scenario: &Scenario) -> Evidence {
    let block = |name: &str| scenario.blocks.get(name).map_or("", String::as_str);
    let execution = scenario.blocks.get("execution");
    let mut case = match execution {
        Some(plan) => crate::literate_execution::case(plan),
        None => crate::play::case("planning-healthy"),
    };
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
    let tasks = match edited
        .as_ref()
        .or(scenario.blocks.get("tasks"))
        .map(String::as_str)
    {
        None => Some(crate::literate_execution::left(&case)),
        Some("(removed)\n") => None,
        Some(text) => Some(text.to_owned()),
    };
    if tasks_change == TasksChange::Never && tasks.as_ref() != Some(&case.placeholder) {
        tasks_change = TasksChange::AfterLastRequest;
    }
    let (audit, processes) = crate::literate_processes::processes(block("processes"));
    let (before, after) = workspaces(block("files"), &case.placeholder, tasks.as_deref());
    let transcript = block("transcript").to_owned();
    let size = transcript.len() as u64;
    Evidence {
        record: Record {
            format: FORMAT,
            tool_version: "0".to_owned(),
            agent: "fixture".to_owned(),
            repetition: 1,
            seed: 1,
            case,
            variables,
            tasks_file: TASKS.to_owned(),
            completeness: Completeness::Complete,
            ending: Some(ending(block("ending"))),
            tasks_change,
            transcript: Captured {
                written: size,
                kept: size,
            },
            stderr: Captured::default(),
            journal_dropped: 0,
            audit,
            sandbox: None,
            own_prompt: None,
            unseen: Unseen::default(),
            wall_clock: Timings::default(),
            files: BTreeMap::new(),
        },
        prompt: "The prompt.".to_owned(),
        journal,
        transcript,
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
        state: serde_json::Value::Null,
        state_before: crate::literate_execution::found(block("found")),
        arrivals,
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

fn workspaces(block: &str, placeholder: &str, tasks: Option<&str>) -> (Snapshot, Snapshot) {
    let file = |text: &str| Entry {
        kind: EntryKind::File {
            size: text.len() as u64,
            sha256: Some(digest_of(text.as_bytes()).sha256),
        },
        mode: 0o644,
    };
    let mut before = Snapshot::default();
    before.0.insert(TASKS.to_owned(), file(placeholder));
    let mut after = Snapshot::default();
    after
        .0
        .extend(tasks.map(|text| (TASKS.to_owned(), file(text))));
    for line in block.lines() {
        let (change, path) = line.split_once(' ').unwrap();
        if change == "~"
            && let Some((folder, _)) = path.rsplit_once('/')
        {
            for snapshot in [&mut before, &mut after] {
                let entry = Entry {
                    kind: EntryKind::Folder,
                    mode: 0o755,
                };
                snapshot.0.insert(folder.to_owned(), entry);
            }
        }
        if change != "+" {
            before.0.insert(path.to_owned(), file("old"));
        }
        if change != "-" {
            after.0.insert(path.to_owned(), file("new"));
        }
    }
    (before, after)
}

fn outside(block: &str) -> Option<Outside> {
    (block.trim() != "(unseen)").then(|| {
        let (before, after) = workspaces(block, "", None);
        let without_tasks = |mut snapshot: Snapshot| {
            snapshot.0.remove(TASKS);
            snapshot
        };
        Outside {
            before: without_tasks(before),
            after: without_tasks(after),
        }
    })
}
