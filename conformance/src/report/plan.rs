//! What there is to say about one plan file: as a compiler shows it, and for programs.

use std::fmt::Write as _;

use annotate_snippets::{Level as Mark, Renderer, Title};
use serde_json::{Value, json};

use super::coverage::coverage_json;
use super::excerpt::Page;
use crate::demand::Row;
use crate::facts::Place;
use crate::gate::{Gate, Severity};
use crate::lint::{Linted, PlanDoubt, PlanFinding};
use crate::rules::Rule;
use crate::selection::LeftOut;
use crate::verdict::{Answer, Level};
use crate::visible;

/// ```text
/// {format, findings: [{code, level, message, file, line, column, end_line, end_column}],
///  doubts: [{code, question, nearest: {line, text}}],
///  settled: [{code, question, answer, by, quotation: {line, column, ..., text} | null}],
///  notes: [text], untold: [code], ignored: [code], coverage: [row], where it is asked for}
/// ```
pub fn plan_json(linted: &Linted, file: &str, coverage: Option<&[Row]>) -> String {
    let findings = linted.findings.iter().map(|finding| {
        json!({
            "code": finding.rule.code,
            "level": finding.level.word(),
            "message": finding.message,
            "file": file,
            "line": finding.place.line,
            "column": finding.place.column,
            "end_line": finding.place.end_line,
            "end_column": finding.place.end_column,
        })
    });
    let doubts = linted.doubts.iter().map(|doubt| {
        json!({
            "code": doubt.rule.code,
            "question": doubt.question,
            "nearest": doubt.nearest.as_ref().map(|quote| json!({
                "line": quote.place.line,
                "text": quote.text,
            })),
        })
    });
    let mut report = json!({
        "format": 1,
        "findings": findings.collect::<Vec<Value>>(),
        "doubts": doubts.collect::<Vec<Value>>(),
        "settled": linted.settled.iter().flat_map(super::json::settled_json).collect::<Vec<Value>>(),
        "notes": linted.notes,
        "untold": linted.left_out(LeftOut::Untold),
        "ignored": linted.left_out(LeftOut::Ignored),
    });
    if let Some(rows) = coverage {
        report["coverage"] = coverage_json(rows);
    }
    super::json::pretty(&report)
}

/// For people: each finding with an excerpt and a caret, then what is in doubt, and a summary.
pub fn plan_text(linted: &Linted, source: &str, file: &str, gate: Gate) -> String {
    let page = Page::of(source, file);
    let mut text = String::new();
    for finding in &linted.findings {
        let severity = gate.of_level(finding.level);
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(
            text,
            "{}\n",
            shown_finding(&page, linted, finding, severity)
        );
    }
    for doubt in &linted.doubts {
        let _ = writeln!(text, "{}\n", shown_doubt(&page, linted, doubt));
    }
    push_settled(&mut text, linted);
    text.push_str(&plan_summary(linted, file, gate));
    for why in LeftOut::ALL {
        let codes = linted.left_out(why);
        if !codes.is_empty() {
            let rules = counted(codes.len(), "rule");
            let _ = writeln!(text, "{rules} {}: {}", why.words(), codes.join(", "));
        }
    }
    visible::text(&text)
}

/// What a plan comes to, in a line.
pub fn plan_summary(linted: &Linted, file: &str, gate: Gate) -> String {
    let is_error = |finding: &&PlanFinding| gate.of_level(finding.level) == Severity::Error;
    let errors = linted.findings.iter().filter(is_error).count();
    let warnings = linted.findings.len() - errors;
    let mut summary = match (errors, warnings) {
        (0, 0) => format!("{file}: no findings"),
        _ => format!(
            "{file}: {}, {}",
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    };
    if !linted.doubts.is_empty() {
        let _ = write!(summary, ", {}", counted(linted.doubts.len(), "doubt"));
    }
    format!("{}\n", visible::line(&summary))
}

/// Who answered what, and what went wrong. What is not met is told as a finding.
fn push_settled(text: &mut String, linted: &Linted) {
    for settled in &linted.settled {
        let told = settled.settlements.iter();
        for settlement in told.filter(|settlement| settlement.answer != Answer::NotMet) {
            let (answer, by) = (settlement.answer.words(), settlement.by.word());
            let question = &settlement.question;
            let _ = write!(
                text,
                "settled[{}]: {answer}, says the {by}: {question}",
                settled.code
            );
            if let Some(quotation) = &settlement.quotation {
                let _ = write!(text, "\n  --> {}: {}", quotation.at, quotation.text);
            }
            text.push_str("\n\n");
        }
    }
    for note in &linted.notes {
        let _ = writeln!(text, "note: {note}");
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn shown_finding(
    page: &Page<'_>,
    linted: &Linted,
    finding: &PlanFinding,
    severity: Severity,
) -> String {
    let mark = match severity {
        Severity::Error => Mark::ERROR,
        _ => Mark::WARNING,
    };
    let title = mark.primary_title(finding.message.as_str());
    let level = linted.known.level(finding.rule);
    shown(page, title, finding.rule, level, &finding.places)
}

fn shown_doubt(page: &Page<'_>, linted: &Linted, doubt: &PlanDoubt) -> String {
    let mark = Mark::NOTE.with_name("doubt");
    let title = mark.primary_title(doubt.question.as_str());
    let places: Vec<Place> = doubt.nearest.iter().map(|quote| quote.place).collect();
    let level = linted.known.level(doubt.rule);
    shown(page, title, doubt.rule, level, &places)
}

fn shown(page: &Page<'_>, title: Title<'_>, rule: &Rule, level: Level, places: &[Place]) -> String {
    let note = format!(
        "{} ({}); `{}` says more",
        rule.slug,
        level.word(),
        rule.explained_by()
    );
    let mut group = page.excerpts(title.id(rule.code), places);
    group = group.element(Mark::NOTE.message(note));
    Renderer::plain().render(&[group])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Plan;
    use crate::gate::Doubts;
    use crate::lint::Quote;
    use crate::rules;
    use crate::verdict::Level;

    const SOURCE: &str = "# Tasks\n\nöne two three\nfour five\n";

    /// A finding at two words of a line and one of the next, and a doubt.
    fn linted() -> Linted {
        let plan = Plan::parse(SOURCE);
        let place = |word: &str| {
            let at = SOURCE.find(word).unwrap();
            plan.place(&(at..at + word.len()))
        };
        let places = vec![place("two"), place("three"), place("five")];
        Linted {
            findings: vec![PlanFinding {
                rule: rules::find("PLN013").unwrap(),
                level: Level::Should,
                message: "a circle".to_owned(),
                place: places[0],
                places,
            }],
            doubts: vec![PlanDoubt {
                rule: rules::find("LAY002").unwrap(),
                question: "do names come from the configuration?".to_owned(),
                nearest: Some(Quote {
                    place: place("four five"),
                    text: "four five".to_owned(),
                }),
            }],
            ..Linted::default()
        }
    }

    #[test]
    fn all_places_are_underlined_and_doubts_stand_apart() {
        let text = plan_text(&linted(), SOURCE, "p.md", Gate::default());
        let expected = "warning[PLN013]: a circle
 --> p.md:3:5
  |
3 | öne two three
  |     ^^^ -----
  |
 ::: p.md:4:6
  |
4 | four five
  |      ----
  |
  = note: dependencies-resolve (MUST); `wild-conformance explain PLN013` says more

doubt[LAY002]: do names come from the configuration?
 --> p.md:4:1
  |
4 | four five
  | ^^^^^^^^^
  |
  = note: run-naming-task (MUST); `wild-conformance explain LAY002` says more

p.md: 0 errors, 1 warning, 1 doubt
";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_was_quoted_does_not_steer_a_terminal() {
        let linted = Linted {
            notes: vec!["the answer \u{1b}[31mred\u{7}\r does not count".to_owned()],
            ..linted()
        };
        let text = plan_text(&linted, SOURCE, "p.md", Gate::default());
        assert!(
            text.contains("\u{241b}[31mred\u{2407}\u{240d} does"),
            "{text}"
        );
    }

    #[test]
    fn programs_get_doubts_beside_findings() {
        let report: Value = serde_json::from_str(&plan_json(&linted(), "p.md", None)).unwrap();
        assert_eq!(report["findings"][0]["level"], "SHOULD");
        assert_eq!(
            report["doubts"],
            json!([{
                "code": "LAY002",
                "question": "do names come from the configuration?",
                "nearest": {"line": 4, "text": "four five"},
            }])
        );
    }

    #[test]
    fn a_doubt_fails_a_plan_only_where_doubts_do() {
        let mut linted = linted();
        assert!(!linted.is_violated(Gate::default()));
        assert!(linted.is_violated(Gate::STRICT));
        linted.findings.clear();
        assert!(!linted.is_violated(Gate::STRICT));
        assert!(linted.is_violated(Gate {
            strict: false,
            doubts: Doubts::Fail,
        }));
    }
}
