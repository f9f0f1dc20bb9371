//! `reproduce`: a case served exactly as it is judged, for a person or one agent.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use wild_mock_server::Exchange;

use super::closing::{Closing, Done};
use super::driver::DriverOptions;
use super::gate::GateOptions;
use super::manner::Manner;
use super::prompt::PromptOptions;
use super::runtime::runtime;
use super::selection::SelectionOptions;
use super::shell::quoted;
use super::signals::raise_on_signal;
use super::supervision::{SupervisionOptions, supervision};
use super::{Failure, recorded, reports};
use crate::bounded;
use crate::cancel::Cancel;
use crate::case;
use crate::engine;
use crate::evidence::{self, Claim, Evidence};
use crate::facts::{GUARD, Probe};
use crate::runner::{Harness, Play, Setup, Staged};
use crate::verdict::outcome_in_words;

/// How often the exchanges that have ended are shown.
const LOOK: Duration = Duration::from_millis(100);

/// Largest transcript that is read, in bytes.
const LARGEST_TRANSCRIPT: u64 = 64 * 1024 * 1024;

/// Options of `reproduce`.
#[derive(Debug, clap::Args)]
pub(super) struct ReproduceOptions {
    /// The case: its id, its .toml file, or a folder with the evidence of a play
    #[arg(value_name = "CASE")]
    case: String,
    /// Serve at this address; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    listen: SocketAddr,
    /// Seed of the server's identifiers; that of the evidence, or 1
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    selection: SelectionOptions,
    #[command(flatten)]
    gate: GateOptions,
    /// Without an agent: what it would have printed, `-` for standard input; judged as empty otherwise
    #[arg(long, value_name = "FILE", conflicts_with_all = ["argv", "agent"])]
    transcript: Option<PathBuf>,
    #[command(flatten)]
    prompts: PromptOptions,
    /// Leave the evidence in this folder
    #[arg(long, default_value = "wild-reproduction", value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    supervision: SupervisionOptions,
    #[command(flatten)]
    driver: DriverOptions,
}

impl ReproduceOptions {
    /// Whether nothing stands behind `--`.
    pub(super) fn has_no_program(&self) -> bool {
        self.driver.has_no_program()
    }
}

pub(super) fn reproduce(
    mut options: ReproduceOptions,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    options.driver.fit(&mut options.supervision, false)?;
    let (play, recorded_seed) = play_of(&options.case, &options.prompts)?;
    is_there(options.transcript.as_deref())?;
    if options.driver.recorded()?.is_some() {
        recorded::alone(&play.case)?;
    }
    let selection = options.selection.read()?;
    let by_hand = options.driver.is_nobody();
    let driver = options.driver.driver()?;
    let supervision = supervision(options.supervision, &[options.case], false)?;
    let setup = Setup {
        supervision: driver.held(supervision),
        agent: driver.agent,
        prompts: options.prompts.read()?,
        seed: options.seed.or(recorded_seed).unwrap_or(1),
        time_limit: None,
        harness: Harness::default(),
    };
    let folder = options.out.join(&play.case.id);
    let _claim = Claim::take(&options.out)?;
    let cancel = Cancel::new();
    let begun = Instant::now();
    runtime()?.block_on(async {
        raise_on_signal(cancel.clone())?;
        let staged = Staged::set_up(&play, &setup, &folder, Some(options.listen)).await?;
        announce(&play, &setup, &staged, by_hand, out)?;
        if by_hand {
            let staged = hold(staged, &cancel, options.transcript.as_deref()).await?;
            // The signal ended the play, and not the judging of it.
            staged.conclude(&Cancel::new()).await?;
        } else {
            let staged = perform(staged, &setup, &cancel).await?;
            staged.conclude(&cancel).await?;
        }
        Ok::<(), Failure>(())
    })?;
    for what in setup.harness.leftovers.take() {
        // A terminal that is gone is no reason to fail.
        let _ = writeln!(std::io::stderr().lock(), "note: {what}");
    }
    if !by_hand && cancel.is_raised() {
        let message = "interrupted: the play was cut short, so that it is not judged";
        return Err(Failure::interrupted(message));
    }
    let gate = options.gate.into();
    let mut judged = engine::judge(&Evidence::load(&folder)?, &selection, gate);
    judged.folder = Some(folder);
    let report = engine::conclude(vec![judged], gate);
    reports::keep(&report, &options.out)?;
    let closing = Closing {
        folders: std::slice::from_ref(&options.out),
        done: Done::Reproduced,
        again: None,
        took: begun.elapsed(),
    };
    reports::tell(&report, &[], &closing, Manner::usual(), out)?;
    Ok(report.exit_code())
}

/// Refuses a transcript that is not there before anything is done by hand. It is read when the play is over.
fn is_there(transcript: Option<&Path>) -> Result<(), Failure> {
    match transcript.filter(|file| *file != Path::new("-")) {
        Some(file) if !file.exists() => Err(Failure::usage(format!(
            "there is no transcript {}; it is read when the play ends, and may be empty until then",
            file.display()
        ))),
        _ => Ok(()),
    }
}

/// The case to play: from saved evidence, together with its seed, or by id or file.
fn play_of(name: &str, prompts: &PromptOptions) -> Result<(Play, Option<u64>), Failure> {
    let folder = Path::new(name);
    if folder.join("evidence.json").is_file() {
        let record = Evidence::record(folder)?;
        if let Some(own) = record
            .own_prompt
            .as_ref()
            // A case that names a template is played with it again.
            .filter(|_| record.case.prompt.is_none() && !prompts.has(record.case.kind))
        {
            // A terminal that is gone is no reason to fail.
            let _ = writeln!(
                std::io::stderr().lock(),
                "note: this was played with the template {}, and is played with the built-in one now; \
                 `{} FILE` gives another",
                own.file,
                PromptOptions::flag(record.case.kind)
            );
        }
        if record.case.is_campaign() {
            return Err(Failure::usage(format!(
                "{name} is the evidence of a whole campaign; name the folder of one of its iterations"
            )));
        }
        let play = Play {
            case: record.case,
            repetition: record.repetition,
        };
        return Ok((play, Some(record.seed)));
    }
    let named = case::select(&[name.to_owned()]);
    let mut cases = named.map_err(|error| other_path(folder).unwrap_or_else(|| error.into()))?;
    if cases.len() == 1 && cases[0].is_campaign() {
        return Err(Failure::usage(format!(
            "`{name}` is a campaign, and `reproduce` plays one iteration; `run --case {name}` plays it all, \
             and the folder of an iteration's evidence can be reproduced"
        )));
    }
    match (cases.pop(), cases.is_empty()) {
        (Some(case), true) => Ok((
            Play {
                case,
                repetition: 1,
            },
            None,
        )),
        _ => Err(Failure::usage(format!(
            "`{name}` fits several cases; `reproduce` plays one: give its id"
        ))),
    }
}

/// What is said of a folder without a play of its own, and of a path where nothing is.
fn other_path(folder: &Path) -> Option<Failure> {
    let shown = folder.display();
    if folder.is_dir() {
        let plays = evidence::find(folder).map(|found| found.plays);
        return Some(Failure::usage(match plays.unwrap_or_default().first() {
            Some(play) => format!(
                "{shown} has the plays of a run; give the folder of one, such as {}",
                play.display()
            ),
            None => format!(
                "{shown} has no evidence of a play; give the folder of one, a case file, or an id"
            ),
        }));
    }
    let is_path = folder.components().count() > 1 && !folder.exists();
    is_path.then(|| Failure::usage(format!("{shown}: there is no such folder or file")))
}

/// Tells where everything is, in a form that can be pasted into a shell.
fn announce(
    play: &Play,
    setup: &Setup,
    staged: &Staged,
    by_hand: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    writeln!(
        out,
        "# case {} with seed {}: {}",
        play.case.id, setup.seed, play.case.title
    )?;
    writeln!(out, "# server {}", staged.url())?;
    writeln!(out, "# prompt {}", staged.prompt_file().display())?;
    writeln!(
        out,
        "cd {}",
        quoted(&staged.workdir().display().to_string())
    )?;
    for (name, value) in staged.environment() {
        writeln!(out, "export {name}={}", quoted(&value.to_string_lossy()))?;
    }
    let probes: &[Probe] = if play.case.is_execution() {
        &GUARD
    } else {
        &Probe::ALL
    };
    for probe in probes {
        let url = format!("{}{}", staged.url(), probe.path());
        writeln!(
            out,
            "curl -sf {} >/dev/null; echo \"{} $?\"",
            quoted(&url),
            probe.path()
        )?;
    }
    if by_hand {
        writeln!(out, "# Ctrl-C ends the play and judges it")?;
    }
    Ok(out.flush()?)
}

/// Shows exchanges until somebody says that the play is over.
async fn hold(
    mut staged: Staged,
    cancel: &Cancel,
    transcript: Option<&Path>,
) -> Result<Staged, Failure> {
    let mut shown = 0;
    while tokio::time::timeout(LOOK, cancel.raised()).await.is_err() {
        shown = show(&staged, shown);
    }
    show(&staged, shown);
    let text = match transcript {
        None => String::new(),
        Some(file) if file == Path::new("-") => {
            std::io::read_to_string(std::io::stdin()).map_err(|error| {
                Failure::usage(format!(
                    "cannot read the transcript from standard input: {error}"
                ))
            })?
        }
        Some(file) => bounded::read_text(file, LARGEST_TRANSCRIPT).map_err(|error| {
            Failure::usage(format!(
                "cannot read the transcript {}: {error}",
                file.display()
            ))
        })?,
    };
    staged.performed_by_hand(&text)?;
    Ok(staged)
}

async fn perform(mut staged: Staged, setup: &Setup, cancel: &Cancel) -> Result<Staged, Failure> {
    staged.perform(setup, cancel).await?;
    show(&staged, 0);
    Ok(staged)
}

/// Shows the exchanges behind the one numbered `after`; gives the number of the last one.
fn show(staged: &Staged, after: u64) -> u64 {
    let exchanges = staged.exchanges_after(after);
    for exchange in &exchanges {
        let mut err = std::io::stderr().lock();
        // A terminal that is gone is no reason to end the play.
        let _ = writeln!(err, "{}", line(exchange));
    }
    exchanges.last().map_or(after, |exchange| exchange.seq)
}

fn line(exchange: &Exchange) -> String {
    let faults = if exchange.faults.is_empty() {
        String::new()
    } else {
        format!(" [{}]", exchange.faults.join(", "))
    };
    format!(
        "#{} {} {} -> {}{faults}",
        exchange.seq,
        exchange.method,
        exchange.path,
        outcome_in_words(exchange)
    )
}
