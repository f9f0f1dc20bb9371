//! The kill matrix: the harness held against agents whose faults are known.
//!
//! The reference agent must be clean in every case under `--strict`, and in its silent abort mode in
//! every case that is to be aborted, and its healthy twins; each [`Mutant`] of it must be caught by
//! the rule that it breaks, and by no other rule save those that it declares as implied. Catching is
//! a finding: a doubt is none, and is held against a rule that has no business with the mutant. What this finds is a defect of a rule, a case or the reference agent,
//! never one of a user's agent.

mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub use report::{json, text};

use crate::agent::reference::{Mutant, all_mutants, mutant_name};
use crate::agent::{AgentSpec, Supervision};
use crate::baseline::Day;
use crate::cancel::Cancel;
use crate::case::{Case, CaseError, Declared, builtin_cases};
use crate::engine::{self, CaseOutcome, CaseReport, RunReport};
use crate::gate::Gate;
use crate::prompt::{PromptError, Prompts};
use crate::rules;
use crate::runner::{Brake, Conduct, Harness, Playlist, Setup, run_all};
use crate::selection::Selection;

/// The rule that says which abort mode is preferred; the silent mode breaks it and nothing else.
const PREFERENCE: &str = "ABT008";

/// The abort mode that is not preferred.
const SILENT: &str = "silent";

/// Why the self-test could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum SelftestError {
    /// A built-in case is not valid.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The built-in prompt is not valid.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// There is no room for evidence.
    #[error("cannot make a folder for the evidence: {0}")]
    Folder(#[source] std::io::Error),
    /// A mutant names a case that is not built in.
    #[error("the mutant of {code} wants the case `{case}`, which does not exist")]
    NoCase {
        /// The mutant's rule.
        code: &'static str,
        /// The case.
        case: &'static str,
    },
}

/// What the self-test found out.
#[derive(Debug)]
pub struct Matrix {
    /// The reference agent, once for each abort mode.
    pub reference: Vec<Trial>,
    /// The mutants, in the order of their rules.
    pub mutants: Vec<Kill>,
    /// Rules that no mutant breaks.
    pub unproven: Vec<&'static str>,
}

/// The reference agent in one abort mode.
#[derive(Debug)]
pub struct Trial {
    /// `checklist` or `silent`.
    pub mode: &'static str,
    /// Its cases.
    pub cases: Vec<Played>,
}

/// One mutant.
#[derive(Debug)]
pub struct Kill {
    /// What it breaks, and how.
    pub mutant: &'static Mutant,
    /// Its name: the rule's code, with a number where several mutants break the same rule.
    pub name: String,
    /// What came of it.
    pub played: Played,
}

/// What came of one case.
#[derive(Debug)]
pub struct Played {
    /// The case's id.
    pub case: String,
    /// The codes that may fire here.
    pub declared: BTreeSet<&'static str>,
    /// The codes that fired.
    pub fired: BTreeSet<&'static str>,
    /// The codes that were in doubt, which kills no mutant.
    pub doubtful: BTreeSet<&'static str>,
    /// The codes that could not be tested, or for which nobody looked.
    pub untestable: BTreeSet<&'static str>,
    /// Why the case was not judged, if so.
    pub unjudged: Option<String>,
}

impl Played {
    fn new(report: &CaseReport, declared: impl IntoIterator<Item = &'static str>) -> Self {
        let with = |words: &[&str]| {
            let verdicts = report.verdicts.iter();
            verdicts
                .filter(|(_, verdict)| words.contains(&verdict.word()))
                .map(|(rule, _)| rule.code)
                .collect()
        };
        Self {
            case: report.id.clone(),
            declared: declared.into_iter().collect(),
            fired: with(&["fail"]),
            doubtful: with(&["doubtful"]),
            untestable: with(&["untestable", "not_looked_at"]),
            unjudged: match &report.outcome {
                CaseOutcome::ControlPending(reason)
                | CaseOutcome::CouldNotRun(reason)
                | CaseOutcome::HarnessError(reason)
                | CaseOutcome::CutShort(reason)
                | CaseOutcome::NotPlayed(reason)
                | CaseOutcome::Spared(reason) => Some(reason.clone()),
                CaseOutcome::Conformant | CaseOutcome::NonConformant => None,
            },
        }
    }

    /// What came of two plays of the same case, such as iterations.
    fn joined(mut self, other: Self) -> Self {
        self.fired.extend(other.fired);
        self.doubtful.extend(other.doubtful);
        self.untestable.extend(other.untestable);
        self.unjudged = self.unjudged.or(other.unjudged);
        self
    }

    /// The codes that fired, or were in doubt, and were not to.
    pub fn undeclared(&self) -> impl Iterator<Item = &'static str> {
        let noticed = self.fired.union(&self.doubtful).copied();
        noticed.filter(|code| !self.declared.contains(code))
    }

    /// Whether the case was judged, and nothing fired that was not to.
    pub fn is_as_declared(&self) -> bool {
        self.unjudged.is_none() && self.untestable.is_empty() && self.undeclared().next().is_none()
    }
}

impl Trial {
    /// Whether only cases that are to be aborted were played, with their controls.
    pub fn is_abort_only(&self) -> bool {
        self.mode == SILENT
    }
}

impl Kill {
    /// Whether the rule that the mutant breaks noticed, and was sure.
    pub fn is_killed(&self) -> bool {
        self.played.fired.contains(self.mutant.code)
    }
}

impl Matrix {
    /// Whether the reference agent is clean, every mutant is killed and nothing undeclared fired.
    pub fn is_sound(&self) -> bool {
        let mut trials = self.reference.iter().flat_map(|trial| &trial.cases);
        self.unproven.is_empty()
            && trials.all(Played::is_as_declared)
            && self
                .mutants
                .iter()
                .all(|kill| kill.is_killed() && kill.played.is_as_declared())
    }
}

/// Plays everything, at most `jobs` agents at a time, each as a subprocess of `program`.
///
/// # Errors
/// Fails when a built-in part is not valid or there is no room for evidence. What goes wrong with
/// a single agent is in the matrix.
pub async fn run(program: &Path, jobs: usize, cancel: &Cancel) -> Result<Matrix, SelftestError> {
    let folder = tempfile::tempdir().map_err(SelftestError::Folder)?;
    let cases = builtin_cases()?;
    let shared = SharedSetup {
        program: program.to_owned(),
        prompts: Prompts::builtin()?,
        out: folder.path().to_owned(),
        slots: Arc::new(Semaphore::new(jobs.max(1))),
        cancel: cancel.clone(),
    };
    let subjects = subjects(&cases)?;
    let mut plays = JoinSet::new();
    for (at, subject) in subjects.iter().enumerate() {
        for case in &subject.cases {
            let (shared, args, case) = (shared.clone(), subject.args.clone(), case.clone());
            plays.spawn(async move { (at, shared.play(&at.to_string(), &args, case).await) });
        }
    }
    let mut reports: Vec<Vec<CaseReport>> = subjects.iter().map(|_| Vec::new()).collect();
    while let Some(joined) = plays.join_next().await {
        if let Ok((at, played)) = joined {
            reports[at].extend(played);
        }
    }
    Ok(assemble(subjects, reports))
}

/// An agent and the cases that it plays.
struct Subject {
    role: Role,
    args: Vec<String>,
    cases: Vec<Case>,
}

enum Role {
    Reference(&'static str),
    Mutant(&'static Mutant),
}

fn subjects(cases: &[Case]) -> Result<Vec<Subject>, SelftestError> {
    let mut subjects: Vec<Subject> = ["checklist", SILENT]
        .into_iter()
        .map(|mode| Subject {
            role: Role::Reference(mode),
            args: vec!["--abort-mode".to_owned(), mode.to_owned()],
            cases: cases_of(mode, cases),
        })
        .collect();
    for mutant in all_mutants() {
        let case = cases.iter().find(|case| case.id == mutant.case);
        let case = case.ok_or(SelftestError::NoCase {
            code: mutant.code,
            case: mutant.case,
        })?;
        subjects.push(Subject {
            role: Role::Mutant(mutant),
            args: vec!["--break".to_owned(), mutant_name(mutant)],
            cases: vec![case.clone()],
        });
    }
    Ok(subjects)
}

/// The cases that an abort mode is played in. The silent mode differs where an agent aborts only, and
/// there it needs the healthy twins as controls.
fn cases_of(mode: &str, cases: &[Case]) -> Vec<Case> {
    let is_abort = |case: &&Case| case.expect.preflight == Some(Declared::Failed);
    let aborts = cases.iter().filter(is_abort);
    let twins: BTreeSet<&str> = aborts.filter_map(|case| case.twin.as_deref()).collect();
    let plays = |case: &&Case| mode != SILENT || is_abort(case) || twins.contains(case.id.as_str());
    cases.iter().filter(plays).cloned().collect()
}

/// What all plays have in common.
#[derive(Clone)]
struct SharedSetup {
    program: PathBuf,
    prompts: Prompts,
    out: PathBuf,
    slots: Arc<Semaphore>,
    cancel: Cancel,
}

impl SharedSetup {
    async fn play(self, folder: &str, args: &[String], case: Case) -> Vec<CaseReport> {
        // The semaphore is never closed; a permit is had sooner or later.
        let _slot = self.slots.acquire().await;
        let agent = AgentSpec::reference(&self.program);
        let conduct = Conduct {
            selection: Selection::default(),
            setup: Setup {
                agent: args.iter().fold(agent, AgentSpec::with_arg),
                prompts: self.prompts,
                seed: 1,
                time_limit: None,
                supervision: Supervision::full(&self.program),
                harness: Harness::default(),
            },
            gate: Gate::STRICT,
            adjudicator: None,
            jobs: 1,
            out: self.out.join(folder),
            kept: Arc::default(),
            cancel: self.cancel,
            brake: Brake::default(),
            baseline: Arc::default(),
            today: Day::today(),
            listener: Arc::new(|_| {}),
        };
        run_all(&Playlist::new(&[case], 1), &conduct).await
    }
}

fn assemble(subjects: Vec<Subject>, reports: Vec<Vec<CaseReport>>) -> Matrix {
    let (mut reference, mut mutants) = (Vec::new(), Vec::new());
    for (subject, cases) in subjects.into_iter().zip(reports) {
        match subject.role {
            Role::Reference(mode) => reference.push(trial(mode, cases)),
            Role::Mutant(mutant) => mutants.extend(kill(mutant, &cases)),
        }
    }
    mutants.sort_by_key(|kill| rules::all().position(|rule| rule.code == kill.mutant.code));
    let is_proven = |code: &str| mutants.iter().any(|kill| kill.mutant.code == code);
    let unproven = rules::all()
        .map(|rule| rule.code)
        .filter(|code| !is_proven(code))
        .collect();
    Matrix {
        reference,
        mutants,
        unproven,
    }
}

/// Aborts are held against their healthy twins here as in every run.
fn trial(mode: &'static str, cases: Vec<CaseReport>) -> Trial {
    let RunReport { cases, .. } = engine::conclude(cases, Gate::STRICT);
    let played = cases.iter().map(|report| {
        let is_silent_abort = mode == SILENT && report.aborted;
        Played::new(report, is_silent_abort.then_some(PREFERENCE))
    });
    Trial {
        mode,
        cases: played.collect(),
    }
}

fn kill(mutant: &'static Mutant, cases: &[CaseReport]) -> Option<Kill> {
    let declared = || mutant.implies.iter().copied().chain([mutant.code]);
    let played = cases.iter().map(|report| Played::new(report, declared()));
    let played = Played {
        case: mutant.case.to_owned(),
        ..played.reduce(Played::joined)?
    };
    Some(Kill {
        mutant,
        name: mutant_name(mutant),
        played,
    })
}
