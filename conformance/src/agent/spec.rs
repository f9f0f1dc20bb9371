//! Which program plays the agent.

use std::ffi::OsString;
use std::path::{Component, Path};

use super::adapter::{Adapter, OpencodeHttp};
use super::fill::fill;
use super::outfit::Outfit;
use super::places::Places;
use super::replay::Recording;
use crate::final_text::FinalText;
use crate::secrets::Secrets;
use crate::usage::UsageSource;

/// Placeholder for the prompt's text in an agent's arguments.
const PROMPT: &str = "{prompt}";

/// Placeholder for the path of a file that holds the prompt.
const PROMPT_FILE: &str = "{prompt_file}";

/// Most characters of a command line that serve as the agent's name.
const LONGEST_LABEL: usize = 100;

/// A program and its arguments, which are never passed through a shell, with what it finds and where its
/// final text is.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentSpec {
    label: String,
    argv: Vec<OsString>,
    adapter: Adapter,
    outfit: Outfit,
    final_text: FinalText,
    usage: Option<UsageSource>,
    /// What it is given in place of the prompt, where it plays something again.
    recording: Option<Recording>,
}

impl AgentSpec {
    /// The built-in reference agent, as a subprocess of `program`, which is `wild-conformance`.
    pub fn reference(program: &Path) -> Self {
        Self {
            label: "reference".to_owned(),
            argv: vec![program.into(), "agent".into()],
            adapter: Adapter::Stdio,
            outfit: Outfit::default(),
            final_text: FinalText::Stdout,
            usage: None,
            recording: None,
        }
    }

    /// A foreign program. The prompt is given on standard input, or in place of `{prompt}` or
    /// `{prompt_file}` where an argument contains one of them. `None` when `argv` is empty, or when the
    /// program's name is.
    ///
    /// An agent works in the case's workspace. A relative path of a file that is there now, where the
    /// harness was started, is therefore made absolute, so that `-- bash agents/mine.sh` finds it.
    pub fn exec(argv: Vec<OsString>) -> Option<Self> {
        argv.first().filter(|program| !program.is_empty())?;
        let words: Vec<_> = argv.iter().map(|word| word.to_string_lossy()).collect();
        Some(Self {
            label: label(&words.join(" ")),
            argv: argv.into_iter().map(found_from_here).collect(),
            adapter: Adapter::Stdio,
            outfit: Outfit::default(),
            final_text: FinalText::Stdout,
            usage: None,
            recording: None,
        })
    }

    /// The same agent under another name.
    #[must_use]
    pub fn called(mut self, name: &str) -> Self {
        self.label = label(name);
        self
    }

    /// The same agent with one more argument.
    #[must_use]
    pub fn with_arg(mut self, arg: impl Into<OsString>) -> Self {
        self.argv.push(arg.into());
        self
    }

    /// What was recorded, played again by `program`, which is `wild-conformance`. It goes by `name`.
    pub fn replay(program: &Path, name: &str, recording: Recording) -> Self {
        Self {
            label: label(name),
            argv: vec![program.into(), "replay".into()],
            recording: Some(recording),
            ..Self::reference(program)
        }
    }

    /// What goes to standard input, if anything does.
    pub(super) fn input(&self, case: &str, prompt: &str) -> Result<Option<String>, String> {
        match &self.recording {
            Some(recording) => recording.of(case).map(Some),
            None => Ok(self.reads_stdin().then(|| prompt.to_owned())),
        }
    }

    /// An OpenCode server that somebody else has started.
    pub fn attached(server: OpencodeHttp) -> Self {
        let url = server.attach.as_ref().map_or("", |url| url.shown());
        Self {
            label: label(&format!("opencode-http {url}")),
            argv: Vec::new(),
            adapter: Adapter::OpencodeHttp(server),
            outfit: Outfit::default(),
            final_text: FinalText::Stdout,
            usage: None,
            recording: None,
        }
    }

    /// The same agent with this environment and these files.
    #[must_use]
    pub fn wearing(mut self, outfit: Outfit) -> Self {
        self.outfit = outfit;
        self
    }

    /// The same agent, whose final text is there.
    #[must_use]
    pub fn telling(mut self, final_text: FinalText) -> Self {
        self.final_text = final_text;
        self
    }

    /// The same program, spoken with by `adapter`, which goes by that name.
    #[must_use]
    pub fn spoken_with(mut self, name: &str, adapter: Adapter) -> Self {
        self.label = label(&format!("{name} {}", self.label));
        self.adapter = adapter;
        self
    }

    /// How the program is spoken with.
    pub(super) fn adapter(&self) -> &Adapter {
        &self.adapter
    }

    /// Whether the program is spoken with over a protocol.
    pub fn is_spoken_with(&self) -> bool {
        self.adapter != Adapter::Stdio
    }

    /// The same agent, whose program tells there what a play costs.
    #[must_use]
    pub fn metered(mut self, usage: Option<UsageSource>) -> Self {
        self.usage = usage;
        self
    }

    /// Where its program tells what a play costs.
    pub fn usage(&self) -> Option<&UsageSource> {
        self.usage.as_ref()
    }

    /// Whether its program may tell what a play costs in money: of a protocol's, only a play tells.
    pub fn may_tell_money(&self) -> bool {
        self.is_spoken_with() || self.usage.as_ref().is_some_and(UsageSource::tells_money)
    }

    /// How reports name the agent.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Its program and arguments, placeholders included.
    pub fn argv(&self) -> &[OsString] {
        &self.argv
    }

    /// What it finds beside its prompt.
    pub fn outfit(&self) -> &Outfit {
        &self.outfit
    }

    /// Where its final text is.
    pub fn final_text(&self) -> &FinalText {
        &self.final_text
    }

    /// What it plays again, if it does.
    pub(super) fn recording(&self) -> Option<&Recording> {
        self.recording.as_ref()
    }

    /// Whether the prompt goes to standard input: no argument takes it.
    pub(super) fn reads_stdin(&self) -> bool {
        !self.argv.iter().any(|arg| {
            let arg = arg.to_string_lossy();
            arg.contains(PROMPT) || arg.contains(PROMPT_FILE)
        })
    }

    /// Whether anything is written to its standard input.
    pub(super) fn takes_input(&self) -> bool {
        self.adapter.takes_input(self.reads_stdin())
    }

    /// The arguments with placeholders filled in.
    pub(super) fn argv_for(&self, places: Places<'_>) -> Vec<OsString> {
        let filled = |arg: &OsString| match arg.to_str() {
            Some(text) => fill(text, |name| places.value(name)).into(),
            None => arg.clone(),
        };
        self.argv.iter().map(filled).collect()
    }
}

/// Without what identifies the user.
fn label(words: &str) -> String {
    let words = Secrets::of_this_process().covered(words);
    words.chars().take(LONGEST_LABEL).collect()
}

/// An argument that is the relative path of an existing file, with a slash in it, made absolute; and without
/// `..`, which no file system that lacks the folder on the way can follow. Where its own name is a link, that
/// stays: some programs go by it.
fn found_from_here(arg: OsString) -> OsString {
    let path = Path::new(&arg);
    let leads_back = path.components().any(|part| part == Component::ParentDir);
    let is_meant = path.is_relative() && path.components().count() > 1 || leads_back;
    if !is_meant || !path.is_file() {
        return arg;
    }
    let folder = path.parent().filter(|_| leads_back);
    let found = match (folder.map(Path::canonicalize), path.file_name()) {
        (Some(Ok(folder)), Some(name)) => Ok(folder.join(name)),
        _ => std::path::absolute(path),
    };
    found.map_or(arg, OsString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(args: &[&str]) -> AgentSpec {
        AgentSpec::exec(args.iter().map(OsString::from).collect()).unwrap()
    }

    fn places(prompt: &str) -> Places<'_> {
        Places {
            prompt,
            prompt_file: Path::new("/p.md"),
            home: Path::new("/h"),
            tmp: Path::new("/t"),
            workdir: Path::new("/w"),
        }
    }

    #[test]
    fn placeholders_replace_standard_input() {
        assert!(spec(&["a", "-p", "x", "{home}"]).reads_stdin());
        let spec = spec(&["a", "--file={prompt_file}", "{tmp}/x{home}"]);
        assert!(!spec.reads_stdin());
        assert_eq!(spec.argv_for(places("P"))[1..], ["--file=/p.md", "/t/x/h"]);
    }

    #[test]
    fn nothing_is_no_program() {
        assert!(AgentSpec::exec(Vec::new()).is_none());
        assert!(AgentSpec::exec(vec!["".into(), "x".into()]).is_none());
    }

    #[test]
    fn files_are_found_from_where_the_harness_was_started() {
        let argv = spec(&["bash", "src/lib.rs", "src/nowhere.rs", "Cargo.toml"]).argv;
        assert!(
            Path::new(&argv[1]).is_absolute() && argv[1].to_string_lossy().ends_with("src/lib.rs")
        );
        assert_eq!(
            (argv[2].to_str(), argv[3].to_str()),
            (Some("src/nowhere.rs"), Some("Cargo.toml"))
        );
    }

    #[test]
    fn a_prompt_is_put_in_as_it_is() {
        let argv = spec(&["a", "{prompt}"]).argv_for(places("; rm {prompt_file} $(x)"));
        assert_eq!(argv[1], "; rm {prompt_file} $(x)");
    }
}
