//! What was alive when the agent had ended: experiments that had begun, and what was to begin one.

use std::collections::BTreeMap;

use super::command::{self, is_shell, name};
use super::starts::{self, Ground};
use crate::evidence::{Exec, ExecSource, Leftover, Stream};
use crate::facts::Command;

/// Programs that execute what their arguments name.
const STARTERS: [&str; 11] = [
    "setsid", "nohup", "env", "timeout", "nice", "ionice", "stdbuf", "taskset", "chrt", "flock",
    "xargs",
];

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
}

/// Finds those of `left` that have to do with an experiment.
pub(super) fn outlived(left: &[Leftover], ground: &Ground<'_>) -> Vec<Outlived> {
    let found = left.iter().filter_map(|left| {
        let begun = begun(left, ground);
        let has_begun = begun.is_some();
        let waiting = || named(left, ground).or_else(|| handed_on(left, ground));
        let entry_point = begun.or_else(waiting)?;
        Some(Outlived {
            command: left.argv.join(" "),
            entry_point,
            has_begun,
        })
    });
    found.collect()
}

/// The entry point that the process itself was.
fn begun(left: &Leftover, ground: &Ground<'_>) -> Option<String> {
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
        requests: 0,
        end: None,
        wall_clock: 0.0,
    };
    let starts = starts::find(&[exec], &[], &[], ground).direct;
    starts.into_iter().next().map(|start| start.entry_point)
}

/// The entry point of what a program such as `setsid` was about to execute.
fn handed_on(left: &Leftover, ground: &Ground<'_>) -> Option<String> {
    if !STARTERS.contains(&name(&left.executable)) {
        return None;
    }
    let runs_text = |word: &String| is_shell(name(word)) || command::is_interpreter(name(word));
    let at = left.argv.iter().position(runs_text)?;
    let inner = Leftover {
        argv: left.argv[at..].to_vec(),
        executable: left.argv[at].clone(),
        cwd: left.cwd.clone(),
        texts: Vec::new(),
    };
    begun(&inner, ground).or_else(|| named(&inner, ground))
}

/// The entry point that the program of a shell or another interpreter would start.
fn named(left: &Leftover, ground: &Ground<'_>) -> Option<String> {
    let is_shell = is_shell(name(&left.executable));
    let takes_code = |word: &String| {
        let options = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        options.is_some_and(|options| options.ends_with(['c', 'e']))
    };
    let is_interpreter =
        is_shell || !left.texts.is_empty() || command::is_interpreter(name(&left.executable));
    let at = left
        .argv
        .iter()
        .position(takes_code)
        .filter(|_| is_interpreter);
    let code = at.and_then(|at| left.argv.get(at + 1));
    let mut texts = code.into_iter().chain(&left.texts);
    texts.find_map(|text| {
        if !is_shell {
            let is_named = |entry: &&String| text.contains(name(entry));
            let found = ground.entry_points.iter().find(is_named).cloned();
            return found.or_else(|| ground.code(text).map(|(entry, _)| entry));
        }
        // Parentheses and backticks end words, whatever they mean.
        let command = Command::parse(&text.replace(['(', ')', '`'], "\n"));
        let starts = |entry: &&String| command.may_start(entry);
        ground.entry_points.iter().find(starts).cloned()
    })
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
        };
        let entry_points = [BENCH.to_owned()];
        let ground = Ground {
            workdir: "/w",
            entry_points: &entry_points,
            ..Ground::default()
        };
        let found = outlived(&[left], &ground);
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
    }
}
