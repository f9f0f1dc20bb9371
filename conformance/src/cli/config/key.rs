//! A key of a configuration file.

/// A key.
#[derive(Debug)]
pub(super) struct Key {
    /// Its name, with its table's before a dot.
    pub(super) name: &'static str,
    /// The long option that it stands for; what is behind `--` has none.
    pub(super) option: &'static str,
    /// What its value is.
    pub(super) kind: Kind,
    /// Other options of the command line that take its place.
    pub(super) yields_to: &'static [&'static str],
    /// The option without which it says nothing.
    pub(super) only_with: Option<&'static str>,
    /// What is in force where nothing is given, of an option that has no default of its own, as it tells
    /// whether it was given.
    pub(super) usual: Option<&'static str>,
    /// What it says.
    pub(super) about: &'static str,
}

/// What a value is, and how it is put on a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// True gives the switch.
    Switch,
    /// False gives the switch.
    Unless,
    /// The path of a file or folder, seen from the configuration's folder.
    Path,
    /// Several texts, the option with each.
    Texts,
    /// Several paths, the option with each.
    Paths,
    /// Ids, globs, or paths of case files.
    Cases,
    /// Formats, each with `=FILE` where it goes to a file.
    Reports,
    /// A program and its arguments, behind `--`.
    Program,
    /// A program and its arguments, the option with each.
    Helper,
}

/// A key that is one to one an option.
pub(super) const fn key(
    name: &'static str,
    option: &'static str,
    kind: Kind,
    about: &'static str,
) -> Key {
    Key {
        name,
        option,
        kind,
        yields_to: &[],
        only_with: None,
        usual: None,
        about,
    }
}

impl Key {
    pub(super) const fn usually(mut self, word: &'static str) -> Self {
        self.usual = Some(word);
        self
    }

    pub(super) const fn with(mut self, other: &'static str) -> Self {
        self.only_with = Some(other);
        self
    }

    pub(super) const fn yielding(mut self, to: &'static [&'static str]) -> Self {
        self.yields_to = to;
        self
    }

    /// The table that it stands in; empty for none.
    pub(super) fn table(&self) -> &'static str {
        self.name.rsplit_once('.').map_or("", |(table, _)| table)
    }

    /// Its name within its table.
    pub(super) fn own_name(&self) -> &'static str {
        self.name.rsplit_once('.').map_or(self.name, |(_, own)| own)
    }

    /// The subcommand whose option it stands for, where it is not for everything that has the option.
    pub(super) fn subcommand(&self) -> Option<&'static str> {
        self.table().strip_prefix(SUBMIT)
    }

    /// What clap calls the option.
    pub(super) fn id(&self) -> String {
        id(self.option)
    }
}

/// What clap calls a long option; without one it is what stands behind `--`.
pub(super) fn id(option: &str) -> String {
    match option {
        "" => "argv".to_owned(),
        "case" | "report" | "gate" => format!("{option}s"),
        option => option.replace('-', "_"),
    }
}

/// What the tables of the subcommands of `submit` begin with.
const SUBMIT: &str = "submit.";
