//! Annotations for GitHub's workflows: one command a line on standard output.
//!
//! GitHub shows ten of each kind a step, so that of a run one is told for each rule, with the number of cases.

use std::fmt::Write as _;

use super::groups::{self, PENDING, Standing};
use super::remarks::{self, Weight};
use crate::engine::RunReport;
use crate::facts::Place;
use crate::gate::{Gate, Severity};
use crate::lint::Linted;
use crate::visible;

/// How an annotation is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Error,
    Warning,
    Notice,
}

impl Mark {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }

    fn of(standing: Standing) -> Option<Self> {
        match standing {
            Standing::Failed | Standing::Untestable | Standing::Unseen => Some(Self::Error),
            Standing::Warning => Some(Self::Warning),
            Standing::Doubt => Some(Self::Notice),
            Standing::Known => None,
        }
    }
}

/// The annotations of a run, or of judged evidence. What is known has none. What is said of the run as a whole
/// comes first, as it decides.
pub(super) fn run(report: &RunReport) -> String {
    let mut text = String::new();
    for remark in remarks::of(report) {
        let mark = match remark.weight {
            Weight::Fine | Weight::Open => Mark::Notice,
            Weight::Fails | Weight::Unjudged => Mark::Error,
        };
        let title = format!("{} {}", remark.subject.word(), remark.about);
        push(&mut text, mark, None, &title, &remark.message);
    }
    for (word, reason, cases) in groups::unjudged(report) {
        let names = groups::names(cases.iter().map(|case| case.name()));
        let title = format!("{word} x {}", cases.len());
        let is_pending = word == PENDING;
        push(
            &mut text,
            if is_pending {
                Mark::Notice
            } else {
                Mark::Error
            },
            None,
            &title,
            &format!("{reason} (in {names})"),
        );
    }
    for group in groups::of(report) {
        let Some(mark) = Mark::of(group.standing) else {
            continue;
        };
        let (rule, names) = (group.rule, group.names());
        let title = format!("{} x {}: {}", rule.code, group.cases.len(), rule.slug);
        let message = format!("{} (in {names})", group.message());
        push(&mut text, mark, None, &title, &message);
    }
    text
}

/// The annotations of a plan, each at its lines of `file`.
pub fn plan(linted: &Linted, file: &str, gate: Gate) -> String {
    let mut text = String::new();
    for finding in &linted.findings {
        let mark = match gate.of_level(finding.level) {
            Severity::Error => Mark::Error,
            _ => Mark::Warning,
        };
        let title = format!("{}: {}", finding.rule.code, finding.rule.slug);
        push(
            &mut text,
            mark,
            Some((file, finding.place)),
            &title,
            &finding.message,
        );
    }
    for doubt in &linted.doubts {
        let mark = match gate.of_doubt(linted.known.level(doubt.rule)) {
            Severity::Error => Mark::Error,
            Severity::Warning => Mark::Warning,
            _ => Mark::Notice,
        };
        let title = format!("{}: {}", doubt.rule.code, doubt.rule.slug);
        let place = doubt.nearest.as_ref().map(|nearest| (file, nearest.place));
        push(&mut text, mark, place, &title, &doubt.question);
    }
    text
}

fn push(text: &mut String, mark: Mark, place: Option<(&str, Place)>, title: &str, message: &str) {
    let mut properties = Vec::new();
    if let Some((file, place)) = place {
        properties.push(("file", property(file)));
        properties.push(("line", place.line.to_string()));
        properties.push(("endLine", place.end_line.to_string()));
        // Columns are taken for those of one line only.
        if place.line == place.end_line && place.column < place.end_column {
            properties.push(("col", place.column.to_string()));
            properties.push(("endColumn", place.end_column.to_string()));
        }
    }
    properties.push(("title", property(title)));
    let properties: Vec<String> = properties
        .into_iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "::{} {}::{}",
        mark.word(),
        properties.join(","),
        data(message)
    );
}

/// A message. What steers, or would begin a command of the older kind wherever it stands, is made visible first.
fn data(text: &str) -> String {
    visible::line(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property, which ends with a comma, and all of them with a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The command, its properties and its message, read as the runner reads them: percent signs last.
    fn read(line: &str) -> (String, Vec<(String, String)>, String) {
        let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        let plain = |text: &str, also: &[(&str, &str)]| {
            let with = [("%0D", "\r"), ("%0A", "\n")].iter().chain(also);
            let text = with.fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
            text.replace("%25", "%")
        };
        let properties = properties.split(',').map(|pair| {
            let (key, value) = pair.split_once('=').unwrap();
            (key.to_owned(), plain(value, &[("%3A", ":"), ("%2C", ",")]))
        });
        (
            command.to_owned(),
            properties.collect(),
            plain(message, &[]),
        )
    }

    #[test]
    fn what_is_escaped_is_read_as_it_was() {
        let place = Place {
            line: 3,
            column: 5,
            end_line: 3,
            end_column: 9,
        };
        let mut text = String::new();
        let message = "100% of a::b, c: %0A ::error::x\n::set-output name=a::b ##[add-mask]";
        push(
            &mut text,
            Mark::Error,
            Some(("a,b:c%.md", place)),
            "T: x, y%3A",
            message,
        );
        assert_eq!(text.lines().count(), 1, "{text}");
        let (command, properties, told) = read(text.trim_end());
        assert_eq!(command, "error");
        let expected = [
            ("file", "a,b:c%.md"),
            ("line", "3"),
            ("endLine", "3"),
            ("col", "5"),
            ("endColumn", "9"),
            ("title", "T: x, y%3A"),
        ];
        assert_eq!(
            properties,
            expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
        let shown = "100% of a::b, c: %0A ::error::x␊::set-output name=a::b ## [add-mask]";
        assert_eq!(told, shown);
    }
}
