use super::*;
use crate::facts::{Plan, PlanContext, Reading};

/// What is decided on a demand for a plan with these notes and tasks, and the sentence that it shows.
fn decided(code: &str, notes: &str, tasks: &[&str]) -> String {
    let tasks = (1..).zip(tasks);
    let tasks: Vec<String> = tasks
        .map(|(number, task)| format!("- [ ] [P1-T{number}] {task}"))
        .collect();
    let tasks = tasks.join("\n");
    let source = format!("# Tasks\n\n## Planning Notes\n\n{notes}\n\n## Phase 1 - Work\n\n{tasks}");
    let plan = Plan::parse(&source);
    let reading = Reading::of(&plan);
    let facts = PlanFacts {
        plan: &plan,
        reading: &reading,
        context: &PlanContext::default(),
        tree: None,
        file: "tasks.md",
    };
    let shown = |stand: Option<&Stand>| {
        let text = stand.map_or("nothing", |stand| &source[stand.span.clone()]);
        text.trim_end_matches('.').to_owned()
    };
    match decide(&facts, find(code).unwrap()) {
        Decision::Met(stands) => format!("met: {}", shown(stands.first())),
        Decision::Violated { nearest, .. } => format!("violated: {}", shown(nearest.as_ref())),
        Decision::Doubtful { nearest } => format!("doubtful: {}", shown(nearest.as_ref())),
    }
}

const LAUNCHER: &str = "Write the launcher for all of the runs | deliverable: launch.sh";
const RUNS: &str =
    "Create the runs of the baseline with `POST /runs` | deliverable: exp/results/a.csv";

#[test]
fn streams_are_captured_when_a_task_or_a_rule_says_so_and_nothing_denies_it() {
    for (notes, tasks, expected) in [
        (
            "",
            [LAUNCHER, "Redirect stdout and stderr to the logs"],
            "met: Redirect stdout and stderr to the logs",
        ),
        (
            "Each run keeps stdout and stderr in a log.",
            [LAUNCHER, RUNS],
            "met: Each run keeps stdout and stderr in a log",
        ),
        ("", [LAUNCHER, RUNS], "violated: nothing"),
        (
            "",
            [LAUNCHER, "We will not capture stdout or stderr"],
            "violated: We will not capture stdout or stderr",
        ),
        (
            "",
            [LAUNCHER, "Each run has a log"],
            "doubtful: Each run has a log",
        ),
        (
            "",
            [
                LAUNCHER,
                "If time permits, capture stdout and stderr in a log",
            ],
            "doubtful: If time permits, capture stdout and stderr in a log",
        ),
        (
            "Each run keeps stdout and stderr in a log.",
            [LAUNCHER, "We will not capture stdout or stderr"],
            "doubtful: We will not capture stdout or stderr",
        ),
    ] {
        assert_eq!(
            decided("LAY003", notes, &tasks),
            expected,
            "{notes} {tasks:?}"
        );
    }
}

#[test]
fn a_rule_that_nobody_works_by_is_a_doubt() {
    let rule = "Each run keeps stdout and stderr in a log.";
    let tasks = ["Read the code of the loader", "Write a report for the user"];
    assert_eq!(
        decided("LAY003", rule, &tasks),
        "doubtful: Each run keeps stdout and stderr in a log"
    );
}

#[test]
fn a_record_names_all_that_it_must() {
    let all = "Write a manifest with command, seed, commit and timestamp of the run";
    assert_eq!(decided("LAY004", "", &[all]), format!("met: {all}"));
    let some = "Write a manifest with command and seed of the run";
    assert_eq!(decided("LAY004", "", &[some]), format!("violated: {some}"));
    let elsewhere = "Write a manifest as described in the notes of the plan";
    assert_eq!(
        decided("LAY004", "", &[elsewhere]),
        format!("doubtful: {elsewhere}")
    );
    let denied =
        "Write a manifest with command, commit and timestamp of the run; the seed is not recorded";
    assert!(decided("LAY004", "", &[denied]).starts_with("violated: "));
    let none = "No manifest is written for any of the runs";
    assert_eq!(decided("LAY004", "", &[none]), format!("violated: {none}"));
}

#[test]
fn silence_in_a_language_that_nobody_reads_is_a_doubt() {
    let french = [
        "Lire le code du projet et les scripts",
        "Faire les figures et le rapport de la phase",
    ];
    let english = [
        "Read the code of the project and the scripts",
        "Draw all of the figures and the report",
    ];
    for code in ["LAY003", "LAY004"] {
        assert_eq!(decided(code, "", &french), "doubtful: nothing", "{code}");
        assert_eq!(decided(code, "", &english), "violated: nothing", "{code}");
    }
}

#[test]
fn a_sentence_that_says_both_is_asked_about_and_one_that_says_the_opposite_decides() {
    let both = "Create the configurations, one POST each, no local loop over trainings";
    let opposite = "Create one run that loops over all configurations";
    let own = "Create a run for each configuration with `POST /runs`";
    let of = |tasks: &[&str]| decided("FLW005", "", tasks);
    assert_eq!(of(&[own, both]), format!("doubtful: {both}"));
    assert_eq!(of(&[own, opposite]), format!("violated: {opposite}"));
    assert_eq!(of(&[own, both, opposite]), format!("violated: {opposite}"));
}
