//! Rules that nothing is changed: findings for what is, and no pass where nobody could look.

use crate::facts::Change;
use crate::verdict::{Finding, Reference, Verdict};

/// Most changes that are told one by one.
const MOST: usize = 100;

/// A finding for each change, as `found` words it; of very many the first ones, and how many more.
pub(super) fn findings<'f>(
    changes: impl Iterator<Item = &'f Change>,
    found: impl Fn(&Change) -> Finding,
) -> Vec<Finding> {
    let mut changes = changes;
    let mut findings: Vec<Finding> = changes.by_ref().take(MOST).map(found).collect();
    let more = changes.count();
    if let Some(last) = findings.last_mut().filter(|_| more > 0) {
        last.message = format!("{}; and {more} more changes", last.message);
    }
    findings
}

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
