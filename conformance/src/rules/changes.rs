//! Rules that nothing is changed: no pass where nobody could look.

use crate::verdict::{Finding, Reference, Verdict};

/// A failure with findings. Without any it is a pass, unless there is doubt that everything was looked
/// at.
pub(super) fn conclude(
    findings: Vec<Finding>,
    doubt: Option<String>,
    otherwise: Vec<Reference>,
) -> Verdict {
    match doubt.filter(|_| findings.is_empty()) {
        Some(doubt) => Verdict::Untestable(format!("not everything was looked at: {doubt}")),
        None => Verdict::from_findings(findings, otherwise),
    }
}
