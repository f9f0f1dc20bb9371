//! Fixtures of rules as they are written down; what their blocks mean is told in `literate`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wild_conformance::rules::Rule;

const PLAN: &str =
    "# Tasks\n\n## Phase 1 - Look\n\n- [ ] [P1-T1] Read | deliverable: a.md | done-when: 1 line\n";
const CHECKLIST: &str = "# Tasks\n\n- [x] Probed the server\n- [x] ABORT_EARLY_DOCS_CHECK_FAILED\n";
const ABORT: &str = "<summary>Server docs/API preflight failed; planning aborted.</summary>\n\
                     <promise>DONE</promise>\n";

pub(crate) struct Scenario {
    pub(crate) title: String,
    pub(crate) expected: String,
    pub(crate) blocks: BTreeMap<String, String>,
}

pub(crate) fn fixture(rule: &Rule) -> PathBuf {
    let name = format!("{}/{}.md", rule.family().to_lowercase(), rule.slug);
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/rules")
        .join(name)
}

pub(crate) fn read(text: &str) -> Vec<Scenario> {
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

/// The same text with these blocks `told`, one a scenario, at its end; none where it is empty.
pub(crate) fn rewritten(text: &str, told: &[String]) -> String {
    let mut scenarios = vec![String::new()];
    let mut block = None;
    for line in text.lines() {
        let is_outside = block.is_none();
        match line.strip_prefix("```") {
            Some("") => block = None,
            Some(name) if is_outside => block = Some(name),
            _ => {}
        }
        if is_outside && line.starts_with("## ") {
            scenarios.push(String::new());
        }
        if let Some(scenario) = scenarios.last_mut() {
            scenario.push_str(line);
            scenario.push('\n');
        }
    }
    let nothing = String::new();
    let told = std::iter::once(&nothing).chain(told);
    let parts = scenarios.iter().zip(told).map(|(scenario, told)| {
        let kept = scenario.split("\n```told\n").next().unwrap().trim_end();
        match told.as_str() {
            "" => format!("{kept}\n"),
            told => format!("{kept}\n\n```told\n{told}```\n"),
        }
    });
    parts.collect::<Vec<String>>().join("\n")
}

#[test]
fn what_is_told_stands_behind_its_scenario() {
    let text = "# A\n\n## pass: b\n\n```tasks\n## Goal\n```\n\n## fail: c\n\n```plan\n```\n";
    let told = |told: &str| rewritten(text, &[String::new(), told.to_owned()]);
    assert_eq!(told("old\n"), format!("{text}\n```told\nold\n```\n"));
    assert_eq!(
        rewritten(&told("old\n"), &[String::new(), String::new()]),
        text
    );
}
