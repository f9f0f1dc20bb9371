//! How long judging a plan takes: one of 17 tasks, and ever longer ones of a shape that repeats.
//!
//! `cargo bench -p wild-conformance --bench plan`

use std::path::Path;

use divan::Bencher;
use divan::counter::BytesCount;
use wild_conformance::facts::{Plan, PlanContext};
use wild_conformance::lint::{Linted, lint};

fn main() {
    divan::main();
}

/// A plan of the corpus with 17 tasks.
fn seventeen() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/plans/tiny-lm-payloads.md");
    std::fs::read_to_string(file).unwrap_or_default()
}

fn judged(source: &str) -> Linted {
    let plan = Plan::parse(source);
    lint(&plan, &PlanContext::default(), None, "plan.md")
}

#[divan::bench]
fn seventeen_tasks(bencher: Bencher<'_, '_>) {
    let source = seventeen();
    bencher
        .counter(BytesCount::of_str(&source))
        .bench(|| judged(divan::black_box(&source)));
}

/// The plan's tasks over and over, up to a number of bytes.
#[divan::bench(args = [100_000, 1_000_000, 10_000_000], sample_count = 3, sample_size = 1)]
fn bytes(bencher: Bencher<'_, '_>, bytes: usize) {
    let one = seventeen();
    let source: String = one.chars().cycle().take(bytes).collect();
    bencher
        .counter(BytesCount::of_str(&source))
        .bench(|| judged(divan::black_box(&source)));
}
