//! The arguments that a simulated program was given, and the numbers that follow.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::quantity::{Knob, Numbers};
use super::{Argument, Earlier, Invocation, Launched, Program, USAGE};
use crate::fill::fill;

/// Exit code of a program that ends with a stack trace.
const TRACE: i64 = 1;

/// What a program works with.
#[derive(Debug)]
pub(super) struct Given<'p> {
    arguments: &'p [Argument],
    words: IndexMap<&'p str, String>,
    numbers: Numbers<'p>,
    run: Launched<'p>,
}

/// The arguments that another run gave a program, by their names, and where it worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    words: IndexMap<String, String>,
    invocation: Invocation,
}

/// Why a program does not begin to work.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) lines: Vec<String>,
    pub(super) exit_code: i64,
}

impl<'p> Given<'p> {
    /// Reads the words of a command as the program would.
    pub(super) fn of(
        program: &'p Program,
        run: Launched<'p>,
        invocation: &Invocation,
        earlier: Earlier<'_>,
    ) -> Result<Self, Refusal> {
        let refuse = |why: String| usage(program, &why);
        let mut words = read(&program.arguments, &invocation.words).map_err(refuse)?;
        if let Some(follows) = &program.follows
            && let Some(path) = words.get(follows.own.as_str()).cloned()
        {
            let Some(theirs) = earlier(&follows.theirs, &invocation.path(&path)) else {
                return Err(missing(program, &format!("{path}/{}", follows.file)));
            };
            for argument in program.arguments.iter().filter(|own| own.inherited) {
                if let Some(word) = theirs.argument(&argument.name) {
                    words.insert(&argument.name, word.to_owned());
                }
            }
        }
        add_defaults(&program.arguments, &mut words);
        let knobs = program.arguments.iter().filter_map(|own| {
            let word = words.get(own.name.as_str())?;
            Some((own.name.as_str(), own.knob(word)?))
        });
        let knobs: Vec<(&str, Knob<'_>)> = knobs.collect();
        let numbers = Numbers::new(&program.values, &knobs);
        Ok(Self {
            arguments: &program.arguments,
            words,
            numbers,
            run,
        })
    }

    /// What an argument was.
    pub(super) fn word(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(String::as_str)
    }

    /// An argument as its program reads it, or a number that came of the whole run.
    pub(super) fn setting(&self, name: &str) -> Option<Knob<'_>> {
        let Some(word) = self.word(name) else {
            return self.numbers.at(name, 1.0).map(Knob::Number);
        };
        let argument = self.arguments.iter().find(|own| own.name == name);
        let knob = argument.and_then(|own| own.knob(word));
        Some(knob.unwrap_or(Knob::Word(word)))
    }

    /// An argument as a number, or a number that came of the run once `share` of it is done.
    pub(super) fn number(&self, name: &str, share: f64) -> Option<f64> {
        let argument = self.word(name).and_then(|word| word.parse().ok());
        argument.or_else(|| self.numbers.at(name, share))
    }

    /// A text with arguments, numbers and what `more` knows in the places of their names in braces.
    pub(super) fn filled(
        &self,
        text: &str,
        share: f64,
        more: impl Fn(&str) -> Option<String>,
    ) -> String {
        fill(text, |name| {
            let word = self.word(name).or_else(|| self.run.named(name));
            word.map(Cow::Borrowed)
                .or_else(|| self.numbers.shown(name, share).map(Cow::Owned))
                .or_else(|| more(name).map(Cow::Owned))
        })
    }
}

impl Called {
    /// How `command` calls a program; nothing where it does not, or where the program refuses that.
    pub(super) fn of(program: &Program, command: &str) -> Option<Self> {
        let invocation = Invocation::of(command, &program.name)?;
        let mut words = read(&program.arguments, &invocation.words).ok()?;
        add_defaults(&program.arguments, &mut words);
        let words = words
            .into_iter()
            .map(|(name, word)| (name.to_owned(), word));
        Some(Self {
            words: words.collect(),
            invocation,
        })
    }

    /// What an argument was. One with dashes in one program may go by its place in another.
    fn argument(&self, name: &str) -> Option<&str> {
        let plain = |name: &str| name.trim_start_matches('-').to_owned();
        let wanted = plain(name);
        let mut words = self.words.iter();
        let found = words.find(|(own, _)| plain(own) == wanted);
        found.map(|(_, word)| word.as_str())
    }

    /// The path that an argument was, as seen from where the run began.
    pub(crate) fn path(&self, name: &str) -> Option<String> {
        Some(self.invocation.path(self.argument(name)?))
    }
}

impl Argument {
    /// What `word` sets it to, where it decides what comes of a run; a path does not.
    fn knob<'w>(&self, word: &'w str) -> Option<Knob<'w>> {
        let number = word.parse().ok().filter(|_| self.number);
        let choice = || (self.number || !self.one_of.is_empty()).then_some(Knob::Word(word));
        number.map(Knob::Number).or_else(choice)
    }

    fn has_dash(&self) -> bool {
        self.name.starts_with('-')
    }

    fn problem(&self, word: &str) -> Option<String> {
        let name = &self.name;
        if self.number && word.parse::<f64>().is_err() {
            return Some(format!("argument {name}: invalid number: '{word}'"));
        }
        let is_known = self.one_of.is_empty() || self.one_of.iter().any(|own| own == word);
        (!is_known).then(|| {
            let choices: Vec<String> = self.one_of.iter().map(|own| format!("'{own}'")).collect();
            let choices = choices.join(", ");
            format!("argument {name}: invalid choice: '{word}' (choose from {choices})")
        })
    }
}

fn read<'p>(
    arguments: &'p [Argument],
    words: &[String],
) -> Result<IndexMap<&'p str, String>, String> {
    let own = || arguments.iter().filter(|argument| !argument.inherited);
    let mut places = own().filter(|argument| !argument.has_dash());
    let mut read = IndexMap::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (name, joined) = match word.split_once('=') {
            Some((name, value)) if word.starts_with('-') => (name, Some(value.to_owned())),
            _ => (word.as_str(), None),
        };
        let is_option = name.starts_with('-') && name.parse::<f64>().is_err();
        let (argument, value) = if is_option {
            let argument = own().find(|argument| argument.name == name);
            let argument = argument.ok_or_else(|| format!("unrecognized arguments: {name}"))?;
            let value = joined.or_else(|| words.next().cloned());
            let none = || format!("argument {name}: expected one argument");
            (argument, value.ok_or_else(none)?)
        } else {
            let argument = places.next();
            let argument = argument.ok_or_else(|| format!("unrecognized arguments: {word}"))?;
            (argument, word.clone())
        };
        if let Some(problem) = argument.problem(&value) {
            return Err(problem);
        }
        read.insert(argument.name.as_str(), value);
    }
    let lacks =
        |argument: &&Argument| argument.needed && !read.contains_key(argument.name.as_str());
    let missing: Vec<&str> = own().filter(lacks).map(|own| own.name.as_str()).collect();
    if missing.is_empty() {
        Ok(read)
    } else {
        let missing = missing.join(", ");
        Err(format!("the following arguments are required: {missing}"))
    }
}

fn add_defaults<'p>(arguments: &'p [Argument], words: &mut IndexMap<&'p str, String>) {
    for argument in arguments {
        if let Some(default) = &argument.default {
            words
                .entry(&argument.name)
                .or_insert_with(|| default.clone());
        }
    }
}

fn usage(program: &Program, why: &str) -> Refusal {
    let name = file_name(program);
    let options = program.arguments.iter().filter(|own| !own.inherited);
    let options = options.map(|own| match (own.has_dash(), own.needed) {
        (false, _) => own.name.clone(),
        (true, true) => format!("{} {}", own.name, value_name(&own.name)),
        (true, false) => format!("[{} {}]", own.name, value_name(&own.name)),
    });
    let options: Vec<String> = options.collect();
    Refusal {
        lines: vec![
            format!("usage: {name} [-h] {}", options.join(" ")),
            format!("{name}: error: {why}"),
        ],
        exit_code: USAGE,
    }
}

fn value_name(option: &str) -> String {
    option
        .trim_start_matches('-')
        .replace('-', "_")
        .to_uppercase()
}

fn missing(program: &Program, path: &str) -> Refusal {
    let name = &program.name;
    let lines = [
        "Traceback (most recent call last):".to_owned(),
        format!("  File \"{name}\", in <module>"),
        "    main()".to_owned(),
        format!("FileNotFoundError: [Errno 2] No such file or directory: '{path}'"),
    ];
    Refusal {
        lines: lines.into(),
        exit_code: TRACE,
    }
}

fn file_name(program: &Program) -> &str {
    program.name.rsplit('/').next().unwrap_or_default()
}
