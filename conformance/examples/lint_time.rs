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
    let rounds = 200;
    let whole: Duration = (0..rounds).map(|_| judged(PLAN)).sum();
    let tasks = Plan::parse(PLAN).tasks().len();
    writeln!(out, "a plan of {tasks} tasks: {:?}", whole / rounds)?;
    for megabytes in [1, 2, 5, 10] {
        let size = megabytes * 1024 * 1024;
        let many = PLAN.repeat(size / PLAN.len() + 1);
        let garbage: String = "<path> - [ ] [P1-T1 | `a ** {{ > # x: ... (after P1-T2\n"
            .repeat(size / 54)
            .replace("# x", "\n# x");
        writeln!(
            out,
            "{megabytes:2} MB: plans {:?}, garbage {:?}",
            judged(&many),
            judged(&garbage)
        )?;
    }
    Ok(())
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
