//! Writing a baseline: what was found, beside what is known already.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::known::{Known, is_of};
use super::{Baseline, Day};
use crate::case::{Case, builtin_cases};
use crate::engine::RunReport;
use crate::rules::Rule;

/// What stands at the head of a file.
const HEAD: &str = "# Findings that are known, written by `--write-baseline`. Say in each reason why it is accepted, and \
                    give it a day on\n# which that ends (expires = \"2027-01-31\").\n";

/// A baseline that was written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// The file's text.
    pub text: String,
    /// How many entries it has.
    pub entries: usize,
    /// How many of them there were in no baseline before.
    pub new: usize,
    /// How many that there were excuse nothing any more, or are over, and are not in it.
    pub left_out: usize,
}

impl Baseline {
    /// A baseline for `report`: the entries of this one, and of `there`, which it is to take the place of, that still
    /// excuse something, or of which nobody can tell, as some of their cases were not played or nobody looked, as they
    /// are; and one for every finding that counts and that none of them is about. An entry whose day is over by `today`
    /// excuses nothing. The text is for a file in `folder`, from which case files are seen.
    pub fn renewed(&self, there: &Self, report: &RunReport, today: Day, folder: &Path) -> Renewed {
        let mut text = HEAD.to_owned();
        // Built-in cases that cannot be read are an error of their own.
        let builtin = builtin_cases().unwrap_or_default();
        let cases = self.cases_beside(&builtin);
        let stays = |known: &&Known| {
            let state = known.state(report, &cases);
            !known.is_over(today) && (!state.was_played || state.found)
        };
        let is_here = |other: &&Known| {
            let same = |own: &Known| own.case == other.case && own.rule.code == other.rule.code;
            self.known.iter().any(same)
        };
        let others = there.known.iter().filter(|known| !is_here(known));
        let earlier: Vec<&Known> = self.known.iter().chain(others).collect();
        let kept: Vec<&Known> = earlier.iter().copied().filter(stays).collect();
        for known in &kept {
            push(&mut text, known, folder);
        }
        let new = self.found_anew(report, &kept);
        for known in &new {
            push(&mut text, known, folder);
        }
        Renewed {
            text,
            entries: kept.len() + new.len(),
            new: new.len(),
            left_out: earlier.len() - kept.len(),
        }
    }

    /// An entry for every finding that counts and that none of `kept` is about.
    fn found_anew(&self, report: &RunReport, kept: &[&Known]) -> Vec<Known> {
        let mut new: Vec<Known> = Vec::new();
        for case in &report.cases {
            for (rule, verdict) in &case.verdicts {
                let mut all = kept.iter().copied().chain(&new);
                let is_known = all.any(|known| known.is_about(&case.id, rule));
                if report.gate.is_excusable(verdict) && !is_known {
                    let stands_in = |cases: &[Case]| cases.iter().any(|own| is_of(&case.id, own));
                    let own = self.own.iter().find(|(_, cases)| stands_in(cases));
                    new.push(entry(&case.id, rule, own.map(|(file, _)| file.clone())));
                }
            }
        }
        new
    }
}

/// A path as it is seen from a folder, where it is below it; elsewhere the whole path.
fn seen_from(folder: &Path, file: &Path) -> PathBuf {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (folder, file) = (whole(folder), whole(file));
    file.strip_prefix(&folder)
        .map_or(file.clone(), Path::to_owned)
}

fn entry(case: &str, rule: &'static Rule, file: Option<PathBuf>) -> Known {
    Known {
        file,
        own: [].into(),
        case: case.to_owned(),
        cases: None,
        rule,
        reason: "not looked into yet".to_owned(),
        expires: None,
    }
}

fn push(text: &mut String, known: &Known, folder: &Path) {
    let quoted = |value: &str| toml::Value::String(value.to_owned()).to_string();
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\n[[known]]\ncase = {}\nrule = {}\nreason = {}\n",
        quoted(&known.case),
        quoted(known.rule.code),
        quoted(&known.reason)
    );
    if let Some(file) = &known.file {
        let file = seen_from(folder, file);
        let _ = writeln!(text, "file = {}", quoted(&file.to_string_lossy()));
    }
    if let Some(day) = known.expires {
        let _ = writeln!(text, "expires = {}", quoted(&day.to_string()));
    }
}
