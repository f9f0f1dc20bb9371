//! Mutants: the reference agent doing one thing wrong.
//!
//! A rule is proven by an agent that breaks it alone: the rule must notice, and no other rule may,
//! save those that the mutant declares because breaking the one cannot be done without the other.

mod abt;
mod ana;
mod cap;
mod cmp;
mod deviation;
mod edit;
mod flw;
mod ini;
mod lay;
mod out;
mod pbk;
mod pln;
mod pre;
mod r#ref;
mod sec;
mod trk;

use super::mistakes::Slip;
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

impl Mutant {
    /// One that makes a mistake of execution iterations.
    const fn slipping(
        code: &'static str,
        summary: &'static str,
        case: &'static str,
        implies: &'static [&'static str],
        slip: Slip,
    ) -> Self {
        Self {
            code,
            summary,
            case,
            implies,
            deviation: Deviation::Slip(slip),
        }
    }
}

/// All mutants, one family after the other.
pub fn all_mutants() -> impl Iterator<Item = &'static Mutant> {
    [
        pre::MUTANTS,
        abt::MUTANTS,
        out::MUTANTS,
        ini::MUTANTS,
        lay::MUTANTS,
        pbk::MUTANTS,
        pln::MUTANTS,
        r#ref::MUTANTS,
        ana::MUTANTS,
        flw::MUTANTS,
        trk::MUTANTS,
        cmp::MUTANTS,
        cap::MUTANTS,
        sec::MUTANTS,
    ]
    .into_iter()
    .flatten()
}

/// Finds a mutant by its name: the code of the rule that it breaks, and `CODE/2` for the second one
/// that breaks the same rule.
pub fn find_mutant(name: &str) -> Option<&'static Mutant> {
    let (code, number) = name.split_once('/').unwrap_or((name, "1"));
    let at = number.parse::<usize>().ok()?.checked_sub(1)?;
    all_mutants()
        .filter(|mutant| mutant.code.eq_ignore_ascii_case(code))
        .nth(at)
}

/// The name by which [`find_mutant`] finds `mutant`.
pub fn mutant_name(mutant: &Mutant) -> String {
    let siblings = all_mutants().filter(|other| other.code == mutant.code);
    match siblings
        .take_while(|other| !std::ptr::eq(*other, mutant))
        .count()
    {
        0 => mutant.code.to_owned(),
        earlier => format!("{}/{}", mutant.code, earlier + 1),
    }
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
