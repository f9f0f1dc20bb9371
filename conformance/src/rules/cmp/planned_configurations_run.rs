//! # CMP001 planned-configurations-run (MUST)
//!
//! A campaign that ends in DONE has an ended run of its own for every configuration of the goal's grid.
//! A run that failed has ended, too: that is a result, and a report can say so.
//!
//! A configuration that is dropped on the way is not missed in the end, and the goal has no answer.
//!
//! Prompt: "One configuration, one run. Every combination of a grid gets a run of its own."
//!
//! Conforming: DONE, with eight ended runs for two rates, two schedules and two seeds
//!
//! Violating: DONE, with seven of them
//!
//! ```told
//! told = [
//!     "<each> ..4 <config> ..8 <run>|call|calls|request*|@create",
//!     "<one> <config> ..3 one run",
//!     "separate|own run",
//!     "run of its own",
//!     "one run ..3 <each>",
//! ]
//! ```

use crate::facts::{Facts, RunFacts, Source, coverage};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "CMP001",
    slug: "planned-configurations-run",
    level: Level::Must,
    summary: "a campaign that is done has an ended run for every configuration of its goal",
    sources: &[Source::Workspace, Source::Transcript],
    source_text: include_str!("planned_configurations_run.rs"),
    check: Check::Case(check),
};

/// How many missing configurations a message lists.
const SHOWN: usize = 12;

fn check(facts: &Facts<'_>) -> Verdict {
    let Some(campaign) = &facts.campaign else {
        return Verdict::not_applicable("the case plays a single iteration");
    };
    if let Some(why) = &campaign.unfinished {
        return Verdict::not_applicable(format!("the campaign did not end in DONE: {why}"));
    }
    if facts.case.grid.is_empty() {
        return Verdict::not_applicable("the goal has no grid");
    }
    let ended = campaign.runs.iter().filter(|run| run.has_ended());
    let coverage = coverage(&facts.case.grid, ended);
    if coverage.missing.is_empty() {
        let key = "grid".to_owned();
        return Verdict::Pass(vec![Reference::Case { key }]);
    }
    let shown: Vec<&str> = coverage
        .missing
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect();
    let more = if coverage.missing.len() > SHOWN {
        ", ..."
    } else {
        ""
    };
    let ended = campaign
        .runs
        .iter()
        .filter(|run| RunFacts::has_ended(run))
        .count();
    Verdict::fail(
        format!(
            "the campaign is done, and {} of {} configurations have no ended run of their own ({ended} \
             runs ended): {}{more}",
            coverage.missing.len(),
            coverage.total,
            shown.join(", "),
        ),
        vec![Reference::file(facts.workspace.tasks_file)],
    )
}
