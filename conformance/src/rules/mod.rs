//! The rules, one file each.
//!
//! A rule is a static [`Rule`]: metadata and a plain function from facts to a verdict. Its module
//! documentation is what `explain` prints, in a fixed form: a paragraph each for what it demands and
//! why, then `Prompt:`, `Conforming:` and `Violating:`. Behind them a block `told` has the signs by which a
//! prompt of a user's own tells the demand; who reads prompts reads it. Each static is written out in full, so
//! that a rule is read in its own file alone. What else belongs to a rule, `registry_tests.rs` has as data: it
//! names the file that is missing.

mod abt;
mod ana;
pub(crate) mod applicability;
mod cap;
mod changes;
mod check;
mod cmp;
mod direct;
mod documentation;
mod flw;
mod ini;
mod iteration;
mod labelled;
mod lay;
mod out;
mod own;
mod pbk;
mod playbook;
mod pln;
mod pre;
mod r#ref;
mod reflections;
#[cfg(test)]
mod registry_tests;
mod sec;
mod task_results;
mod trk;

use serde::Serialize;

use crate::case::Kind;
use crate::demand::{self, Demand};
use crate::facts::{ExecutionFacts, Facts, PlanFacts, Source};
use crate::verdict::Verdict;

pub use crate::verdict::Level;
pub use applicability::Matters;
pub use own::{OwnBook, OwnRule, adopt, own};
pub use reflections::Saying;

/// A rule of the catalogue.
#[derive(Debug)]
pub struct Rule {
    /// Stable code, such as `PRE001`.
    pub code: &'static str,
    /// Stable name, such as `docs-probed`.
    pub slug: &'static str,
    /// How bad a violation is.
    pub level: Level,
    /// The rule in one line.
    pub summary: &'static str,
    /// The kinds of evidence that the decision rests on. Where one of them is missing, the rule is
    /// untestable and [`Rule::check`] is not asked.
    pub sources: &'static [Source],
    /// The text of the rule's own file, whose documentation is the rule's.
    pub source_text: &'static str,
    /// Decides. Only asked for a case whose evidence is complete.
    pub check: Check,
}

/// How a rule decides, by what it needs to see.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// From all that was observed.
    Case(fn(&Facts<'_>) -> Verdict),
    /// From an iteration after the first in which there was something to do and no guard failed.
    Iteration(fn(&Facts<'_>, &ExecutionFacts<'_>) -> Verdict),
    /// From the plan and what it is held against, so that a plan file is judged by itself as well.
    /// Within a case such a rule is only asked when a plan was due and there is one; so are those below.
    Plan(fn(&PlanFacts<'_>) -> Verdict),
    /// From a plan that has tasks, where that matters.
    Tasks(Matters, fn(&PlanFacts<'_>) -> Verdict),
    /// The same, by the row of `demands.toml` that has the rule's code.
    Demand(Matters),
    /// From what each of the plan's reflections says.
    Reflections(Saying),
    /// From the plan, by a demand that somebody added.
    Own(&'static OwnRule),
}

/// In which iterations a family is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// In the planning iteration.
    Planning,
    /// In later iterations.
    Execution,
    /// In all of them.
    Every,
    /// Over whole campaigns, and in no single iteration.
    Campaign,
}

impl Scope {
    /// The kind of cases whose prompt tells what is demanded, where a rule quotes one.
    pub fn told_in(self) -> Kind {
        match self {
            Self::Planning | Self::Every => Kind::Planning,
            Self::Execution | Self::Campaign => Kind::Execution,
        }
    }

    /// Why a case of this kind is not judged, if so.
    pub fn excludes(self, kind: Kind) -> Option<&'static str> {
        match (self, kind) {
            (Self::Planning, Kind::Execution) => Some("the case plays an execution iteration"),
            (Self::Execution, Kind::Planning) => Some("the case plays the planning iteration"),
            (Self::Campaign, Kind::Planning | Kind::Execution) => {
                Some("the case plays a single iteration")
            }
            (Self::Planning | Self::Execution | Self::Every, Kind::Campaign) => {
                Some("the iterations of the campaign are judged by themselves")
            }
            _ => None,
        }
    }
}

/// Rules of one subject.
#[derive(Debug)]
pub struct Family {
    /// The letters that its codes start with.
    pub name: &'static str,
    /// Its subject.
    pub title: &'static str,
    /// In which iterations it is judged.
    pub scope: Scope,
    /// Codes of its rules by which the other iterations are judged as well.
    pub also_later: &'static [&'static str],
    /// Its rules, by code.
    pub rules: &'static [&'static Rule],
}

/// All families, in the order in which reports show them.
pub static FAMILIES: &[&Family] = &[
    &pre::FAMILY,
    &abt::FAMILY,
    &out::FAMILY,
    &ini::FAMILY,
    &lay::FAMILY,
    &pbk::FAMILY,
    &pln::FAMILY,
    &r#ref::FAMILY,
    &ana::FAMILY,
    &flw::FAMILY,
    &trk::FAMILY,
    &cmp::FAMILY,
    &cap::FAMILY,
    &sec::FAMILY,
];

/// The rules of the catalogue, in the order in which reports show them.
pub fn catalogue() -> impl Iterator<Item = &'static Rule> {
    FAMILIES
        .iter()
        .flat_map(|family| family.rules.iter().copied())
}

/// All rules, in the order in which reports show them: those of the catalogue, and behind them what was added.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    catalogue().chain(own::rules())
}

/// Finds a rule by code or slug, whatever the case of the letters.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code.eq_ignore_ascii_case(name) || rule.slug.eq_ignore_ascii_case(name))
}

/// The rule whose code or slug is most like `name`, where one is like it; the first of several.
pub fn nearest(name: &str) -> Option<&'static Rule> {
    let name = name.to_lowercase();
    let distance = |rule: &Rule| {
        let code = strsim::damerau_levenshtein(&rule.code.to_lowercase(), &name);
        code.min(strsim::damerau_levenshtein(rule.slug, &name))
    };
    let near = all().map(|rule| (distance(rule), rule));
    let (distance, rule) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= name.chars().count() / 3).then_some(rule)
}

impl Rule {
    /// In which iterations the rule is judged.
    pub fn scope(&self) -> Scope {
        let mut families = FAMILIES.iter();
        match families.find(|family| family.name == self.family()) {
            // What was added is about plans.
            None => Scope::Planning,
            Some(family) if family.also_later.contains(&self.code) => Scope::Every,
            Some(family) => family.scope,
        }
    }

    /// The demand on a plan's text by which it decides, if it is one.
    pub fn demand(&self) -> Option<&'static Demand> {
        match self.check {
            Check::Own(own) => own.demand(),
            _ => demand::find(self.code),
        }
    }

    /// The command that tells more of it.
    pub fn explained_by(&self) -> String {
        let file = match self.check {
            Check::Own(own) => own.file(),
            _ => None,
        };
        match file {
            Some(file) => format!(
                "wild-conformance explain {} --rules {}",
                self.code,
                file.display()
            ),
            None => format!("wild-conformance explain {}", self.code),
        }
    }

    /// The letters that the code starts with.
    pub fn family(&self) -> &'static str {
        self.code.trim_end_matches(|c: char| c.is_ascii_digit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_slugs_are_unique_and_sorted() {
        let codes: Vec<&str> = all().map(|rule| rule.code).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
        assert_eq!(
            all().map(|rule| rule.slug).collect::<BTreeSet<_>>().len(),
            codes.len()
        );
        for family in FAMILIES {
            assert!(family.rules.is_sorted_by_key(|rule| rule.code));
            assert!(family.rules.iter().all(|rule| rule.family() == family.name));
        }
    }

    #[test]
    fn a_case_is_judged_by_the_rules_of_its_kind() {
        for (scope, kinds) in [
            (Scope::Planning, &[Kind::Planning][..]),
            (Scope::Execution, &[Kind::Execution]),
            (Scope::Every, &[Kind::Planning, Kind::Execution]),
            (Scope::Campaign, &[Kind::Campaign]),
        ] {
            let judged = [Kind::Planning, Kind::Execution, Kind::Campaign]
                .into_iter()
                .filter(|kind| scope.excludes(*kind).is_none());
            assert_eq!(judged.collect::<Vec<_>>(), kinds, "{scope:?}");
        }
    }

    #[test]
    fn rules_are_found_by_code_and_slug_and_near_misses_suggested() {
        assert_eq!(find("pre001").unwrap().slug, "docs-probed");
        assert_eq!(find("no-false-abort").unwrap().code, "ABT002");
        assert!(find("PRE999").is_none());
        assert_eq!(nearest("ABT02").unwrap().code, "ABT002");
        assert_eq!(nearest("doc-probed").unwrap().code, "PRE001");
        assert_eq!(nearest("PLN01").unwrap().code, "PLN001");
        assert!(nearest("nosuch").is_none() && nearest("XYZ").is_none());
    }
}
