//! What a rule tells, as fixtures state it.

use wild_conformance::rules::Rule;
use wild_conformance::verdict::{Reference, Verdict};

/// Longest text of a mark, in characters.
const LONGEST: usize = 60;

/// The verdict's word; `warning` for findings that weigh less than their rule.
pub(crate) fn word(rule: &Rule, verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Fail(findings)
            if findings
                .iter()
                .all(|finding| finding.level(rule.level) < rule.level) =>
        {
            "warning"
        }
        verdict => verdict.word(),
    }
}

/// A line for each finding or doubt: where it shows first, and what is said.
pub(crate) fn marks(verdict: &Verdict, plan: &str) -> String {
    let line = |at: Option<&Reference>, message: &str| {
        let place = at.map_or("nowhere".to_owned(), |at| mark(at, plan));
        format!("{place} => {}\n", message.replace('\n', "\\n"))
    };
    match verdict {
        Verdict::Fail(findings) => findings
            .iter()
            .map(|finding| line(finding.evidence.first(), &finding.message))
            .collect(),
        Verdict::Doubtful(doubts) => doubts
            .iter()
            .map(|doubt| {
                let nearest = doubt.nearest.as_ref().map(|nearest| &nearest.at);
                line(nearest.or(doubt.evidence.first()), &doubt.question)
            })
            .collect(),
        _ => String::new(),
    }
}

/// A place of the plan by its line and what is marked there, any other as reports have it.
fn mark(at: &Reference, plan: &str) -> String {
    match at {
        Reference::Place {
            line, start, end, ..
        } => {
            let marked = plan.get(*start..*end).unwrap_or("(not in the plan)");
            format!("{line}: {}", shortened(marked))
        }
        other => other.to_string(),
    }
}

/// The beginning of a text, in one line.
pub(crate) fn shortened(text: &str) -> String {
    let line = text.replace('\n', "\\n");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
