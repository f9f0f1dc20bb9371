//! Prints how much memory a process holds before and after it judged many plans: linting keeps
//! nothing.
//!
//! ```text
//! cargo run --release -p wild-conformance --example lint_memory
//! ```

use std::hint::black_box;
use std::io::{self, Write};
use std::time::Instant;

use wild_conformance::facts::{Plan, PlanContext};
use wild_conformance::lint::lint;

const PLAN: &str = include_str!("../tests/it/plan.md");

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let context = PlanContext {
        experiments: Some(true),
        ..PlanContext::default()
    };
    // The first plan builds what is built once, such as the vocabulary's automaton.
    judge(&context);
    for count in [0, 1_000, 10_000] {
        let start = Instant::now();
        for _ in 0..count {
            judge(&context);
        }
        let took = start.elapsed();
        writeln!(out, "{count:6} plans: {took:?}, {}", resident())?;
    }
    Ok(())
}

fn judge(context: &PlanContext) {
    black_box(lint(&Plan::parse(PLAN), context, None, "plan.md"));
}

/// The resident set as the system tells it, where it does.
fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or("memory unknown".to_owned(), |size| {
        format!("{} resident", size.trim())
    })
}
