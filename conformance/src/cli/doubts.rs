//! `doubts`: what is in doubt in saved evidence, for people who can tell.

mod line;

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Failure;
use super::check::plays_in;
use super::formats::ListFormat;
use super::manner::Manner;
use super::selection::SelectionOptions;
use crate::adjudicate::{Document, Question, Sitting, beside, open_case};
use crate::evidence::Evidence;
use crate::report::plural;
use crate::selection::Selection;
use crate::visible;
use line::{Said, read_line, said};

/// What can be typed. N is the number of a clause of the plan.
const HELP: &str = "  met N, met WORDS OF THE PLAN, not met [N | WORDS], unsure, skip, \
                    or `clauses` to see the plan's clauses with their numbers";

/// What stands below the help.
const AFTER: &str = "ANSWERS, one a line:
    met N, met WORDS OF THE PLAN            the plan says it, in its clause N or in these words
    not met, not met N, not met WORDS       it does not
    unsure                                  nobody can tell; the doubt stays
    skip                                    ask another time
    clauses                                 show the plan's clauses with their numbers

An answer lies in the file that is named then; who removes its entry there is asked again.";

/// Options of `doubts`.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
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
    /// Lines that are no answer, of which nobody was told at a terminal.
    unclear: usize,
    /// Whether it was told what can be typed.
    has_helped: bool,
    /// Nobody answers any more.
    is_over: bool,
}

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    Answered,
    Skipped,
    /// A line that is no answer stood in its place.
    Unclear,
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
        if is_terminal && !tally.has_helped {
            writeln!(out, "{HELP}")?;
            tally.has_helped = true;
        }
        let heard = if tally.is_over {
            Heard::End
        } else {
            hear(&mut case.sitting, at, is_terminal, input, out)?
        };
        match heard {
            Heard::Answered => tally.answered += 1,
            Heard::Skipped | Heard::Unclear | Heard::End => tally.left += 1,
        }
        tally.unclear += usize::from(heard == Heard::Unclear);
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
    match tally.unclear {
        0 => Ok(0),
        count => Err(Failure::usage(format!(
            "{count} {} no answer; `wild-conformance doubts --help` lists what is one",
            plural(count, "line is", "lines are")
        ))),
    }
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
            return Ok(Heard::Unclear);
        }
    }
}

fn clauses(document: &Document, out: &mut impl Write) -> Result<(), Failure> {
    for clause in &document.clauses {
        let (number, zone) = (clause.number, clause.zone.word());
        let text = visible::text(&clause.text);
        writeln!(out, "  {number:4} {zone}: {text}")?;
    }
    Ok(())
}
