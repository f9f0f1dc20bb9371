//! The formats in which it is told what a run found out.

mod comparison;
mod coverage;
mod excerpt;
#[cfg(test)]
mod format_tests;
mod github;
mod groups;
mod held;
mod html;
mod json;
mod junit;
mod lines;
mod markdown;
mod paint;
mod plan;
mod prompt;
mod rates;
mod remarks;
#[cfg(test)]
mod remarks_tests;
mod sarif;
#[cfg(test)]
mod tests;
mod text;
mod totals;
mod why;

use std::str::FromStr;

pub use comparison::{comparison_json, comparison_summary, comparison_text};
pub use coverage::coverage_text;
pub use github::plan as plan_github;
pub use json::{rules_json, run_json};
pub use paint::painted;
pub use plan::{plan_json, plan_summary, plan_text};
pub use prompt::{prompt_json, prompt_text};
pub use sarif::plan as plan_sarif;
pub use text::run_text;
pub(crate) use totals::plural;
pub use totals::summary;
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
    /// For programs: what carries something.
    Json,
    /// For programs: every verdict.
    FullJson,
    /// For notebooks: a line of JSON a play.
    Lines,
    /// For CI systems: JUnit's XML.
    Junit,
    /// For viewers of what static analysers find: SARIF.
    Sarif,
    /// For GitHub's workflows: annotations.
    Github,
    /// For pull requests.
    Markdown,
    /// For people: one page with what the verdicts rest on.
    Html,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What is wrong, and of all else how much there is.
    Findings,
    /// Every verdict.
    Everything,
}

impl Format {
    /// All of them, with their words.
    const ALL: [(&'static str, Self); 10] = [
        ("text", Self::Text),
        ("full", Self::Full),
        ("json", Self::Json),
        ("full-json", Self::FullJson),
        ("jsonl", Self::Lines),
        ("junit", Self::Junit),
        ("sarif", Self::Sarif),
        ("github", Self::Github),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
    ];

    /// The words of all of them.
    pub fn words() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|(word, _)| *word)
    }

    /// Whether it can stand behind a text on standard output without spoiling it, or is one.
    pub fn goes_with_text(self) -> bool {
        matches!(self, Self::Text | Self::Github)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|(word, _)| *word == text);
        found.map(|(_, format)| *format).ok_or_else(|| {
            let words = Self::words().collect::<Vec<_>>().join(", ");
            format!("there is no report format `{text}`; there are: {words}")
        })
    }
}

/// Seconds as people say them.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.round().max(0.0) as u64;
    match whole {
        _ if seconds < 59.95 => format!("{:.1} s", seconds.max(0.0)),
        0..3_600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3_600, whole % 3_600 / 60),
    }
}

/// Renders a report.
pub fn render(report: &RunReport, format: Format) -> String {
    match format {
        Format::Text => run_text(report, Detail::Findings) + &rates::text(report),
        Format::Full => run_text(report, Detail::Everything) + &rates::text(report),
        Format::Json => run_json(report, Detail::Findings),
        Format::FullJson => run_json(report, Detail::Everything),
        Format::Lines => lines::text(report),
        Format::Junit => junit::run(report),
        Format::Sarif => sarif::run(report),
        Format::Github => github::run(report),
        Format::Markdown => markdown::run(report),
        Format::Html => html::run(report),
    }
}
