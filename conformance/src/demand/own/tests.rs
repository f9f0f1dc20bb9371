use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::demand::{Decision, decide};
use crate::facts::{Plan, PlanContext, PlanFacts, Reading};

/// A file with one demand, and what stands in it besides.
const COST: &str = r#"[classes]
money = ["dollar*", "euro*"]

[topic.cost-limit]
about = "a limit on what runs cost"
strong = ["stop*|end* ..6 <money>"]
weak = ["<money>"]
counter = ["whatever it costs"]

[[demand]]
code = "TEAM001"
level = "must"
title = "the cost of runs has a limit"
met = ["cost-limit"]
"#;

fn read(text: &str) -> Result<OwnFile, String> {
    OwnFile::parse(Path::new("team.toml"), text).map_err(|error| error.to_string())
}

fn decided(text: &str, task: &str) -> Decision {
    let file = read(text).unwrap();
    let source = format!(
        "# Tasks\n\n## Phase 1 - Work\n\n- [ ] [P1-T1] {task}\n- [ ] [P1-T2] Read the code of the loader\n"
    );
    let plan = Plan::parse(&source);
    let facts = PlanFacts {
        plan: &plan,
        reading: &Reading::of(&plan),
        context: &PlanContext::default(),
        tree: None,
        file: "tasks.md",
    };
    decide(&facts, &file.demands[0].demand)
}

#[test]
fn a_demand_is_decided_by_a_topic_of_the_file() {
    let is_met = |task: &str| matches!(decided(COST, task), Decision::Met(_));
    let is_doubtful = |task: &str| matches!(decided(COST, task), Decision::Doubtful { .. });
    assert!(is_met("Stop the runs at 100 dollars"));
    assert!(is_doubtful("Write down the dollars"));
    for task in [
        "Run it whatever it costs",
        "Write a report",
        "Never stop at any number of dollars",
    ] {
        assert!(
            matches!(decided(COST, task), Decision::Violated { .. }),
            "{task}"
        );
    }
}

#[test]
fn what_is_done_in_its_place_meets_no_demand() {
    let by_hand = COST.replace("counter =", "instead = [\"by hand\"]\ncounter =");
    let task = "Add up the dollars by hand";
    assert!(matches!(decided(COST, task), Decision::Doubtful { .. }));
    assert!(matches!(decided(&by_hand, task), Decision::Violated { .. }));
}

#[test]
fn where_a_demand_is_met_can_be_narrowed() {
    let task = "Start the runs | done-when: they stop at 100 dollars";
    for (narrowed, is_met) in [("false", true), ("true", false)] {
        let text = format!("{COST}text-only = {narrowed}\n");
        let decision = decided(&text, task);
        assert_eq!(matches!(decision, Decision::Met(_)), is_met, "{decision:?}");
    }
}

#[test]
fn topics_of_the_file_and_of_the_lexicon_go_together() {
    let text = COST.replace("[\"cost-limit\"]", "[\"cost-limit + capture\"]");
    let is_met = |task: &str| matches!(decided(&text, task), Decision::Met(_));
    assert!(is_met("Capture stdout and stderr, and stop at 100 dollars"));
    assert!(!is_met("Stop at 100 dollars"));
    let text = COST.to_owned() + "names = [\"seed\", \"cost-limit\"]\n";
    let Decision::Violated { message, .. } = decided(&text, "Stop at 100 dollars") else {
        panic!("no seed is named");
    };
    assert!(message.ends_with("missing: seed"), "{message}");
}

#[test]
fn examples_are_tried() {
    let with = |example: &str| read(&format!("{COST}examples = [\n    {example:?},\n]\n"));
    for example in [
        "+ Stop at 100 dollars",
        "- Run it whatever it costs",
        "? Count the dollars",
        "+ # Tasks\n\n## Phase 1 - Work\n\n- [ ] [P1-T1] Stop the runs at 9 euros\n",
    ] {
        assert_eq!(with(example).err(), None, "{example}");
    }
    for (example, wanted) in [
        (
            "+ Count the dollars",
            "team.toml:16: TEAM001 `examples`: \"+ Count the dollars\" should be met and is doubtful: sentences come near",
        ),
        (
            "- Stop at 100 dollars",
            "\"- Stop at 100 dollars\" should be violated and is met: tasks say it",
        ),
        (
            "? Run it",
            "should be doubtful and is violated: nothing in the plan",
        ),
        ("Stop at 100 dollars", "begins with none of `+ `"),
    ] {
        let error = with(example).unwrap_err();
        assert!(error.contains(wanted), "{error}");
    }
}

#[test]
fn what_is_wrong_is_told_with_line_and_key_and_what_is_near() {
    for (old, new, wanted) in [
        (
            "level =",
            "levl =",
            ":12: there is no key `levl`; did you mean `level`?",
        ),
        (
            "[classes]",
            "[clases]",
            ":1: there is no key `clases`; did you mean `classes`?",
        ),
        (
            "weak =",
            "week =",
            ":7: [topic.cost-limit] there is no key `week`; did you mean `weak`?",
        ),
        (
            "\"must\"",
            "\"most\"",
            ":12: TEAM001 `level`: there is no `most`; did you mean `must`?",
        ),
        (
            "level = \"must\"",
            "",
            ":10: TEAM001 `level`: it is missing",
        ),
        (
            "TEAM001",
            "team1",
            ":11: team1 `code`: `team1` is no code; write",
        ),
        (
            "[\"cost-limit\"]",
            "[\"cost-limits\"]",
            ":14: TEAM001 `met`: there is no topic `cost-limits`; did you mean `cost-limit`?",
        ),
        (
            "[\"cost-limit\"]",
            "[\"cost-limit + captur\"]",
            "did you mean `capture`?",
        ),
        (
            "met = [\"cost-limit\"]",
            "",
            ":10: TEAM001 `met`: it is missing",
        ),
        (
            "<money>\"]\nweak",
            "<mony>\"]\nweak",
            ":6: [topic.cost-limit] `strong`: `stop*|end* ..6 <mony>`: there is no class `mony`",
        ),
        (
            "whatever it costs",
            "@nowhere",
            ":8: [topic.cost-limit] `counter`: there is no endpoint `@nowhere`",
        ),
        (
            "whatever it costs",
            "Whatever it",
            "`Whatever` is no word of lower-case letters from a to z",
        ),
        (
            "topic.cost-limit",
            "topic.capture",
            ":4: [topic.capture]: the lexicon has this topic already",
        ),
        (
            "money =",
            "run =",
            ":2: [classes] `run`: the lexicon has it already",
        ),
        (
            "[[demand]]",
            "[demand]",
            ":10: `demand` is a list of tables",
        ),
        ("about =", "about", ":5: "),
        (
            "\"a limit on what runs cost\"",
            "7",
            ":5: [topic.cost-limit] `about`: it is a text",
        ),
    ] {
        let text = COST.replacen(old, new, 1);
        assert_ne!(text, COST, "{old}");
        let error = read(&text).unwrap_err();
        assert!(
            error.starts_with("team.toml:") && error.contains(wanted),
            "{new}: {error}"
        );
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[test]
fn a_file_demands_something_and_nothing_twice() {
    assert!(read("").unwrap_err().contains("it demands nothing"));
    let twice = format!("{COST}\n{}", &COST[COST.find("[[demand]]").unwrap()..]);
    let error = read(&twice).unwrap_err();
    assert!(
        error.ends_with("TEAM001 stands in line 10 already"),
        "{error}"
    );
}

#[test]
fn a_file_has_bounds() {
    let demand = &COST[COST.find("[[demand]]").unwrap()..];
    let mut many = COST.to_owned();
    for number in 2..=64 {
        many += &demand.replace("TEAM001", &format!("TEAM{number:03}"));
    }
    assert_eq!(read(&many).unwrap().demands.len(), 64);
    let error = read(&(many + &demand.replace("TEAM001", "TEAM065"))).unwrap_err();
    assert!(error.contains("64 demands at most"), "{error}");
    let optional: String = "abcdefghijk".chars().flat_map(|c| ['?', c, ' ']).collect();
    let mut signs = String::new();
    for number in 0..6 {
        // Writing to a String cannot fail.
        let _ = writeln!(signs, "    \"{optional} b{number}\",");
    }
    let heavy = COST.replace("weak = [", &format!("weak = [\n{signs}"));
    let error = read(&heavy).unwrap_err();
    assert!(error.contains("more than 10000 sequences"), "{error}");
    let endless = COST.replace("weak = [", &format!("weak = [\"{} b\", ", "?a ".repeat(40)));
    let error = read(&endless).unwrap_err();
    assert!(error.contains("too many alternatives"), "{error}");
}
