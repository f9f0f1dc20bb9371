//! The scripts of Slurm's jobs.

use std::fmt::Write as _;

use super::allocation::Slurm;
use super::passed::Passed;
use crate::cli::{Failure, shell};

/// Where jobs work. Everything is absolute, as jobs may begin anywhere.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The folder in which the run was submitted.
    pub(super) here: String,
    /// Where evidence goes: a folder for each shard, and one for the whole.
    pub(super) out: String,
    /// This program, as the nodes find it.
    pub(super) program: String,
}

impl Place {
    /// Where the jobs' own output goes.
    pub(super) fn logs(&self) -> String {
        format!("{}/logs", self.out)
    }
}

/// What each script begins with.
struct Head(String);

impl Head {
    fn new(name: &str, place: &Place, log: &str) -> Result<Self, Failure> {
        let mut head = Self("#!/bin/bash\n".to_owned());
        if place.out.contains('\\') {
            return Err(Failure::usage(format!(
                "--out {}: Slurm takes no folder with a backslash for the logs of an array",
                place.out
            )));
        }
        // A sign of percent stands for something in the name of a log.
        let logs = place.logs().replace('%', "%%");
        head.option("job-name", name)?;
        head.option("chdir", &place.here)?;
        head.option("output", &format!("{logs}/{log}"))?;
        head.option("open-mode", "append")?;
        Ok(head)
    }

    fn option(&mut self, option: &str, value: &str) -> Result<(), Failure> {
        self.word(&format!("--{option}={}", directive(value)?));
        Ok(())
    }

    fn options(&mut self, options: &[(&str, Option<&String>)]) -> Result<(), Failure> {
        for (option, value) in options {
            if let Some(value) = value {
                self.option(option, value)?;
            }
        }
        Ok(())
    }

    fn word(&mut self, word: &str) {
        self.0.push_str("#SBATCH ");
        self.0.push_str(word);
        self.0.push('\n');
    }
}

/// A value as a line `#SBATCH` has it, whose reader takes quotes and backslashes as a shell does.
fn directive(value: &str) -> Result<String, Failure> {
    if value.chars().any(char::is_control) {
        return Err(Failure::usage(format!(
            "{value:?} cannot stand in a line #SBATCH: it has a control character"
        )));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%*".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        return Ok(value.to_owned());
    }
    Ok(format!(
        "\"{}\"",
        value.replace('\\', "\\\\").replace('"', "\\\"")
    ))
}

/// The array job: a shard a task.
pub(super) fn array(slurm: &Slurm, passed: &Passed, place: &Place) -> Result<String, Failure> {
    let mut head = Head::new(&slurm.name, place, "shard-%a.log")?;
    let at_once = slurm.at_once.map(|most| format!("%{most}"));
    let array = format!("1-{}{}", slurm.shards, at_once.unwrap_or_default());
    head.option("array", &array)?;
    head.option("ntasks", "1")?;
    head.options(&[
        ("partition", slurm.partition.as_ref()),
        ("account", slurm.account.as_ref()),
        ("gres", slurm.gres.as_ref()),
        ("time", slurm.time.as_ref()),
        ("cpus-per-task", slurm.cpus.map(|n| n.to_string()).as_ref()),
        ("mem", slurm.mem.as_ref()),
    ])?;
    if slurm.time.is_some() {
        head.option("signal", "B:TERM@60")?;
    }
    head.word(if slurm.requeue {
        "--requeue"
    } else {
        "--no-requeue"
    });
    for word in &slurm.sbatch_arg {
        head.word(&sbatch_word(word)?);
    }
    let words = shard(slurm, passed, place)?;
    let work = match &slurm.scratch {
        None => format!("exec {words}"),
        Some(folder) => in_scratch(folder, &words),
    };
    Ok(format!(
        "{}\
         # A shard of a run of wild-conformance. A task that begins again goes on where it was, and the number\n\
         # of shards is fixed here, so that which plays are whose never changes.\n\
         {}\
         set -u\n\
         out={}/shard-$SLURM_ARRAY_TASK_ID\n\
         {work}",
        head.0,
        setup(slurm),
        shell::exact(&place.out),
    ))
}

/// The job that merges.
pub(super) fn merge(slurm: &Slurm, passed: &Passed, place: &Place) -> Result<String, Failure> {
    let mut head = Head::new(&format!("{}-merge", slurm.name), place, "merge.log")?;
    head.option("ntasks", "1")?;
    head.options(&[
        ("partition", slurm.partition.as_ref()),
        ("account", slurm.account.as_ref()),
        ("mem", slurm.mem.as_ref()),
    ])?;
    for word in &slurm.sbatch_arg {
        head.word(&sbatch_word(word)?);
    }
    let mut lines = vec![format!(
        "{} merge --no-config",
        program(slurm, place, false)?
    )];
    let shards = 1..=slurm.shards;
    lines.extend(shards.map(|n| shell::exact(&format!("{}/shard-{n}", place.out))));
    lines.push(format!(
        "--out {}",
        shell::exact(&format!("{}/merged", place.out))
    ));
    lines.extend(passed.merge.iter().map(|word| shell::exact(word)));
    Ok(format!(
        "{}# Merges the shards, and gives the verdict on the whole.\n{}exec {}\n",
        head.0,
        setup(slurm),
        lines.join(" \\\n  ")
    ))
}

/// What the user has to be done first, as it was written: in the job's own shell, as it may set variables, and without
/// `set -e`, under which much of what is loaded there would break. The colon makes a comment a command.
fn setup(slurm: &Slurm) -> String {
    if slurm.setup.is_empty() {
        return String::new();
    }
    let mut text = String::from(
        "# What a line of --setup was to prepare is not there where it fails.\n\
         setup_failed() {\n  \
           echo \"wild-conformance: this job ends here, as its setup failed (exit code $?): $1\" >&2\n  \
           exit 3\n\
         }\n",
    );
    for line in &slurm.setup {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{{ :\n{line}\n}} || setup_failed {}",
            shell::exact(line)
        );
    }
    text
}

/// The command line of a shard.
fn shard(slurm: &Slurm, passed: &Passed, place: &Place) -> Result<String, Failure> {
    let out = if slurm.scratch.is_some() {
        "\"$scratch/out\""
    } else {
        "\"$out\""
    };
    let mut lines = vec![
        format!("{} run --no-config", program(slurm, place, true)?),
        // It is said, as `auto` would look into variables that whoever submits may have.
        format!(
            "--shard \"$SLURM_ARRAY_TASK_ID/{}\" --resume --out {out}",
            slurm.shards
        ),
    ];
    if let (Some(cpus), false) = (slurm.cpus, passed.has_jobs) {
        lines.push(format!("--jobs={cpus}"));
    }
    lines.extend(passed.run.iter().map(|word| shell::exact(word)));
    if !passed.agent.is_empty() {
        let agent: Vec<String> = passed.agent.iter().map(|word| shell::exact(word)).collect();
        lines.push(format!("-- {}", agent.join(" ")));
    }
    Ok(lines.join(" \\\n  ") + "\n")
}

/// This program, in the image if there is one.
fn program(slurm: &Slurm, place: &Place, plays: bool) -> Result<String, Failure> {
    let program = shell::exact(&place.program);
    let Some(image) = &slurm.image else {
        return Ok(program);
    };
    let mut words = vec!["apptainer exec".to_owned()];
    for folder in [&place.here, &place.out] {
        if folder.contains([':', ',']) {
            return Err(Failure::usage(format!(
                "{folder} cannot be bound into an image: it has a colon or a comma"
            )));
        }
        words.push(format!("--bind {}", shell::exact(folder)));
    }
    if plays && slurm.scratch.is_some() {
        words.push("--bind \"$scratch\"".to_owned());
    }
    words.push(format!("--pwd {}", shell::exact(&place.here)));
    words.extend(slurm.image_arg.iter().map(|word| shell::exact(word)));
    words.push(shell::exact(image));
    words.push(program);
    Ok(words.join(" "))
}

/// A shard that plays on the node's own disk. Evidence is there until the end, so that of a task that is
/// killed outright nothing is left; one that is asked to end copies what it has.
fn in_scratch(folder: &str, words: &str) -> String {
    let folder = shell::with_variables(folder);
    format!(
        "scratch={folder}/wild-$SLURM_JOB_ID\n\
         rm -rf \"$scratch\"\n\
         mkdir -p \"$scratch/out\" \"$scratch/tmp\" || exit 3\n\
         trap 'rm -rf \"$scratch\"' EXIT\n\
         if [ -d \"$out\" ]; then cp -a \"$out/.\" \"$scratch/out\" || exit 3; fi\n\
         child=\n\
         trap 'told=1; kill -TERM \"$child\"' TERM INT\n\
         TMPDIR=\"$scratch/tmp\" {} &\n\
         child=$!\n\
         # A signal ends the wait and not the shard, which then has plays to end.\n\
         while :; do\n  \
           told=\n  \
           wait \"$child\"\n  \
           code=$?\n  \
           [ -n \"$told\" ] || break\n\
         done\n\
         # Whole or not at all: what is copied takes the place of what was there once it is all there.\n\
         rm -rf \"$out.new-$SLURM_JOB_ID\"\n\
         mkdir -p \"${{out%/*}}\" && cp -a \"$scratch/out\" \"$out.new-$SLURM_JOB_ID\" || exit 3\n\
         if [ -d \"$out\" ]; then mv \"$out\" \"$out.old-$SLURM_JOB_ID\" || exit 3; fi\n\
         mv \"$out.new-$SLURM_JOB_ID\" \"$out\" || exit 3\n\
         rm -rf \"$out.old-$SLURM_JOB_ID\"\n\
         exit \"$code\"\n",
        words.trim_end()
    )
}

/// An option of sbatch that the user wrote.
fn sbatch_word(word: &str) -> Result<String, Failure> {
    match word.split_once('=') {
        _ if !word.starts_with('-') => Err(Failure::usage(format!(
            "--sbatch-arg {word}: an option of sbatch begins with `-`"
        ))),
        Some((option, value)) => Ok(format!("{}={}", directive(option)?, directive(value)?)),
        None => directive(word),
    }
}
