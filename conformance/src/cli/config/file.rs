//! A configuration file: found, read, and put into the words of a command line.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::Uid;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{self, Key, Kind};
use crate::bounded;
use crate::cli::Failure;
use crate::evidence::record_file;

/// What a configuration file is called.
pub(super) const NAME: &str = "wild-conformance.toml";

/// Largest file that is read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// A configuration file that was read.
#[derive(Debug)]
pub(super) struct Config {
    /// Its path.
    pub(super) file: PathBuf,
    /// What it says, in order.
    pub(super) entries: Vec<Entry>,
}

/// What a file says for one key.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key.
    pub(super) key: &'static Key,
    /// The line in which it stands.
    pub(super) line: usize,
    /// The words that say the same on a command line.
    pub(super) words: Vec<OsString>,
    /// The value as the file has it.
    pub(super) told: String,
}

/// The file in the working directory, or the nearest one above it. What lies in evidence may be an agent's, and
/// is passed over.
///
/// # Errors
/// Fails when the file is somebody else's: it names programs that are started.
pub(super) fn found() -> Result<Option<PathBuf>, Failure> {
    let Ok(here) = std::env::current_dir() else {
        return Ok(None);
    };
    let is_evidence = |folder: &&Path| folder.ancestors().any(holds_evidence);
    let folders = here.ancestors().filter(|folder| !is_evidence(folder));
    let mut files = folders.map(|folder| folder.join(NAME));
    let Some(file) = files.find(|file| file.is_file()) else {
        return Ok(None);
    };
    let owner = file.metadata().map(|meta| meta.uid());
    if owner.is_ok_and(|owner| owner != 0 && owner != Uid::effective().as_raw()) {
        return Err(Failure::usage(format!(
            "{} belongs to another user, and may name programs to start; take it with --config, or none with \
             --no-config",
            file.display()
        )));
    }
    Ok(Some(file))
}

fn holds_evidence(folder: &Path) -> bool {
    record_file(folder).exists()
}

impl Config {
    /// Reads a file.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        let text = bounded::read_text(file, LARGEST).map_err(|error| {
            Failure::usage(format!(
                "cannot read the configuration {}: {error}",
                file.display()
            ))
        })?;
        let table = DeTable::parse(&text).map_err(|error| {
            Failure::usage(format!(
                "{}: {}",
                file.display(),
                error.to_string().trim_end()
            ))
        })?;
        let mut reader = Reader {
            file,
            text: &text,
            entries: Vec::new(),
        };
        reader.table("", table.get_ref())?;
        // Tables come in the order of the alphabet.
        reader.entries.sort_by_key(|entry| entry.line);
        Ok(Self {
            file: file.to_owned(),
            entries: reader.entries,
        })
    }
}

struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    entries: Vec<Entry>,
}

impl Reader<'_> {
    fn table(&mut self, above: &str, table: &DeTable<'_>) -> Result<(), Failure> {
        for (name, value) in table {
            let at = name.span().start;
            let own = name.get_ref();
            let full = if above.is_empty() {
                own.to_string()
            } else {
                format!("{above}.{own}")
            };
            match (keys::find(&full), value.get_ref()) {
                (Some(key), _) => self.entry(key, at, value)?,
                (None, DeValue::Table(inner)) if keys::is_table(&full) => {
                    self.table(&full, inner)?;
                }
                (None, _) if keys::is_table(&full) => {
                    return Err(self.wrong(at, &format!("`{full}` is a table: write [{full}]")));
                }
                (None, _) => return Err(self.unknown(at, &full)),
            }
        }
        Ok(())
    }

    fn unknown(&self, at: usize, name: &str) -> Failure {
        let hint = keys::nearest(name)
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        self.wrong(at, &format!("there is no key `{name}`{hint}"))
    }

    fn entry(
        &mut self,
        key: &'static Key,
        at: usize,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(), Failure> {
        let words = self
            .words(key, value.get_ref())
            .ok_or_else(|| self.wrong(at, &format!("`{}` is {}", key.name, key.kind.wanted())))?;
        self.entries.push(Entry {
            key,
            line: self.line(at),
            words,
            told: in_a_line(self.text.get(value.span()).unwrap_or_default()),
        });
        Ok(())
    }

    /// The value in the words of a command line; nothing where it is of another kind.
    fn words(&self, key: &Key, value: &DeValue<'_>) -> Option<Vec<OsString>> {
        let option = |value: OsString| {
            let mut word = OsString::from(format!("--{}=", key.option));
            word.push(value);
            word
        };
        let switch = |is_on: bool| {
            let word = OsString::from(format!("--{}", key.option));
            if is_on { vec![word] } else { Vec::new() }
        };
        let one = |value: OsString| Some(vec![option(value)]);
        let texts = || -> Option<Vec<String>> {
            let list = value.as_array()?.iter();
            list.map(|item| Some(item.get_ref().as_str()?.to_owned()))
                .collect()
        };
        let each = |change: &dyn Fn(String) -> OsString| -> Option<Vec<OsString>> {
            Some(
                texts()?
                    .into_iter()
                    .map(|text| option(change(text)))
                    .collect(),
            )
        };
        match key.kind {
            Kind::Text => one(value.as_str()?.into()),
            Kind::Word(words) => {
                let word = value.as_str().filter(|word| words.contains(word))?;
                one(word.into())
            }
            Kind::Whole => one(whole(value)?.into()),
            Kind::Number => one(number(value)?.into()),
            Kind::Switch => Some(switch(value.as_bool()?)),
            Kind::Unless => Some(switch(!value.as_bool()?)),
            Kind::Path => one(self.path(value.as_str()?)),
            Kind::Texts => each(&OsString::from),
            Kind::Paths => each(&|text| self.path(&text)),
            Kind::Cases => each(&|text| self.case(text)),
            Kind::Reports => each(&|text| self.report(&text)),
            Kind::Program => {
                let words = texts()?.into_iter().map(|text| self.word(text));
                Some(words.collect()).filter(|words: &Vec<_>| !words.is_empty())
            }
            Kind::Helper => each(&|text| self.word(text)),
        }
    }

    /// A path of the file, which is seen from its folder.
    fn path(&self, path: &str) -> OsString {
        match self.file.parent() {
            Some(folder) if folder != Path::new("") => folder.join(path).into_os_string(),
            _ => path.into(),
        }
    }

    /// A word of a program's command line. What has a slash and is the path of a file, seen from the configuration's
    /// folder, is meant so, as it is on a command line from where one is.
    fn word(&self, text: String) -> OsString {
        let path = Path::new(&text);
        let Some(folder) = self.file.parent().filter(|folder| !is_here(folder)) else {
            return text.into();
        };
        let is_meant = path.is_relative() && path.components().count() > 1;
        let found = folder.join(path);
        if is_meant && found.is_file() {
            found.into_os_string()
        } else {
            text.into()
        }
    }

    fn case(&self, text: String) -> OsString {
        let is_file = Path::new(&text)
            .extension()
            .is_some_and(|end| end == "toml");
        let path = self.path(&text);
        if is_file || Path::new(&path).is_dir() {
            path
        } else {
            text.into()
        }
    }

    fn report(&self, text: &str) -> OsString {
        match text.split_once('=') {
            Some((format, file)) => {
                let mut word = OsString::from(format!("{format}="));
                word.push(self.path(file));
                word
            }
            None => text.into(),
        }
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().iter().take(at);
        1 + before.filter(|byte| **byte == b'\n').count()
    }

    fn wrong(&self, at: usize, problem: &str) -> Failure {
        Failure::usage(format!(
            "{}:{}: {problem}",
            self.file.display(),
            self.line(at)
        ))
    }
}

/// Whether a folder is the working directory.
fn is_here(folder: &Path) -> bool {
    folder == Path::new("") || std::env::current_dir().is_ok_and(|here| here == folder)
}

fn in_a_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join(" ")
}

fn number(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::Float(float) => Some(float.as_str().to_owned()),
        _ => whole(value),
    }
}

/// A decimal number; what is written otherwise has digits that mean something else.
fn whole(value: &DeValue<'_>) -> Option<String> {
    let integer = value.as_integer()?;
    (integer.radix() == 10).then(|| integer.as_str().to_owned())
}

impl Kind {
    /// What a value of it is.
    fn wanted(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Word(words) => format!("one of \"{}\"", words.join("\", \"")),
            Self::Whole => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Switch | Self::Unless => "true or false".to_owned(),
            Self::Path => "a path".to_owned(),
            Self::Texts => "a list of texts".to_owned(),
            Self::Paths => "a list of paths".to_owned(),
            Self::Cases => "a list of globs, case files and folders with some".to_owned(),
            Self::Reports => "a list of formats, FORMAT or FORMAT=FILE".to_owned(),
            Self::Program | Self::Helper => "a list: a program and its arguments".to_owned(),
        }
    }
}
