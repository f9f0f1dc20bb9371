//! Mutants: the reference agent doing one thing wrong.
//!
//! A rule is proven by an agent that breaks it alone: the rule must notice, and no other rule may,
//! save those that the mutant declares because breaking the one cannot be done without the other.

mod abt;
mod deviation;
mod out;
mod pre;

use deviation::Deviation;
pub(super) use deviation::Deviations;

/// A way to be wrong.
#[derive(Debug)]
pub struct Mutant {
    /// The code of the rule that it breaks.
    pub code: &'static str,
    /// What it does wrong, in one line.
    pub summary: &'static str,
    /// The case in which it shows.
    pub case: &'static str,
    /// Codes of rules that cannot but be broken with it.
    pub implies: &'static [&'static str],
    deviation: Deviation,
}

/// All mutants, one family after the other.
pub fn all_mutants() -> impl Iterator<Item = &'static Mutant> {
    [pre::MUTANTS, abt::MUTANTS, out::MUTANTS]
        .into_iter()
        .flatten()
}

/// Finds the mutant that breaks the rule `code`.
pub fn find_mutant(code: &str) -> Option<&'static Mutant> {
    all_mutants().find(|mutant| mutant.code.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::builtin_cases;
    use crate::rules;

    #[test]
    fn every_rule_has_a_mutant_and_every_mutant_a_rule_and_a_case() {
        for rule in rules::all() {
            assert!(
                find_mutant(rule.code).is_some(),
                "{} has no mutant",
                rule.code
            );
        }
        let cases = builtin_cases().unwrap();
        for mutant in all_mutants() {
            assert!(rules::find(mutant.code).is_some(), "{}", mutant.code);
            assert!(
                cases.iter().any(|case| case.id == mutant.case),
                "{}",
                mutant.code
            );
            assert!(
                mutant
                    .implies
                    .iter()
                    .all(|code| rules::find(code).is_some())
            );
        }
    }
}
