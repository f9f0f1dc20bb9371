//! Suites: parts of the built-in cases for agents of which every play has a price.
//!
//! The lists stand in `fixtures/suites.toml`. They were chosen by [`cover::choose`] from what the
//! reference agent's plays touch, and a test that plays everything holds them to [`Suite::wanted`].

mod cover;
mod mark;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

pub use cover::{Offer, choose};
pub use mark::{FaultClass, marks};

use crate::case::{Case, CaseError, builtin_cases};
use crate::rules;

static TEXT: &str = include_str!("../../../fixtures/suites.toml");

/// The family of rules on whole campaigns, which no small suite can afford.
const CAMPAIGNS: &str = "CMP";

/// A part of the built-in cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    /// Few plays that touch every family of rules and every class of fault
    Smoke,
    /// Plays that touch every rule, probe, workspace, kind of cluster and class of fault
    Core,
    /// Everything
    Full,
}

/// The ids of the cases of the suites that are lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// Those of [`Suite::Smoke`].
    pub smoke: BTreeSet<String>,
    /// Those of [`Suite::Core`].
    pub core: BTreeSet<String>,
}

/// The lists as they are built in; empty ones where the file is not valid, which a test rules out.
fn lists() -> &'static Lists {
    static LISTS: LazyLock<Lists> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());
    &LISTS
}

impl Suite {
    /// The cases of the suite, sorted by id.
    ///
    /// # Errors
    /// Fails when a built-in case is not valid, which a test rules out.
    pub fn cases(self) -> Result<Vec<Case>, CaseError> {
        let mut cases = builtin_cases()?;
        match self {
            Self::Smoke => cases.retain(|case| lists().smoke.contains(&case.id)),
            Self::Core => cases.retain(|case| lists().core.contains(&case.id)),
            Self::Full => {}
        }
        Ok(cases)
    }

    /// What its cases cost: their plays, iterations counted singly, without those of campaigns. Of these
    /// the core has one.
    pub fn price(self, cases: &[Case]) -> u32 {
        let single = cases.iter().filter(|case| !case.is_campaign());
        single.map(|case| case.iterations).sum()
    }

    /// The most plays that it may have, iterations counted singly, beside a campaign.
    pub fn most_plays(self) -> Option<u32> {
        match self {
            Self::Smoke => Some(10),
            Self::Core => Some(40),
            Self::Full => None,
        }
    }

    /// What of `touched`, the marks of all cases, the suite has to touch.
    pub fn wanted(self, touched: &BTreeSet<String>) -> BTreeSet<String> {
        let is_wanted = |mark: &&String| match self {
            Self::Smoke => mark::is_in_smoke(mark),
            Self::Core => true,
            Self::Full => false,
        };
        touched.iter().filter(is_wanted).cloned().collect()
    }
}

/// The families and classes of fault that every suite must touch, so that none is missing unnoticed.
pub fn demanded() -> BTreeSet<String> {
    let families = rules::FAMILIES.iter().map(|family| family.name);
    let families = families.filter(|name| *name != CAMPAIGNS);
    let classes = FaultClass::ALL.into_iter().map(mark::class);
    families.map(mark::family).chain(classes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_name_built_in_cases_and_keep_their_price() {
        let lists: Lists = toml::from_str(TEXT).unwrap();
        for (suite, list) in [(Suite::Smoke, &lists.smoke), (Suite::Core, &lists.core)] {
            let cases = suite.cases().unwrap();
            let ids: BTreeSet<String> = cases.iter().map(|case| case.id.clone()).collect();
            assert_eq!(ids, *list, "run `make suites`");
            let plays = suite.price(&cases);
            assert!(
                Some(plays) <= suite.most_plays(),
                "{suite:?} has {plays} plays"
            );
            let mut twins = cases.iter().filter_map(|case| case.twin.as_ref());
            assert!(twins.all(|twin| ids.contains(twin)), "{suite:?}");
        }
        assert!(lists.smoke.is_subset(&lists.core));
    }

    #[test]
    fn every_class_of_fault_is_in_the_small_suites() {
        for suite in [Suite::Smoke, Suite::Core] {
            let touched: BTreeSet<String> = suite
                .cases()
                .unwrap()
                .iter()
                .flat_map(|case| marks(case, &BTreeSet::new()))
                .collect();
            for class in FaultClass::ALL {
                let class = mark::class(class);
                assert!(touched.contains(&class), "{suite:?} lacks {class}");
            }
        }
    }
}
