//! Giving jobs to Slurm.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use super::jobs::Place;
use super::mark::Mark;
use crate::cli::Failure;

/// Submits the array job, and behind it the one that merges, and leaves a mark of both in the folder of evidence.
pub(super) fn submit(
    array: &str,
    merge: &str,
    place: &Place,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let logs = place.logs();
    std::fs::create_dir_all(&logs)
        .map_err(|error| Failure::usage(format!("cannot make {logs}: {error}")))?;
    let mark = Mark::set(Path::new(&place.out))?;
    let array = sbatch(array, &[]).inspect_err(|_| mark.remove())?;
    let halfway = |failure: Failure| {
        Failure::harness(format!(
            "{failure}\nthe array job {array} is submitted; `scancel {array}` takes it back, and `{}` lets it be \
             submitted anew",
            mark.removal()
        ))
    };
    let noted = mark.note(&[&array], SystemTime::now());
    noted.map_err(halfway)?;
    let dependency = format!("--dependency=afterany:{array}");
    let merge = sbatch(merge, &[dependency]).map_err(halfway)?;
    writeln!(
        out,
        "array job {array}, then merge job {merge}: squeue -j {array},{merge}"
    )?;
    writeln!(out, "the report will be in {}/merged", place.out)?;
    mark.note(&[&array, &merge], SystemTime::now())?;
    Ok(0)
}

/// Gives a script to sbatch; the number of its job.
fn sbatch(script: &str, options: &[String]) -> Result<String, Failure> {
    let failed = |error: std::io::Error| {
        Failure::harness(format!(
            "cannot start sbatch, which is on a cluster's login nodes: {error}"
        ))
    };
    let mut child = Command::new("sbatch")
        .arg("--parsable")
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let written = match child.stdin.take() {
        Some(mut stdin) => stdin.write_all(script.as_bytes()),
        None => Ok(()),
    };
    let output = child.wait_with_output().map_err(failed)?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let told = told.trim();
        return Err(Failure::harness(format!(
            "sbatch refused ({}): {told}",
            output.status
        )));
    }
    written.map_err(failed)?;
    let answer = String::from_utf8_lossy(&output.stdout);
    // Behind a semicolon stands the cluster's name.
    let number = answer.trim().split(';').next().unwrap_or_default();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(Failure::harness(format!(
            "sbatch answered `{}`, which is no number of a job",
            answer.trim()
        )));
    }
    Ok(number.to_owned())
}
