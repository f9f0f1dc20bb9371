//! Keeps the server's token out of reports: what an agent leaked is not to be spread further.

use crate::verdict::{Reference, Verdict};

/// What stands in the token's place.
pub(crate) const MASK: &str = "(the token)";

/// The verdict without `token`.
pub(crate) fn verdict(verdict: Verdict, token: &str) -> Verdict {
    if token.is_empty() {
        return verdict;
    }
    match verdict {
        Verdict::Pass(mut evidence) => {
            mask_references(&mut evidence, token);
            Verdict::Pass(evidence)
        }
        Verdict::Fail(mut findings) => {
            for finding in &mut findings {
                mask(&mut finding.message, token);
                mask_references(&mut finding.evidence, token);
            }
            Verdict::Fail(findings)
        }
        Verdict::Doubtful(mut doubts) => {
            for doubt in &mut doubts {
                mask(&mut doubt.question, token);
                mask_references(&mut doubt.evidence, token);
                if let Some(nearest) = &mut doubt.nearest {
                    mask(&mut nearest.text, token);
                    mask_reference(&mut nearest.at, token);
                }
            }
            Verdict::Doubtful(doubts)
        }
        Verdict::NotApplicable(reason) => Verdict::NotApplicable(masked(reason, token)),
        Verdict::NotLookedAt(choice) => Verdict::NotLookedAt(masked(choice, token)),
        Verdict::Untestable(missing) => Verdict::Untestable(masked(missing, token)),
    }
}

fn mask_references(references: &mut [Reference], token: &str) {
    for reference in references {
        mask_reference(reference, token);
    }
}

fn mask_reference(reference: &mut Reference, token: &str) {
    if let Some(words) = reference.words_mut() {
        mask(words, token);
    }
}

fn mask(text: &mut String, token: &str) {
    if text.contains(token) {
        *text = text.replace(token, MASK);
    }
}

/// The text without `token`.
pub(crate) fn masked(mut text: String, token: &str) -> String {
    if !token.is_empty() {
        mask(&mut text, token);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{Doubt, Nearest};

    #[test]
    fn neither_messages_nor_places_repeat_the_token() {
        let leaky = Verdict::fail("says s3cret", vec![Reference::file("notes-s3cret.md")]);
        let shown = format!("{:?}", verdict(leaky, "s3cret"));
        assert!(!shown.contains("s3cret") && shown.contains(MASK), "{shown}");
    }

    #[test]
    fn doubts_do_not_repeat_it_either() {
        let mut doubt = Doubt::new(
            "is s3cret meant?",
            Some(Nearest {
                text: "send s3cret".to_owned(),
                at: Reference::file("s3cret.md"),
            }),
        );
        doubt.evidence = vec![Reference::file("s3cret.txt")];
        let shown = format!("{:?}", verdict(Verdict::Doubtful(vec![doubt]), "s3cret"));
        assert!(!shown.contains("s3cret"), "{shown}");
        assert_eq!(shown.matches(MASK).count(), 4, "{shown}");
    }
}
