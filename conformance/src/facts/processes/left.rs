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
mod tests {
    use super::*;

    const BENCH: &str = "scripts/benchmark.py";

    fn found(executable: &str, argv: &[&str], text: Option<&str>) -> Option<bool> {
        let left = Leftover {
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
            executable: executable.to_owned(),
            cwd: "/w".to_owned(),
            texts: text.map(str::to_owned).into_iter().collect(),
            process: None,
        };
        let entry_points = [BENCH.to_owned()];
        let context = StartContext {
            workdir: "/w",
            entry_points: &entry_points,
            ..StartContext::default()
        };
        let found = outlived(&[left], &[], &context);
        found.first().map(|outlived| outlived.has_begun)
    }

    #[test]
    fn an_entry_point_has_begun() {
        let python = "/usr/bin/python3.11";
        assert_eq!(
            found(python, &["python3", BENCH, "--n", "1"], None),
            Some(true)
        );
        assert_eq!(
            found(python, &["python3", "-m", "scripts.benchmark"], None),
            Some(true)
        );
    }

    #[test]
    fn what_waits_to_start_one_is_found() {
        let bash = "/usr/bin/bash";
        for text in [
            "sleep 1; python3 scripts/benchmark.py",
            "while sleep 1; do (cd scripts && exec python3 ./benchmark.py); done",
            "sleep 9 && $(which python3) -m scripts.benchmark",
            "sleep 9; cat scripts/benchmark.py | python3 -",
            "sleep 9; python3 -c 'exec(open(\"scripts/benchmark.py\").read())'",
            "sleep 9; bash -c 'nohup python3 scripts/benchmark.py'",
        ] {
            assert_eq!(
                found(bash, &["sh", "-c", text], None),
                Some(false),
                "{text}"
            );
            assert_eq!(
                found(bash, &["bash", "wait.sh"], Some(text)),
                Some(false),
                "{text}"
            );
        }
        let code = "import subprocess, time; time.sleep(9); subprocess.run(['python3', 'scripts/benchmark.py'])";
        assert_eq!(
            found("/usr/bin/python3", &["python3", "-c", code], None),
            Some(false)
        );
        assert_eq!(
            found("/usr/bin/python3", &["python3", "x.py"], Some(code)),
            Some(false)
        );
    }

    #[test]
    fn what_is_about_to_execute_is_taken_for_what_it_executes() {
        let setsid = "/usr/bin/setsid";
        let text = "sleep 1; python3 scripts/benchmark.py";
        assert_eq!(
            found(setsid, &["setsid", "sh", "-c", text], None),
            Some(false)
        );
        assert_eq!(
            found(setsid, &["setsid", "python3", BENCH], None),
            Some(false)
        );
        assert_eq!(found(setsid, &["setsid", "tail", "-f", BENCH], None), None);
    }

    #[test]
    fn what_others_have_a_shell_or_themselves_start_is_found() {
        for (program, argv) in [
            (
                "perl",
                &["-e", "sleep 9; exec qw(python3 scripts/benchmark.py)"][..],
            ),
            (
                "mawk",
                &["BEGIN { system(\"sleep 9; python3 scripts/benchmark.py\") }"],
            ),
            (
                "watch",
                &["-n", "9", "test -e x && python3 scripts/benchmark.py"],
            ),
            ("watch", &["--interval", "9", "-g", "python3", BENCH]),
            (
                "find",
                &[
                    "/w", "-execdir", "sleep", "9", ";", "-ok", "python3", BENCH, ";",
                ],
            ),
            (
                "gawk",
                &[
                    "-F",
                    ":",
                    "-e",
                    "BEGIN { system(\"python3 scripts/benchmark.py\") }",
                ],
            ),
            ("find", &[BENCH, "-exec", "python3", "{}", "+"]),
            (
                "find",
                &[
                    ".",
                    "-name",
                    "benchmark.py",
                    "-exec",
                    "sh",
                    "-c",
                    "python3 $0",
                    "{}",
                    ";",
                ],
            ),
            (
                "find",
                &[".", "-exec", "timeout", "9", "python3", BENCH, ";"],
            ),
            ("dash", &["-c", "sleep 9; exec python3 \"$0\"", BENCH]),
        ] {
            let executable = format!("/usr/bin/{program}");
            let argv = [&[program], argv].concat();
            assert_eq!(found(&executable, &argv, None), Some(false), "{argv:?}");
        }
        let makefile = "go:\n\tsleep 9\n\t@python3 scripts/benchmark.py --n 1\n";
        let make = "/usr/bin/make";
        assert_eq!(found(make, &["make", "go"], Some(makefile)), Some(false));
        let other = "go:\n\tsleep 9\n\twc -l scripts/benchmark.py\n";
        assert_eq!(found(make, &["make", "go"], Some(other)), None);
    }

    #[test]
    fn what_has_imported_one_and_waits_is_found() {
        let left = Leftover {
            argv: ["python3", "w.py"].map(str::to_owned).to_vec(),
            executable: "/usr/bin/python3".to_owned(),
            process: Some(4),
            ..Leftover::default()
        };
        let opened = |form| Opened {
            exec: 9,
            process: 4,
            file: "/w/scripts/benchmark.py".to_owned(),
            of: BENCH.to_owned(),
            form,
            announces: true,
            inherited: false,
        };
        let context = StartContext::default();
        let found = |opened| outlived(std::slice::from_ref(&left), &[opened], &context);
        assert_eq!(found(opened(Form::Original)), []);
        let imported = found(opened(Form::Sought));
        assert!(imported[0].has_imported && !imported[0].has_begun);
    }

    #[test]
    fn what_looks_or_makes_a_tracked_run_is_not() {
        let bash = "/usr/bin/bash";
        for text in [
            "sleep 9; grep steps scripts/benchmark.py",
            "sleep 9; cat scripts/benchmark.py | wc -l",
            "sleep 9; git add scripts/benchmark.py",
            "curl -d '{\"command\": \"cd /w && python scripts/benchmark.py\"}' $S/runs; sleep 9",
            "while sleep 1; do date; done",
        ] {
            assert_eq!(found(bash, &["sh", "-c", text], None), None, "{text}");
        }
        assert_eq!(found("/usr/bin/tail", &["tail", "-f", BENCH], None), None);
        assert_eq!(found("/usr/bin/vim", &["vim", "-c", BENCH], None), None);
        for line in [
            "watch wc -l scripts/benchmark.py",
            "watch -n 9 -d cat scripts/benchmark.py",
            "find scripts/benchmark.py -exec wc -l {} ;",
            "find . -newer scripts/benchmark.py -exec true {} + -path scripts/benchmark.py",
            "find . -name benchmark.py -exec grep -n main {} +",
            "gawk -F: -v n=1 {print} scripts/benchmark.py",
            "mawk /benchmark.py/ notes.txt",
        ] {
            let argv: Vec<&str> = line.split(' ').collect();
            let executable = format!("/usr/bin/{}", argv[0]);
            assert_eq!(found(&executable, &argv, None), None, "{line}");
        }
    }
}
