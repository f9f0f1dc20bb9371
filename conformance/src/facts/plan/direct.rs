//! Experiment scripts that a plan tells an iteration to execute itself.
//!
//! An interpreter or launcher with an entry point is direct execution unless the clause makes it the
//! command of a run, a template that a launcher posts, a prohibition, a quotation, or a look.

mod around;
mod script;

use super::{Plan, Reading, Span, TaskReading};
use crate::prose::{Before, Kind, Segment, Token, Topic, Zone};
use around::Around;

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
        let mut scripts = sentence
            .tokens
            .clone()
            .filter_map(|at| Some((at, finder.script_at(at)?)))
            .peekable();
        if scripts.peek().is_none() {
            continue;
        }
        let around = Around::of(reading, index, sentence);
        let ordered =
            scripts.find_map(|(at, script)| Some((script, finder.orders(&around, segment, at)?)));
        found.extend(ordered.map(|(script, is_certain)| DirectExecution {
            script,
            span: sentence.span.clone(),
            task: segment.task,
            is_certain,
        }));
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
    fn token(&self, at: usize) -> Option<&Token> {
        self.reading.prose.tokens.get(at)
    }

    fn text(&self, at: usize) -> &str {
        let text = |token| self.reading.prose.tokens.text(token);
        self.token(at).map_or("", text)
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
            Some(known) => known.iter().any(|entry| script::is_same(path, entry)),
            None => script::looks_like_experiment(path),
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
                .any(|entry| script::is_same(&path, entry) || *entry == package),
            None => script::looks_like_experiment(&path),
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
        let is_tracked =
            Around::of(self.reading, index, sentence).says(Topic::Create, &sentence.tokens);
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
    fn orders(&self, around: &Around, segment: &Segment, at: usize) -> Option<bool> {
        let prose = &self.reading.prose;
        let start = self.command_start(around.bounds.start, at);
        let is_invoked = start < at || self.is_own_program(at);
        let is_ordered = self.is_ordered(around, start, is_invoked);
        if !is_invoked && !is_ordered {
            return None;
        }
        let is_looked_at = around.looks(start..at + BEHIND);
        if prose.is_denied(start) || prose.is_denied(at) || is_looked_at {
            return None;
        }
        let clause = around.clause(start, at);
        let has = |topic: Topic| around.says(topic, &clause);
        // The request that creates a run stands right beside its command.
        let is_local = has(Topic::Local) && !has(Topic::Create);
        if has(Topic::Tracked) && !is_local {
            return None;
        }
        if is_local {
            // Notes may tell what is not to be done.
            return Some(!segment.zone.is_standing());
        }
        let is_imperative = is_ordered && !has(Topic::Quotation);
        let in_sentence = around.says(Topic::Tracked, &around.bounds);
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
            .is_some_and(TaskReading::builds_tool);
        match (is_imperative, builds_tool) {
            (true, false) => Some(is_invoked || !self.plan_tracks()),
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
            if is_other || self.reading.begins_at(Topic::NextStep, index) {
                break;
            }
            let is_code = self.token(index).is_some_and(|token| token.is_code);
            if script::is_interpreter(self.text(index), is_code) {
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

    /// Whether a verb right ahead of a command orders it.
    fn is_ordered(&self, around: &Around, start: usize, is_invoked: bool) -> bool {
        let first = start.saturating_sub(ORDER).max(around.bounds.start);
        // What stands ahead of a colon is a label, and ahead of a comma another matter.
        let begins = |at: &usize| {
            self.token(*at)
                .is_some_and(|token| matches!(token.before, Before::Colon | Before::Comma))
        };
        let begin = (first + 1..=start).rev().find(begins);
        around.orders(begin.unwrap_or(first)..start, is_invoked)
    }

    /// Whether what governs a segment, or its task, has runs made of commands.
    fn is_tracked_around(&self, segment: &Segment) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ordered(task: &str) -> bool {
        let plan = Plan::parse(&format!("## Phase 1 - A\n- [ ] [P1-T1] {task}\n"));
        !find(&plan, &Reading::of(&plan), None).is_empty()
    }

    #[test]
    fn a_script_by_itself_is_ordered_by_a_verb_and_by_no_noun() {
        assert!(is_ordered("Run `train.py` on the whole set"));
        assert!(!is_ordered("Describe the run of `train.py`"));
        assert!(!is_ordered("If time permits, run `train.py`"));
    }

    #[test]
    fn a_script_that_is_called_as_a_program_needs_no_verb() {
        assert!(is_ordered("`./train.py --lr 0.1` on the whole set"));
        assert!(!is_ordered("`train.py --lr 0.1` on the whole set"));
        // An interpreter ahead of it calls it, and none that stands beside it.
        assert!(is_ordered("python train.py on the whole set"));
        assert!(!is_ordered("How we use python, train.py and the data"));
    }

    #[test]
    fn what_the_project_says_of_a_command_orders_nothing() {
        assert!(!is_ordered(
            "Note that the README recommends `python train.py --lr 0.1` for small sets"
        ));
        assert!(!is_ordered("The Makefile calls `python train.py`"));
    }
}
