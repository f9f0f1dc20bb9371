//! Experiment scripts that a plan tells an iteration to execute itself.
//!
//! An interpreter or launcher with an entry point is direct execution unless the clause makes it the
//! command of a run, a template that a launcher posts, a prohibition, a quotation, or a look.

use super::{Plan, Reading, Span};
use crate::prose::{Before, Hit, Kind, Polarity, Strength, Topic, Zone};

/// An execution that is ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectExecution {
    /// The script, as the text names it.
    pub script: String,
    /// The sentence.
    pub span: Span,
    /// The task, by its place among the plan's tasks; nothing for a standing rule.
    pub task: Option<usize>,
    /// Whether a fair reader is sure of it.
    pub is_certain: bool,
}

/// Programs that run a script given to them.
const INTERPRETERS: [&str; 38] = [
    "python",
    "python3",
    "python2",
    "pypy",
    "py",
    "bash",
    "sh",
    "zsh",
    "source",
    "node",
    "rscript",
    "julia",
    "perl",
    "ruby",
    "torchrun",
    "deepspeed",
    "accelerate",
    "mpirun",
    "mpiexec",
    "horovodrun",
    "sbatch",
    "srun",
    "salloc",
    "uv",
    "poetry",
    "conda",
    "micromamba",
    "pipenv",
    "nohup",
    "xargs",
    "parallel",
    "time",
    "timeout",
    "taskset",
    "numactl",
    "ipython",
    "go",
    "cargo",
];

/// Those of them that are words of English as well, and programs only in code.
const ENGLISH_TOO: [&str; 8] = [
    "go",
    "time",
    "parallel",
    "source",
    "node",
    "cargo",
    "timeout",
    "accelerate",
];

/// How many tokens ahead of a script its interpreter may stand.
const REACH: usize = 60;

/// How many tokens behind a script options and looks may stand.
const BEHIND: usize = 8;

/// How many tokens ahead of a command the verb that orders it may stand.
const ORDER: usize = 3;

/// The executions that a plan orders. Without `entry_points`, scripts whose names speak of training,
/// evaluation or a benchmark count.
pub(super) fn find(
    plan: &Plan,
    reading: &Reading,
    entry_points: Option<&[String]>,
) -> Vec<DirectExecution> {
    let finder = Finder {
        plan,
        reading,
        entry_points,
    };
    let mut found: Vec<DirectExecution> = Vec::new();
    for (index, sentence) in reading.prose.sentences.iter().enumerate() {
        found.extend(finder.by_hand(index));
        let Some(segment) = reading.prose.segments.get(sentence.segment) else {
            continue;
        };
        let counts = segment.zone.is_task() && segment.zone != Zone::Deliverable
            || segment.zone.is_standing();
        if !counts {
            continue;
        }
        for at in sentence.tokens.clone() {
            let Some(script) = finder.script_at(at) else {
                continue;
            };
            let Some(is_certain) = finder.orders(index, at) else {
                continue;
            };
            found.push(DirectExecution {
                script,
                span: sentence.span.clone(),
                task: segment.task,
                is_certain,
            });
        }
    }
    found.dedup_by(|a, b| a.span == b.span);
    found
}

struct Finder<'f> {
    plan: &'f Plan,
    reading: &'f Reading,
    entry_points: Option<&'f [String]>,
}

impl Finder<'_> {
    fn text(&self, at: usize) -> &str {
        let tokens = &self.reading.prose.tokens;
        tokens.get(at).map_or("", |token| tokens.text(token))
    }

    /// The experiment script that a token names: by its path, its file name, or as a module.
    fn script_at(&self, at: usize) -> Option<String> {
        let token = self.reading.prose.tokens.get(at)?;
        let text = self.plan.source().get(token.span.clone())?;
        match token.kind {
            Kind::Path => (self.is_entry_point(text) || self.is_batch_script(at, text))
                .then(|| text.to_owned()),
            // A module is run by its name behind `-m`.
            Kind::Word if at > 0 && self.text(at - 1) == "m" => {
                let rest = self.plan.source().get(token.span.start..)?;
                let end = rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '.' || c == '_'))
                    .unwrap_or(rest.len());
                let module = rest[..end].trim_end_matches('.');
                self.is_module(module).then(|| module.to_owned())
            }
            _ => None,
        }
    }

    fn is_entry_point(&self, path: &str) -> bool {
        let path = path.trim_start_matches("./");
        match self.entry_points {
            Some(known) => known.iter().any(|entry| is_same(path, entry)),
            None => looks_like_experiment(path),
        }
    }

    /// A job script behind the command that submits it.
    fn is_batch_script(&self, at: usize, text: &str) -> bool {
        let is_script = [".sbatch", ".slurm", ".sh", ".job"]
            .iter()
            .any(|end| text.ends_with(end));
        let first = at.saturating_sub(BEHIND);
        is_script && (first..at).any(|index| matches!(self.text(index), "sbatch" | "qsub"))
    }

    fn is_module(&self, module: &str) -> bool {
        let path = format!("{}.py", module.replace('.', "/"));
        let package = format!("{}/__main__.py", module.replace('.', "/"));
        match self.entry_points {
            Some(known) => known
                .iter()
                .any(|entry| is_same(&path, entry) || *entry == package),
            None => looks_like_experiment(&path),
        }
    }

    /// An experiment that is to be started by hand, without any command: `start the training yourself`.
    fn by_hand(&self, index: usize) -> Option<DirectExecution> {
        let prose = &self.reading.prose;
        let sentence = prose.sentences.get(index)?;
        let segment = prose.segments.get(sentence.segment)?;
        let is_asked = matches!(segment.zone, Zone::TaskText | Zone::TaskDetail);
        let hit = prose
            .hits_of(index)
            .iter()
            .find(|hit| hit.is_said(Topic::ByHand))?;
        let is_tracked = self.says(index, &sentence.tokens, Topic::Create);
        (is_asked && !is_tracked).then(|| DirectExecution {
            script: self
                .plan
                .source()
                .get(prose.span_of(hit))
                .unwrap_or_default()
                .to_owned(),
            span: sentence.span.clone(),
            task: segment.task,
            is_certain: true,
        })
    }

    /// Whether what stands around a script orders its execution, and whether that is certain.
    fn orders(&self, sentence: usize, at: usize) -> Option<bool> {
        let prose = &self.reading.prose;
        let bounds = prose.sentences.get(sentence)?.tokens.clone();
        let segment = prose.segments.get(prose.sentences.get(sentence)?.segment)?;
        let start = self.command_start(bounds.start, at);
        let is_invoked = start < at || self.is_own_program(at);
        let verbs = if is_invoked {
            Topic::Order
        } else {
            Topic::Execute
        };
        let ordered = self.order_ahead(sentence, bounds.start, start, verbs);
        if !is_invoked && ordered.is_none() {
            return None;
        }
        if prose.is_denied(start) || prose.is_denied(at) || self.looks(sentence, start, at) {
            return None;
        }
        let clause = self.clause(bounds.clone(), start, at);
        let has = |topic: Topic| self.says(sentence, &clause, topic);
        // The request that creates a run stands right beside its command.
        let is_local = has(Topic::Local) && !has(Topic::Create);
        if has(Topic::Tracked) && !is_local {
            return None;
        }
        let is_imperative = ordered.is_some() && !has(Topic::Quotation);
        if is_local && (is_invoked || ordered.is_some()) {
            return Some(true);
        }
        let in_sentence = self.says(sentence, &bounds, Topic::Tracked);
        if !is_imperative
            && (in_sentence || has(Topic::Quotation) || self.is_tracked_around(segment))
        {
            return None;
        }
        if segment.zone.is_standing() {
            // A command in the notes is a template unless something orders it.
            return is_imperative.then_some(false);
        }
        let builds_tool = segment
            .task
            .and_then(|task| self.reading.at(task))
            .is_some_and(super::TaskReading::builds_tool);
        match (is_imperative, builds_tool) {
            (true, false) => Some(true),
            (true, true) => Some(false),
            (false, true) => None,
            (false, false) => Some(!self.plan_tracks()),
        }
    }

    /// Where the command begins that a script is part of: at its interpreter, or at the script.
    fn command_start(&self, from: usize, at: usize) -> usize {
        let first = at.saturating_sub(REACH).max(from);
        let mut start = at;
        for index in (first..at).rev() {
            let Some(token) = self.reading.prose.tokens.get(index + 1) else {
                break;
            };
            let is_other = token.before >= Before::Semicolon
                || (token.before >= Before::Comma && !token.is_code);
            if is_other || self.text(index) == "then" {
                break;
            }
            let is_code = self
                .reading
                .prose
                .tokens
                .get(index)
                .is_some_and(|token| token.is_code);
            let is_word = !is_code && ENGLISH_TOO.contains(&self.text(index));
            if is_interpreter(self.text(index)) && !is_word {
                start = index;
            }
        }
        start
    }

    /// `./train.sh`
    fn is_own_program(&self, at: usize) -> bool {
        let token = self.reading.prose.tokens.get(at);
        let text = token.and_then(|token| self.plan.source().get(token.span.clone()));
        text.is_some_and(|text| text.starts_with("./"))
    }

    /// The verb that orders a command, right ahead of it.
    fn order_ahead(
        &self,
        sentence: usize,
        from: usize,
        start: usize,
        verbs: Topic,
    ) -> Option<usize> {
        let first = start.saturating_sub(ORDER).max(from);
        // What stands ahead of a colon is a label.
        let colon = (first + 1..=start).rev().find(|at| {
            let token = self.reading.prose.tokens.get(*at);
            token.is_some_and(|token| token.before == Before::Colon)
        });
        let first = colon.unwrap_or(first);
        let hits = self.reading.prose.hits_of(sentence);
        hits.iter()
            .filter(|hit| hit.topic == verbs && hit.polarity == Polarity::Affirmed)
            .map(|hit| hit.tokens.start)
            .filter(|at| self.is_word(*at) && self.text(*at + 1) != "of")
            .find(|at| (first..start).contains(at))
    }

    fn is_option(&self, at: usize) -> bool {
        let token = self.reading.prose.tokens.get(at);
        token.is_some_and(|token| token.kind == Kind::Option)
    }

    fn is_word(&self, at: usize) -> bool {
        let token = self.reading.prose.tokens.get(at);
        token.is_some_and(|token| token.kind == Kind::Word)
    }

    fn looks(&self, sentence: usize, start: usize, at: usize) -> bool {
        let hits = self.reading.prose.hits_of(sentence);
        hits.iter()
            .filter(|hit| hit.topic == Topic::Look)
            .any(|hit| (start..at + BEHIND).contains(&hit.tokens.start))
    }

    /// The clause around a command: up to a comma, dash, colon or `then` outside of code.
    fn clause(
        &self,
        bounds: std::ops::Range<usize>,
        start: usize,
        at: usize,
    ) -> std::ops::Range<usize> {
        let parts = |index: usize| {
            let token = self.reading.prose.tokens.get(index);
            token.is_some_and(|token| {
                !token.is_code
                    && (token.before >= Before::Comma && token.before != Before::Parenthesis)
            }) || self.text(index) == "then"
        };
        let from = (bounds.start + 1..=start).rev().find(|index| parts(*index));
        let to = (at + 1..bounds.end).find(|index| parts(*index));
        from.unwrap_or(bounds.start)..to.unwrap_or(bounds.end)
    }

    fn says(&self, sentence: usize, within: &std::ops::Range<usize>, topic: Topic) -> bool {
        let hits = self.reading.prose.hits_of(sentence);
        hits.iter().any(|hit: &Hit| {
            hit.topic == topic
                && hit.strength == Strength::Strong
                && hit.polarity != Polarity::Denied
                && within.contains(&hit.tokens.start)
                && !self.is_option(hit.tokens.start)
        })
    }

    /// Whether what governs a segment, or its task, has runs made of commands.
    fn is_tracked_around(&self, segment: &crate::prose::Segment) -> bool {
        let prose = &self.reading.prose;
        let governs = segment
            .governor
            .and_then(|at| prose.segments.get(at))
            .is_some_and(|governor| {
                governor
                    .sentences
                    .clone()
                    .flat_map(|sentence| prose.hits_of(sentence))
                    .any(|hit| hit.is_said(Topic::Tracked))
            });
        let creates = segment
            .task
            .and_then(|task| self.reading.at(task))
            .is_some_and(|task| task.text.has(Topic::Tracked));
        governs || creates
    }

    /// Whether the plan says anywhere outside its tasks that runs are created.
    fn plan_tracks(&self) -> bool {
        self.reading
            .hits(Topic::Create)
            .any(|hit| hit.is_said(Topic::Create) && self.reading.zone(hit).is_standing())
    }
}

fn is_interpreter(word: &str) -> bool {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let name = stem.rsplit('/').next().unwrap_or(stem);
    INTERPRETERS.contains(&word) || INTERPRETERS.contains(&name)
}

/// Whether a word names this script: by its path or its file name.
fn is_same(word: &str, entry: &str) -> bool {
    let ends_with = |long: &str, short: &str| {
        long == short
            || long
                .strip_suffix(short)
                .is_some_and(|rest| rest.ends_with('/'))
    };
    // A program that is built from a script, or a package, has its name and place.
    let stem = |path: &str| {
        path.rsplit_once('.')
            .map_or(path.to_owned(), |(stem, _)| stem.to_owned())
    };
    let package = entry.rsplit_once('/').map_or("", |(folder, _)| folder);
    let last = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let is_built =
        word.contains('/') && last(&stem(word)) == last(&stem(entry)) && last(word).len() > 3;
    ends_with(word, entry)
        || (word.contains('.') && ends_with(entry, word))
        || is_built
        || (package.contains('/') && ends_with(word.trim_end_matches('/'), package))
}

/// What the names of experiment scripts speak of, and the languages that they are written in.
const EXPERIMENT_NAMES: [&str; 5] = ["train", "eval", "bench", "finetune", "pretrain"];
const SCRIPT_ENDINGS: [&str; 7] = ["py", "sh", "sbatch", "slurm", "jl", "r", "ipynb"];

fn looks_like_experiment(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    SCRIPT_ENDINGS.contains(&extension) && EXPERIMENT_NAMES.iter().any(|word| stem.contains(word))
}
