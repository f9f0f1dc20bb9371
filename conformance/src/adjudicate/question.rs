//! What is asked.

use serde::{Deserialize, Serialize};

use super::document::Document;
use crate::rules::Rule;
use crate::verdict::{Doubt, Nearest, Reference, Verdict};

/// The sentence that came nearest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nearby {
    /// The line that it begins in, where that is known.
    pub line: Option<usize>,
    /// Its text.
    pub text: String,
}

/// The question of a doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What answers call it: the rule's code and a number.
    pub id: String,
    /// The rule's code.
    pub code: &'static str,
    /// What is asked.
    pub question: String,
    /// The sentence that comes nearest.
    pub nearest: Option<Nearby>,
    /// The number of its first clause.
    pub clause: Option<usize>,
}

/// One question a doubt, in order.
pub(super) fn questions(
    verdicts: &[(&'static Rule, Verdict)],
    document: &Document,
) -> Vec<Question> {
    let doubtful = verdicts.iter().filter_map(|(rule, verdict)| match verdict {
        Verdict::Doubtful(doubts) => Some((*rule, doubts)),
        _ => None,
    });
    let asked = doubtful.flat_map(|(rule, doubts)| {
        let asked = doubts.iter().filter(|doubt| !doubt.is_more());
        let numbered = asked.enumerate();
        numbered.map(move |(at, doubt)| question(rule, at + 1, doubt, document))
    });
    asked.collect()
}

fn question(rule: &'static Rule, number: usize, doubt: &Doubt, document: &Document) -> Question {
    let nearby = |nearest: &Nearest| Nearby {
        line: match &nearest.at {
            Reference::Place { line, .. } => Some(*line),
            Reference::File { line, .. } => *line,
            _ => None,
        },
        text: nearest.text.clone(),
    };
    let clause = doubt
        .nearest
        .as_ref()
        .and_then(|n| document.clause_at(&n.at));
    Question {
        id: format!("{}-{number}", rule.code),
        code: rule.code,
        question: doubt.question.clone(),
        nearest: doubt.nearest.as_ref().map(nearby),
        clause: clause.map(|clause| clause.number),
    }
}
