//! TRK: tracked runs.

mod chat_session_linked;
mod claims_match_state;
mod command_workdir;
mod failure_noticed;
mod iteration_abort;
mod iteration_preflight;
mod iteration_summary;
mod monitored;
mod no_direct_execution;
mod no_shell_grid;
mod one_config_one_run;
mod planned_paths;
mod polite_polling;
mod promise_truthful;
mod run_has_sweep;
mod run_names;
mod sentinel_stops;
mod sweep_is_wild;
mod tasks_progress;
mod ticked_done_when_holds;
mod ticked_task_has_runs;

use super::{Family, Scope};

/// The family.
pub(super) static FAMILY: Family = Family {
    name: "TRK",
    title: "tracked runs",
    scope: Scope::Execution,
    also_later: &[],
    rules: &[
        &no_direct_execution::RULE,
        &run_has_sweep::RULE,
        &sweep_is_wild::RULE,
        &chat_session_linked::RULE,
        &one_config_one_run::RULE,
        &no_shell_grid::RULE,
        &run_names::RULE,
        &command_workdir::RULE,
        &planned_paths::RULE,
        &monitored::RULE,
        &polite_polling::RULE,
        &failure_noticed::RULE,
        &iteration_preflight::RULE,
        &iteration_abort::RULE,
        &sentinel_stops::RULE,
        &tasks_progress::RULE,
        &promise_truthful::RULE,
        &iteration_summary::RULE,
        &ticked_task_has_runs::RULE,
        &claims_match_state::RULE,
        &ticked_done_when_holds::RULE,
    ],
};
