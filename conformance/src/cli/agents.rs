//! `agents`: the programs that are known, and what starting one comes to.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use super::driver::PresetOptions;
use super::formats::ListFormat;
use super::runtime::this_program;
use super::{Failure, shell};
use crate::preset::{self, Dressed, Given, Preset, Program};

/// Options of `agents`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct AgentsOptions {
    #[command(subcommand)]
    command: Option<AgentsCommand>,
    /// The list's format
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    report: ListFormat,
    /// Find presets in this folder, too
    #[arg(long, value_name = "DIR")]
    presets: Option<std::path::PathBuf>,
}

#[derive(Debug, clap::Subcommand)]
enum AgentsCommand {
    /// Show the command, the environment and the files that a preset comes to
    Show(ShowOptions),
}

#[derive(Debug, clap::Args)]
struct ShowOptions {
    /// The preset's name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    given: PresetOptions,
    /// Further arguments of the program
    #[arg(last = true, value_name = "ARGUMENT")]
    args: Vec<OsString>,
}

pub(super) fn agents(options: &AgentsOptions, out: &mut impl Write) -> Result<u8, Failure> {
    match &options.command {
        Some(AgentsCommand::Show(options)) => show(options, out),
        None => {
            let presets = preset::all(options.presets.as_deref())?;
            match options.report {
                ListFormat::Text => list(&presets, out)?,
                ListFormat::Json => writeln!(out, "{:#}", told(&presets))?,
            }
            Ok(0)
        }
    }
}

fn list(presets: &[Preset], out: &mut impl Write) -> io::Result<()> {
    for preset in presets {
        let found = match Program::of(preset) {
            Some(program) => format!("found at {}", program.path.display()),
            None => format!("not found; {}", preset.install),
        };
        writeln!(out, "{:16}{}: {found}", preset.name, preset.title)?;
        writeln!(out, "{:16}  {}{}", "", needs(preset), meter(preset))?;
    }
    Ok(())
}

/// Whether a preset's program tells what a play costs, in words.
fn meter(preset: &Preset) -> &'static str {
    match &preset.usage {
        Some(usage) if usage.tells_money() => "; tells tokens and money",
        Some(_) => "; tells tokens",
        None => "",
    }
}

/// What a preset must be given, in words.
fn needs(preset: &Preset) -> String {
    let mut needed: Vec<String> = preset
        .requires
        .iter()
        .map(|name| format!("--{}", name.replace('_', "-")))
        .collect();
    needed.push(preset.needs.clone().unwrap_or_else(|| {
        let key = format!("--base-url URL or a key in {}", preset.api_key_env);
        let login = if preset.login.is_empty() {
            ""
        } else {
            " or --login"
        };
        key + login
    }));
    format!("needs {}", needed.join(", and "))
}

fn told(presets: &[Preset]) -> serde_json::Value {
    let all = presets.iter().map(|preset| {
        json!({
            "name": preset.name,
            "title": preset.title,
            "install": preset.install,
            "minimum": preset.minimum,
            "program": preset.program(),
            "path": Program::of(preset).map(|program| program.path),
            "requires": preset.requires,
            "needs": needs(preset).trim_start_matches("needs "),
            "api_key_env": preset.api_key_env,
            "login": preset.login.iter().map(|login| &login.from).collect::<Vec<_>>(),
            "final_text": preset.final_text.to_string(),
            "quirks": preset.quirks,
        })
    });
    all.collect()
}

fn show(options: &ShowOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let preset = preset::find(&options.name, options.given.folder())?;
    writeln!(out, "{}: {}", preset.name, preset.title)?;
    writeln!(out, "program: {}", version(&preset, &this_program()?))?;
    writeln!(out, "{}", needs(&preset))?;
    let given = options.given.given(options.args.clone());
    let missing = given.model.is_none() || given.base_url.is_none();
    let lacks_required = preset.dressed(&given, shown).is_err();
    if !(missing && lacks_required) {
        tell(&preset, &preset.dressed(&given, shown)?, out)?;
    }
    if missing {
        let example = Given {
            model: given.model.clone().or_else(|| Some("MODEL".to_owned())),
            base_url: given
                .base_url
                .clone()
                .or_else(|| "http://HOST:8000/v1".parse().ok()),
            ..given
        };
        writeln!(out, "\nwith --model MODEL --base-url http://HOST:8000/v1:")?;
        tell(&preset, &preset.dressed(&example, shown)?, out)?;
    }
    for quirk in &preset.quirks {
        writeln!(out, "note: {quirk}")?;
    }
    Ok(0)
}

/// A variable of the user's as it is shown: keys by their name alone.
fn shown(name: &str) -> Option<OsString> {
    let value = std::env::var_os(name)?;
    let leads_to_files = name.ends_with("HOME") || name.ends_with("DIR");
    Some(if leads_to_files {
        value
    } else {
        format!("${name}").into()
    })
}

fn version(preset: &Preset, launcher: &Path) -> String {
    let least = preset.minimum.as_ref();
    let least = least.map_or_else(String::new, |least| format!(", at least {least} is needed"));
    match Program::of(preset).map(|program| program.asked(Some(launcher))) {
        None => format!("{} is not found; {}", preset.program(), preset.install),
        Some(found) => {
            let version = found.version.as_deref().unwrap_or("unknown");
            format!("{}, version {version}{least}", found.path.display())
        }
    }
}

fn tell(preset: &Preset, dressed: &Dressed, out: &mut impl Write) -> io::Result<()> {
    let argv = dressed.agent.argv().iter();
    let words: Vec<String> = argv
        .map(|word| shell::word(&word.to_string_lossy()))
        .collect();
    writeln!(out, "command: {}", words.join(" "))?;
    let all = words.join(" ");
    let channel = match (all.contains("{prompt}"), all.contains("{prompt_file}")) {
        (true, _) => "in an argument",
        (_, true) => "in a file",
        _ => "on standard input",
    };
    writeln!(out, "prompt: {channel}")?;
    writeln!(out, "answer: {}", preset.final_text)?;
    let outfit = dressed.agent.outfit();
    for (name, value) in &outfit.environment {
        writeln!(out, "environment: {name}={}", shell::word(value))?;
    }
    for (path, text) in &outfit.files {
        writeln!(out, "file: ~/{}", path.display())?;
        for line in text.lines() {
            writeln!(out, "    {line}")?;
        }
    }
    for login in &outfit.logins {
        writeln!(
            out,
            "copy: {} to ~/{}",
            login.from.display(),
            login.to.display()
        )?;
    }
    let reach: Vec<String> = dressed.endpoints.iter().map(ToString::to_string).collect();
    writeln!(out, "may connect to: {}", reach.join(", "))
}
