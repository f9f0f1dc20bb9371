//! `submit slurm`: an array job that plays shards, and a job behind it that merges them.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::allocation::Slurm;
use super::heredoc::heredoc;
use super::jobs::{self, Place};
use super::mark::{self, Mark};
use super::passed::Passed;
use super::{sbatch, write_all};
use crate::cli::run_options::RunOptions;
use crate::cli::runtime::this_program;
use crate::cli::{Failure, shell};

/// Options of `submit slurm`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct SlurmOptions {
    /// Submit the jobs with sbatch
    #[arg(long = "run", help_heading = "Slurm")]
    run_now: bool,
    /// Write the scripts into this folder; to stdout, as one script that submits them, unless given
    #[arg(long, value_name = "DIR", help_heading = "Slurm")]
    out_dir: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Slurm")]
    pub(super) slurm: Slurm,
    #[command(flatten, next_help_heading = "Run")]
    pub(super) run: RunOptions,
}

pub(super) fn submit(
    options: &SlurmOptions,
    passed: &Passed,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    untouched(&options.run.out)?;
    if options.run_now {
        Mark::absent(&options.run.out)?;
    }
    let place = place(options)?;
    let array = jobs::array(&options.slurm, passed, &place)?;
    let merge = jobs::merge(&options.slurm, passed, &place)?;
    if let Some(folder) = &options.out_dir {
        let folder = absolute(folder)?;
        let submit = by_files(&place, &utf8(&folder)?);
        let files = [
            ("array.sbatch", array.clone(), false),
            ("merge.sbatch", merge.clone(), false),
            ("submit.sh", submit, true),
        ];
        write_all(&folder, &files, out)?;
    }
    if options.run_now {
        return sbatch::submit(&array, &merge, &place, out);
    }
    if options.out_dir.is_none() {
        out.write_all(by_itself(&array, &merge, &place).as_bytes())?;
    }
    Ok(0)
}

/// Refuses a folder in which a run lies: shards would go on with it, and a merge that comes to nothing would leave
/// its report.
fn untouched(out: &Path) -> Result<(), Failure> {
    let wrong =
        |error: &std::io::Error| Failure::usage(format!("--out {}: {error}", out.display()));
    let entries = match std::fs::read_dir(out) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        read => read.map_err(|error| wrong(&error))?,
    };
    let mut runs = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| wrong(&error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = name.starts_with("shard-") || name == "merged";
        if is_ours && entry.path().join("run.json").is_file() {
            runs.push(name);
        }
    }
    match runs.iter().min() {
        None => Ok(()),
        Some(name) => Err(Failure::usage(format!(
            "--out {}: a run lies there already ({name}/run.json), whose plays would stand for this one's; give another \
             --out, or remove that run. To go on with it, give its own array.sbatch and merge.sbatch to sbatch again",
            out.display()
        ))),
    }
}

/// Where the jobs work.
fn place(options: &SlurmOptions) -> Result<Place, Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::harness(format!("the working directory: {error}")))?;
    let program = match (&options.slurm.program, &options.slurm.image) {
        (Some(program), _) => program.clone(),
        (None, Some(_)) => "wild-conformance".to_owned(),
        (None, None) => utf8(&this_program()?)?,
    };
    Ok(Place {
        here: utf8(&here)?,
        out: utf8(&absolute(&options.run.out)?)?,
        program,
    })
}

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

fn utf8(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| {
        Failure::usage(format!(
            "{} is no UTF-8, and a job is a text",
            path.display()
        ))
    })
}

/// What both ways of submitting have in common. As where this program submits, the mark is set before there is a job.
fn around(first: &str, second: &str, place: &Place) -> String {
    let out = shell::exact(&place.out);
    let logs = shell::exact(&place.logs());
    let mark = shell::exact(&format!("{}/{}", place.out, mark::FILE));
    let marked = include_str!("marked.sh");
    format!(
        "#!/bin/sh\n\
         # Submits a run of wild-conformance in shards, and what merges them.\n\
         set -eu\n\
         mkdir -p {logs}\n\
         mark={mark}\n\
         {marked}\
         array=$({first})\n\
         array=${{array%%;*}}\n\
         trap - EXIT\n\
         note \"$array\"\n\
         merge=$({second})\n\
         merge=${{merge%%;*}}\n\
         note \"$array $merge\"\n\
         echo \"array job $array, then merge job $merge: squeue -j $array,$merge\"\n\
         echo the report will be in {out}/merged\n"
    )
}

const ARRAY: &str = "sbatch --parsable";
const MERGE: &str = "sbatch --parsable --dependency=\"afterany:$array\"";

/// A script that submits the scripts of this folder.
fn by_files(place: &Place, folder: &str) -> String {
    let file = |name: &str| shell::exact(&format!("{folder}/{name}"));
    let first = format!("{ARRAY} {}", file("array.sbatch"));
    let second = format!("{MERGE} {}", file("merge.sbatch"));
    around(&first, &second, place)
}

/// A script that has both scripts in it.
fn by_itself(array: &str, merge: &str, place: &Place) -> String {
    let first = heredoc(ARRAY, array, "ARRAY");
    let second = heredoc(MERGE, merge, "MERGE");
    around(&first, &second, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Carries out a script that submits, with an sbatch that numbers jobs, or refuses those that `refused` tells; its
    /// exit code and what it complained of.
    fn submitted(script: &str, dir: &Path, refused: &str) -> (Option<i32>, String) {
        use std::os::unix::fs::PermissionsExt;
        let sbatch = dir.join("sbatch");
        let text = format!(
            "#!/bin/sh\ncat >/dev/null\ncd {}\necho x >>jobs\nnumber=$(wc -l <jobs)\n\
             [ $number != {refused:?} ] || exit 1\necho $((40 + number))\n",
            shell::exact(&dir.display().to_string())
        );
        std::fs::write(&sbatch, text).unwrap();
        std::fs::set_permissions(&sbatch, std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", dir.display());
        let mut command = std::process::Command::new("/bin/sh");
        let output = command.args(["-c", script]).env("PATH", path).output();
        let output = output.unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), told)
    }

    #[test]
    fn a_script_that_submits_does_it_once() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("it's");
        let place = Place {
            here: "/".to_owned(),
            out: out.to_str().unwrap().to_owned(),
            program: "/opt/wild-conformance".to_owned(),
        };
        let script = by_itself("#!/bin/bash\n", "#!/bin/bash\n", &place);
        // Where nothing was submitted, nothing is marked.
        assert_eq!(submitted(&script, dir.path(), "1").0, Some(1));
        assert!(Mark::absent(&out).is_ok());
        assert_eq!(submitted(&script, dir.path(), ""), (Some(0), String::new()));
        let (code, told) = submitted(&script, dir.path(), "");
        assert_eq!(code, Some(2));
        assert!(told.contains("jobs 42 43 were submitted to "), "{told}");
        assert!(
            told.contains(" UTC; take them back (scancel 42 43)"),
            "{told}"
        );
        // This program reads the same mark.
        let told = Mark::absent(&out).unwrap_err().to_string();
        assert!(told.contains("`scancel 42 43`"), "{told}");
        // The merge is refused, and the array job is there.
        std::fs::remove_file(out.join(mark::FILE)).unwrap();
        assert_eq!(submitted(&script, dir.path(), "5").0, Some(1));
        let (code, told) = submitted(&script, dir.path(), "");
        assert!(code == Some(2) && told.contains("jobs 44 were"), "{told}");
    }

    #[test]
    fn the_folder_of_another_run_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path();
        assert!(untouched(&out.join("none")).is_ok());
        for name in ["merged", "shard-2"] {
            std::fs::create_dir(out.join(name)).unwrap();
            assert!(untouched(out).is_ok());
            let file = out.join(name).join("run.json");
            std::fs::write(&file, "{}").unwrap();
            let error = untouched(out).unwrap_err();
            let told = format!("{name}/run.json), whose plays");
            assert!(error.to_string().contains(&told), "{error}");
            assert_eq!(error.exit_code(), 2);
            std::fs::remove_file(file).unwrap();
        }
    }
}
