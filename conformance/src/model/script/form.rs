//! A script as it is written: TOML.

use serde::Deserialize;

/// A script file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    /// What the model does, in one line.
    pub(super) about: String,
    /// The shipped script that this one changes.
    pub(super) extends: Option<String>,
    /// Codes of the rules that an agent breaks that does as the model says.
    #[serde(default)]
    pub(super) breaks: Vec<String>,
    /// The case in which that shows.
    pub(super) case: Option<String>,
    /// Names of shell tools that are not known otherwise.
    #[serde(default)]
    pub(super) shells: Vec<String>,
    /// Steps that are left out of what is extended.
    #[serde(default)]
    pub(super) drop: Vec<String>,
    /// Changes of steps of what is extended.
    #[serde(default, rename = "edit")]
    pub(super) edits: Vec<StepEdit>,
    /// Changes of the plan that `{plan}` stands for.
    #[serde(default, rename = "plan")]
    pub(super) plan_edits: Vec<Edit>,
    /// What is done in iteration 0.
    #[serde(default)]
    pub(super) planning: Vec<Step>,
    /// What is done in a later iteration.
    #[serde(default)]
    pub(super) execution: Vec<Step>,
}

/// One step: a tool call, or the end of the turn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) name: String,
    /// Words ahead of the tool call.
    #[serde(default)]
    pub(super) say: String,
    /// A shell command.
    pub(super) run: Option<String>,
    /// What follows the command, once for each run that the task in hand asks for.
    pub(super) each_run: Option<String>,
    /// A file to read.
    pub(super) read: Option<String>,
    /// A file to write.
    pub(super) write: Option<File>,
    /// The final text.
    pub(super) answer: Option<String>,
    /// Conditions that must all hold.
    #[serde(default)]
    pub(super) when: Vec<String>,
    /// Conditions of which none may hold.
    #[serde(default)]
    pub(super) unless: Vec<String>,
    /// How often the step is taken, for as long as its conditions allow.
    #[serde(default = "once")]
    pub(super) times: u16,
    /// In a script that extends another: the step ahead of which this one comes.
    pub(super) before: Option<String>,
    /// The step behind which this one comes.
    pub(super) after: Option<String>,
    /// The step whose place this one takes.
    pub(super) instead: Option<String>,
}

fn once() -> u16 {
    1
}

/// A file to write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) content: String,
}

/// A change of a step's texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepEdit {
    pub(super) step: String,
    pub(super) replace: String,
    pub(super) with: String,
}

/// A change of the plan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edit {
    pub(super) replace: String,
    pub(super) with: String,
}

impl Step {
    /// Its texts, in which placeholders can stand, beside `each_run`, which has some of its own.
    pub(super) fn texts(&self) -> impl Iterator<Item = &String> {
        let file = self
            .write
            .iter()
            .flat_map(|file| [&file.path, &file.content]);
        let rest = [&self.run, &self.read, &self.answer];
        std::iter::once(&self.say)
            .chain(rest.into_iter().flatten())
            .chain(file)
    }

    /// The same, to be changed.
    pub(super) fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let file = self
            .write
            .iter_mut()
            .flat_map(|file| [&mut file.path, &mut file.content]);
        let rest = [
            &mut self.run,
            &mut self.each_run,
            &mut self.read,
            &mut self.answer,
        ];
        std::iter::once(&mut self.say)
            .chain(rest.into_iter().flatten())
            .chain(file)
    }

    /// How many things it does; one is right.
    pub(super) fn deeds(&self) -> usize {
        [
            self.run.is_some(),
            self.read.is_some(),
            self.write.is_some(),
            self.answer.is_some(),
        ]
        .into_iter()
        .filter(|is_there| *is_there)
        .count()
    }
}
