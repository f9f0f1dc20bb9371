//! What was alive when the agent had ended: experiments that had begun, and what was to begin one.

use std::collections::{BTreeMap, HashMap};

use super::arguments::{self, FOUND, Finding};
use super::command::{self, is_shell, name};
use super::context::StartContext;
use super::starts;
use crate::evidence::{Exec, ExecSource, Form, Leftover, Opened, Stream};
use crate::facts::Command;
use crate::programs::STARTERS;

/// Programs that do line by line what a file says.
const MAKERS: [&str; 2] = ["make", "gmake"];

/// A process that was ended with the agent and has to do with an experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlived {
    /// Its command line.
    pub command: String,
    /// The entry point.
    pub entry_point: String,
    /// Whether it was the entry point itself; otherwise its program names it, and nobody can tell what
    /// it would have done.
    pub has_begun: bool,
    /// Whether it has imported the entry point, so that its program need not name it.
    pub has_imported: bool,
}

/// Finds those of `left` that have to do with an experiment.
pub(super) fn outlived(
    left: &[Leftover],
    opened: &[Opened],
    context: &StartContext<'_>,
) -> Vec<Outlived> {
    let mut imports: HashMap<u32, &Opened> = HashMap::new();
    for opened in opened.iter().filter(|opened| is_import(opened)) {
        imports.entry(opened.process).or_insert(opened);
    }
    let found = left.iter().filter_map(|left| {
        let begun = begun(left, context);
        let has_begun = begun.is_some();
        let waiting = || named(left, context).or_else(|| handed_on(left, context));
        let known = begun.or_else(waiting);
        let has_imported = known.is_none();
        let imported = || {
            let opened = imports.get(&left.process?)?;
            Some(opened.of.clone())
        };
        Some(Outlived {
            command: left.argv.join(" "),
            entry_point: known.or_else(imported)?,
            has_begun,
            has_imported,
        })
    });
    found.collect()
}

/// The entry point that the process itself was.
fn begun(left: &Leftover, context: &StartContext<'_>) -> Option<String> {
    let exec = Exec {
        seq: 1,
        source: ExecSource::Shim,
        process: 1,
        parent: None,
        executable: left.executable.clone(),
        argv: left.argv.clone(),
        argv_omitted: 0,
        cwd: left.cwd.clone(),
        environment: BTreeMap::new(),
        stdin: Stream::Other,
        stdout: Stream::Other,
        files: BTreeMap::new(),
        copies: BTreeMap::new(),
        pipes: BTreeMap::new(),
        program: None,
        filtered: false,
        requests: 0,
        end: None,
        wall_clock: 0.0,
    };
    let starts = starts::find(&[exec], &[], &[], context).direct;
    starts.into_iter().next().map(|start| start.entry_point)
}

/// Whether a file was opened to import an entry point, which may then be about to be called.
fn is_import(opened: &Opened) -> bool {
    matches!(opened.form, Form::Compiled | Form::Sought) && !opened.is_announcer()
}

/// The entry point of what a program such as `setsid` or `find` was about to execute.
fn handed_on(left: &Leftover, context: &StartContext<'_>) -> Option<String> {
    let within = |argv: Vec<String>| {
        let inner = Leftover {
            executable: argv.first()?.clone(),
            argv,
            cwd: left.cwd.clone(),
            texts: Vec::new(),
            process: None,
        };
        let own = begun(&inner, context).or_else(|| named(&inner, context));
        own.or_else(|| handed_on(&inner, context))
    };
    if name(&left.executable) == "find" {
        return found(left, context).into_iter().find_map(within);
    }
    let runs_text = |word: &String| is_shell(name(word)) || command::is_interpreter(name(word));
    let is_starter = STARTERS.contains(&name(&left.executable));
    let at = left
        .argv
        .iter()
        .position(runs_text)
        .filter(|_| is_starter)?;
    within(left.argv[at..].to_vec())
}

/// What `find` executes: as it is told to, and with the entry points in it that it looks for by name.
fn found(left: &Leftover, context: &StartContext<'_>) -> Vec<Vec<String>> {
    let Finding { sought, commands } = Finding::of(&left.argv);
    let is_sought = |entry: &&String| sought.iter().any(|word| word.ends_with(name(entry)));
    let entries = context.entry_points.iter().filter(is_sought);
    let mut places = vec![FOUND.to_owned()];
    places.extend(entries.map(|entry| format!("{}/{entry}", context.workdir)));
    let with = |command: &[&String], place: &str| {
        let words = command.iter().map(|word| word.replace(FOUND, place));
        words.collect::<Vec<String>>()
    };
    let commands = commands.iter();
    let all = commands.flat_map(|command| places.iter().map(|place| with(command, place)));
    all.collect()
}

/// The entry point that the program of a shell or another interpreter would start.
fn named(left: &Leftover, context: &StartContext<'_>) -> Option<String> {
    let name = name(&left.executable);
    let is_interpreter = command::is_interpreter(name)
        || arguments::INTERPRETERS.contains(&name)
        || !is_shell(name) && !left.texts.is_empty() && !MAKERS.contains(&name);
    let code = code(left).filter(|_| is_shell(name) || is_interpreter);
    let code_text = code.map(|(code, _)| code.clone());
    let texts = code_text
        .into_iter()
        .chain(arguments::programs(name, &left.argv));
    let mut texts = texts.chain(left.texts.iter().cloned()).map(|text| {
        if is_interpreter {
            named_by_code(&text, context)
        } else {
            named_by_shell(&text, context)
        }
    });
    let found = texts.find_map(|found| found);
    found.or_else(|| {
        let (code, behind) = code.filter(|(code, _)| is_shell(name) && code.contains('$'))?;
        let mut entries = context.entry_points.iter();
        let is_given = |entry: &&String| {
            let mut words = behind.iter();
            // The code may call what it is given by its number.
            code.contains("python") && words.any(|word| word.ends_with(entry.as_str()))
        };
        entries.find(is_given).cloned()
    })
}

/// The code that an option gives, and the arguments behind it.
fn code(left: &Leftover) -> Option<(&String, &[String])> {
    let takes_code = |word: &String| {
        let options = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        options.is_some_and(|options| options.ends_with(['c', 'e']))
    };
    let at = left.argv.iter().position(takes_code)?;
    let (code, behind) = left.argv.get(at + 1..)?.split_first()?;
    Some((code, behind))
}

fn named_by_code(text: &str, context: &StartContext<'_>) -> Option<String> {
    let is_named = |entry: &&String| text.contains(name(entry));
    let found = context.entry_points.iter().find(is_named).cloned();
    found.or_else(|| context.code(text).map(|(entry, _)| entry))
}

fn named_by_shell(text: &str, context: &StartContext<'_>) -> Option<String> {
    // Parentheses and backticks end words, whatever they mean; a makefile's marks begin none.
    let text = text.replace(['(', ')', '`'], "\n").replace("\t@", "\t");
    let command = Command::parse(&text);
    let starts = |entry: &&String| command.may_start(entry);
    context.entry_points.iter().find(starts).cloned()
}

#[cfg(test)]
mod tests;
