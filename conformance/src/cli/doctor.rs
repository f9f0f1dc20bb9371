//! `doctor`: whether an agent's program works at all, and what mends it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Failure;
use super::driver::DriverOptions;
use super::prompt::PromptOptions;
use super::runtime::runtime;
use super::signals::raise_on_signal;
use super::supervision::{SupervisionOptions, supervision};
use crate::cancel::Cancel;
use crate::doctor::{self, Checkup, DoctorError, Finding, PATIENCE};
use crate::engine::hints;
use crate::evidence::Claim;
use crate::facts::Tag;
use crate::preset::{Preset, Program};
use crate::runner::{Harness, Setup};
use crate::secrets::Secrets;
use crate::visible;

/// Exit code for an agent that cannot play.
const ILL: u8 = 3;

/// Options of `doctor`.
#[derive(Debug, clap::Args)]
pub(super) struct DoctorOptions {
    /// Replace the case's time limit
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    time_limit: Option<u64>,
    /// End the play when no request reached the server within so many seconds
    #[arg(long, default_value_t = PATIENCE, value_name = "SECS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    patience: u64,
    #[command(flatten)]
    prompts: PromptOptions,
    /// Leave the evidence in this folder
    #[arg(long, default_value = "wild-doctor", value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    supervision: SupervisionOptions,
    #[command(flatten)]
    driver: DriverOptions,
}

impl DoctorOptions {
    /// Whether nothing stands behind `--`.
    pub(super) fn has_no_program(&self) -> bool {
        self.driver.has_no_program()
    }
}

pub(super) fn doctor(mut options: DoctorOptions, out: &mut impl Write) -> Result<u8, Failure> {
    options.driver.fit(&mut options.supervision, true)?;
    let driver = options.driver.driver()?;
    let mut supervision = driver.held(supervision(options.supervision, &[], true)?);
    supervision.patience = Some(options.patience);
    let setup = Setup {
        agent: driver.agent,
        prompts: options.prompts.read()?,
        seed: 1,
        time_limit: options.time_limit,
        supervision,
        harness: Harness::default(),
    };
    let preset = driver.preset.as_ref();
    let supervision = &setup.supervision;
    let launcher = supervision.launcher.as_deref();
    age(preset, launcher.filter(|_| supervision.sandbox), out)?;
    let _claim = Claim::take(&options.out)?;
    let cancel = Cancel::new();
    let examined = runtime()?.block_on(async {
        raise_on_signal(cancel.clone())?;
        examined(&setup, preset, &options.out, &cancel).await
    });
    for what in setup.harness.leftovers.take() {
        // A terminal that is gone is no reason to fail.
        let _ = writeln!(std::io::stderr().lock(), "note: {what}");
    }
    let checkup = examined?;
    tell(setup.agent.label(), &checkup, out)?;
    Ok(if checkup.findings.is_empty() { 0 } else { ILL })
}

/// Has the agent of `setup` examined.
pub(super) async fn examined(
    setup: &Setup,
    preset: Option<&Preset>,
    out: &Path,
    cancel: &Cancel,
) -> Result<Checkup, Failure> {
    let checkup = doctor::examine(setup, preset, out, cancel).await;
    checkup.map_err(|error| match error {
        _ if cancel.is_raised() => {
            Failure::interrupted("interrupted: the play of the doctor was cut short")
        }
        DoctorError::Case(error) => Failure::usage(error.to_string()),
        error => Failure::harness(error.to_string()),
    })
}

/// Says so where the program is older than its preset.
fn age(preset: Option<&Preset>, launcher: Option<&Path>, out: &mut impl Write) -> io::Result<()> {
    let Some(preset) = preset else {
        return Ok(());
    };
    let program = Program::of(preset).filter(|_| preset.minimum.is_some());
    match program.map(|program| program.asked(launcher)) {
        Some(program) if program.is_too_old(preset) => {
            let (found, least) = (
                program.version.unwrap_or_default(),
                preset.minimum.as_deref(),
            );
            let least = least.unwrap_or_default();
            writeln!(
                out,
                "note: {} has version {found}, and its preset is for {least} and newer; {}",
                preset.program(),
                preset.install
            )
        }
        _ => Ok(()),
    }
}

/// Tells what was found.
pub(super) fn tell(agent: &str, checkup: &Checkup, out: &mut impl Write) -> io::Result<()> {
    let agent = visible::line(agent);
    let folder = checkup.folder.display();
    if checkup.findings.is_empty() {
        let requests = checkup.evidence.journal.len();
        let seconds = checkup.evidence.record.wall_clock.agent_seconds;
        writeln!(
            out,
            "{agent} is well: {requests} requests reached the server, {} ({seconds:.1} s)",
            answer(checkup)
        )?;
        return writeln!(out, "evidence: {folder}");
    }
    writeln!(out, "{agent} cannot play:")?;
    for finding in &checkup.findings {
        let (sign, mend) = (visible::line(&finding.sign), visible::line(&finding.mend));
        writeln!(out, "- {}: {sign}", finding.ailment.words())?;
        writeln!(out, "    to mend it: {mend}")?;
    }
    for line in hints::last_lines(&checkup.evidence.complaint) {
        writeln!(
            out,
            "stderr: {}",
            visible::line(&Secrets::of_this_process().covered(line))
        )?;
    }
    writeln!(out, "evidence: {folder}")
}

fn answer(checkup: &Checkup) -> String {
    let text = &checkup.evidence.transcript;
    let opens = |tag: &Tag| text.contains(&format!("<{}>", tag.name()));
    let tags: Vec<String> = Tag::ALL
        .iter()
        .filter(|tag| opens(tag))
        .map(|tag| format!("<{}>", tag.name()))
        .collect();
    if tags.is_empty() {
        "the answer has no tag, which is its model's affair".to_owned()
    } else {
        format!("the answer has {}", tags.join(", "))
    }
}

/// What was found in a line.
pub(super) fn in_a_line(findings: &[Finding]) -> String {
    let told: Vec<String> = findings
        .iter()
        .map(|finding| {
            format!(
                "{} ({})",
                finding.ailment.words(),
                visible::line(&finding.sign)
            )
        })
        .collect();
    told.join("; ")
}
