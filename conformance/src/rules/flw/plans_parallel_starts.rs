//! # FLW010 plans-parallel-starts (SHOULD)
//!
//! Where the capacity exceeds one, some task starts several runs in one iteration.
//!
//! GPUs that wait for an iteration each are paid for and idle.
//!
//! Prompt: "Where the capacity exceeds one, plan to start several runs in the same iteration rather
//! than one after the other."
//!
//! Conforming: `Start up to max_new_runs runs in the same iteration`
//!
//! Violating: a plan for four GPUs that starts one run after the other

use crate::facts::{PlanFacts, Source, Task, TaskReading};
use crate::rules::{
    Check, Level, Rule,
    condition::{self, Sign},
};
use crate::verdict::Verdict;
use crate::vocabulary::{Topic, affirms, folded};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW010",
    slug: "plans-parallel-starts",
    level: Level::Should,
    summary: "several runs start in one iteration where capacity allows",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("plans_parallel_starts.rs"),
    check: Check::Plan(check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let unasked = condition::unless_experiments(facts).or_else(|| condition::unless_tasks(facts));
    if let Some(verdict) = unasked {
        return verdict;
    }
    match facts.context.capacity() {
        None => return Verdict::not_applicable("the cluster is not known"),
        Some(0 | 1) => return Verdict::not_applicable("the capacity is one run"),
        Some(_) => {}
    }
    let missing = "the capacity exceeds one, and no task starts several runs in the same iteration";
    condition::some_task(facts, missing, Sign::Words, starts_several)
}

/// Whether the task is about runs, of which several start together.
fn starts_several(task: &Task, reading: &TaskReading) -> bool {
    let text = task.full_text();
    let words = folded(text);
    let speaks_of = |nouns: &[&str]| nouns.iter().any(|noun| words.contains(noun));
    let is_about_runs = reading.starts_runs()
        || speaks_of(&[
            " run ",
            " runs ",
            " jobs ",
            " cuda visible devices ",
            " gpu",
            " individuals ",
        ]);
    let starts_as_many_as_fit = reading.starts_runs() && words.contains(" max new runs ");
    is_about_runs
        && (starts_as_many_as_fit
            || affirms(text, Topic::Parallel)
            || says_several_at_a_time(&words))
}

/// How many words there may be between a number and `at a time`.
const REACH: usize = 4;

/// `four individuals evaluated at a time`, and not `one at a time`.
fn says_several_at_a_time(words: &str) -> bool {
    const NUMBERS: [&str; 10] = [
        "two", "three", "four", "five", "six", "eight", "ten", "several", "some", "many",
    ];
    words.match_indices(" at a time ").any(|(at, _)| {
        let mut before = words[..at]
            .rsplit(' ')
            .take(REACH)
            .take_while(|word| *word != "one");
        before.any(|word| NUMBERS.contains(&word) || word.parse::<u32>().is_ok_and(|n| n > 1))
    })
}
