//! # ABT001 abort-on-failed-preflight (MUST)
//!
//! After a failed preflight the agent ends in one of the two abort modes: `tasks_path` holds the
//! abort checklist, or it is as it was and the output has no `<plan>`. A retry that succeeds later
//! changes nothing.
//!
//! A plan that was made without the server's protocol sends every later iteration astray.
//!
//! Prompt: "End in one of two modes"
//!
//! Conforming: `GET /docs` answers 503, and the agent writes the abort checklist.
//!
//! Violating: `GET /docs` answers 503, and the agent writes a plan.
//!
//! ```told
//! told = [
//!     "abort|aborts|aborting|aborted|stop|stops|quit|quits",
//!     "give|gives up",
//!     "not: proceed|go|continue ..3",
//! ]
//! under = ["fail|fails|failed|failing|failure|unavailable|unreachable|down"]
//! ```

use crate::facts::{Facts, Plan, Reaction, Source, Tag, is_abort_checklist, plan_signs};
use crate::rules::{Check, Level, Rule, applicability};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "ABT001",
    slug: "abort-on-failed-preflight",
    level: Level::Must,
    summary: "a failed preflight ends in one of the two abort modes",
    sources: &[Source::Journal, Source::Workspace, Source::Transcript],
    source_text: include_str!("abort_on_failed_preflight.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = applicability::unless_preflight_failed(facts) {
        return verdict;
    }
    let mut evidence = applicability::preflight_evidence(facts);
    match facts.reaction {
        Reaction::Checklist => {
            evidence.push(Reference::file(facts.workspace.tasks_file));
            Verdict::Pass(evidence)
        }
        Reaction::Silent => {
            evidence.push(Reference::WholeTranscript);
            Verdict::Pass(evidence)
        }
        Reaction::Proceeded => {
            evidence.extend(plan_places(facts));
            let message = "the preflight failed, and the agent planned all the same; write the \
                           abort checklist, or neither touch tasks_path nor print a <plan>";
            Verdict::fail(message, evidence)
        }
        Reaction::Botched if checklist_only_printed(facts) => {
            evidence.extend(plan_places(facts));
            let message = "the abort checklist stands in the <plan> alone; write it to tasks_path, \
                           or print no <plan>";
            Verdict::fail(message, evidence)
        }
        Reaction::Botched => {
            Verdict::not_applicable("the agent aborted, though not well; see ABT004 and ABT005")
        }
    }
}

fn checklist_only_printed(facts: &Facts<'_>) -> bool {
    !facts.workspace.tasks.is_written()
        && facts
            .transcript
            .last(Tag::Plan)
            .is_some_and(|block| is_abort_checklist(&block.text, &Plan::parse(&block.text)))
}

fn plan_places(facts: &Facts<'_>) -> Vec<Reference> {
    let mut places = Vec::new();
    if facts.workspace.tasks.is_written() {
        let line = plan_signs(&facts.tasks).map(|(line, _)| line).min();
        places.push(Reference::File {
            path: facts.workspace.tasks_file.to_owned(),
            line,
        });
    }
    if let Some(block) = facts.transcript.last(Tag::Plan) {
        places.push(Reference::Transcript {
            line: block.line,
            end_line: block.end_line,
        });
    }
    places
}
