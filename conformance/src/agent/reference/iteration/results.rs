//! What came out of the session's runs: from the files that they left, or else from the server.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use super::super::mistakes::Slip;
use super::super::session::Session;
use super::listed::Run;
use super::order::axes;

/// Parts of names of metrics of which less is better.
const LESS_IS_BETTER: [&str; 6] = ["loss", "bpc", "error", "perplexity", "falls", "mae"];

/// The parameter that only repeats a configuration.
const SEED: &str = "seed";

/// The session's runs.
pub(super) struct Results {
    /// The metric that they are compared by.
    pub(super) key: String,
    /// The runs, the oldest first.
    pub(super) runs: Vec<Ran>,
    knobs: Vec<String>,
}

/// A run and what came of it.
pub(super) struct Ran {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) status: String,
    /// The values of the goal's parameters, an empty one where its command does not say.
    values: Vec<String>,
    numbers: BTreeMap<String, f64>,
    pub(super) score: Option<f64>,
}

/// The runs of a configuration that finished.
pub(super) struct Group {
    /// The values of its parameters, without the seed.
    pub(super) values: Vec<String>,
    scores: Vec<f64>,
}

impl Group {
    pub(super) fn mean(&self) -> f64 {
        self.scores.iter().sum::<f64>() / self.scores.len() as f64
    }

    pub(super) fn spread(&self) -> f64 {
        let mean = self.mean();
        let squares = self.scores.iter().map(|score| (score - mean).powi(2));
        let free = self.scores.len().saturating_sub(1).max(1);
        (squares.sum::<f64>() / free as f64).sqrt()
    }

    fn best(&self, less: bool) -> f64 {
        let scores = self.scores.iter().copied();
        if less {
            scores.fold(f64::INFINITY, f64::min)
        } else {
            scores.fold(f64::NEG_INFINITY, f64::max)
        }
    }
}

impl Results {
    /// Asks for the session's runs and reads what they left.
    pub(super) fn collect(session: &Session<'_>) -> Self {
        let mut knobs: Vec<String> = axes(&session.briefing.goal)
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        if !knobs.iter().any(|knob| knob == SEED) {
            knobs.push(SEED.to_owned());
        }
        let own = Some(&session.briefing.session_id);
        let listed = Run::list(session).into_iter();
        let listed = listed.filter(|run| run.session.as_ref() == own);
        let mut runs: Vec<Ran> = listed.map(|run| Ran::read(session, run, &knobs)).collect();
        let key = key(&session.briefing.goal, &runs);
        for run in &mut runs {
            run.score = run.numbers.get(&key).copied();
        }
        Self { key, runs, knobs }
    }

    /// Whether less of the metric is better.
    pub(super) fn less_is_better(&self) -> bool {
        LESS_IS_BETTER.iter().any(|part| self.key.contains(part))
    }

    /// The runs of these names, or all of them, as a table.
    pub(super) fn table(&self, names: Option<&[String]>) -> String {
        let mut text = format!("run,{},status,{}\n", self.knobs.join(","), self.key);
        let is_wanted = |run: &&Ran| names.is_none_or(|names| names.contains(&run.name));
        for run in self.runs.iter().filter(is_wanted) {
            let values = run.values.join(",");
            // Writing to a String cannot fail, here and below.
            let _ = writeln!(
                text,
                "{},{values},{},{}",
                run.name,
                run.status,
                shown(run.score)
            );
        }
        text
    }

    /// The configurations of the goal, each with the scores of its seeds.
    pub(super) fn groups(&self) -> Vec<Group> {
        let at_seed = self.knobs.iter().position(|knob| knob == SEED);
        let mut groups: Vec<Group> = Vec::new();
        for run in &self.runs {
            let values = run.values.iter().enumerate();
            let values = values.filter(|(at, _)| Some(*at) != at_seed);
            let values: Vec<String> = values.map(|(_, value)| value.clone()).collect();
            let Some(score) = run.score.filter(|_| run.status == "finished") else {
                continue;
            };
            // A run that leaves a parameter open is none of the comparison.
            if values.iter().any(String::is_empty) {
                continue;
            }
            match groups.iter_mut().find(|group| group.values == values) {
                Some(group) => group.scores.push(score),
                None => groups.push(Group {
                    values,
                    scores: vec![score],
                }),
            }
        }
        groups
    }

    /// The names of the parameters without the seed.
    pub(super) fn parameters(&self) -> Vec<&str> {
        let knobs = self.knobs.iter().map(String::as_str);
        knobs.filter(|knob| *knob != SEED).collect()
    }

    /// The best configuration, and the others.
    pub(super) fn best(&self) -> Option<(Group, Vec<Group>)> {
        let mut groups = self.groups();
        groups.sort_by(|a, b| a.mean().total_cmp(&b.mean()));
        if !self.less_is_better() {
            groups.reverse();
        }
        let mut groups = groups.into_iter();
        Some((groups.next()?, groups.collect()))
    }

    /// The configurations as a table with commas.
    pub(super) fn summary(&self, session: &Session<'_>) -> String {
        let names = self.parameters().join(",");
        let mut text = format!("{names},runs,mean_{0},std_{0}\n", self.key);
        for group in self.groups() {
            let mean = self.told_mean(session, &group);
            let (count, spread) = (group.scores.len(), group.spread());
            let values = group.values.join(",");
            let _ = writeln!(text, "{values},{count},{mean:.4},{spread:.4}");
        }
        text
    }

    /// The configurations as a table of a report.
    pub(super) fn comparison(&self, session: &Session<'_>) -> String {
        let mut names = self.parameters();
        let mean = format!("mean {}", self.key);
        names.extend(["runs", &mean, "std"]);
        let mut text = heading(&names);
        for group in self.groups() {
            let mean = self.told_mean(session, &group);
            let (count, spread) = (group.scores.len(), group.spread());
            let values = group.values.join(" | ");
            let _ = writeln!(text, "| {values} | {count} | {mean:.4} | {spread:.4} |");
        }
        text
    }

    /// All runs as a table of a report.
    pub(super) fn listing(&self, session: &Session<'_>) -> String {
        let mut names = vec!["run", "id"];
        names.extend(self.knobs.iter().map(String::as_str));
        names.extend(["status", &self.key]);
        let mut text = heading(&names);
        let first = self.runs.iter().find_map(|run| run.score);
        for run in &self.runs {
            let values = run.values.join(" | ");
            let (mut status, mut score) = (run.status.as_str(), run.score);
            if status == "failed" && session.slips(Slip::CiteFailed) {
                (status, score) = ("-", first);
            }
            if status == "finished" && session.slips(Slip::InventNumber) {
                score = score.map(|score| score * 0.9);
            }
            let (name, id, score) = (&run.name, &run.id, shown(score));
            let _ = writeln!(text, "| {name} | {id} | {values} | {status} | {score} |");
        }
        text
    }

    /// What is told as the mean of a configuration.
    fn told_mean(&self, session: &Session<'_>, group: &Group) -> f64 {
        if session.slips(Slip::PickSeed) {
            group.best(self.less_is_better())
        } else {
            group.mean()
        }
    }
}

impl Ran {
    fn read(session: &Session<'_>, run: Run, knobs: &[String]) -> Self {
        let value = |knob: &String| option(&run.command, knob).unwrap_or_default().to_owned();
        let numbers = if run.status == "finished" {
            numbers(session, &run.id, &run.command)
        } else {
            BTreeMap::new()
        };
        Self {
            values: knobs.iter().map(value).collect(),
            numbers,
            score: None,
            id: run.id,
            name: run.name,
            status: run.status,
        }
    }
}

/// What a command gives for an option.
fn option<'c>(command: &'c str, name: &str) -> Option<&'c str> {
    let mut words = command.split_whitespace();
    words.find(|word| word.strip_prefix("--") == Some(name))?;
    words.next()
}

/// Where a command sends what it prints.
pub(super) fn log_of(command: &str) -> Option<&str> {
    let mut words = command.split_whitespace();
    words.find(|word| *word == ">")?;
    words.next().map(|word| word.trim_matches(['\'', '"']))
}

/// The number at the end of a log: the last column of a table, or the last `name=value`.
fn logged(text: &str) -> Option<(String, f64)> {
    let mut lines = text.lines().rev();
    let last = lines.next()?;
    let (name, value) = match last.split_whitespace().last()?.split_once('=') {
        Some(told) => told,
        None => (lines.next()?.rsplit(',').next()?, last.rsplit(',').next()?),
    };
    Some((name.to_owned(), value.parse().ok()?))
}

/// What a run wrote below its `--out` or at the end of its log, or else what it reported.
fn numbers(session: &Session<'_>, id: &str, command: &str) -> BTreeMap<String, f64> {
    let folder = option(command, "out").map(|out| Path::new(&session.briefing.workdir).join(out));
    let written = folder.map(|folder| written(&folder)).unwrap_or_default();
    if !written.is_empty() {
        return written;
    }
    let workdir = Path::new(&session.briefing.workdir);
    let log = log_of(command).and_then(|log| std::fs::read_to_string(workdir.join(log)).ok());
    if let Some(told) = log.as_deref().and_then(logged) {
        return BTreeMap::from([told]);
    }
    let reported = session
        .get(&format!("/runs/{id}/metrics"))
        .unwrap_or_default();
    let series = reported["metricSeries"].as_object().into_iter().flatten();
    let last = series.filter_map(|(key, points)| {
        let point = points.as_array()?.last()?;
        Some((key.clone(), point["value"].as_f64()?))
    });
    last.collect()
}

/// The fractions at the top of the JSON documents in a folder.
fn written(folder: &Path) -> BTreeMap<String, f64> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    let mut numbers = BTreeMap::new();
    for file in files {
        let text = std::fs::read(file).unwrap_or_default();
        let document: Value = serde_json::from_slice(&text).unwrap_or_default();
        let entries = document.as_object().into_iter().flatten();
        let fractions = entries.filter(|(_, value)| value.is_f64());
        numbers.extend(fractions.filter_map(|(key, value)| Some((key.clone(), value.as_f64()?))));
    }
    numbers
}

/// The metric that the goal names, or else the first.
fn key(goal: &str, runs: &[Ran]) -> String {
    let bare = |text: &str| {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.collect::<String>().to_lowercase()
    };
    let goal = bare(goal);
    let keys = || runs.iter().flat_map(|run| run.numbers.keys());
    let named = keys().find(|key| goal.contains(&bare(key)));
    named
        .or_else(|| keys().next())
        .cloned()
        .unwrap_or_else(|| "score".to_owned())
}

fn shown(score: Option<f64>) -> String {
    score.map(|score| format!("{score:.4}")).unwrap_or_default()
}

fn heading(names: &[&str]) -> String {
    let rule = "---|".repeat(names.len());
    format!("| {} |\n|{rule}\n", names.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_tells_a_number() {
        let told = |text: &str| logged(text).map(|(name, value)| format!("{name} {value}"));
        assert_eq!(told("recipe,bpc\na,4.5\n").unwrap(), "bpc 4.5");
        assert_eq!(told("step 1\nbpc=4.25\n").unwrap(), "bpc 4.25");
        assert_eq!(told("Traceback\nValueError: diverged\n"), None);
        assert_eq!(
            log_of("python t.py --out o > logs/a.log 2>&1"),
            Some("logs/a.log")
        );
    }
}
