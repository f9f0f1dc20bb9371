//! Writing a baseline: what was found, beside what is known already.

use std::fmt::Write as _;

use super::known::Known;
use super::{Baseline, Day};
use crate::engine::RunReport;
use crate::rules::Rule;

/// What stands at the head of a file.
const HEAD: &str = "# Findings that are known, written by `--write-baseline`. Say in each reason why it is accepted, and \
                    give it a day on\n# which that ends (expires = \"2027-01-31\").\n";

impl Baseline {
    /// The text of a baseline for `report`: the entries of this one that still excuse something, or of which
    /// nobody can tell, as their cases were not played or nobody looked, as they are, and one for every finding
    /// that counts and that none of them is about. An entry whose day is over by `today` excuses nothing.
    pub fn renewed(&self, report: &RunReport, today: Day) -> String {
        let mut text = HEAD.to_owned();
        let stays = |known: &&Known| {
            let state = known.state(report);
            !known.is_over(today) && (!state.was_played || state.found)
        };
        let kept: Vec<&Known> = self.0.iter().filter(stays).collect();
        for known in &kept {
            push(&mut text, known);
        }
        let mut done: Vec<(&str, &str)> = Vec::new();
        for case in &report.cases {
            for (rule, verdict) in &case.verdicts {
                let key = (case.id.as_str(), rule.code);
                let is_known = kept.iter().any(|known| known.is_about(key.0, rule));
                if report.gate.is_excusable(verdict) && !is_known && !done.contains(&key) {
                    done.push(key);
                    push(&mut text, &new(key.0, rule));
                }
            }
        }
        text
    }
}

fn new(case: &str, rule: &'static Rule) -> Known {
    Known {
        case: case.to_owned(),
        cases: None,
        rule,
        reason: "not looked into yet".to_owned(),
        expires: None,
    }
}

fn push(text: &mut String, known: &Known) {
    let quoted = |value: &str| toml::Value::String(value.to_owned()).to_string();
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\n[[known]]\ncase = {}\nrule = {}\nreason = {}\n",
        quoted(&known.case),
        quoted(known.rule.code),
        quoted(&known.reason)
    );
    if let Some(day) = known.expires {
        let _ = writeln!(text, "expires = {}", quoted(&day.to_string()));
    }
}
