//! Programs that simulated runs pretend to be: what they print, report, write and refuse, as a function of
//! the arguments that a run's command gives them.
//!
//! A program is data, and performing it makes a [`RunProfile`] of it, once, when the run is launched. The
//! same arguments give the same numbers: chance is drawn from them.

mod command;
mod given;
mod quantity;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::json::{Json, Object};
use crate::profile::{LeftFile, LogLine, MetricRow, RunProfile};

pub use command::Invocation;
pub use given::Called;
use given::Given;
use quantity::Knob;
pub use quantity::{Effect, Quantity};

/// How long a program takes that refuses its arguments, in seconds.
const REFUSAL: f64 = 1.0;

/// Exit code of a program that refuses its arguments.
const USAGE: i64 = 2;

/// A program that simulated runs pretend to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// How commands name it: the end of a word, such as `scripts/train.py`.
    pub name: String,
    /// The arguments that it takes, those without a dash by their places.
    #[serde(default)]
    pub arguments: Vec<Argument>,
    /// The run whose output it takes in, if it takes any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
    /// The numbers that come of it.
    #[serde(default)]
    pub values: Vec<Quantity>,
    /// How often it tells how it goes.
    #[serde(default)]
    pub steps: u32,
    /// What it prints each time.
    #[serde(default)]
    pub prints: String,
    /// The numbers that it reports as metrics each time.
    #[serde(default)]
    pub reports: Vec<String>,
    /// What it prints at the end.
    #[serde(default)]
    pub concludes: String,
    /// The files that it writes at the end.
    #[serde(default)]
    pub writes: Vec<LeftFile>,
    /// When it fails in place of coming to an end.
    #[serde(default)]
    pub fails: Vec<Failure>,
}

/// An argument of a program.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    /// Its name, with its dashes if it has any.
    pub name: String,
    /// What it is where a command does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether the program refuses to work without.
    #[serde(default)]
    pub needed: bool,
    /// Whether it is a number.
    #[serde(default)]
    pub number: bool,
    /// The words that it may be; any where there are none.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// Whether it is that of the run that this one follows, and none of its own command.
    #[serde(default)]
    pub inherited: bool,
}

/// The run whose output a program takes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// The argument that names the folder.
    pub own: String,
    /// The argument by which the other run named it.
    pub theirs: String,
    /// The file in it without which there is nothing to take in.
    pub file: String,
}

/// When and how a program fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The argument or number that decides.
    pub of: String,
    /// It fails above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<f64>,
    /// It fails below this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// It fails where it is this: a number however it is written, a word as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<String>,
    /// When, as a share of the duration from 0 to 1.
    #[serde(default)]
    pub at: f64,
    /// Its exit code.
    #[serde(default = "one")]
    pub exit_code: i64,
    /// What it says, such as a stack trace.
    pub says: String,
}

fn one() -> i64 {
    1
}

/// Tells how the newest finished run called its program whose argument of this name was this path.
pub type Earlier<'a> = &'a dyn Fn(&str, &str) -> Option<Called>;

/// A run that is launched.
#[derive(Debug, Clone, Copy)]
pub struct Launched<'r> {
    /// Its id.
    pub run_id: &'r str,
    /// Its command.
    pub command: &'r str,
}

impl<'r> Launched<'r> {
    /// What a name in a text stands for.
    pub(crate) fn named(self, name: &str) -> Option<&'r str> {
        match name {
            "command" => Some(self.command),
            "run_id" => Some(self.run_id),
            _ => None,
        }
    }
}

impl Program {
    /// What a run does whose command names this program; nothing where it does not. Times are those of
    /// `usual`.
    pub fn perform(
        &self,
        usual: &RunProfile,
        run: Launched<'_>,
        earlier: Earlier<'_>,
    ) -> Option<RunProfile> {
        let invocation = Invocation::of(run.command, &self.name)?;
        let mut profile = RunProfile {
            launch_seconds: usual.launch_seconds,
            duration_seconds: usual.duration_seconds,
            exit_code: 0,
            log: Vec::new(),
            metrics: Vec::new(),
            artifacts: usual.artifacts.clone(),
            files: Vec::new(),
            log_file: invocation.log.as_deref().map(|log| invocation.path(log)),
        };
        let outcome = Given::of(self, run, &invocation, earlier)
            .map_err(|refusal| (refusal.lines, refusal.exit_code));
        match outcome {
            Ok(given) => self.work(&mut profile, &given, &invocation),
            Err((lines, exit_code)) => {
                profile.duration_seconds = usual.duration_seconds.min(REFUSAL);
                profile.exit_code = exit_code;
                profile.log = lines.into_iter().map(at_start).collect();
            }
        }
        if let Some(copy) = &invocation.copy {
            let lines = profile.log.iter().map(|line| format!("{}\n", line.text));
            profile.files.push(LeftFile {
                path: invocation.path(copy),
                text: lines.collect(),
            });
        }
        Some(profile)
    }

    /// How a command calls it; nothing where it does not, or where it would refuse that.
    pub fn called(&self, command: &str) -> Option<Called> {
        Called::of(self, command)
    }

    fn work(&self, profile: &mut RunProfile, given: &Given, invocation: &Invocation) {
        let failure = self.fails.iter().find(|failure| failure.strikes(given));
        let end = failure.map_or(1.0, |failure| failure.at);
        for step in 1..=self.steps {
            let share = f64::from(step) / f64::from(self.steps);
            if share > end {
                break;
            }
            // Told when it happens in a run that goes on, and so at a share of what a failing one takes.
            let at = if end > 0.0 { share / end } else { 1.0 };
            let text = given.filled(&self.prints, share, |name| match name {
                "step" => Some(step.to_string()),
                "steps" => Some(self.steps.to_string()),
                _ => None,
            });
            profile.log.push(LogLine { at, text });
            if !self.reports.is_empty() {
                profile.metrics.push(MetricRow {
                    at,
                    row: self.row(given, step, share),
                });
            }
        }
        let said = if let Some(failure) = failure {
            profile.duration_seconds *= end.clamp(0.0, 1.0);
            profile.exit_code = failure.exit_code;
            given.filled(&failure.says, end, |_| None)
        } else {
            profile.files = self.files(given, invocation);
            given.filled(&self.concludes, 1.0, |_| None)
        };
        profile.log.extend(said.lines().map(at_end));
    }

    fn row(&self, given: &Given, step: u32, share: f64) -> Object {
        let step = ("step".to_owned(), Json::Int(step.into()));
        let numbers = self.reports.iter().filter_map(|name| {
            let number = given.number(name, share)?;
            Some((name.clone(), number.into()))
        });
        std::iter::once(step).chain(numbers).collect()
    }

    fn files(&self, given: &Given, invocation: &Invocation) -> Vec<LeftFile> {
        let written = self.writes.iter().map(|file| LeftFile {
            path: invocation.path(&given.filled(&file.path, 1.0, |_| None)),
            text: given.filled(&file.text, 1.0, |_| None),
        });
        // What is written to a folder that no argument names is written nowhere.
        written.filter(|file| !file.path.contains('{')).collect()
    }

    /// What is wrong with it, if anything is.
    ///
    /// # Errors
    /// Fails with the first thing that is wrong.
    pub fn check(&self) -> Result<(), String> {
        if self.name.is_empty() {
            return Err("the program has no name".to_owned());
        }
        let argument = |name: &String| self.arguments.iter().any(|own| own.name == *name);
        let value = |name: &String| self.values.iter().any(|own| own.name == *name);
        let follows = self.follows.iter().map(|follows| &follows.own);
        let effects = self.values.iter().flat_map(|value| &value.effects);
        let arguments = follows.chain(effects.map(|effect| &effect.of));
        if let Some(name) = arguments.into_iter().find(|name| !argument(name)) {
            return Err(format!("{}: there is no argument {name}", self.name));
        }
        if let Some(name) = self.reports.iter().find(|name| !value(name)) {
            return Err(format!("{}: there is no value {name}", self.name));
        }
        let deciding = self.fails.iter().map(|failure| &failure.of);
        if let Some(name) = deciding
            .into_iter()
            .find(|name| !argument(name) && !value(name))
        {
            return Err(format!(
                "{}: there is neither an argument nor a value {name}",
                self.name
            ));
        }
        let is_share = |failure: &&Failure| (0.0..=1.0).contains(&failure.at);
        match self.fails.iter().find(|failure| !is_share(failure)) {
            Some(failure) => Err(format!(
                "{}: `at` is {}, give 0 to 1",
                self.name, failure.at
            )),
            None => Ok(()),
        }
    }
}

impl Failure {
    fn strikes(&self, given: &Given) -> bool {
        let setting = given.setting(&self.of);
        let number = setting.and_then(Knob::number);
        let is_above = self
            .above
            .is_some_and(|bound| number.is_some_and(|own| own > bound));
        let is_below = self
            .below
            .is_some_and(|bound| number.is_some_and(|own| own < bound));
        let equals = self.equals.as_deref();
        let is_equal = equals.is_some_and(|equal| setting.is_some_and(|own| own.is(equal)));
        is_above || is_below || is_equal
    }
}

fn at_start(text: String) -> LogLine {
    LogLine { at: 0.0, text }
}

fn at_end(text: &str) -> LogLine {
    LogLine {
        at: 1.0,
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
