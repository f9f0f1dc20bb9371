//! From a preset and what the user gives to an agent.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use super::file::{GIVEN, LoginFile, Value, Word};
use super::{BaseUrl, Preset, PresetError};
use crate::agent::walls::Endpoint;
use crate::agent::{AgentSpec, Login, Outfit, fill};

/// Where what stands behind `--` goes.
const ARGS: &str = "{args}";

/// The key for endpoints that want none, of programs that want one.
const NO_KEY: &str = "none-needed";

/// What the user gives.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The model's name.
    pub model: Option<String>,
    /// The address of its endpoint.
    pub base_url: Option<BaseUrl>,
    /// The variable that holds the key.
    pub api_key_env: Option<String>,
    /// Further arguments.
    pub args: Vec<OsString>,
    /// Whether credentials of the user's are copied.
    pub login: bool,
}

/// An agent made of a preset.
#[derive(Debug, Clone)]
pub struct Dressed {
    /// The agent.
    pub agent: AgentSpec,
    /// Where it must be able to connect to.
    pub endpoints: Vec<Endpoint>,
    /// The user's files that it gets a copy of.
    pub copied: Vec<PathBuf>,
}

impl Preset {
    /// The agent, where `variable` tells the variables of the user's environment.
    ///
    /// # Errors
    /// Fails when something is not given that must be.
    pub fn dressed(
        &self,
        given: &Given,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Dressed, PresetError> {
        let values = self.values(given, &variable);
        for required in &self.requires {
            if !values.contains_key(required.as_str()) {
                let (name, option) = (&self.name, required.replace('_', "-"));
                let message = format!("the preset `{name}` needs --{option}");
                return Err(PresetError::Lacking(message));
            }
        }
        let value = |name: &str| values.get(name).map(|value| Cow::from(value.as_str()));
        let mut argv: Vec<OsString> = Vec::new();
        let mut has_args = false;
        for word in self.words(&values) {
            if word == ARGS {
                argv.extend(given.args.iter().cloned());
                has_args = true;
            } else {
                argv.push(fill(word, value).into());
            }
        }
        if !has_args {
            argv.extend(given.args.iter().cloned());
        }
        let logins = if given.login {
            self.logins(&variable)?
        } else {
            Vec::new()
        };
        let copied = logins.iter().map(|login| login.from.clone()).collect();
        let outfit = self.outfit(&values, logins);
        let agent = AgentSpec::exec(argv).ok_or_else(|| {
            PresetError::Lacking(format!("the preset `{}` names no program", self.name))
        })?;
        Ok(Dressed {
            agent: agent
                .called(&format!("preset:{}", self.name))
                .wearing(outfit)
                .telling(self.final_text.clone())
                .metered(self.usage.clone()),
            endpoints: self.endpoints(given),
            copied,
        })
    }

    fn values(
        &self,
        given: &Given,
        variable: &impl Fn(&str) -> Option<OsString>,
    ) -> BTreeMap<&'static str, String> {
        let key_env = given.api_key_env.as_ref().unwrap_or(&self.api_key_env);
        let key = variable(key_env).map(|key| key.to_string_lossy().into_owned());
        let key = key.filter(|key| !key.is_empty());
        let url = given.base_url.as_ref();
        let mut values = BTreeMap::from([("api_key_env", key_env.clone())]);
        let mut add = |name, value: Option<String>| {
            if let Some(value) = value {
                values.insert(name, value);
            }
        };
        add("model", given.model.clone());
        add("base_url", url.map(|url| url.text().to_owned()));
        add("root_url", url.map(|url| url.root().to_owned()));
        add("v1_url", url.map(BaseUrl::versioned));
        add("api_key", key.or_else(|| url.map(|_| NO_KEY.to_owned())));
        values
    }

    fn words<'p>(&'p self, values: &BTreeMap<&str, String>) -> Vec<&'p str> {
        let has = |name: &Option<String>| {
            name.as_deref()
                .is_some_and(|name| values.contains_key(name))
        };
        let kept = self.argv.iter().flat_map(|word| match word {
            Word::One(word) => std::slice::from_ref(word),
            Word::Group(words) => whole(words, values),
            Word::If {
                given,
                unless,
                words,
            } => {
                let is_meant = (given.is_none() || has(given)) && !has(unless);
                if is_meant { whole(words, values) } else { &[] }
            }
        });
        kept.map(String::as_str).collect()
    }

    fn outfit(&self, values: &BTreeMap<&str, String>, logins: Vec<Login>) -> Outfit {
        let value = |name: &str| values.get(name).map(|value| Cow::from(value.as_str()));
        let mut environment = Vec::new();
        if let (Some(name), Some(key)) = (values.get("api_key_env"), values.get("api_key")) {
            environment.push((name.clone(), key.clone()));
        }
        for (name, given) in &self.environment {
            let text = match given {
                Value::Always(text) => text,
                Value::If { given, value } if values.contains_key(given.as_str()) => value,
                Value::If { .. } => continue,
            };
            if is_whole(text, values) {
                environment.push((name.clone(), fill(text, value)));
            }
        }
        let files = self
            .files
            .iter()
            .filter(|file| is_whole(&file.text, values));
        let files = files.map(|file| (file.path.clone(), fill(&file.text, value)));
        Outfit {
            environment,
            files: files.collect(),
            logins,
            keep: None,
        }
    }

    fn endpoints(&self, given: &Given) -> Vec<Endpoint> {
        let mut endpoints = match &given.base_url {
            Some(url) => vec![url.endpoint().clone()],
            None => self.hosts.clone(),
        };
        if given.login {
            endpoints.extend(self.login_hosts.iter().cloned());
        }
        endpoints
    }

    fn logins(
        &self,
        variable: &impl Fn(&str) -> Option<OsString>,
    ) -> Result<Vec<Login>, PresetError> {
        let found = |file: &LoginFile| {
            let spelt = file.from.split('|');
            let mut paths = spelt.filter_map(|path| located(path, variable));
            let from = paths.find(|path| path.is_file())?;
            Some(Login {
                from,
                to: file.to.clone(),
            })
        };
        let logins: Vec<Login> = self.login.iter().filter_map(found).collect();
        if !logins.is_empty() {
            return Ok(logins);
        }
        let (name, files) = (&self.name, &self.login);
        if files.is_empty() {
            let message = format!("the preset `{name}` knows no files that a login consists of");
            return Err(PresetError::Lacking(message));
        }
        let files: Vec<&str> = files.iter().map(|file| file.from.as_str()).collect();
        let how = self.login_command.as_deref().unwrap_or(self.program());
        let files = files.join(", ").replace('|', " or ");
        let message = format!("--login: there is no {files}; sign in first: {how}");
        Err(PresetError::Lacking(message))
    }
}

/// The words, if all placeholders in them have a value.
fn whole<'w>(words: &'w [String], values: &BTreeMap<&str, String>) -> &'w [String] {
    if words.iter().all(|word| is_whole(word, values)) {
        words
    } else {
        &[]
    }
}

/// Whether nothing is lacking for `text`.
fn is_whole(text: &str, values: &BTreeMap<&str, String>) -> bool {
    let lacks = |name: &&str| text.contains(&format!("{{{name}}}")) && !values.contains_key(*name);
    !GIVEN.iter().any(lacks)
}

/// The path that `~` or a variable begins.
fn located(path: &str, variable: &impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let (name, rest) = match path.strip_prefix('$') {
        Some(rest) => rest.split_once('/')?,
        None => match path.strip_prefix("~/") {
            Some(rest) => ("HOME", rest),
            None => return Some(PathBuf::from(path)),
        },
    };
    let base = variable(name).filter(|base| !base.is_empty())?;
    Some(PathBuf::from(base).join(rest))
}
