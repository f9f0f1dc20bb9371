//! The record of a play, from before the agent starts.

use std::collections::BTreeSet;

use super::play_folder::PlayFolder;
use super::{Play, RunError, Setup};
use crate::agent::AgentOutcome;
use crate::ending::Ending;
use crate::evidence::{Captured, Completeness, PlayRecord, TasksChange, Timings, Unseen};
use crate::format::EVIDENCE;
use crate::prompt::Variables;
use crate::rules::{self, OwnBook};

/// What is known of a play before the agent starts.
pub(super) fn blank_record(
    play: &Play,
    setup: &Setup,
    place: &PlayFolder,
    variables: Variables,
) -> Result<PlayRecord, RunError> {
    Ok(PlayRecord {
        format: EVIDENCE.newest,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        agent: setup.agent.label().to_owned(),
        repetition: play.repetition,
        seed: setup.seed,
        case: play.case.clone(),
        variables: variables.into_map(),
        tasks_file: place.tasks_file().to_owned(),
        completeness: incomplete("the harness was ended while the agent ran"),
        ending: None,
        unfound: None,
        tasks_change: TasksChange::Unknown,
        transcript: Captured::default(),
        stderr: Captured::default(),
        final_text: None,
        journal_dropped: 0,
        audit: None,
        sandbox: None,
        own_prompt: setup.prompts.for_case(&play.case)?.own().cloned(),
        own_rules: rules::own().map_or_else(Vec::new, OwnBook::told),
        unseen: Unseen::default(),
        covered: BTreeSet::new(),
        token_search: None,
        usage: None,
        played: None,
        conditions: Some(setup.conditions().digest()),
        wall_clock: Timings::default(),
        files: std::collections::BTreeMap::new(),
    })
}

/// Not everything was gathered.
pub(super) fn incomplete(reason: &str) -> Completeness {
    Completeness::Incomplete {
        reason: reason.to_owned(),
    }
}

/// Notes how the agent ended.
pub(super) fn note_outcome(record: &mut PlayRecord, outcome: AgentOutcome) {
    let AgentOutcome {
        ending,
        output,
        unfound,
        ..
    } = outcome;
    record.completeness = match ending {
        Ending::Interrupted => incomplete("the run was interrupted before the agent had ended"),
        _ => Completeness::Complete,
    };
    record.ending = Some(ending);
    record.unfound = unfound;
    record.transcript = output.transcript;
    record.stderr = output.stderr;
    record.final_text = output.final_text;
    record.usage = output.usage;
}
