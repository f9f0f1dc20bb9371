//! # OUT006 no-questions (SHOULD)
//!
//! The agent asks its user nothing: the prose outside the tags does not end in a question.
//!
//! Nobody is there to answer. A session that waits for an answer stands still.
//!
//! Prompt: "Never ask a question or wait for input"
//!
//! Conforming: "The plan assumes the pinned numpy version."
//!
//! Violating: "Shall I go on with these settings?" as the last words.

use crate::facts::{Facts, Source};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Reference, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "OUT006",
    slug: "no-questions",
    level: Level::Should,
    summary: "the agent asks its user nothing",
    sources: &[Source::Transcript],
    source_text: include_str!("no_questions.rs"),
    check: Check::Case(check),
};

fn check(facts: &Facts<'_>) -> Verdict {
    let Some((line, text)) = &facts.transcript.last_prose else {
        return Verdict::Pass(vec![Reference::WholeTranscript]);
    };
    let place = vec![Reference::Transcript {
        line: *line,
        end_line: *line,
    }];
    if is_question(text) {
        Verdict::fail(
            "the output ends in a question, and nobody is there to answer it",
            place,
        )
    } else {
        Verdict::Pass(place)
    }
}

/// Emphasis and closing quotation marks may stand behind the question mark.
fn is_question(line: &str) -> bool {
    let is_decoration = |c: char| c.is_whitespace() || "*_\"'”’»)".contains(c);
    line.trim_end_matches(is_decoration)
        .ends_with(['?', '？', '؟'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoration_hides_no_question() {
        assert!(is_question("**Shall I go on?**"));
        assert!(is_question("続けますか？"));
        assert!(!is_question("It answers the question \"why?\" in full."));
    }
}
