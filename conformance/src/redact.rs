//! Keeps the server's token out of reports: what an agent leaked is not to be spread further.

use crate::verdict::{Finding, Reference, Verdict};

/// What stands in the token's place.
const MASK: &str = "(the token)";

/// The verdict without `token`.
pub(crate) fn verdict(verdict: Verdict, token: &str) -> Verdict {
    if token.is_empty() {
        return verdict;
    }
    match verdict {
        Verdict::Pass(evidence) => Verdict::Pass(references(evidence, token)),
        Verdict::Fail(findings) => {
            let findings = findings.into_iter().map(|finding| Finding {
                message: text(finding.message, token),
                evidence: references(finding.evidence, token),
            });
            Verdict::Fail(findings.collect())
        }
        Verdict::NotApplicable(reason) => Verdict::NotApplicable(text(reason, token)),
        Verdict::Untestable(missing) => Verdict::Untestable(text(missing, token)),
    }
}

fn references(mut references: Vec<Reference>, token: &str) -> Vec<Reference> {
    for reference in &mut references {
        let place = match reference {
            Reference::Exchange { request, .. } => request,
            Reference::File { path, .. } | Reference::Place { path, .. } => path,
            Reference::Ending { how } | Reference::Surroundings { how } => how,
            Reference::Case { key } => key,
            Reference::Process { command, .. } => command,
            Reference::Announcement { script, .. } => script,
            Reference::Transcript { .. }
            | Reference::WholeTranscript
            | Reference::Processes { .. }
            | Reference::Journal => continue,
        };
        *place = text(std::mem::take(place), token);
    }
    references
}

fn text(text: String, token: &str) -> String {
    if text.contains(token) {
        text.replace(token, MASK)
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_messages_nor_places_repeat_the_token() {
        let leaky = Verdict::fail("says s3cret", vec![Reference::file("notes-s3cret.md")]);
        let shown = format!("{:?}", verdict(leaky, "s3cret"));
        assert!(!shown.contains("s3cret") && shown.contains(MASK), "{shown}");
    }
}
