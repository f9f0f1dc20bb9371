//! Telling a report in the formats that were asked for.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use super::closing::Closing;
use super::formats::ReportRequest;
use super::manner::Manner;
use super::{Failure, destinations};
use crate::engine::RunReport;
use crate::evidence::{Plays, REPORT_JSON, REPORT_TEXT};
use crate::report::{Format, render, summary};
use crate::secrets::Secrets;

/// A format in which something is told.
pub(super) trait Told: Copy {
    /// Whether it can go to standard output together with a text.
    fn goes_with_text(self) -> bool;
}

impl Told for Format {
    fn goes_with_text(self) -> bool {
        Self::goes_with_text(self)
    }
}

/// Refuses what would mix two reports on standard output.
pub(super) fn check<F: Told>(requests: &[ReportRequest<F>]) -> Result<(), Failure> {
    let to_stdout = || requests.iter().filter(|request| request.file.is_none());
    if is_silent(requests) && to_stdout().count() > 1 {
        return Err(Failure::usage(
            "only one --report can go to standard output; name a file for the others \
             (--report json=FILE)",
        ));
    }
    Ok(())
}

/// Whether something goes to standard output with which no text can stand.
pub(super) fn is_silent<F: Told>(requests: &[ReportRequest<F>]) -> bool {
    let mut to_stdout = requests.iter().filter(|request| request.file.is_none());
    to_stdout.any(|request| !request.format.goes_with_text())
}

/// Keeps `report` beside the evidence that it is made of, and tells it. What cannot be kept is told all the same.
/// `earlier` is what had to be kept before. Gives the exit code.
pub(super) fn conclude(
    report: &RunReport,
    requests: &[ReportRequest],
    closing: &Closing<'_>,
    manner: Manner,
    earlier: Result<(), Failure>,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let kept = closing.folders.iter().map(|folder| keep(report, folder));
    let kept = kept.fold(earlier, Result::and);
    tell(report, requests, closing, manner, out)?;
    match kept {
        Err(failure) if report.exit_code() == 0 => Err(failure),
        Err(failure) => {
            // A terminal that is gone is no reason to say something else.
            let _ = writeln!(std::io::stderr().lock(), "{failure}");
            Ok(report.exit_code())
        }
        Ok(()) => Ok(report.exit_code()),
    }
}

/// Tells `report` as `requests` say, and as text with `closing` on `out` unless something else goes there
/// with which no text can stand.
pub(super) fn tell(
    report: &RunReport,
    requests: &[ReportRequest],
    closing: &Closing<'_>,
    manner: Manner,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let (files, others): (Vec<_>, Vec<_>) =
        requests.iter().partition(|request| request.file.is_some());
    // What nobody reads any more on standard output is in the files all the same.
    let written = write_files(&files, |format| told(report, format));
    let is_wanted = |format| requests.iter().any(|request| request.format == format);
    let added = if is_wanted(Format::Github) {
        add_to_summary(&told(report, Format::Markdown))
    } else {
        Ok(())
    };
    if !is_silent(requests) {
        let text = if manner.is_quiet {
            Secrets::of_this_process().covered(&summary(report))
        } else {
            told(report, Format::Text) + &closing.text(report)
        };
        out.write_all(manner.painted(text).as_bytes())?;
    }
    for request in others {
        if request.format != Format::Text {
            let text = told(report, request.format);
            let text = match request.format {
                Format::Full => manner.painted(text),
                _ => text,
            };
            out.write_all(text.as_bytes())?;
        }
    }
    written.and(added)
}

/// Appends to the summary of the step of a workflow, where this is one.
fn add_to_summary(text: &str) -> Result<(), Failure> {
    let Some(file) = std::env::var_os(STEP_SUMMARY).filter(|file| !file.is_empty()) else {
        return Ok(());
    };
    let opened = OpenOptions::new().append(true).create(true).open(&file);
    let written = opened.and_then(|mut opened| opened.write_all(text.as_bytes()));
    written.map_err(|error| {
        let file = Path::new(&file).display();
        Failure::harness(format!("cannot append to {STEP_SUMMARY}, {file}: {error}"))
    })
}

/// A report. It is made of evidence that holds no secrets, and of what an adjudicator complained of.
fn told(report: &RunReport, format: Format) -> String {
    Secrets::of_this_process().covered(&render(report, format))
}

/// Writes each report that goes to a file.
pub(super) fn write_files<F: Copy>(
    requests: &[&ReportRequest<F>],
    render: impl Fn(F) -> String,
) -> Result<(), Failure> {
    all(requests, |request| match &request.file {
        Some(file) => write_file("report", file, &render(request.format)),
        None => Ok(()),
    })
}

/// Refuses a folder in which somebody else's files would be replaced by reports.
pub(super) fn apart(out: &Path) -> Result<(), Failure> {
    destinations::of_evidence(out, &BESIDE.map(|(name, _)| name))
}

/// The reports that lie beside the evidence.
const BESIDE: [(&str, Format); 3] = [
    ("report.json", Format::Json),
    ("report.txt", Format::Text),
    ("report.html", Format::Html),
];

/// The variable in which GitHub names the file of a step's summary.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The reports in the folder of a play, which tell everything.
const OF_PLAY: [(&str, Format); 2] = [(REPORT_JSON, Format::FullJson), (REPORT_TEXT, Format::Full)];

/// Leaves the report beside the evidence, and of each play that has evidence one with it that tells
/// everything.
pub(super) fn keep(report: &RunReport, folder: &Path) -> Result<(), Failure> {
    let plays = report.cases.iter().map(|case| match &case.folder {
        Some(folder) => keep_in(folder, &report.alone(case), &OF_PLAY),
        None => Ok(()),
    });
    let plays: Vec<_> = plays.collect();
    let whole = keep_in(folder, report, &BESIDE);
    plays.into_iter().chain([whole]).collect()
}

/// Leaves a report in `folder` under each name.
fn keep_in(folder: &Path, report: &RunReport, names: &[(&str, Format)]) -> Result<(), Failure> {
    all(names, |(name, format)| {
        let file = folder.join(name);
        // An agent that is not walled in may have put a link or a FIFO there.
        remove(&file);
        let made = OpenOptions::new().write(true).create_new(true).open(&file);
        made.and_then(|mut made| made.write_all(told(report, *format).as_bytes()))
            .map_err(|error| unwritten("report", &file, &error))
    })
}

/// Removes the reports of an earlier run and of its plays: what goes on now is not what they tell of.
pub(super) fn discard(folder: &Path) {
    // A folder that does not tell which plays are a run's own has reports that cannot be told from others' files.
    let Ok(Some(run)) = Plays::read(folder) else {
        return;
    };
    for (name, _) in BESIDE {
        remove(&folder.join(name));
    }
    for play in run.plays.keys().map(|play| folder.join(play)) {
        for (name, _) in OF_PLAY {
            remove(&play.join(name));
        }
    }
}

/// Removes a report.
fn remove(file: &Path) {
    // Where there is none, nothing is to be done; what cannot be removed cannot be written either.
    let _ = std::fs::remove_file(file);
}

/// Does everything, and tells the first failure.
fn all<T>(
    tasks: impl IntoIterator<Item = T>,
    task: impl FnMut(T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let done: Vec<_> = tasks.into_iter().map(task).collect();
    done.into_iter().collect()
}

/// Writes a text to a file of the user's, which is a `what`.
pub(super) fn write_file(what: &str, file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|error| unwritten(what, file, &error))
}

fn unwritten(what: &str, file: &Path, error: &std::io::Error) -> Failure {
    Failure::harness(format!(
        "cannot write the {what} {}: {error}",
        file.display()
    ))
}
