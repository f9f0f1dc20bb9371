//! `--baseline` and `--write-baseline`: the findings that are known, and the file that gets those of now.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use super::judging::JudgingOptions;
use super::manner::Manner;
use super::{destinations, reports};
use crate::baseline::{Baseline, Day, Renewed};
use crate::case::Case;
use crate::engine::RunReport;
use crate::report::plural;

/// What is known, and where it is written anew.
#[derive(Debug)]
pub(super) struct Baselines {
    /// What excuses findings.
    pub(super) given: Arc<Baseline>,
    /// What the file says that is written, where it is there and is another.
    there: Baseline,
    file: Option<PathBuf>,
}

impl Baselines {
    /// Reads both files, of what names these case files. A file that is to be written need not be there.
    pub(super) fn read(
        judging: &JudgingOptions,
        own: Vec<(PathBuf, Vec<Case>)>,
    ) -> Result<Self, Failure> {
        let file = judging.write_baseline.as_deref();
        let both = file.zip(judging.baseline.as_deref());
        let is_same = both.is_some_and(|(file, given)| destinations::is_same(file, given));
        let is_missing = file.is_some_and(|file| !file.exists());
        let given = judging.baseline.as_deref();
        let given = given.filter(|_| !(is_same && is_missing));
        // What lies there and is no baseline is not written over.
        let there = file.filter(|file| !is_same && file.is_file());
        Ok(Self {
            given: Arc::new(of_file(given)?.with_cases(own)),
            there: of_file(there)?,
            file: file.map(Path::to_owned),
        })
    }

    /// Writes what `report` found, where it is to be written, and says what was written.
    pub(super) fn renew(&self, report: &RunReport, manner: Manner) -> Result<(), Failure> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        if report.cases.iter().all(|case| case.verdicts.is_empty()) {
            manner.note(&format!(
                "nothing was judged, so that no baseline was written to {}",
                file.display()
            ));
            return Ok(());
        }
        let folder = file.parent().unwrap_or(Path::new(""));
        let renewed = self
            .given
            .renewed(&self.there, report, Day::today(), folder);
        reports::write_file("baseline", file, &renewed.text)?;
        manner.note(&format!("wrote {}: {}", file.display(), told(&renewed)));
        Ok(())
    }
}

/// What was written, in a line.
fn told(renewed: &Renewed) -> String {
    let Renewed {
        entries,
        new,
        left_out,
        ..
    } = renewed;
    let noun = plural(*entries, "entry", "entries");
    let gone = match left_out {
        0 => String::new(),
        count => {
            format!("; {count} left out, as what they excuse was not found, or their day is over")
        }
    };
    format!("{entries} {noun}, {new} of them new{gone}")
}

/// The known findings; none without a file.
pub(super) fn of_file(file: Option<&Path>) -> Result<Baseline, Failure> {
    let Some(file) = file else {
        return Ok(Baseline::default());
    };
    if !file.exists() {
        let file = file.display();
        return Err(Failure::usage(format!(
            "there is no baseline {file}; `run --write-baseline {file}` writes one of what is found"
        )));
    }
    Ok(Baseline::from_file(file)?)
}
