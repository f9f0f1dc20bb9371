//! The formats in which it is told what a run found out.

mod comparison;
mod coverage;
mod held;
mod json;
mod lines;
mod plan;
mod prompt;
mod rates;
#[cfg(test)]
mod tests;
mod text;
mod totals;
mod why;

use std::str::FromStr;

pub use comparison::{comparison_json, comparison_text};
pub use coverage::coverage_text;
pub use json::{rules_json, run_json};
pub use plan::{plan_json, plan_text};
pub use prompt::{prompt_json, prompt_text};
pub use text::{Detail, run_text};
pub use why::why_text;
pub(crate) use why::worth;

use crate::engine::RunReport;

/// A way to tell a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people: what is wrong, with reasons.
    Text,
    /// For people: every verdict.
    Full,
    /// For programs.
    Json,
    /// For notebooks: a line of JSON a play.
    Lines,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "full" => Ok(Self::Full),
            "json" => Ok(Self::Json),
            "jsonl" => Ok(Self::Lines),
            other => Err(format!(
                "there is no report format `{other}`; there are: text, full, json, jsonl"
            )),
        }
    }
}

/// Renders a report.
pub fn render(report: &RunReport, format: Format) -> String {
    match format {
        Format::Text => run_text(report, Detail::Findings) + &rates::text(report),
        Format::Full => run_text(report, Detail::Everything) + &rates::text(report),
        Format::Json => run_json(report),
        Format::Lines => lines::text(report),
    }
}
