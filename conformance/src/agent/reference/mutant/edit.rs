//! Edits of the reference agent's plan, of which mutants about plans consist.

use super::{Deviation, Mutant};
use crate::agent::reference::answer::Answer;

/// A mutant that writes its plan otherwise, in the healthy planning case.
pub(super) const fn editing(
    code: &'static str,
    summary: &'static str,
    implies: &'static [&'static str],
    edit: fn(&mut Answer),
) -> Mutant {
    let deviation = Deviation::Edit(edit);
    Mutant {
        code,
        summary,
        case: "planning-healthy",
        implies,
        deviation,
    }
}

/// Replaces the first `old` of the plan, in the file and in the output.
pub(super) fn replace(answer: &mut Answer, old: &str, new: &str) {
    each(answer, |plan| plan.replacen(old, new, 1));
}

/// Replaces the rest of the first line that has `from`, from there on.
pub(super) fn cut(answer: &mut Answer, from: &str, new: &str) {
    each(answer, |plan| {
        let Some((before, behind)) = plan.split_once(from) else {
            return plan.to_owned();
        };
        let rest = behind.find('\n').map_or("", |at| &behind[at..]);
        format!("{before}{new}{rest}")
    });
}

/// Replaces what stands between the first `from` and the first ` |` behind it.
pub(super) fn refill(answer: &mut Answer, from: &str, new: &str) {
    each(answer, |plan| {
        let Some((before, behind)) = plan.split_once(from) else {
            return plan.to_owned();
        };
        let rest = behind.find(" |").map_or("", |at| &behind[at..]);
        format!("{before}{from}{new}{rest}")
    });
}

/// Changes the plan, in the file and in the output.
pub(super) fn each(answer: &mut Answer, edit: impl Fn(&str) -> String) {
    for plan in answer.plans.iter_mut().chain(&mut answer.tasks_file) {
        *plan = edit(plan);
    }
}

/// The same mutant in another case.
pub(super) const fn in_case(case: &'static str, mutant: Mutant) -> Mutant {
    Mutant { case, ..mutant }
}
