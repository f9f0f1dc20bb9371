//! A preset's file.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Deserializer};

use crate::agent::placeholders;
use crate::agent::walls::Endpoint;
use crate::final_text::FinalText;
use crate::usage::UsageSource;

/// The placeholders that are filled in before an agent is known.
pub(super) const GIVEN: [&str; 6] = [
    "model",
    "base_url",
    "root_url",
    "v1_url",
    "api_key",
    "api_key_env",
];

/// Those that are filled in with each play, and `{args}`, which stands for arguments.
const PLACES: [&str; 6] = ["prompt", "prompt_file", "home", "tmp", "workdir", "args"];

/// What goes wrong with presets.
#[derive(Debug, thiserror::Error)]
pub enum PresetError {
    /// A file is no preset.
    #[error("the preset {}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A folder of presets cannot be read.
    #[error("cannot read the folder of presets {}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no preset of that name.
    #[error("there is no preset `{name}`{near} `wild-conformance agents` lists all")]
    Unknown {
        /// The name.
        name: String,
        /// The nearest name, in words.
        near: String,
    },
    /// A preset wants something that was not given.
    #[error("{0}")]
    Lacking(String),
}

impl PresetError {
    pub(super) fn new(path: &Path, problem: impl Into<String>) -> Self {
        Self::File {
            path: path.to_owned(),
            problem: problem.into(),
        }
    }
}

/// An agent program, and how it is started.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its name, which is the file's.
    #[serde(skip)]
    pub name: String,
    /// What it is.
    pub title: String,
    /// The command that installs it.
    pub install: String,
    /// The oldest version that fits.
    #[serde(default)]
    pub minimum: Option<String>,
    pub(super) argv: Vec<Word>,
    /// Where the answer is.
    #[serde(deserialize_with = "parsed")]
    pub final_text: FinalText,
    /// What must be given: `model`, `base_url`.
    #[serde(default)]
    pub requires: Vec<String>,
    /// What must be given beside that, in words, where it is not what a key, an endpoint or a login comes to.
    #[serde(default)]
    pub needs: Option<String>,
    /// The variable with the key, unless another one is named.
    pub api_key_env: String,
    /// Where it connects to by itself.
    #[serde(default, deserialize_with = "parsed_all")]
    pub hosts: Vec<Endpoint>,
    /// What a login needs to reach.
    #[serde(default, deserialize_with = "parsed_all")]
    pub login_hosts: Vec<Endpoint>,
    /// How a user signs in.
    #[serde(default)]
    pub login_command: Option<String>,
    #[serde(default)]
    pub(super) environment: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) files: Vec<HomeFile>,
    /// The user's files that a login consists of.
    #[serde(default)]
    pub login: Vec<LoginFile>,
    /// Where it tells what a play costs.
    #[serde(default)]
    pub usage: Option<UsageSource>,
    /// Texts in the output that give an ailment away, by its key.
    #[serde(default)]
    pub signs: BTreeMap<String, Vec<String>>,
    /// What mends an ailment, by its key.
    #[serde(default)]
    pub mends: BTreeMap<String, String>,
    /// What one has to know.
    #[serde(default)]
    pub quirks: Vec<String>,
}

/// An argument, or several that are left out together.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Word {
    One(String),
    Group(Vec<String>),
    If {
        #[serde(default)]
        given: Option<String>,
        #[serde(default)]
        unless: Option<String>,
        words: Vec<String>,
    },
}

/// A variable's value.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Value {
    Always(String),
    If { given: String, value: String },
}

/// A file of the scratch `HOME`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HomeFile {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// A file with credentials.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginFile {
    /// The user's; of several with `|` between the first that exists.
    pub from: String,
    /// The copy, below `HOME`.
    pub to: PathBuf,
}

impl Preset {
    /// Reads the file at `path`, which holds `text`.
    pub(super) fn read(path: &Path, text: &str) -> Result<Self, PresetError> {
        let failed = |problem: String| PresetError::new(path, problem);
        let mut preset: Self = toml::from_str(text).map_err(|error| failed(error.to_string()))?;
        let name = path.file_stem().unwrap_or_default();
        preset.name = name.to_string_lossy().into_owned();
        match preset.problem() {
            Some(problem) => Err(failed(problem)),
            None => Ok(preset),
        }
    }

    /// The program that it starts.
    pub fn program(&self) -> &str {
        match self.argv.first() {
            Some(Word::One(program)) => program,
            _ => "",
        }
    }

    /// What makes no sense in it.
    fn problem(&self) -> Option<String> {
        if self.program().is_empty() {
            return Some("`argv` must begin with the program".to_owned());
        }
        let conditions = self.conditions().into_iter();
        let mut required = conditions.chain(self.requires.iter().map(String::as_str));
        if let Some(name) = required.find(|name| !GIVEN.contains(name)) {
            return Some(format!(
                "nobody gives `{name}`; there are {}",
                GIVEN.join(", ")
            ));
        }
        let known = |name: &&str| GIVEN.contains(name) || PLACES.contains(name);
        let unknown = self
            .texts()
            .into_iter()
            .flat_map(placeholders)
            .find(|name| !known(name));
        if let Some(name) = unknown {
            return Some(format!("the placeholder `{{{name}}}` is not known"));
        }
        let files = self.files.iter().map(|file| &file.path);
        let mut paths = files.chain(self.login.iter().map(|login| &login.to));
        let stays = |path: &&PathBuf| path.components().all(|c| matches!(c, Component::Normal(_)));
        let stray = paths.find(|path| !stays(path));
        stray.map(|path| format!("{} is no path below HOME", path.display()))
    }

    fn conditions(&self) -> Vec<&str> {
        let words = self.argv.iter().flat_map(|word| match word {
            Word::If { given, unless, .. } => [given.as_deref(), unless.as_deref()],
            _ => [None, None],
        });
        let variables = self.environment.values().map(|value| match value {
            Value::If { given, .. } => Some(given.as_str()),
            Value::Always(_) => None,
        });
        words.chain(variables).flatten().collect()
    }

    /// Everything that placeholders stand in.
    fn texts(&self) -> Vec<&str> {
        let words = self.argv.iter().flat_map(|word| match word {
            Word::One(word) => std::slice::from_ref(word),
            Word::Group(words) | Word::If { words, .. } => words,
        });
        let variables = self.environment.values().map(|value| match value {
            Value::Always(value) | Value::If { value, .. } => value,
        });
        let files = self.files.iter().map(|file| &file.text);
        words
            .chain(variables)
            .chain(files)
            .map(String::as_str)
            .collect()
    }
}

fn parsed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FinalText, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

fn parsed_all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Endpoint>, D::Error> {
    let texts: Vec<String> = Vec::deserialize(deserializer)?;
    let parse = |text: &String| text.parse().map_err(serde::de::Error::custom);
    texts.iter().map(parse).collect()
}
