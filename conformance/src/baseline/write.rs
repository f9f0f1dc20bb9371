//! Writing a baseline: what was found, beside what is known already.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::known::Known;
use super::{Baseline, Day};
use crate::case::Case;
use crate::engine::RunReport;
use crate::rules::Rule;

/// What stands at the head of a file.
const HEAD: &str = "# Findings that are known, written by `--write-baseline`. Say in each reason why it is accepted, and \
                    give it a day on\n# which that ends (expires = \"2027-01-31\").\n";

impl Baseline {
    /// The text of a baseline for `report`: the entries of this one that still excuse something, or of which
    /// nobody can tell, as their cases were not played or nobody looked, as they are, and one for every finding
    /// that counts and that none of them is about. An entry whose day is over by `today` excuses nothing.
    /// The text is for a file in `folder`, from which case files are seen.
    pub fn renewed(&self, report: &RunReport, today: Day, folder: &Path) -> String {
        let mut text = HEAD.to_owned();
        let stays = |known: &&Known| {
            let state = known.state(report);
            !known.is_over(today) && (!state.was_played || state.found)
        };
        let kept: Vec<&Known> = self.known.iter().filter(stays).collect();
        for known in &kept {
            push(&mut text, known, folder);
        }
        let mut done: Vec<(&str, &str)> = Vec::new();
        for case in &report.cases {
            for (rule, verdict) in &case.verdicts {
                let key = (case.id.as_str(), rule.code);
                let is_known = kept.iter().any(|known| known.is_about(key.0, rule));
                if report.gate.is_excusable(verdict) && !is_known && !done.contains(&key) {
                    done.push(key);
                    let own = self.own.iter().find(|(_, cases)| stands_in(key.0, cases));
                    let file = own.map(|(file, _)| file.clone());
                    push(&mut text, &new(key.0, rule, file), folder);
                }
            }
        }
        text
    }
}

/// Whether a case, or an iteration of one, is among some.
fn stands_in(id: &str, cases: &[Case]) -> bool {
    cases.iter().any(|case| {
        let rest = id.strip_prefix(case.id.as_str());
        rest.is_some_and(|rest| {
            rest.is_empty() || (case.iterations > 1 && rest.starts_with("-iteration-"))
        })
    })
}

/// A path as it is seen from a folder, where it is below it; elsewhere the whole path.
fn seen_from(folder: &Path, file: &Path) -> PathBuf {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (folder, file) = (whole(folder), whole(file));
    file.strip_prefix(&folder)
        .map_or(file.clone(), Path::to_owned)
}

fn new(case: &str, rule: &'static Rule, file: Option<PathBuf>) -> Known {
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
