//! A summary in Markdown, for a pull request or the summary of a workflow's step.

use std::fmt::Write as _;

use super::groups::{self, Group, Standing};
use super::rates;
use super::remarks::{self, Subject, Weight};
use super::totals::{counts, shard};
use crate::engine::RunReport;
use crate::visible;

/// Longest text of others that is repeated, in characters.
const LONGEST: usize = 300;

/// What a run, or judged evidence, amounts to. Its length depends on the number of rules, not of cases.
pub(super) fn run(report: &RunReport) -> String {
    let mut text = format!("## {}: {}\n\n", env!("CARGO_PKG_NAME"), verdict(report));
    // Writing to a String cannot fail, here and below.
    if let Some(first) = report.cases.first() {
        let _ = writeln!(text, "Agent {}: {}.", code(&first.agent), counts(report));
    }
    if let Some(shard) = shard(report) {
        let _ = writeln!(text, "\nThis is {shard}.");
    }
    if let Some(usage) = report.usage() {
        let _ = writeln!(text, "\nCost: {usage}.");
    }
    push_remarks(&mut text, report);
    let unjudged = groups::unjudged(report);
    if !unjudged.is_empty() {
        text.push_str("\n### Not judged\n\n");
    }
    for (word, reason, cases) in unjudged {
        let names = names(&cases.iter().map(|case| case.name()).collect::<Vec<_>>());
        let _ = writeln!(
            text,
            "- **{word}** x {}: {}, in {names}",
            cases.len(),
            code(reason)
        );
    }
    let groups = groups::of(report);
    for standing in Standing::ALL {
        push_groups(
            &mut text,
            standing,
            groups.iter().filter(|group| group.standing == standing),
        );
    }
    text
}

/// How many remarks on a subject are told.
const MOST_REMARKS: usize = 50;

/// What is said of the run as a whole.
fn push_remarks(text: &mut String, report: &RunReport) {
    for (subject, heading) in [(Subject::Gate, "Gates"), (Subject::Baseline, "Baseline")] {
        let remarks = remarks::on(report, subject);
        if remarks.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n### {heading}\n");
        for remark in remarks.iter().take(MOST_REMARKS) {
            let weight = match remark.weight {
                Weight::Fine => "",
                Weight::Open => "**open** ",
                Weight::Fails => "**fails** ",
                Weight::Unjudged => "**not judged** ",
            };
            let told = match subject {
                Subject::Gate => format!("{} {}", code(&remark.about), code(&remark.message)),
                Subject::Baseline => code(&remark.message),
            };
            let _ = writeln!(text, "- {weight}{told}");
        }
        if remarks.len() > MOST_REMARKS {
            let _ = writeln!(text, "- and {} more", remarks.len() - MOST_REMARKS);
        }
        if subject == Subject::Gate {
            let _ = writeln!(text, "\nIn this run {}.", rates::manner(&report.claims));
        }
    }
}

fn verdict(report: &RunReport) -> &'static str {
    match report.exit_code() {
        0 if report.elsewhere.shard.is_some() => "nothing wrong in this shard",
        0 => "conformant",
        1 => "not conformant",
        3 => "not everything could be judged",
        _ => "interrupted",
    }
}

fn push_groups<'a>(
    text: &mut String,
    standing: Standing,
    groups: impl Iterator<Item = &'a Group<'a>>,
) {
    let mut is_first = true;
    for group in groups {
        if std::mem::take(&mut is_first) {
            let heading = standing.heading();
            let (first, rest) = heading.split_at(1);
            let _ = writeln!(text, "\n### {}{rest}\n", first.to_uppercase());
        }
        let (rule, count) = (group.rule, group.cases.len());
        let own: Vec<String> = group.cases.iter().map(|(case, _)| case.name()).collect();
        let _ = writeln!(
            text,
            "- **{}** x {count} ({}), in {}",
            rule.code,
            rule.slug,
            names(&own)
        );
        if !group.message().is_empty() {
            let _ = writeln!(text, "  - {}", code(group.message()));
        }
    }
}

/// The first names as code, and how many more there are.
fn names(all: &[String]) -> String {
    const MOST: usize = 3;
    let told: Vec<String> = all.iter().take(MOST).map(|name| code(name)).collect();
    let told = told.join(", ");
    match all.len().saturating_sub(MOST) {
        0 => told,
        more => format!("{told} and {more} more"),
    }
}

/// What others wrote, as code: nothing in it is markup, mentions anybody or is a link. Line ends are made
/// visible like all that steers.
fn code(text: &str) -> String {
    let shown = visible::line(text);
    let shown = match shown.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    };
    let runs = shown.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    // One space on either side belongs to the fence, and what is empty would be no code.
    format!("{fence} {shown} {fence}")
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser};

    use super::*;

    #[test]
    fn what_others_wrote_is_nothing_but_code() {
        for hostile in [
            "<script>alert(1)</script>",
            "a `b` ``c`` ```",
            "`",
            "**bold** [x](http://e.org) ![i](j) @everyone https://e.org",
            "| a | b |\n|---|---|\n# heading\n- item",
            "</details>\r\n\r\n<img src=x>",
            "\\` \\| &lt; \u{1b}[31m \u{202e}",
            " ",
            "",
        ] {
            let line = format!("- before {} behind\n", code(hostile));
            let events: Vec<Event<'_>> = Parser::new_ext(&line, Options::all()).collect();
            let kinds =
                |wanted: fn(&Event<'_>) -> bool| events.iter().filter(|e| wanted(e)).count();
            assert_eq!(kinds(|e| matches!(e, Event::Code(_))), 1, "{events:?}");
            assert_eq!(kinds(|e| matches!(e, Event::Text(_))), 2, "{events:?}");
            // The list and its item begin and end, and nothing else is there.
            assert_eq!(events.len(), 7, "{events:?}");
            let shown = visible::line(hostile);
            let has_it =
                |e: &Event<'_>| matches!(e, Event::Code(code) if code.trim() == shown.trim());
            assert!(events.iter().any(has_it), "{events:?}");
        }
    }

    #[test]
    fn long_texts_are_cut() {
        let long = "é".repeat(LONGEST + 1);
        assert_eq!(code(&long).chars().count(), LONGEST + 1 + 4);
    }
}
