//! Where reports and baselines are to be written: looked at before anything is played, as plays cost time and money.

use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};

use super::Failure;
use super::formats::ReportRequest;
use crate::door;
use crate::evidence::{Plays, REPORT_JSON, REPORT_TEXT, record_file};

/// How much is read of a file to see whose it is, in bytes.
const BEGINNING: u64 = 4096;

/// What every report of ours says near its beginning.
const OURS: &[u8] = b"wild-conformance";

/// A file that is to be written.
struct Destination<'a> {
    what: &'static str,
    file: &'a Path,
}

/// Refuses files that cannot be written, or must not be. `out` is the folder that is made for evidence.
pub(super) fn look<F>(
    requests: &[ReportRequest<F>],
    baseline: Option<&Path>,
    out: Option<&Path>,
) -> Result<(), Failure> {
    let reports = requests
        .iter()
        .filter_map(|request| request.file.as_deref());
    let reports = reports.map(|file| Destination {
        what: "report",
        file,
    });
    let baseline = baseline.map(|file| Destination {
        what: "baseline",
        file,
    });
    let all: Vec<Destination<'_>> = reports.chain(baseline).collect();
    for (at, destination) in all.iter().enumerate() {
        destination.look(out)?;
        let real = destination.real();
        let is_file = !real.exists() || real.is_file();
        if is_file && all.iter().take(at).any(|other| other.real() == real) {
            return Err(Failure::usage(format!(
                "{} is named twice; give each report, and the baseline, a file of its own",
                destination.file.display()
            )));
        }
    }
    Ok(())
}

impl Destination<'_> {
    fn look(&self, out: Option<&Path>) -> Result<(), Failure> {
        let folder = self.folder();
        let (what, file) = (self.what, self.file.display());
        let wrong = |why: String| Failure::usage(format!("cannot write the {what} {file}: {why}"));
        if self.file.is_dir() {
            return Err(wrong("it is a folder; name a file".to_owned()));
        }
        if !folder.is_dir() {
            // What is made for the evidence is there in time.
            return match out {
                Some(out) if is_same(out, folder) && !folder.exists() => Ok(()),
                _ => Err(wrong(format!("there is no folder {}", folder.display()))),
            };
        }
        if let Some(evidence) = self.evidence() {
            return Err(wrong(format!(
                "it would change the evidence in {}; give a file elsewhere",
                evidence.display()
            )));
        }
        let written = if self.file.exists() {
            self.file
        } else {
            folder
        };
        access(written, AccessFlags::W_OK).map_err(|error| {
            let error = std::io::Error::from(error);
            Failure::harness(format!("cannot write the {what} {file}: {error}"))
        })
    }

    fn folder(&self) -> &Path {
        match self.file.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    /// The file without links and detours.
    fn real(&self) -> PathBuf {
        let beside = || {
            let folder = self.folder().canonicalize().ok()?;
            Some(folder.join(self.file.file_name()?))
        };
        let real = self.file.canonicalize().ok().or_else(beside);
        real.unwrap_or_else(|| self.file.to_owned())
    }

    /// The folder of the evidence that would be changed. A play's own reports are none.
    fn evidence(&self) -> Option<PathBuf> {
        let real = self.real();
        let mut above = real.ancestors().skip(1);
        let folder = above.next()?;
        let name = real.file_name()?;
        let is_register = name == Plays::FILE && Plays::read(folder).is_ok_and(|run| run.is_some());
        if is_register {
            return Some(folder.to_owned());
        }
        if record_file(folder).exists() {
            let is_report = name == REPORT_JSON || name == REPORT_TEXT;
            return (!is_report).then(|| folder.to_owned());
        }
        above
            .find(|folder| record_file(folder).exists())
            .map(Path::to_owned)
    }
}

/// Whether two paths are those of one place, which need not be there.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let real = path.canonicalize().or_else(|_| std::path::absolute(path));
        real.unwrap_or_else(|_| path.to_owned())
    };
    place(one) == place(other)
}

/// Refuses a folder for evidence in which somebody else's file has the name of a report.
pub(super) fn of_evidence(out: &Path, names: &[&str]) -> Result<(), Failure> {
    if !matches!(Plays::read(out), Ok(None)) {
        return Ok(());
    }
    let is_foreign = |file: &PathBuf| {
        let beginning = file.is_file().then(|| door::beginning(file, BEGINNING));
        // What cannot be read cannot be told.
        let beginning = beginning.and_then(Result::ok).unwrap_or_default();
        !beginning.is_empty() && !beginning.windows(OURS.len()).any(|part| part == OURS)
    };
    let mut files = names.iter().map(|name| out.join(name));
    match files.find(is_foreign) {
        None => Ok(()),
        Some(file) => Err(Failure::usage(format!(
            "{} is none of our reports, and would be replaced; give another --out",
            file.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Format;

    fn told(files: &[PathBuf], out: Option<&Path>) -> String {
        let request = |file: &PathBuf| ReportRequest {
            format: Format::Json,
            file: Some(file.clone()),
        };
        let requests: Vec<_> = files.iter().map(request).collect();
        look(&requests, None, out).map_or_else(|failure| failure.to_string(), |()| String::new())
    }

    #[test]
    fn what_cannot_be_written_is_told_ahead() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        assert_eq!(told(&[at("a.json"), at("b.json")], None), "");
        assert!(told(&[dir.path().to_owned()], None).contains("it is a folder"));
        let missing = at("none/a.json");
        assert!(told(std::slice::from_ref(&missing), None).contains("there is no folder"));
        assert_eq!(told(&[missing], Some(&at("none"))), "");
        assert!(told(&[at("a.json"), at("./a.json")], None).contains("named twice"));
        assert_eq!(told(&["/dev/null".into(), "/dev/null".into()], None), "");
    }

    #[test]
    fn evidence_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let play = dir.path().join("play");
        std::fs::create_dir_all(play.join("files")).unwrap();
        std::fs::write(play.join("evidence.json"), "{}").unwrap();
        for name in ["evidence.json", "stdout.txt", "new.json", "files/a.json"] {
            let text = told(&[play.join(name)], None);
            assert!(
                text.contains("would change the evidence in"),
                "{name}: {text}"
            );
        }
        assert_eq!(told(&[play.join("report.json")], None), "");
        let link = dir.path().join("link.json");
        std::os::unix::fs::symlink(play.join("evidence.json"), &link).unwrap();
        assert!(told(&[link], None).contains("would change the evidence in"));
    }

    #[test]
    fn the_reports_of_others_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let names = ["report.txt"];
        let is_taken = || of_evidence(dir.path(), &names).is_err();
        assert!(!is_taken());
        std::fs::write(dir.path().join("report.txt"), "wild-conformance 0.1.0: x").unwrap();
        assert!(!is_taken());
        std::fs::write(dir.path().join("report.txt"), "my thesis").unwrap();
        assert!(is_taken());
    }
}
