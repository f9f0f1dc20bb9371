//! The words by which text rules recognise what a plan speaks of.
//!
//! All of them are in lower case and are looked for in [`crate::facts::Task::searchable`] texts.
//! They cover English; for other languages see [`is_english`].

use crate::facts::{Plan, Task};

/// Codebase findings, in the planning notes.
pub(super) const FINDINGS: &[&str] = &[
    "finding",
    "codebase",
    "code base",
    "code map",
    "repository",
    "repo ",
    "existing code",
    "entry point",
    "observ",
    "architecture",
    "current state",
    "discover",
    "code",
    "what is here",
    "what exists",
    "what we have",
    "survey",
    "inventory",
    "context",
];

/// Risks and assumptions, in the planning notes.
pub(super) const RISKS: &[&str] = &[
    "risk",
    "assum",
    "caveat",
    "unknown",
    "threat",
    "pitfall",
    "uncertain",
    "go wrong",
    "concern",
    "open question",
    "limitation",
    "hazard",
];

/// Experiment root and logging layout, in the planning notes.
pub(super) const ROOT: &[&str] = &[
    "root",
    "layout",
    "logging",
    "logs",
    "artifact",
    "artefact",
    "folder",
    "director",
    "where things",
    "where everything",
    "output location",
    "file organi",
    "storage",
];

/// Baselines.
pub(super) const BASELINE: &[&str] = &[
    "baseline",
    "base line",
    "base-line",
    "control run",
    "control arm",
    "control group",
    "control condition",
    "reference run",
    "reference config",
    "reference model",
    "reference implementation",
    "vanilla",
    "status quo",
    "unmodified",
    "default config",
    "default setting",
    "as-is",
    "stock model",
    "stock config",
    "current default",
    "naive",
];

/// The proposed or main method.
pub(super) const PROPOSED: &[&str] = &[
    "proposed",
    "main method",
    "main-method",
    "main experiment",
    "main run",
    "main sweep",
    "our method",
    "candidate",
    "treatment",
    "new method",
    "variant",
    "intervention",
    "novel",
    "challenger",
    "main grid",
    "the method",
    "main configuration",
    "main comparison",
    "improved",
    "main arm",
    "experimental arm",
    "main model",
    "alternative",
    "enhanced",
    "main approach",
    "proposal",
    "new approach",
    "our approach",
    "hypothes",
    "main evaluation",
    "main benchmark",
];

/// Reflection, analysis and reporting, which speak of runs and are none.
pub(super) const LOOKING_BACK: &[&str] = &[
    "reflect",
    "midpoint",
    "mid-point",
    "half-way",
    "halfway",
    "interim",
    "checkpoint review",
    "ablat",
    "sensitiv",
    "leave-one-out",
    "aggregate",
    "summari",
    "report",
    "plot",
    "statist",
    "error analysis",
    "significance",
    "confidence interval",
    "bootstrap",
    "compare ",
];

/// Starting experiments.
pub(super) const STARTING: &[&str] = &[
    "launch ",
    "start the",
    "start every",
    "start each",
    "create the runs",
    "create runs",
    "create one run",
    "baseline run",
    "run the baseline",
    "run baseline",
    "submit",
    "train the",
    "train a",
    "evaluate the",
    "execute",
];

/// Isolated environments.
pub(super) const ENVIRONMENT: &[&str] = &[
    "uv venv",
    "uv sync",
    "uv pip",
    "uv run",
    "uv ",
    "`uv`",
    "venv",
    "virtualenv",
    "virtual environment",
    "micromamba",
    "conda",
    "mamba",
    "module load",
    "environment module",
    "modules",
    "lmod",
    "poetry",
    "pixi",
    "pipenv",
    "isolated",
    "container",
    "docker",
    "apptainer",
    "singularity",
    "nix ",
    "set up the environment",
    "set up environment",
    "environment setup",
    "python environment",
];

/// Understanding or refactoring code.
pub(super) const UNDERSTANDING: &[&str] = &[
    "understand",
    "read ",
    "reading",
    "map ",
    "mapping",
    "inspect",
    "explor",
    "audit",
    "trace ",
    "tracing",
    "survey",
    "study",
    "walk through",
    "walkthrough",
    "code map",
    "document ",
    "refactor",
    "extract",
    "clean up",
    "inventory",
    "identify",
    "catalog",
    "investigat",
    "examin",
    "analyze",
    "analyse",
    "profile",
    "familiar",
    "review",
    "describe",
    "untangle",
    "list ",
    "note ",
    "locate",
    "learn",
    "dissect",
    "prepare the code",
    "isolate",
    "split ",
    "code-understanding",
    "go through",
    "record how",
];

/// Whether `text` has one of `words`.
pub(super) fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Words without which no English text of some length gets by.
const FUNCTION_WORDS: &[&str] = &[
    " the ", " and ", " of ", " with ", " for ", " to ", " in ", " a ", " from ", " on ", " by ",
];

/// Whether the plan's tasks are in English, as far as can be told: where they are not, the absence of
/// an English word says nothing.
pub(super) fn is_english(plan: &Plan) -> bool {
    let total = plan.tasks().len();
    let english = plan
        .tasks()
        .filter(|task| has(&task.searchable(), FUNCTION_WORDS))
        .count();
    english * 2 >= total
}

/// Whether a task runs something and does not merely look back at it.
pub(super) fn is_experiment(task: &Task) -> bool {
    starts_runs(task) && !has(&text_of(task), LOOKING_BACK)
}

/// Whether a task starts runs: it says so, or sends the requests that do.
pub(super) fn starts_runs(task: &Task) -> bool {
    let text = text_of(task);
    has(&text, STARTING) || (text.contains("post") && has(&text, &["/runs", "/sweeps"]))
}

/// What a task is to do, as rules search it.
pub(super) fn text_of(task: &Task) -> String {
    let plain: String = task
        .text
        .chars()
        .filter(|c| !matches!(c, '*' | '`'))
        .collect();
    plain
        .replace(['\u{2010}', '\u{2011}', '\u{2013}', '\u{2014}'], "-")
        .to_lowercase()
}

/// What a task is to do, without code: names of files and commands say little about its purpose.
pub(super) fn prose_of(task: &Task) -> String {
    let prose = task
        .text
        .split('`')
        .step_by(2)
        .collect::<Vec<_>>()
        .join(" ");
    prose
        .replace('*', "")
        .replace(['\u{2010}', '\u{2011}', '\u{2013}', '\u{2014}'], "-")
        .to_lowercase()
}
