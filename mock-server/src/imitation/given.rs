//! The arguments that a simulated program was given, and the numbers that follow.

use indexmap::IndexMap;

use super::quantity::Numbers;
use super::{Argument, Earlier, Invocation, Program, USAGE};

/// Exit code of a program that ends with a stack trace.
const TRACE: i64 = 1;

/// What a program works with.
#[derive(Debug)]
pub(super) struct Given<'p> {
    words: IndexMap<&'p str, String>,
    numbers: Numbers<'p>,
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
        invocation: &Invocation,
        earlier: Earlier<'_>,
    ) -> Result<Self, Refusal> {
        let refuse = |why: String| usage(program, &why);
        let mut words = read(&program.arguments, &invocation.words).map_err(refuse)?;
        if let Some(follows) = &program.follows
            && let Some(path) = words.get(follows.own.as_str()).cloned()
        {
            let there = earlier(&follows.theirs, &invocation.path(&path));
            let Some(command) = there else {
                return Err(missing(program, &format!("{path}/{}", follows.file)));
            };
            let theirs = Words(command.split_whitespace().collect());
            for argument in program.arguments.iter().filter(|own| own.inherited) {
                if let Some(word) = theirs.get(&argument.name) {
                    words.insert(&argument.name, word.to_owned());
                }
            }
        }
        for argument in &program.arguments {
            if let Some(default) = &argument.default {
                words
                    .entry(&argument.name)
                    .or_insert_with(|| default.clone());
            }
        }
        let knobs = program.arguments.iter().filter(|own| own.is_knob());
        let knobs: Vec<(&str, &str)> = knobs
            .filter_map(|own| Some((own.name.as_str(), words.get(own.name.as_str())?.as_str())))
            .collect();
        let numbers = Numbers::new(&program.values, &knobs);
        Ok(Self { words, numbers })
    }

    /// What an argument was.
    pub(super) fn word(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(String::as_str)
    }

    /// An argument as a number, or a number that came of the run once `share` of it is done.
    pub(super) fn number(&self, name: &str, share: f64) -> Option<f64> {
        let argument = self.word(name).and_then(|word| word.parse().ok());
        argument.or_else(|| self.numbers.at(name, share))
    }

    /// A text with arguments and numbers in the places of their names in braces.
    pub(super) fn filled(&self, text: &str, share: f64) -> String {
        let mut filled = text.to_owned();
        for (name, word) in &self.words {
            filled = filled.replace(&format!("{{{name}}}"), word);
        }
        for (name, shown) in self.numbers.shown(share) {
            filled = filled.replace(&format!("{{{name}}}"), &shown);
        }
        filled
    }
}

impl Argument {
    /// Whether it decides what comes of a run; a path does not.
    fn is_knob(&self) -> bool {
        self.number || !self.one_of.is_empty()
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

/// The words of another run's command.
struct Words<'c>(Vec<&'c str>);

impl<'c> Words<'c> {
    fn get(&self, name: &str) -> Option<&'c str> {
        let joined = format!("{name}=");
        let mut words = self.0.iter();
        while let Some(word) = words.next() {
            if let Some(value) = word.strip_prefix(joined.as_str()) {
                return Some(value);
            }
            if *word == name {
                return words.next().copied();
            }
        }
        None
    }
}

/// What a run's command gave for an argument.
pub(crate) fn argument_of(command: &str, name: &str) -> Option<String> {
    let words = Words(command.split_whitespace().collect());
    let word = words.get(name)?;
    Some(word.trim_matches(['\'', '"']).to_owned())
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
