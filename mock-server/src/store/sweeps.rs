//! What is done with sweeps.

use super::grid;
use super::keys::{Key, Origin};
use super::run::Run;
use super::status::{RunStatus, SweepStatus};
use super::sweep::{CreationContext, Progress, Sweep, WireSweep};
use super::{Refusal, Store, slice_length};
use crate::clock::Timestamp;
use crate::journal::Change;
use crate::json::{Json, Object, to_bytes};
use crate::python_text;

/// An empty sweep for the wild loop.
#[derive(Debug, Clone, Default)]
pub struct NewWildSweep {
    /// Name for people.
    pub name: String,
    /// What it is to find out.
    pub goal: String,
    /// The chat session that asked for it.
    pub chat_session_id: Option<String>,
}

/// A sweep over a parameter grid.
#[derive(Debug, Clone, Default)]
pub struct NewSweep {
    /// Name for people.
    pub name: String,
    /// The command that the parameters are added to.
    pub base_command: String,
    /// Where its runs run.
    pub workdir: Option<String>,
    /// The grid: values or lists of values by name.
    pub parameters: Object,
    /// How many runs the grid is cut to.
    pub max_runs: Json,
    /// Whether its runs are queued at once.
    pub auto_start: bool,
    /// What it is to find out.
    pub goal: Option<String>,
    /// The status that it is created with.
    pub status: Option<String>,
    /// Settings of the user interface.
    pub ui_config: Option<Object>,
    /// The chat session that asked for it.
    pub chat_session_id: Option<String>,
}

/// New values for a sweep's fields.
#[derive(Debug, Clone, Default)]
pub struct SweepPatch {
    /// Name.
    pub name: Option<String>,
    /// Base command; its runs' commands are rewritten.
    pub base_command: Option<String>,
    /// Working directory.
    pub workdir: Option<String>,
    /// Parameter grid.
    pub parameters: Option<Object>,
    /// How many runs the grid is cut to; 0 and below are ignored.
    pub max_runs: Option<Json>,
    /// Goal.
    pub goal: Option<String>,
    /// Status; only `draft` lasts, the others follow from the runs.
    pub status: Option<String>,
    /// Settings of the user interface.
    pub ui_config: Option<Object>,
}

impl Store {
    /// Creates an empty sweep for the wild loop.
    pub fn create_wild_sweep(&mut self, new: NewWildSweep, now: Timestamp) -> &Sweep {
        let id = self.ids.short();
        let parameters = Object::new();
        let creation_context = CreationContext::derive(
            &new.name,
            Some(&new.goal),
            "",
            &Json::Null,
            &parameters,
            None,
        );
        self.insert_sweep(Sweep {
            id,
            is_wild: true,
            name: new.name,
            base_command: String::new(),
            workdir: self.config.workdir.clone(),
            parameters,
            run_ids: Vec::new(),
            status: SweepStatus::Pending,
            created_at: now,
            goal: Some(new.goal),
            max_runs: Json::Null,
            ui_config: None,
            chat_session_id: new.chat_session_id,
            creation_context,
            progress: Progress::default(),
            started_at: None,
            completed_at: None,
        })
    }

    /// Creates a sweep and, unless it is a draft, the runs of its grid. None is launched.
    pub fn create_sweep(&mut self, new: NewSweep, now: Timestamp) -> Result<&Sweep, Refusal> {
        let status = match SweepStatus::from_request(new.status.as_deref()) {
            SweepStatus::Pending if new.auto_start => SweepStatus::Running,
            status @ (SweepStatus::Draft | SweepStatus::Pending | SweepStatus::Running) => status,
            other => {
                let word = other.as_str();
                return Err(Refusal::Invalid(format!(
                    "Unsupported sweep status: {word}"
                )));
            }
        };
        let combinations = match status {
            SweepStatus::Draft => Vec::new(),
            _ => self.combinations(&new)?,
        };
        let sweep = self.new_sweep(new, status, now);
        let (id, at) = (sweep.id.clone(), self.sweeps.len());
        self.insert_sweep(sweep);
        let run_status = match status {
            SweepStatus::Running => RunStatus::Queued,
            _ => RunStatus::Ready,
        };
        for (number, parameters) in combinations.into_iter().enumerate() {
            let run = self.grid_run(&id, at, number + 1, parameters, run_status.clone(), now);
            self.insert_run(run);
        }
        Ok(&self.sweeps[at])
    }

    fn new_sweep(&mut self, new: NewSweep, status: SweepStatus, now: Timestamp) -> Sweep {
        let creation_context = CreationContext::derive(
            &new.name,
            new.goal.as_deref(),
            &new.base_command,
            &new.max_runs,
            &new.parameters,
            new.ui_config.as_ref(),
        );
        Sweep {
            id: self.ids.short(),
            is_wild: false,
            name: new.name,
            base_command: new.base_command,
            workdir: self.workdir_or_default(new.workdir),
            parameters: new.parameters,
            run_ids: Vec::new(),
            // Whatever else was asked for follows from the runs.
            status: if status == SweepStatus::Draft {
                status
            } else {
                SweepStatus::Pending
            },
            created_at: now,
            goal: new.goal,
            max_runs: new.max_runs,
            ui_config: new.ui_config,
            chat_session_id: new.chat_session_id,
            creation_context,
            progress: Progress::default(),
            started_at: None,
            completed_at: None,
        }
    }

    fn grid_run(
        &mut self,
        sweep_id: &str,
        sweep: usize,
        number: usize,
        parameters: Object,
        status: RunStatus,
        now: Timestamp,
    ) -> Run {
        let mut run = Run::new(self.ids.short(), Origin::Grid, status, now);
        let sweep = &self.sweeps[sweep];
        run.name = format!("{} #{number}", sweep.name);
        run.command = Some(grid::command_with(&sweep.base_command, &parameters));
        run.workdir.clone_from(&sweep.workdir);
        run.sweep_id = Some(sweep_id.to_owned());
        run.sweep_params = parameters;
        run.chat_session_id.clone_from(&sweep.chat_session_id);
        run
    }

    fn insert_sweep(&mut self, sweep: Sweep) -> &Sweep {
        let at = self.sweeps.len();
        let change = Change::SweepCreated {
            sweep: sweep.id.clone(),
            wild: sweep.is_wild,
        };
        let created_at = sweep.created_at;
        self.sweep_index.insert(sweep.id.clone(), at);
        self.room.replace(0, sweep.weight());
        self.sweeps.push(sweep);
        self.outbox.touched.sweeps.insert(at);
        self.effect(created_at, change);
        &self.sweeps[at]
    }

    /// A sweep as it is now.
    pub fn sweep(&self, id: &str) -> Result<&Sweep, Refusal> {
        self.sweep_at(id).map(|at| &self.sweeps[at])
    }

    /// The newest sweeps, encoded; `limit` cuts as a Python slice does.
    pub fn list_sweeps(&self, limit: i64) -> bytes::Bytes {
        let count = slice_length(self.sweeps.len(), limit);
        let shown: Vec<_> = self
            .sweeps
            .iter()
            .rev()
            .take(count)
            .map(WireSweep)
            .collect();
        to_bytes(&shown)
    }

    /// Changes a sweep's fields. What comes before a field that is refused is changed all the same,
    /// as on the real server.
    pub fn update_sweep(
        &mut self,
        id: &str,
        patch: SweepPatch,
        now: Timestamp,
    ) -> Result<&Sweep, Refusal> {
        let at = self.sweep_at(id)?;
        self.refuse_structure(at, &patch)?;
        self.require_room_for_command(at, patch.base_command.as_deref())?;
        let before = self.sweeps[at].weight();
        let outcome = self.apply_sweep_patch(at, patch, now);
        self.room.replace(before, self.sweeps[at].weight());
        self.sweeps[at].derive_status(now);
        self.outbox.touched.sweeps.insert(at);
        self.effect(
            now,
            Change::SweepEdited {
                sweep: id.to_owned(),
            },
        );
        outcome.map(|()| &self.sweeps[at])
    }

    fn refuse_structure(&self, at: usize, patch: &SweepPatch) -> Result<(), Refusal> {
        let sweep = &self.sweeps[at];
        let grid_changes = patch.parameters.is_some() || patch.max_runs.is_some();
        let message = if sweep.status == SweepStatus::Running
            && (grid_changes || patch.base_command.is_some())
        {
            "Cannot modify base command/parameters/max_runs while sweep is running. \
             Create a draft revision and launch it as a new sweep."
        } else if !sweep.run_ids.is_empty() && grid_changes {
            "Cannot mutate structure for a sweep that already has runs. \
             Create a draft revision instead."
        } else if !sweep.run_ids.is_empty() && wants_draft(patch) {
            "Cannot move a sweep with existing runs back to draft."
        } else {
            return Ok(());
        };
        Err(Refusal::Conflict(message.to_owned()))
    }

    /// Refuses a base command that is too long for so many runs.
    fn require_room_for_command(&self, at: usize, command: Option<&str>) -> Result<(), Refusal> {
        let runs = self.sweeps[at].run_ids.len();
        self.require_room((2 * command.map_or(0, str::len) * runs) as u64)
    }

    fn apply_sweep_patch(
        &mut self,
        at: usize,
        patch: SweepPatch,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let sweep = &mut self.sweeps[at];
        if let Some(status) = &patch.status {
            sweep.status = SweepStatus::from_request(Some(status));
        }
        if let Some(name) = patch.name {
            sweep.name = name;
        }
        if let Some(command) = patch.base_command {
            let command = python_text::strip(&command);
            if command.is_empty() {
                return Err(Refusal::Invalid(
                    "Sweep base command cannot be empty".to_owned(),
                ));
            }
            self.rewrite_base_command(at, command, now);
        }
        let sweep = &mut self.sweeps[at];
        assign(&mut sweep.workdir, patch.workdir);
        assign(&mut sweep.parameters, patch.parameters);
        sweep.goal = patch.goal.or_else(|| sweep.goal.take());
        sweep.ui_config = patch.ui_config.or_else(|| sweep.ui_config.take());
        let limit = patch
            .max_runs
            .filter(|limit| limit.saturating_i64().unwrap_or(0) > 0);
        assign(&mut sweep.max_runs, limit);
        Ok(())
    }

    fn rewrite_base_command(&mut self, at: usize, command: &str, now: Timestamp) {
        let sweep = &mut self.sweeps[at];
        command.clone_into(&mut sweep.base_command);
        sweep.creation_context.command = Some(command.to_owned());
        if let Some(ui) = &mut sweep.ui_config {
            ui.insert("command".to_owned(), command.into());
            ui.insert(
                "updatedAt".to_owned(),
                Json::Int(now.as_micros() / 1_000_000),
            );
        }
        for id in &sweep.run_ids {
            if let Some(&index) = self.run_index.get(id) {
                let run = &mut self.runs[index];
                run.command = Some(grid::command_with(command, &run.sweep_params));
                run.keys.assign(Key::Command);
                let (before, now) = self.runs.weigh(index);
                self.room.replace(before, now);
                self.outbox.touched.runs.insert(index);
            }
        }
    }
}

fn assign<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn wants_draft(patch: &SweepPatch) -> bool {
    patch
        .status
        .as_deref()
        .is_some_and(|s| SweepStatus::from_request(Some(s)) == SweepStatus::Draft)
}
