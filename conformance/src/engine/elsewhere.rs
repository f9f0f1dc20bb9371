//! What of a run is played in other shards.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::Iterations;

/// The plays of a run that are not here but in other shards of it. None, for a whole run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// Which shard this is, and of how many, where it is one.
    pub shard: Option<(usize, usize)>,
    /// Cases and repetitions.
    pub plays: BTreeSet<(String, u32)>,
    /// The iterations of cases that have several, by the cases' ids.
    pub iterations: BTreeMap<String, Iterations>,
}

impl Elsewhere {
    /// Whether everything is here.
    pub fn is_nothing(&self) -> bool {
        self.plays.is_empty()
    }

    /// Whether this play is in another shard.
    pub(super) fn has(&self, case: &str, repetition: u32) -> bool {
        // Looked up a few times a report only.
        self.plays.contains(&(case.to_owned(), repetition))
    }

    /// Whether a case that `fits`, or an iteration, is played in another shard, too.
    pub fn any(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.ids().any(|id| fits(&id))
    }

    /// The ids of what is played there, as reports have them: those of cases, and of iterations where there are several.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        let cases: BTreeSet<&str> = self.plays.iter().map(|(case, _)| case.as_str()).collect();
        cases.into_iter().flat_map(|case| {
            let iterations = self.iterations.get(case);
            let single = iterations.is_none().then(|| case.to_owned());
            let several = iterations.map(|iterations| iterations.names(case));
            single.into_iter().chain(several.into_iter().flatten())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::builtin_cases;

    #[test]
    fn what_has_several_iterations_is_told_by_them() {
        let cases = builtin_cases().unwrap();
        let long = cases
            .iter()
            .find(|case| case.iterations > 1 && !case.is_campaign())
            .unwrap();
        let elsewhere = Elsewhere {
            shard: Some((1, 2)),
            plays: [
                (long.id.clone(), 1),
                (long.id.clone(), 2),
                ("x".to_owned(), 1),
            ]
            .into(),
            iterations: [(long.id.clone(), Iterations::of(long).unwrap())].into(),
        };
        let last = format!("{}-iteration-{}", long.id, long.iterations);
        assert!(elsewhere.any(|id| id == last) && elsewhere.any(|id| id == "x"));
        // Nothing is told under the case's own id.
        assert!(!elsewhere.any(|id| id == long.id));
        assert_eq!(elsewhere.ids().count(), long.iterations as usize + 1);
    }
}
