//! Whose files are: what a run's command names, and what lies in the folders that it names, are the run's.

use std::collections::{BTreeMap, BTreeSet};

use super::super::execution::RunReading;
use super::super::{Command, RunFacts};

/// Deepest path that is anybody's.
const DEEPEST: usize = 32;

/// Longest path that counts, in bytes.
const LONGEST: usize = 1_024;

/// Most paths of a command that count.
const MOST_PATHS: usize = 256;

/// Where a file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The run in this place wrote it.
    Run(usize),
    /// One of several runs may have written it, or one that goes on.
    Doubtful,
    /// No run's command tells of it.
    Nobody,
}

/// Which runs name a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    By(usize),
    BySeveral,
}

/// The paths that the commands of runs name. What never started wrote nothing, whatever it names.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// The paths themselves.
    exactly: BTreeMap<String, Named>,
    /// These, and the folders that they lie in.
    within: BTreeMap<String, Named>,
    /// The places of runs that are over.
    over: BTreeSet<usize>,
}

impl Origins {
    /// Reads the commands of `runs`.
    pub(super) fn of(runs: &[RunFacts<'_>], readings: &[RunReading<'_>], workdir: &str) -> Self {
        let mut origins = Self::default();
        for (at, (run, reading)) in runs.iter().zip(readings).enumerate() {
            let is_over = run.has_ended();
            if is_over {
                origins.over.insert(at);
            }
            if !is_over && !["launching", "running"].contains(&run.last.as_str()) {
                continue;
            }
            for path in named(reading.command(), workdir) {
                for folder in ways(&path) {
                    note(&mut origins.within, folder, at);
                }
                note(&mut origins.exactly, &path, at);
            }
        }
        origins
    }

    /// Where the file at `path` comes from. A folder that holds what another run names is no run's own,
    /// whoever wrote its name into a command.
    pub(super) fn of_file(&self, path: &str) -> Origin {
        let ways: Vec<&str> = ways(path).collect();
        for way in ways.into_iter().rev() {
            match (self.exactly.get(way), self.within.get(way)) {
                (Some(_), Some(Named::By(run))) if self.over.contains(run) => {
                    return Origin::Run(*run);
                }
                (Some(Named::BySeveral), _) | (Some(_), Some(Named::By(_))) => {
                    return Origin::Doubtful;
                }
                _ => {}
            }
        }
        Origin::Nobody
    }
}

fn note(of: &mut BTreeMap<String, Named>, path: &str, run: usize) {
    match of.get_mut(path) {
        Some(known) if *known != Named::By(run) => *known = Named::BySeveral,
        Some(_) => {}
        None => drop(of.insert(path.to_owned(), Named::By(run))),
    }
}

/// A path and the folders above it, the outermost first.
fn ways(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    ends.chain([path.len()])
        .map(|end| &path[..end])
        .take(DEEPEST)
}

/// The paths that a command names, relative to the workspace: words with a slash, and what options and
/// redirections are given. A folder that is only made is none where something in it is named, and one that
/// is only gone to names nothing.
fn named(command: &Command, workdir: &str) -> BTreeSet<String> {
    let mut start = String::new();
    let mut paths: BTreeSet<String> = BTreeSet::new();
    let mut made: BTreeSet<String> = BTreeSet::new();
    let mut paths_left = MOST_PATHS;
    for (words, _) in command.parts().iter().chain(command.documents()) {
        if let [cd, folder] = words.as_slice()
            && cd == "cd"
        {
            start = gone(&start, folder, workdir);
            continue;
        }
        let is_making = words.first().is_some_and(|word| word == "mkdir");
        let into = if is_making { &mut made } else { &mut paths };
        let mut is_given = false;
        for word in words {
            let path = value(word).or_else(|| (is_given || word.contains('/')).then_some(word));
            is_given = takes_next(word);
            let Some(path) = path.and_then(|way| inside(way, workdir)) else {
                continue;
            };
            if paths_left == 0 {
                break;
            }
            paths_left -= 1;
            if !start.is_empty() {
                into.insert(format!("{start}/{path}"));
            }
            into.insert(path);
        }
    }
    let is_left_open = |folder: &String| {
        let inner = format!("{folder}/");
        let next = paths.range(inner.clone()..).next();
        !paths.contains(folder) && next.is_none_or(|path| !path.starts_with(&inner))
    };
    made.retain(is_left_open);
    paths.extend(made);
    paths
}

/// Where `cd` leads from `start`: the workspace itself where it leads elsewhere.
fn gone(start: &str, folder: &str, workdir: &str) -> String {
    match inside(folder, workdir) {
        Some(way) if start.is_empty() || folder.starts_with('/') => way,
        Some(way) => format!("{start}/{way}"),
        None => String::new(),
    }
}

/// What stands behind the `=` of a word, or behind the `>`.
fn value(word: &str) -> Option<&str> {
    let (_, value) = word.split_once('=').or_else(|| word.rsplit_once('>'))?;
    (!value.is_empty()).then_some(value)
}

/// Whether the next word is what this one is given.
fn takes_next(word: &str) -> bool {
    word.ends_with('>') || word.starts_with('-') && !word.contains('=')
}

/// A way as a path in the workspace; none where it leads elsewhere.
fn inside(way: &str, workdir: &str) -> Option<String> {
    let way = match way.strip_prefix(workdir) {
        Some(rest) if !workdir.is_empty() && (rest.is_empty() || rest.starts_with('/')) => {
            rest.trim_start_matches('/')
        }
        _ => way,
    };
    let names: Vec<&str> = way
        .split('/')
        .filter(|name| !matches!(*name, "" | "."))
        .collect();
    let leads_out = way.starts_with(['/', '-', '~', '&']) || names.contains(&"..");
    (!names.is_empty() && !leads_out && way.len() <= LONGEST).then(|| names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(runs: &[(&str, &str)]) -> Origins {
        let run = |(last, command): &(&str, &str)| RunFacts {
            command: (*command).to_owned(),
            last: (*last).to_owned(),
            ..RunFacts::default()
        };
        let runs: Vec<RunFacts<'_>> = runs.iter().map(run).collect();
        let readings: Vec<RunReading<'_>> = runs.iter().map(RunReading::of).collect();
        Origins::of(&runs, &readings, "/w")
    }

    #[test]
    fn options_and_redirections_name_paths_however_they_are_written() {
        for command in [
            "t.py --out exp/a1",
            "t.py --out=exp/a1",
            "t.py out=./exp//a1/",
            "cd /w && t.py --out=/w/exp/a1",
            "cd /w/exp && t.py --out a1",
            "mkdir -p /w/exp && cd exp && t.py --out a1",
            "mkdir -p exp/a1 && t.py",
            "t.py >exp/a1",
            "t.py 2> exp/a1",
        ] {
            let origins = origins(&[("finished", command)]);
            let found = origins.of_file("exp/a1/history.csv");
            assert_eq!(found, Origin::Run(0), "{command}");
            let beside = origins.of_file("exp/a10/history.csv");
            assert_eq!(beside, Origin::Nobody, "{command}");
        }
        let origins = origins(&[("finished", "t.py --out a1 --data /data/x --up ../b")]);
        assert_eq!(origins.of_file("a1/history.csv"), Origin::Run(0));
        assert_eq!(origins.of_file("data/x/history.csv"), Origin::Nobody);
        assert_eq!(origins.of_file("b/history.csv"), Origin::Nobody);
    }

    #[test]
    fn a_folder_above_what_others_name_is_nobodys() {
        let one = ("finished", "mkdir -p exp && t.py --out exp/a1");
        let two = ("finished", "mkdir -p exp && t.py --out exp/a2");
        let above = ("finished", "t.py --log exp --out exp/a3");
        for runs in [&[one, two][..], &[one, two, above]] {
            let origins = origins(runs);
            assert_eq!(origins.of_file("exp/report.csv"), Origin::Nobody);
            assert_eq!(origins.of_file("exp/a2/history.csv"), Origin::Run(1));
        }
        let never = [one, ("ready", "t.py --log exp --out exp/a1")];
        assert_eq!(
            origins(&never).of_file("exp/report.csv"),
            Origin::Nobody,
            "it never started"
        );
        let alone = origins(&[("running", "t.py --out exp/a1")]);
        assert_eq!(alone.of_file("exp/a1/history.csv"), Origin::Doubtful);
        let shared = [
            ("finished", "t.py --root exp"),
            ("failed", "u.py --root exp"),
        ];
        assert_eq!(origins(&shared).of_file("exp/a.csv"), Origin::Doubtful);
    }
}
