//! The iterations of a play, and what they are called.

use serde::{Deserialize, Serialize};

use crate::case::Case;

/// What stands between the name of a play, or the id of its case, and the number of one of its iterations.
pub const ITERATION: &str = "-iteration-";

/// Most iterations of a play that are named one by one.
const MOST_NAMED: usize = 10_000;

/// The numbers of the iterations of a play that has several. They count from 1, those of a campaign from the planning
/// iteration, which is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Iterations {
    first: u32,
    last: u32,
}

impl Iterations {
    /// Those that `case` has at most; nothing where it has one only.
    pub fn of(case: &Case) -> Option<Self> {
        let first = u32::from(!case.is_campaign());
        let after = case.iterations.checked_sub(1)?;
        (after > 0).then_some(Self {
            first,
            last: first + after,
        })
    }

    /// What the iteration is called that comes after `done` others of what is called `own`. All numbers are equally
    /// long, so that they sort.
    pub fn name(self, own: &str, done: u32) -> String {
        let width = self.last.to_string().len();
        let number = self.first.saturating_add(done);
        format!("{own}{ITERATION}{number:0width$}")
    }

    /// What all of them are called, and the whole that a campaign's are, if `own` is what that is called.
    pub fn names(self, own: &str) -> impl Iterator<Item = String> {
        let whole = (self.first == 0).then(|| own.to_owned());
        let all = 0..=self.last.saturating_sub(self.first);
        let named = all.map(move |done| self.name(own, done));
        whole.into_iter().chain(named.take(MOST_NAMED))
    }
}

/// The id of the case of which `case` is one of several iterations, if it is.
pub fn iteration_of(case: &Case) -> Option<&str> {
    let (whole, number) = case.id.rsplit_once(ITERATION)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    // The whole of a campaign, and what has one iteration, may be called so.
    (is_number && case.iterations > 1 && !case.is_campaign()).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::builtin_cases;

    #[test]
    fn an_iteration_is_told_from_a_case_that_is_called_like_one() {
        let cases = builtin_cases().unwrap();
        let mut case = cases
            .iter()
            .find(|case| case.iterations > 1)
            .unwrap()
            .clone();
        case.kind = crate::case::Kind::Execution;
        let mut whole = |id: &str, iterations| {
            (case.id, case.iterations) = (id.to_owned(), iterations);
            iteration_of(&case).unwrap_or_default().to_owned()
        };
        assert_eq!(whole("a", 3), "");
        assert_eq!(whole("a-iteration-02", 3), "a");
        assert_eq!(whole("a-iteration-2-iteration-3", 3), "a-iteration-2");
        assert_eq!(whole("a-iteration-2", 1), "");
        assert_eq!(whole("a-iteration-last", 3), "");
        case.kind = crate::case::Kind::Campaign;
        (case.id, case.iterations) = ("a-iteration-2".to_owned(), 3);
        assert_eq!(iteration_of(&case), None);
    }

    #[test]
    fn campaigns_count_from_nothing_and_are_a_whole() {
        let of = |wanted: fn(&&Case) -> bool, count| {
            let cases = builtin_cases().unwrap();
            let mut case = cases.iter().find(wanted).unwrap().clone();
            case.iterations = count;
            let names = Iterations::of(&case)?.names("x");
            Some(names.collect::<Vec<_>>())
        };
        let chain: fn(&&Case) -> bool = |case| case.iterations > 1 && !case.is_campaign();
        let campaign: fn(&&Case) -> bool = |case| case.is_campaign();
        assert_eq!(of(chain, 1), None);
        assert_eq!(of(chain, 2).unwrap(), ["x-iteration-1", "x-iteration-2"]);
        assert_eq!(of(chain, 10).unwrap()[1], "x-iteration-02");
        assert_eq!(
            of(campaign, 2).unwrap(),
            ["x", "x-iteration-0", "x-iteration-1"]
        );
        assert_eq!(of(campaign, u32::MAX).unwrap().len(), 1 + MOST_NAMED);
    }
}
