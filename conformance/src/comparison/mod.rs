//! Two runs against each other, matched by case and rule.
//!
//! What is compared is what reports for programs tell, so that a report that was kept is as good as evidence
//! that is judged again.

mod marks;
mod rows;
mod side;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use marks::{Mark, MarkKind};
pub use rows::{Flip, Row, Trend};
pub use side::{Side, SideError};

/// What two runs come to beside each other.
#[derive(Debug)]
pub struct Comparison {
    /// The agents of the first run.
    pub base: Vec<String>,
    /// The agents of the second run.
    pub new: Vec<String>,
    /// How many cases are in both.
    pub cases: usize,
    /// Why a difference may not be the agent's.
    pub marks: Vec<Mark>,
    /// Whole plays and each rule, over all cases that are in both.
    pub pooled: Vec<Row>,
    /// Whole plays and each rule, case by case.
    pub by_case: Vec<Row>,
    /// What most plays of one run kept, and most of the other did not.
    pub flips: Vec<Flip>,
    /// How many plays of the second run could not be judged.
    pub unjudged: u32,
}

/// The two runs have no case in common that was judged in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the two runs have no case in common that was judged in both, so that there is nothing to compare"
)]
pub struct NothingInCommon;

/// Compares `new` with `base`.
///
/// # Errors
/// Fails when they have no case in common that was judged in both.
pub fn compare(base: &Side, new: &Side) -> Result<Comparison, NothingInCommon> {
    let common: BTreeSet<&str> = base.ids().filter(|id| new.has(id)).collect();
    if common.is_empty() {
        return Err(NothingInCommon);
    }
    let by_case = rows::by_case(base, new, &common);
    if by_case.is_empty() {
        return Err(NothingInCommon);
    }
    Ok(Comparison {
        base: base.agents(),
        new: new.agents(),
        cases: common.len(),
        marks: marks::of(base, new, &common),
        pooled: rows::pooled(&by_case),
        flips: rows::flips(&by_case),
        by_case: by_case.into_iter().map(|(_, row)| row).collect(),
        unjudged: new.unjudged(),
    })
}

impl Comparison {
    /// What is better in the second run, and not by chance.
    pub fn better(&self) -> impl Iterator<Item = &Row> {
        let all = self.pooled.iter().chain(&self.by_case);
        all.filter(|row| row.is(Trend::Better))
    }

    /// What is worse in the second run, and not by chance.
    pub fn worse(&self) -> impl Iterator<Item = &Row> {
        let all = self.pooled.iter().chain(&self.by_case);
        all.filter(|row| row.is(Trend::Worse))
    }

    /// 1 where something is worse and not by chance, 3 where plays of the second run could not be judged, 0
    /// otherwise.
    pub fn exit_code(&self) -> u8 {
        if self.worse().next().is_some() {
            1
        } else if self.unjudged > 0 {
            3
        } else {
            0
        }
    }
}
