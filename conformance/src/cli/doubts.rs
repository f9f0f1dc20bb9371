//! `doubts`: what is in doubt in saved evidence, for people who can tell.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Failure;
use super::check::plays_in;
use super::formats::ListFormat;
use super::manner::Manner;
use super::selection::SelectionOptions;
use crate::adjudicate::{Document, Given, Question, Sitting, beside, open_case};
use crate::evidence::Evidence;
use crate::selection::Selection;
use crate::verdict::{Answer, Settler};
use crate::visible;

/// Longest line that is read of an answer, in bytes.
const LONGEST_LINE: u64 = 64 * 1024;

/// What can be typed.
const HELP: &str = "  met N, met WORDS OF THE PLAN, not met [N | WORDS], unsure, skip, \
                    or `clauses` to see the plan's clauses with their numbers";

/// Options of `doubts`.
#[derive(Debug, clap::Args)]
pub(super) struct DoubtsOptions {
    /// Folders of one case's evidence, or of a whole run's
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    #[command(flatten)]
    selection: SelectionOptions,
    /// `json` lists the open doubts and asks nothing
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    report: ListFormat,
}

/// One case with doubts.
struct OpenCase {
    id: String,
    folder: PathBuf,
    sitting: Sitting,
}

/// What came of all questions.
#[derive(Debug, Default)]
struct Tally {
    answered: usize,
    left: usize,
    /// Nobody answers any more.
    is_over: bool,
}

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    Answered,
    Skipped,
    /// Nobody answers any more.
    End,
}

pub(super) fn doubts(options: &DoubtsOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let selection = options.selection.read()?;
    let mut folders = Vec::new();
    for folder in &options.folders {
        folders.extend(plays_in(folder, Manner::default())?);
    }
    if options.report == ListFormat::Json {
        return list(&folders, &selection, out);
    }
    let input = std::io::stdin();
    let is_terminal = input.is_terminal();
    let mut input = input.lock();
    let mut tally = Tally::default();
    for folder in folders {
        let case = open_at(folder, &selection)?;
        go_through(case, &mut tally, is_terminal, &mut input, out)?;
    }
    conclude(&tally, out)
}

/// Asks all that is open in a case, as long as somebody answers, and keeps the answers.
fn go_through(
    mut case: OpenCase,
    tally: &mut Tally,
    is_terminal: bool,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let before = tally.answered;
    for (at, question) in owned(&case.sitting) {
        show(&case, &question, out)?;
        let heard = if tally.is_over {
            Heard::End
        } else {
            hear(&mut case.sitting, at, is_terminal, input, out)?
        };
        match heard {
            Heard::Answered => tally.answered += 1,
            Heard::Skipped | Heard::End => tally.left += 1,
        }
        tally.is_over |= heard == Heard::End;
    }
    case.sitting.keep()?;
    if tally.answered > before {
        let file = beside(&case.folder);
        writeln!(out, "answers on {} are in {}", case.id, file.display())?;
    }
    Ok(())
}

fn conclude(tally: &Tally, out: &mut impl Write) -> Result<u8, Failure> {
    match (tally.left, tally.answered) {
        (0, 0) => writeln!(out, "nothing is in doubt")?,
        (0, _) => writeln!(out, "all is answered; `wild-conformance check` uses it")?,
        (left, answered) => writeln!(out, "{answered} answered, {left} left in doubt")?,
    }
    if tally.is_over {
        writeln!(
            out,
            "standard input has no more answers: call this at a terminal, or give one line a doubt"
        )?;
    }
    Ok(0)
}

fn open_at(folder: PathBuf, selection: &Selection) -> Result<OpenCase, Failure> {
    let evidence = Evidence::load(&folder)?;
    let (report, sitting) = open_case(&evidence, &folder, selection)?;
    Ok(OpenCase {
        id: report.id,
        folder,
        sitting,
    })
}

fn owned(sitting: &Sitting) -> Vec<(usize, Question)> {
    let open = sitting.open().into_iter();
    open.map(|(at, question)| (at, question.clone())).collect()
}

/// `{doubts: [{case, folder, id, code, question, nearest: {line, text, clause}}]}`
fn list(folders: &[PathBuf], selection: &Selection, out: &mut impl Write) -> Result<u8, Failure> {
    let mut doubts = Vec::new();
    for folder in folders {
        let case = open_at(folder.clone(), selection)?;
        let open = case.sitting.open().into_iter();
        doubts.extend(open.map(|(_, question)| doubt_json(&case, question)));
    }
    let text = serde_json::to_string_pretty(&json!({"doubts": doubts}));
    writeln!(out, "{}", text.map_err(std::io::Error::from)?)?;
    Ok(0)
}

fn doubt_json(case: &OpenCase, question: &Question) -> Value {
    json!({
        "case": case.id,
        "folder": name_of(&case.folder),
        "id": question.id,
        "code": question.code,
        "question": question.question,
        "nearest": question.nearest.as_ref().map(|nearest| json!({
            "line": nearest.line,
            "text": nearest.text,
            "clause": question.clause,
        })),
    })
}

fn name_of(folder: &Path) -> String {
    folder.file_name().map_or_else(
        || folder.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn show(case: &OpenCase, question: &Question, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(
        out,
        "{} {}: {}",
        name_of(&case.folder),
        question.id,
        question.question
    )?;
    match (&question.nearest, question.clause) {
        (Some(nearest), Some(clause)) => {
            writeln!(out, "  nearest, {clause}: {}", visible::text(&nearest.text))?;
        }
        (Some(nearest), None) => writeln!(out, "  nearest: {}", visible::text(&nearest.text))?,
        (None, _) => writeln!(out, "  no sentence comes near")?,
    }
    Ok(())
}

/// Reads until an answer counts. Who is not at a terminal cannot see that one does not: the lines behind
/// it are for the doubts behind this one.
fn hear(
    sitting: &mut Sitting,
    at: usize,
    is_terminal: bool,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<Heard, Failure> {
    loop {
        if is_terminal {
            write!(out, "> ")?;
            out.flush()?;
        }
        let Some(line) = read_line(input)? else {
            return Ok(Heard::End);
        };
        let problem = match said(line.trim(), sitting.document()) {
            Said::Skip => return Ok(Heard::Skipped),
            Said::Clauses => {
                clauses(sitting.document(), out)?;
                continue;
            }
            Said::Unclear(why) => why,
            Said::Answer(given) => match sitting.answer(at, &given) {
                Ok(()) => return Ok(Heard::Answered),
                Err(misquoted) => format!("that does not count: {misquoted}"),
            },
        };
        writeln!(out, "  {problem}\n{HELP}")?;
        if !is_terminal {
            return Ok(Heard::Skipped);
        }
    }
}

fn read_line(input: &mut impl BufRead) -> Result<Option<String>, Failure> {
    let mut bytes = Vec::new();
    let mut bounded = std::io::Read::take(input, LONGEST_LINE);
    let read = bounded.read_until(b'\n', &mut bytes);
    read.map_err(|error| Failure::harness(format!("cannot read the answer: {error}")))?;
    Ok((!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned()))
}

fn clauses(document: &Document, out: &mut impl Write) -> Result<(), Failure> {
    for clause in &document.clauses {
        let (number, zone) = (clause.number, clause.zone.word());
        let text = visible::text(&clause.text);
        writeln!(out, "  {number:4} {zone}: {text}")?;
    }
    Ok(())
}

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Answer(Given),
    Skip,
    Clauses,
    Unclear(String),
}

fn said(line: &str, document: &Document) -> Said {
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
