//! Parses any bytes as a plan and judges them under several contexts. Nothing may panic, and whatever
//! a finding points at must lie in the text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wild_conformance::facts::{Plan, PlanContext};
use wild_conformance::lint::lint;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let plan = Plan::parse(&text);
    let lines = text.split('\n').count();
    for context in contexts() {
        let linted = lint(&plan, &context, None, "plan.md");
        for finding in &linted.findings {
            assert!((1..=lines + 1).contains(&finding.place.line), "{finding:?}");
        }
        for quote in linted.doubts.iter().filter_map(|doubt| doubt.nearest.as_ref()) {
            assert!((1..=lines + 1).contains(&quote.place.line), "{quote:?}");
        }
    }
});

fn contexts() -> [PlanContext; 2] {
    let known = PlanContext {
        goal: Some("Win.".to_owned()),
        workdir: Some("/w".to_owned()),
        tasks_path: Some("/w/.agents/tasks.md".to_owned()),
        exp_existed: Some(true),
        cluster: "slurm:4".parse().ok(),
        evo_sweep: Some(true),
        experiments: Some(true),
        ..PlanContext::default()
    };
    [PlanContext::default(), known]
}
