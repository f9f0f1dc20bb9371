//! What the evidence means: typed facts, computed once for each case.
//!
//! Computing facts never fails. What cannot be read or understood becomes a fact of its own, so that
//! a rule can say that it is untestable, or that nobody looked, in place of guessing.

mod campaign;
mod execution;
mod http;
mod plan;
mod processes;
mod reaction;
mod transcript;
mod workspace;

use crate::case::Case;
use crate::ending::Ending;
use crate::evidence::{Evidence, PlayRecord, TasksChange, WATCHED_SINCE};
use crate::verdict::Verdict;
use wild_mock_server::Exchange;

pub use campaign::{CampaignFacts, Cell, Mismatch};
pub use execution::{
    Claim, Command, Condition, Course, Coverage, Create, ExecutionFacts, Experiment, GUARD, Guard,
    Moment, Progress, Repetition, RunFacts, RunProgress, RunState, Runs, Said, Start, Ticked,
    Timeline, Traced, Tracing, Turn, combinations, coverage, has_file, names_tell, records, rows,
    turns,
};
pub use http::{HttpFacts, Preflight, Probe};
pub use plan::{
    Checkbox, Dependency, DirectExecution, Field, GateKind, Grid, Heading, Item, Label, Part,
    Phase, Place, Plan, PlanContext, PlanFacts, Reading, ReflectionGate, Section, SectionKind,
    Slurm, SlurmOption, Span, Task, TaskId, TaskReading, Tree, resolved,
};
pub use processes::{
    DirectStart, How, Outlived, ProcessFacts, SchedulerCall, StartContext, Starts,
    find as find_starts,
};
pub use reaction::{Reaction, is_abort_checklist, plan_signs};
pub use transcript::{Block, Promise, Tag, TagProblem, TranscriptFacts};
pub use workspace::{Change, ChangeKind, TasksFile, WorkspaceFacts};

/// Everything that rules are decided from.
#[derive(Debug)]
pub struct Facts<'e> {
    /// What was played.
    pub case: &'e Case,
    /// What the agent sent and got.
    pub http: HttpFacts<'e>,
    /// What the agent left in its workspace.
    pub workspace: WorkspaceFacts<'e>,
    /// When `tasks_path` was first changed.
    pub tasks_change: TasksChange,
    /// What its processes did.
    pub processes: ProcessFacts<'e>,
    /// What the agent printed.
    pub transcript: TranscriptFacts,
    /// `tasks_path`, parsed. Empty when there is no text to parse.
    pub tasks: Plan,
    /// What its tasks speak of.
    pub reading: Reading,
    /// What the plan is held against.
    pub context: PlanContext,
    /// The working directory before and after, as rules about plans see it.
    pub tree: Tree,
    /// Whether the agent aborted or went on.
    pub reaction: Reaction,
    /// What an execution iteration did; absent for planning cases.
    pub execution: Option<ExecutionFacts<'e>>,
    /// What a whole campaign came to; absent for single iterations.
    pub campaign: Option<CampaignFacts>,
    /// How the agent ended.
    pub ending: &'e Ending,
    gaps: Gaps,
}

/// A kind of evidence that rules declare to rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The HTTP journal.
    Journal,
    /// The workspace before and after.
    Workspace,
    /// What the agent printed.
    Transcript,
    /// How the agent ended.
    Ending,
    /// The folder around the workspace, before and after.
    Surroundings,
    /// What the agent's processes executed. A rule that finds nothing wrong must also ask
    /// [`ProcessFacts::incomplete`].
    Processes,
}

/// What is to be said of rules that rest on a source which cannot be relied upon.
#[derive(Debug, Default)]
struct Gaps {
    journal: Option<Verdict>,
    workspace: Option<Verdict>,
    transcript: Option<Verdict>,
    surroundings: Option<Verdict>,
    processes: Option<Verdict>,
}

/// The ending of an agent whose record has none, which complete evidence always has.
static UNKNOWN_ENDING: Ending = Ending::Interrupted;

impl<'e> Facts<'e> {
    /// Computes the facts.
    pub fn new(evidence: &'e Evidence) -> Self {
        let record = &evidence.record;
        let workspace = WorkspaceFacts::new(evidence);
        let processes = ProcessFacts::new(evidence);
        let transcript = TranscriptFacts::new(&evidence.transcript, &evidence.prompt);
        let tasks = Plan::parse(workspace.tasks.text().unwrap_or_default());
        let reaction = Reaction::new(&workspace, &tasks, &transcript);
        let context = PlanContext::of_case(
            &record.case,
            &record.variables,
            evidence.before.is_folder("exp"),
        );
        let is_execution = record.case.is_execution();
        Self {
            execution: is_execution
                .then(|| ExecutionFacts::new(evidence, &tasks, &context, &transcript)),
            campaign: record
                .case
                .is_campaign()
                .then(|| CampaignFacts::new(evidence, &tasks, &transcript)),
            case: &record.case,
            http: HttpFacts::new(&evidence.journal, &record.case),
            tasks_change: record.tasks_change,
            ending: record.ending.as_ref().unwrap_or(&UNKNOWN_ENDING),
            gaps: Gaps::new(evidence, &workspace, &processes),
            processes,
            workspace,
            transcript,
            reading: Reading::of(&tasks),
            tasks,
            context,
            tree: Tree::new(&[&evidence.before, &evidence.after], &evidence.files),
            reaction,
        }
    }

    /// What rules about the plan see.
    pub fn plan(&self) -> PlanFacts<'_> {
        PlanFacts {
            plan: &self.tasks,
            reading: &self.reading,
            context: &self.context,
            tree: Some(&self.tree),
            file: self.workspace.tasks_file,
        }
    }

    /// What is to be said of a rule that rests on `source`, where it cannot be relied upon.
    pub fn missing(&self, source: Source) -> Option<&Verdict> {
        match source {
            Source::Journal => self.gaps.journal.as_ref(),
            Source::Workspace => self.gaps.workspace.as_ref(),
            Source::Transcript => self.gaps.transcript.as_ref(),
            Source::Ending => None,
            Source::Surroundings => self.gaps.surroundings.as_ref(),
            Source::Processes => self.gaps.processes.as_ref(),
        }
    }

    /// Whether the agent did what only an agent that took its preflight for passed would do.
    ///
    /// An agent that skipped a probe is told so by the rule about that probe; what it then wrote is
    /// judged like any plan.
    pub fn proceeded(&self) -> bool {
        match self.http.preflight {
            Preflight::Passed | Preflight::DeclaredPassed => true,
            Preflight::Incomplete => self.reaction == Reaction::Proceeded,
            Preflight::Failed(_) | Preflight::DeclaredFailed => false,
        }
    }

    /// The probe that made the agent abort, where it left out the rest of the preflight although none
    /// had failed: the last one that it sent, if its answer was odd.
    pub fn misread_probe(&self) -> Option<(Probe, &'e Exchange)> {
        if self.http.preflight != Preflight::Incomplete || !self.reaction.aborts_without_need(self)
        {
            return None;
        }
        let last = self.http.last_required()?;
        let odd = self.http.odd_successes().into_iter();
        odd.rev().find(|(_, exchange)| exchange.seq == last.seq)
    }

    /// Whether the preflight passed and the agent aborted all the same.
    pub fn is_false_abort(&self) -> bool {
        self.proceeded() && self.reaction.aborts_without_need(self)
    }
}

impl Gaps {
    fn new(
        evidence: &Evidence,
        workspace: &WorkspaceFacts<'_>,
        processes: &ProcessFacts<'_>,
    ) -> Self {
        let record = &evidence.record;
        let journal = (record.journal_dropped > 0)
            .then(|| format!("the journal dropped {} exchanges", record.journal_dropped));
        let transcript = record.transcript.is_truncated().then(|| {
            let captured = record.transcript;
            format!(
                "only {} of {} bytes of output are kept",
                captured.kept, captured.written
            )
        });
        let unreadable = workspace.tasks.unreadable().map(str::to_owned);
        Self {
            journal: journal.map(Verdict::Untestable),
            processes: processes.unobserved(),
            workspace: unreadable.map(Verdict::Untestable),
            transcript: transcript.map(Verdict::Untestable),
            surroundings: evidence
                .outside
                .is_none()
                .then(|| lacking(record, "what lay around the working directory")),
        }
    }
}

/// What is to be said where the evidence does not tell `what`: earlier versions did not look,
/// and what later ones write is not whole without it.
fn lacking(record: &PlayRecord, what: &str) -> Verdict {
    if record.format < WATCHED_SINCE {
        Verdict::NotLookedAt(format!(
            "evidence of format {} does not tell {what}",
            record.format
        ))
    } else {
        Verdict::Untestable(format!("the evidence does not tell {what}"))
    }
}
