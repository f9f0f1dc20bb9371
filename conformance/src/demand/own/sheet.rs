//! A file of tables, read key by key, so that whatever is wrong with it has its line and its key.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {problem}", file.display(), line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct OwnError {
    /// The file.
    pub file: PathBuf,
    /// The line; absent where it is about the file as a whole.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub problem: String,
}

/// A file's text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) file: &'a Path,
    pub(super) text: &'a str,
}

/// A value with its place in the text.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub(super) at: usize,
    pub(super) value: T,
}

impl<'a> Sheet<'a> {
    /// What is wrong at a byte.
    pub(super) fn wrong(&self, at: usize, problem: impl Into<String>) -> OwnError {
        OwnError {
            file: self.file.to_owned(),
            line: Some(self.line(at)),
            problem: problem.into(),
        }
    }

    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().iter().take(at);
        1 + before.filter(|byte| **byte == b'\n').count()
    }

    /// What is wrong with the file as a whole.
    pub(super) fn broken(&self, problem: impl Into<String>) -> OwnError {
        OwnError {
            file: self.file.to_owned(),
            line: None,
            problem: problem.into(),
        }
    }

    /// A table in which nothing stands but these keys.
    pub(super) fn table<'t>(
        self,
        name: impl Into<String>,
        at: usize,
        table: &'t DeTable<'a>,
        keys: &[&str],
    ) -> Result<Table<'a, 't>, OwnError> {
        let name = name.into();
        for key in table.keys() {
            let own: &str = key.get_ref();
            if !keys.contains(&own) {
                let what = format!("{name}there is no key `{own}`");
                let problem = format!("{what}; {}", one_of(own, keys.iter().copied()));
                return Err(self.wrong(key.span().start, problem));
            }
        }
        Ok(Table {
            sheet: self,
            name,
            at,
            content: table,
        })
    }
}

/// A table of a file.
pub(super) struct Table<'a, 't> {
    pub(super) sheet: Sheet<'a>,
    /// What messages begin with.
    name: String,
    /// Where it begins.
    pub(super) at: usize,
    content: &'t DeTable<'a>,
}

impl<'a, 't> Table<'a, 't> {
    /// The same, called something else in messages.
    pub(super) fn named(self, name: String) -> Self {
        Self { name, ..self }
    }

    /// What is wrong with one of its keys, or the lack of it.
    pub(super) fn wrong(&self, key: &str, problem: &str) -> OwnError {
        let at = self.find(key).map_or(self.at, |(at, _)| at);
        self.wrong_at(at, key, problem)
    }

    /// What is wrong with a part of the value of one of its keys.
    pub(super) fn wrong_at(&self, at: usize, key: &str, problem: &str) -> OwnError {
        self.sheet
            .wrong(at, format!("{}`{key}`: {problem}", self.name))
    }

    fn find(&self, key: &str) -> Option<(usize, &'t DeValue<'a>)> {
        let found = self.content.iter().find(|(name, _)| name.get_ref() == key);
        found.map(|(name, value)| (name.span().start, value.get_ref()))
    }

    /// A text; nothing where there is none.
    pub(super) fn text(&self, key: &str) -> Result<Option<Placed<String>>, OwnError> {
        let Some((at, value)) = self.find(key) else {
            return Ok(None);
        };
        let text = value
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| self.wrong(key, "it is a text, and not empty"))?;
        Ok(Some(Placed {
            at,
            value: text.to_owned(),
        }))
    }

    /// A text that has to be there.
    pub(super) fn needed(&self, key: &str) -> Result<Placed<String>, OwnError> {
        let missing = || self.wrong(key, "it is missing; it is a text");
        self.text(key)?.ok_or_else(missing)
    }

    /// A list of texts; an empty one where there is none.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<Placed<String>>, OwnError> {
        let Some((_, value)) = self.find(key) else {
            return Ok(Vec::new());
        };
        let wrong = || self.wrong(key, "it is a list of texts");
        let list = value.as_array().ok_or_else(wrong)?;
        let text = |item: &Spanned<DeValue<'_>>| {
            let value = item.get_ref().as_str().ok_or_else(wrong)?.trim().to_owned();
            let at = item.span().start;
            Ok(Placed { at, value })
        };
        list.iter().map(text).collect()
    }

    /// True or false; false where it is not there.
    pub(super) fn switch(&self, key: &str) -> Result<bool, OwnError> {
        let found = self.find(key);
        found.map_or(Ok(false), |(_, value)| {
            let wrong = || self.wrong(key, "it is true or false");
            value.as_bool().ok_or_else(wrong)
        })
    }

    /// One of some words; the first where there is none.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<T, OwnError> {
        let Some(text) = self.text(key)? else {
            let first = words.first().map(|(_, value)| *value);
            return first.ok_or_else(|| self.wrong(key, "it is missing"));
        };
        let found = words.iter().find(|(word, _)| *word == text.value);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let hint = one_of(&text.value, words.iter().map(|(word, _)| *word));
            self.wrong(key, &format!("there is no `{}`; {hint}", text.value))
        })
    }
}

/// The nearest of some words, or all of them where none is near and they are few.
pub(super) fn one_of<'w>(name: &str, words: impl Iterator<Item = &'w str>) -> String {
    const FEW: usize = 16;
    const FAR: usize = 3;
    let words: Vec<&str> = words.collect();
    let distance = |word: &&&str| strsim::damerau_levenshtein(name, word);
    let nearest = words.iter().min_by_key(distance);
    match nearest.filter(|word| distance(word) <= FAR.min(word.len() / 2)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if words.len() <= FEW => format!("there are: {}", words.join(", ")),
        None => "nothing of that name is known".to_owned(),
    }
}
