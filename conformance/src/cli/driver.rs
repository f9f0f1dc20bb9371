//! Which agent plays, as all subcommands that play take it.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Failure;
use super::driven::{DrivenOptions, not_attached};
use super::supervision::SupervisionOptions;
use crate::agent::walls::Endpoint;
use crate::agent::{AgentSpec, Outfit, Supervision, placeholders};
use crate::final_text::FinalText;
use crate::preset::{self, BaseUrl, Given, Preset, Program};
use crate::secrets::Secrets;

/// Largest file of credentials that is looked through, in bytes.
const LARGEST_LOGIN: u64 = 1024 * 1024;

/// What can stand in braces in an argument of an agent.
const PLACES: [&str; 5] = ["prompt", "prompt_file", "home", "tmp", "workdir"];

/// Options of everything that plays with an agent.
#[derive(Debug, clap::Args)]
pub(super) struct DriverOptions {
    #[command(flatten)]
    driven: DrivenOptions,
    #[command(flatten)]
    given: PresetOptions,
    /// Where the agent's answer is, if it is not all of its standard output: stdout, last-message,
    /// json:POINTER, jsonl:FILTER:POINTER, file:PATH or file+json:PATH:POINTER
    #[arg(long, value_name = "SOURCE")]
    final_text: Option<FinalText>,
    /// Let the agent inherit only this variable of the environment, beside PATH, locale, TERM, TZ, USER,
    /// LOGNAME and SHELL; NAME* is a beginning; repeatable
    #[arg(long = "env", value_name = "KEEP")]
    env: Vec<String>,
    /// The agent's program and arguments. The prompt is given on stdin, or in place of {prompt} or
    /// {prompt_file} in an argument; {home}, {tmp} and {workdir} are folders of the case. Behind a preset:
    /// further arguments
    #[arg(last = true, value_name = "AGENT ARGV")]
    argv: Vec<OsString>,
}

/// What a preset is given.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct PresetOptions {
    /// The model of a preset, or of OpenCode's server as PROVIDER/MODEL
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// The address of a preset's model endpoint, which is then all that the agent may connect to
    #[arg(long, value_name = "URL")]
    base_url: Option<BaseUrl>,
    /// The environment variable that holds the endpoint's key; each preset has its own
    #[arg(long, value_name = "VARIABLE")]
    api_key_env: Option<String>,
    /// Give the agent a read-only copy of the credentials that the preset's program keeps in your HOME;
    /// a token that it refreshes may sign you out
    #[arg(long)]
    login: bool,
    /// Find presets in this folder, too
    #[arg(long, value_name = "DIR")]
    presets: Option<PathBuf>,
}

/// An agent, and what goes with it.
#[derive(Debug)]
pub(super) struct Driver {
    /// The agent.
    pub(super) agent: AgentSpec,
    /// What is known of its program.
    pub(super) preset: Option<Preset>,
    /// Whether it is looked after before it plays.
    pub(super) wants_doctor: bool,
    endpoints: Vec<Endpoint>,
    readable: Vec<PathBuf>,
}

impl PresetOptions {
    /// The folder of the user's own presets.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.presets.as_deref()
    }

    /// What is given.
    pub(super) fn given(&self, args: Vec<OsString>) -> Given {
        Given {
            model: self.model.clone(),
            base_url: self.base_url.clone(),
            api_key_env: self.api_key_env.clone(),
            args,
            login: self.login,
        }
    }

    /// An option that means nothing without a preset.
    fn misplaced(&self, may_have_model: bool) -> Option<&'static str> {
        [
            ("--model", self.model.is_some() && !may_have_model),
            ("--base-url", self.base_url.is_some()),
            ("--api-key-env", self.api_key_env.is_some()),
            ("--login", self.login),
        ]
        .into_iter()
        .find_map(|(option, is_given)| is_given.then_some(option))
    }
}

impl DriverOptions {
    /// Whether the built-in reference agent plays.
    pub(super) fn is_reference(&self) -> bool {
        self.argv.is_empty() && self.driven.is_reference()
    }

    /// The cases that are played again, where evidence of some was named.
    pub(super) fn recorded(&self) -> Result<Option<Vec<String>>, Failure> {
        self.driven.recorded()
    }

    /// Whether no agent was chosen at all.
    pub(super) fn is_nobody(&self) -> bool {
        self.argv.is_empty() && self.driven.is_unsaid()
    }

    /// Whether nothing stands behind `--`, where a program belongs.
    pub(super) fn has_no_program(&self) -> bool {
        self.argv.is_empty() && self.driven.preset().is_none()
    }

    /// Lets `supervision` fit how the agent is spoken with. Without `is_alone` the case's server is to be
    /// reached from outside the walls, too.
    pub(super) fn fit(
        &self,
        supervision: &mut SupervisionOptions,
        is_alone: bool,
    ) -> Result<(), Failure> {
        if self.driven.is_attached() && !self.env.is_empty() {
            return Err(not_attached("--env"));
        }
        self.driven.fit(supervision, is_alone)
    }

    /// The agent.
    pub(super) fn driver(self) -> Result<Driver, Failure> {
        if self.argv.first().is_some_and(|first| first.is_empty()) {
            let what = match self.driven.preset() {
                Some(_) => "first argument",
                None => "program",
            };
            return Err(Failure::usage(format!(
                "the {what} behind `--` is an empty string (an empty variable?)"
            )));
        }
        if self.final_text.is_some() && self.driven.is_spoken_with() {
            return Err(Failure::usage(
                "--final-text is for programs that print their answer; over a protocol it is known",
            ));
        }
        let keep = (!self.env.is_empty()).then_some(self.env);
        let mut driver = match self.driven.preset() {
            Some(name) => Driver::of_preset(name, &self.given, self.argv)?,
            None => Driver::of_program(self.driven, &self.given, self.argv)?,
        };
        let outfit = Outfit {
            keep,
            ..driver.agent.outfit().clone()
        };
        driver.agent = driver.agent.wearing(outfit);
        if let Some(source) = self.final_text {
            driver.agent = driver.agent.telling(source);
        }
        Ok(driver)
    }
}

impl Driver {
    fn of_program(
        driven: DrivenOptions,
        given: &PresetOptions,
        argv: Vec<OsString>,
    ) -> Result<Self, Failure> {
        if let Some(option) = given.misplaced(driven.is_spoken_with()) {
            let message =
                format!("{option} is for presets: --agent preset:NAME (`agents` lists them)");
            return Err(Failure::usage(message));
        }
        if let Some((name, place)) = argv.iter().find_map(|word| misspelt(word)) {
            // A terminal that is gone is no reason to fail.
            let _ = writeln!(
                std::io::stderr().lock(),
                "note: the program gets {{{name}}} as it stands; did you mean {{{place}}}?"
            );
        }
        let known = preset::all(given.folder())?;
        let wants_doctor = driven.is_spoken_with();
        let readable = argv.first().and_then(|program| Program::named(program));
        let preset = preset::of_program(&argv, known);
        Ok(Self {
            agent: driven.spec(argv, given.model.as_deref())?,
            preset,
            wants_doctor,
            endpoints: Vec::new(),
            readable: readable
                .map(|program| program.folders())
                .unwrap_or_default(),
        })
    }

    fn of_preset(
        name: &str,
        options: &PresetOptions,
        args: Vec<OsString>,
    ) -> Result<Self, Failure> {
        let preset = preset::find(name, options.folder())?;
        let given = options.given(args);
        let dressed = preset.dressed(&given, |name| std::env::var_os(name))?;
        conceal(&dressed.copied, given.api_key_env.as_deref());
        if !dressed.copied.is_empty() {
            let files: Vec<String> = dressed
                .copied
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            // A terminal that is gone is no reason to fail.
            let _ = writeln!(
                std::io::stderr().lock(),
                "note: the agent gets read-only copies of {}; a token that it refreshes there may sign you out here",
                files.join(", ")
            );
        }
        Ok(Self {
            readable: Program::of(&preset)
                .map(|found| found.folders())
                .unwrap_or_default(),
            agent: dressed.agent,
            preset: Some(preset),
            wants_doctor: true,
            endpoints: dressed.endpoints,
        })
    }

    /// Lets it reach what it needs.
    pub(super) fn held(&self, mut supervision: Supervision) -> Supervision {
        if supervision.sandbox {
            supervision.allow_net.extend(self.endpoints.iter().cloned());
            supervision.allow_read.extend(self.readable.iter().cloned());
        }
        supervision
    }
}

/// A name in braces that is nearly one for which something is put in, and that one.
fn misspelt(word: &OsStr) -> Option<(String, &'static str)> {
    let word = word.to_str()?;
    placeholders(word)
        .filter(|name| !PLACES.contains(name))
        .find_map(|name| {
            let mut places = PLACES.into_iter();
            let near = places.find(|place| strsim::damerau_levenshtein(name, place) == 1)?;
            Some((name.to_owned(), near))
        })
}

/// Keeps what is in these files, and the key, out of everything that is kept.
fn conceal(files: &[PathBuf], key: Option<&str>) {
    let contents = files.iter().filter_map(|file| {
        // What cannot be read is not copied either, and that is an error of its own.
        crate::bounded::read_file(file, LARGEST_LOGIN)
            .ok()
            .flatten()
    });
    let tokens = contents.flat_map(|content| Secrets::tokens_in(&content));
    let key = key.and_then(std::env::var_os);
    let key = key.map(std::os::unix::ffi::OsStringExt::into_vec);
    Secrets::learn(tokens.chain(key));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_that_is_misspelt_is_noticed() {
        let of = |word: &str| misspelt(OsStr::new(word));
        assert_eq!(of("--do={promt}"), Some(("promt".to_owned(), "prompt")));
        for word in ["{prompt}", "{prompt_file}", "{name}", "{\"a\": {b}}", "x"] {
            assert_eq!(of(word), None, "{word}");
        }
    }
}
