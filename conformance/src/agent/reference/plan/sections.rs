//! Planning notes and analytics contract.

use super::{Scope, listed};

/// The planning notes.
pub(super) fn notes(scope: &Scope<'_>) -> String {
    let survey = scope.survey;
    let first_files: Vec<&str> = survey.files.iter().map(String::as_str).collect();
    let why = if survey.has_exp {
        "it exists already"
    } else {
        "there is no `exp/` folder"
    };
    format!(
        "## Planning Notes\n\n\
         - Key codebase findings: experiment entry points are {}; configurations are {}; tests are \
         {}; dependencies are named in {}; the workspace starts with {}.\n\
         - Key risks and assumptions: run-to-run noise may exceed the effect, so every configuration \
         gets several seeds; the cluster reports type {} with {} GPUs, checked again before \
         anything is started.\n\
         - Experiment root and logging layout decision: `{}` because {why}; below it `scripts/`, \
         `logs/`, `outputs/`, `results/`, `analysis/` and `metadata/`.\n",
        listed(&survey.entry_points()),
        listed(&survey.configs()),
        listed(&survey.tests()),
        listed(&survey.dependency_files()),
        listed(&first_files[..first_files.len().min(2)]),
        survey.cluster.kind,
        survey.cluster.gpus,
        scope.root,
    )
}

/// The shared metrics and analytics contract.
pub(super) fn contract(scope: &Scope<'_>) -> String {
    format!(
        "## Shared Metrics and Analytics Contract\n\n\
         - Primary metrics: the score that the goal names, as mean over seeds\n\
         - Secondary diagnostics: loss curves, wall-clock time and failures of each run\n\
         - Statistical checks: standard deviation and 95% confidence interval over seeds\n\
         - Required artifacts: `{0}/results/summary.csv` (table), `{0}/analysis/curves.png` (plot), \
         `{0}/analysis/statistics.md` (error analysis)",
        scope.root
    )
}
