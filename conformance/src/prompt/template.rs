//! Templates of prompts.

use wild_mock_server::skills;

use super::PromptError;
use super::placeholder::{self, Unknown};
use super::variables::Variables;
use crate::evidence::OwnPrompt;

/// How many unknown placeholders are told at once.
const MOST_UNKNOWN: usize = 20;

/// A prompt with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub(super) text: String,
    /// How many lines of its file stand in front of the text.
    pub(super) lines_ahead: usize,
    pub(super) own: Option<OwnPrompt>,
}

impl Template {
    pub(super) fn builtin(skill: &'static str) -> Result<Self, PromptError> {
        let text = skills::builtin(skill).ok_or(PromptError::NoBuiltin(skill))?;
        Ok(Self {
            text: text.to_owned(),
            lines_ahead: 0,
            own: None,
        })
    }

    /// Its text, with placeholders.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What evidence has to say of it, where it is the user's own.
    pub fn own(&self) -> Option<&OwnPrompt> {
        self.own.as_ref()
    }

    /// What it should say and does not: sentences for people.
    pub fn warnings(&self) -> Vec<String> {
        placeholder::missing(&self.text)
    }

    /// The line of its file, counted from 1, in which a byte of the text stands.
    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        self.lines_ahead + before.matches('\n').count() + 1
    }

    /// The prompt with every placeholder filled in.
    pub fn render(&self, variables: &Variables) -> String {
        skills::render(&self.text, &variables.pairs())
    }

    pub(super) fn unknown_placeholders(&self) -> Vec<Unknown> {
        placeholder::find(&self.text)
            .filter_map(|found| found.unknown(|| self.line(found.span.start)))
            .take(MOST_UNKNOWN)
            .collect()
    }
}

#[cfg(test)]
impl From<&str> for Template {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            lines_ahead: 0,
            own: None,
        }
    }
}
