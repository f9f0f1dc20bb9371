//! # OUT006 no-questions (MUST)
//!
//! The agent asks its user nothing: neither the prose outside the tags nor the plan asks for an answer
//! or a go-ahead. Questions of research are none, and neither are those that the agent answers itself;
//! what is unclear is doubtful.
//!
//! Nobody is there to answer. A session that waits for an answer stands still.
//!
//! Prompt: "Never ask a question or wait for input"
//!
//! Conforming: "The plan assumes the pinned numpy version.", or "Does warmup help?" in the plan.
//!
//! Violating: "Which GPU should I use?" as the last words, or "Please confirm before I go on."
//!
//! ```told
//! told = [
//!     "not: ask|asks|asking|end ..4 question*|user|clarif*|confirm*|permission|approval|input",
//!     "not: question*|clarif* ..2",
//!     "without asking",
//!     "not: wait* ..3 input|answer*|confirm*|approval",
//! ]
//! ```

use crate::asking::{Ask, Voice, asks};
use crate::facts::{Facts, Source, Span};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Doubt, Finding, Nearest, Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "OUT006",
    slug: "no-questions",
    level: Level::Must,
    summary: "the agent asks its user nothing",
    sources: &[Source::Transcript],
    source_text: include_str!("no_questions.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    let asking: Vec<(bool, Nearest)> = in_output(facts).chain(in_plan(facts)).collect();
    let sure = asking.iter().filter(|(is_sure, _)| *is_sure);
    let findings: Vec<Finding> = sure
        .map(|(_, said)| {
            let words = folded(&said.text);
            Finding::new(
                format!("\"{words}\" asks for an answer, and nobody is there to give it"),
                vec![said.at.clone()],
            )
        })
        .collect();
    if !findings.is_empty() {
        return Verdict::Fail(findings);
    }
    if asking.is_empty() {
        return Verdict::Pass(vec![Reference::WholeTranscript]);
    }
    let doubts = asking.into_iter().map(|(_, said)| {
        let question = "does the agent ask its user for an answer or a go-ahead here?";
        Doubt::new(question, Some(said))
    });
    Verdict::Doubtful(doubts.collect())
}

fn in_output(facts: &Facts<'_>) -> impl Iterator<Item = (bool, Nearest)> {
    let text = facts.transcript.text();
    let found = asks(
        text,
        facts.transcript.prose(),
        Voice::Output,
        &facts.case.goal,
    )
    .into_iter();
    found.map(|Ask { span, is_sure }| (is_sure, nearest(text, &span)))
}

/// Quotes a stretch of the transcript.
fn nearest(text: &str, span: &Span) -> Nearest {
    let line = 1 + text[..span.start].matches('\n').count();
    let end_line = line + text[span.clone()].matches('\n').count();
    Nearest {
        text: text[span.clone()].to_owned(),
        at: Reference::Transcript { line, end_line },
    }
}

/// What the agent left as a plan; the placeholder is nobody's.
fn in_plan(facts: &Facts<'_>) -> impl Iterator<Item = (bool, Nearest)> {
    let is_own = facts.workspace.tasks.is_written();
    let text = if is_own { facts.tasks.source() } else { "" };
    let whole = std::iter::once(0..text.len());
    let found = asks(text, whole, Voice::Plan, &facts.case.goal).into_iter();
    found.map(move |Ask { span, is_sure }| (is_sure, facts.plan().nearest(&span)))
}

/// A sentence on one line.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_shown_in_all_its_lines() {
        let text = "Planned.\n\nWhich GPU should I use,\nthe first or the second?\nDone.";
        let question = text.find("Which").unwrap()..text.find("\nDone").unwrap();
        let at = Reference::Transcript {
            line: 3,
            end_line: 4,
        };
        assert_eq!(nearest(text, &question).at, at);
    }
}
