//! Prints how long it takes to judge a plan, and how that grows with its size.
//!
//! ```text
//! cargo run --release -p wild-conformance --example lint_time
//! ```

use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use wild_conformance::facts::{Plan, PlanContext};
use wild_conformance::lint::lint;

const PLAN: &str = include_str!("../tests/it/plan.md");

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    // The first one has the lexicon read, once a process.
    writeln!(out, "the first plan: {:?}", judged(PLAN))?;
    let rounds = 200;
    let whole: Duration = (0..rounds).map(|_| judged(PLAN)).sum();
    let tasks = Plan::parse(PLAN).tasks().len();
    writeln!(out, "a plan of {tasks} tasks: {:?}", whole / rounds)?;
    let large = large();
    let whole: Duration = (0..rounds).map(|_| judged(&large)).sum();
    let tasks = Plan::parse(&large).tasks().len();
    writeln!(out, "a plan of {tasks} tasks: {:?}", whole / rounds)?;
    for megabytes in [1, 2, 5, 10] {
        let size = megabytes * 1024 * 1024;
        let many = PLAN.repeat(size / PLAN.len() + 1);
        let garbage: String = "<path> - [ ] [P1-T1 | `a ** {{ > # x: ... (after P1-T2\n"
            .repeat(size / 54)
            .replace("# x", "\n# x");
        // One task whose only line is very long and full of findings.
        let line = format!(
            "## Phase 1 - A\n- [ ] [P1-T1] {}\n",
            "<path> é ".repeat(size / 10)
        );
        writeln!(
            out,
            "{megabytes:2} MB: plans {:?}, garbage {:?}, one line {:?}",
            judged(&many),
            judged(&garbage),
            judged(&line)
        )?;
    }
    Ok(())
}

/// A plan of the largest size that is recommended: five phases of five tasks.
fn large() -> String {
    let mut plan =
        "# Tasks\n\n## Goal\n\nWin.\n\n## Planning Notes\n\n- Findings: `a.py`\n".to_owned();
    for phase in 1..=5 {
        let heading = format!("\n## Phase {phase} - Work\n\n");
        plan.push_str(&heading);
        for task in 1..=5 {
            let line = format!(
                "- [ ] [P{phase}-T{task}] Create the baseline runs with `POST /runs`, each of them with the \
                 command `bash exp/scripts/launch.sh --seed {task}` and a log below `exp/logs/` | deliverable: \
                 exp/results/{phase}-{task}.csv | done-when: {task} rows, none of them empty\n"
            );
            plan.push_str(&line);
        }
    }
    plan
}

fn judged(source: &str) -> Duration {
    let start = Instant::now();
    black_box(lint(
        &Plan::parse(source),
        &PlanContext::default(),
        None,
        "plan.md",
    ));
    start.elapsed()
}
