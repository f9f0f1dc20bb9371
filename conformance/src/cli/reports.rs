//! Telling a report in the formats that were asked for.

use std::io::Write;
use std::path::Path;

use super::Failure;
use super::args::ReportRequest;
use crate::baseline::Baseline;
use crate::engine::RunReport;
use crate::report::{Format, render};
use crate::secrets::Secrets;

/// Refuses what would mix two reports on standard output.
pub(super) fn check(requests: &[ReportRequest]) -> Result<(), Failure> {
    if to_stdout(requests) > 1 {
        return Err(Failure::usage(
            "only one --report can go to standard output; name a file for the others \
             (--report json=FILE)",
        ));
    }
    Ok(())
}

/// How many of them go to standard output.
pub(super) fn to_stdout<F>(requests: &[ReportRequest<F>]) -> usize {
    let to_stdout = requests.iter().filter(|request| request.file.is_none());
    to_stdout.count()
}

/// The known findings; none without a file.
pub(super) fn baseline(file: Option<&Path>) -> Result<Baseline, Failure> {
    Ok(file.map_or(Ok(Baseline::default()), Baseline::from_file)?)
}

/// Writes a baseline of what was found, where it is to be written.
pub(super) fn renew(
    baseline: &Baseline,
    report: &RunReport,
    file: Option<&Path>,
) -> Result<(), Failure> {
    file.map_or(Ok(()), |file| write_file(file, &baseline.renewed(report)))
}

/// Tells `report` as `requests` say; as text on `out` when there is none.
pub(super) fn tell(
    report: &RunReport,
    requests: &[ReportRequest],
    out: &mut impl Write,
) -> Result<(), Failure> {
    if requests.is_empty() {
        out.write_all(told(report, Format::Text).as_bytes())?;
    }
    write(requests, |format| told(report, format), out)
}

/// A report. It is made of evidence that holds no secrets, and of what an adjudicator complained of.
fn told(report: &RunReport, format: Format) -> String {
    Secrets::of_this_process().covered(&render(report, format))
}

/// Writes each report to where it goes.
pub(super) fn write<F: Copy>(
    requests: &[ReportRequest<F>],
    render: impl Fn(F) -> String,
    out: &mut impl Write,
) -> Result<(), Failure> {
    all(requests, |request| {
        let text = render(request.format);
        match &request.file {
            Some(file) => write_file(file, &text),
            None => Ok(out.write_all(text.as_bytes())?),
        }
    })
}

/// The reports that lie beside the evidence.
const BESIDE: [(&str, Format); 2] = [("report.json", Format::Json), ("report.txt", Format::Full)];

/// Leaves the report beside the evidence.
pub(super) fn keep(report: &RunReport, folder: &Path) -> Result<(), Failure> {
    all(BESIDE, |(name, format)| {
        write_file(&folder.join(name), &told(report, format))
    })
}

/// Removes the reports of an earlier run: what goes on now is not what they tell of.
pub(super) fn discard(folder: &Path) {
    for (name, _) in BESIDE {
        // Where there is none, nothing is to be done; what cannot be removed cannot be written either.
        let _ = std::fs::remove_file(folder.join(name));
    }
}

/// Does everything, and tells the first failure.
fn all<T>(
    tasks: impl IntoIterator<Item = T>,
    task: impl FnMut(T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let done: Vec<_> = tasks.into_iter().map(task).collect();
    done.into_iter().collect()
}

fn write_file(file: &Path, text: &str) -> Result<(), Failure> {
    let made = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(file, text))
        .map_err(|error| {
            Failure::harness(format!(
                "cannot write the report {}: {error}",
                file.display()
            ))
        })
}
