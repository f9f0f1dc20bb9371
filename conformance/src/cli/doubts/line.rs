//! A line that answers a doubt.

use std::io::BufRead;

use crate::adjudicate::{Document, Given};
use crate::cli::Failure;
use crate::verdict::{Answer, Settler};

/// Longest line that is read of an answer, in bytes.
const LONGEST_LINE: u64 = 64 * 1024;

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Answer(Given),
    Skip,
    Clauses,
    Unclear(String),
}

/// Reads what a line says of the plan.
pub(super) fn said(line: &str, document: &Document) -> Said {
    let (answer, rest) = match line {
        "skip" => return Said::Skip,
        "clauses" => return Said::Clauses,
        "unsure" => (Answer::Unsure, ""),
        _ => match words_behind(line) {
            Some(parts) => parts,
            None => return Said::Unclear(format!("`{line}` is no answer")),
        },
    };
    let number = rest.parse::<usize>().ok();
    let quotation = match number.map(|number| document.clause(number)) {
        None => (!rest.is_empty()).then(|| rest.trim_matches('"').to_owned()),
        Some(Some(clause)) => Some(clause.text.clone()),
        Some(None) => {
            let last = document.clauses.len();
            return Said::Unclear(format!("there is no clause {rest}; the last is {last}"));
        }
    };
    Said::Answer(Given {
        answer,
        quotation,
        clause: number,
        by: Settler::Person,
    })
}

fn words_behind(line: &str) -> Option<(Answer, &str)> {
    let words = [
        ("met", Answer::Met),
        ("not met", Answer::NotMet),
        ("not_met", Answer::NotMet),
    ];
    words.into_iter().find_map(|(word, answer)| {
        let rest = line.strip_prefix(word)?;
        let is_whole = rest.is_empty() || rest.starts_with(char::is_whitespace);
        is_whole.then(|| (answer, rest.trim()))
    })
}

/// The next line, which is read up to a bound; nothing where there are no more.
pub(super) fn read_line(input: &mut impl BufRead) -> Result<Option<String>, Failure> {
    let mut bytes = Vec::new();
    let mut bounded = std::io::Read::take(input, LONGEST_LINE);
    let read = bounded.read_until(b'\n', &mut bytes);
    read.map_err(|error| Failure::harness(format!("cannot read the answer: {error}")))?;
    Ok((!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Plan;

    fn document() -> Document {
        Document::new(
            Plan::parse("# Tasks\n\n## Notes\n- Seeds are pinned.\n"),
            "tasks.md",
            "",
        )
    }

    #[test]
    fn lines_are_answers_with_a_number_or_a_quotation() {
        let document = document();
        let given = |line: &str| match said(line, &document) {
            Said::Answer(given) => (given.answer, given.quotation, given.clause),
            other => panic!("{line}: {other:?}"),
        };
        let last = document.clauses.len();
        let text = Some("Seeds are pinned".to_owned());
        assert_eq!(
            given(&format!("met {last}")),
            (Answer::Met, text.clone(), Some(last))
        );
        assert_eq!(
            given("met \"Seeds are pinned\""),
            (Answer::Met, text.clone(), None)
        );
        assert_eq!(given("not met"), (Answer::NotMet, None, None));
        assert_eq!(
            given("not met Seeds are pinned"),
            (Answer::NotMet, text, None)
        );
        assert_eq!(given("unsure"), (Answer::Unsure, None, None));
        assert_eq!(said("skip", &document), Said::Skip);
        for line in ["metric", "yes", "", "met 99", "not met 0"] {
            assert!(matches!(said(line, &document), Said::Unclear(_)), "{line}");
        }
    }

    #[test]
    fn lines_end_with_the_input_and_are_bounded() {
        let mut input = std::io::Cursor::new(b"one\ntwo".to_vec());
        assert_eq!(read_line(&mut input).unwrap().as_deref(), Some("one\n"));
        assert_eq!(read_line(&mut input).unwrap().as_deref(), Some("two"));
        assert_eq!(read_line(&mut input).unwrap(), None);
        let mut endless = std::io::BufReader::new(std::io::repeat(b'x'));
        let line = read_line(&mut endless).unwrap().unwrap();
        assert_eq!(line.len() as u64, LONGEST_LINE);
    }
}
