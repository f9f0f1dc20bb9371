//! # FLW006 no-direct-execution-planned (MUST)
//!
//! No task tells the agent to execute a training, evaluation or benchmark script itself: such an
//! invocation appears only as the command of a run. Looking is allowed (`--help`, `-m py_compile`,
//! tests), and so is a prohibition.
//!
//! What is started by hand is invisible to the user and cannot be audited.
//!
//! Prompt: "no task of the plan may tell an iteration to execute such a script; a script invocation
//! appears only as the `command` of a run"
//!
//! Conforming: `Create a run with the command python train.py --lr 0.1`
//!
//! Violating: `Run python train.py --lr 0.1 and note the loss`
//!
//! ```told
//! told = [
//!     "not: run|execut*|start*|launch* ..8 script*|experiment*|training|evaluation*|#path & direct*|yourself|itself|themselves",
//!     "never ..2 run|execut*|start*|launch* ..8 script*|experiment*|training",
//!     "no iteration|task ..2 execut*|run*|start*",
//!     "all|every|only ..3 experiment*|trial* ..5 server|api|endpoint*|tracked",
//! ]
//! ```

use crate::demand::{self, Stand};
use crate::facts::{DirectExecution, PlanFacts, Source};
use crate::prose::Zone;
use crate::rules::{Check, Level, Matters, Rule};
use crate::verdict::Verdict;

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "FLW006",
    slug: "no-direct-execution-planned",
    level: Level::Must,
    summary: "no task executes an experiment itself",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("no_direct_execution_planned.rs"),
    check: Check::Tasks(Matters::Always, check),
};

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let (certain, doubtful): (Vec<_>, Vec<_>) = facts
        .direct_executions()
        .into_iter()
        .partition(|execution| execution.is_certain && facts.reading.is_english);
    if !certain.is_empty() {
        let findings = certain.iter().map(|execution| {
            let message = format!(
                "{} executes `{}` itself; make it the command of a run created with `POST /runs`",
                who(facts, execution),
                execution.script
            );
            facts.finding(message, &execution.span)
        });
        return Verdict::Fail(findings.collect());
    }
    if doubtful.is_empty() {
        return Verdict::Pass(vec![facts.whole()]);
    }
    let doubts = doubtful.iter().map(|execution| {
        let question = format!(
            "Does {} tell an iteration to execute `{}` itself, and not as the command of a run?",
            who(facts, execution),
            execution.script
        );
        let stand = Stand {
            span: execution.span.clone(),
            zone: Zone::TaskText,
            task: execution.task,
        };
        demand::doubt(facts, &question, Some(&stand))
    });
    Verdict::Doubtful(doubts.collect())
}

fn who(facts: &PlanFacts<'_>, execution: &DirectExecution) -> String {
    let task = execution.task.and_then(|task| facts.plan.tasks().nth(task));
    task.map_or_else(|| "the plan".to_owned(), crate::facts::Task::name)
}
