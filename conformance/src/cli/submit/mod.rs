//! `submit`: a run in shards, as jobs of Slurm or Kubernetes.
//!
//! What is written is complete: the options that were given, by the command line or a configuration file,
//! stand in it as words, and nothing is read from a configuration where it is carried out.

mod allocation;
mod heredoc;
mod jobs;
mod kubernetes;
mod manifest;
mod mark;
mod names;
mod passed;
mod pods;
mod quantity;
mod sbatch;
mod slurm;
#[cfg(test)]
mod tests;
mod time_limit;
mod yaml;

use std::io::Write;
use std::path::Path;

use clap::Command;

use super::config::{self, Completed};
use super::run_options::RunOptions;
use super::{Failure, chosen};
pub(super) use kubernetes::KubernetesOptions;
use passed::Passed;
pub(super) use slurm::SlurmOptions;

/// Options of `submit`.
#[derive(Debug, clap::Args)]
pub(super) struct SubmitOptions {
    #[command(subcommand)]
    command: SubmitCommand,
}

#[derive(Debug, clap::Subcommand)]
enum SubmitCommand {
    /// Write an array job and a job that merges, and submit them with --run
    Slurm(Box<SlurmOptions>),
    /// Write an Indexed Job, and a Job that waits for it and merges
    Kubernetes(Box<KubernetesOptions>),
}

impl SubmitOptions {
    /// Whether nothing stands behind `--`, where a program belongs.
    pub(super) fn has_no_program(&self) -> bool {
        match &self.command {
            SubmitCommand::Slurm(options) => options.run.driver.has_no_program(),
            SubmitCommand::Kubernetes(options) => options.run.driver.has_no_program(),
        }
    }
}

pub(super) fn submit(
    options: SubmitOptions,
    completed: &Completed,
    program: &Command,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let matches = program
        .clone()
        .try_get_matches_from(&completed.argv)
        .map_err(|error| Failure::usage(error.to_string()))?;
    let (_, given) = config::innermost(&matches)
        .ok_or_else(|| Failure::usage("name what to write for: slurm or kubernetes"))?;
    let passed = Passed::of(given, program)?;
    match options.command {
        SubmitCommand::Slurm(options) => {
            enough(&options.run, options.slurm.shards)?;
            slurm::submit(&options, &passed, out)
        }
        // Its cases may be files of the image.
        SubmitCommand::Kubernetes(options) => kubernetes::submit(&options, &passed, out),
    }
}

/// Refuses shards that would have nothing to do.
fn enough(run: &RunOptions, shards: u16) -> Result<(), Failure> {
    let plays = chosen::cases(run)?.len() * run.repeat as usize;
    if plays < usize::from(shards) {
        return Err(Failure::usage(format!(
            "--shards {shards}: there are {plays} plays only, and a shard without any would do nothing"
        )));
    }
    Ok(())
}

/// Writes files into a folder, each with whether it is executed, and tells which of them took the place of others.
fn write_all(
    folder: &Path,
    files: &[(&str, String, bool)],
    out: &mut impl Write,
) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let wrong = |path: &Path, error: &std::io::Error| {
        Failure::usage(format!("cannot write {}: {error}", path.display()))
    };
    std::fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
    for (name, text, is_program) in files {
        let path = folder.join(name);
        let how = match path.symlink_metadata() {
            Ok(_) => "replaced",
            Err(_) => "wrote",
        };
        std::fs::write(&path, text).map_err(|error| wrong(&path, &error))?;
        if *is_program {
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(&path, mode).map_err(|error| wrong(&path, &error))?;
        }
        writeln!(out, "{how} {}", path.display())?;
    }
    Ok(())
}
