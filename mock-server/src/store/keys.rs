//! Which keys a run has on the wire, and in which order: a dictionary of the real server's, which keys join as
//! they are assigned to.

use serde::{Deserialize, Serialize};

/// A key of a run on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub enum Key {
    Name,
    Command,
    Workdir,
    Status,
    CreatedAt,
    IsArchived,
    SweepId,
    SweepParams,
    ParentRunId,
    OriginAlertId,
    ChatSessionId,
    GpuwrapConfig,
    TmuxWindow,
    TmuxPane,
    RunDir,
    ExitCode,
    Error,
    WandbDir,
    QueuedAt,
    LaunchedAt,
    StartedAt,
    StoppedAt,
    EndedAt,
    ArchivedAt,
}

impl Key {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Command => "command",
            Self::Workdir => "workdir",
            Self::Status => "status",
            Self::CreatedAt => "created_at",
            Self::IsArchived => "is_archived",
            Self::SweepId => "sweep_id",
            Self::SweepParams => "sweep_params",
            Self::ParentRunId => "parent_run_id",
            Self::OriginAlertId => "origin_alert_id",
            Self::ChatSessionId => "chat_session_id",
            Self::GpuwrapConfig => "gpuwrap_config",
            Self::TmuxWindow => "tmux_window",
            Self::TmuxPane => "tmux_pane",
            Self::RunDir => "run_dir",
            Self::ExitCode => "exit_code",
            Self::Error => "error",
            Self::WandbDir => "wandb_dir",
            Self::QueuedAt => "queued_at",
            Self::LaunchedAt => "launched_at",
            Self::StartedAt => "started_at",
            Self::StoppedAt => "stopped_at",
            Self::EndedAt => "ended_at",
            Self::ArchivedAt => "archived_at",
        }
    }
}

/// Which endpoint made a run: it decides which keys the run has from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// `POST /runs` and reruns.
    Created,
    /// `POST /sweeps` with a grid.
    Grid,
    /// `POST /sweeps/{id}/runs`.
    Attached,
    /// `POST /runs/{id}/status` for an id that was unknown.
    Reported,
}

impl Origin {
    /// Written out for each origin, as the real server's order is one of its quirks and no rule.
    fn keys(self) -> &'static [Key] {
        use Key::{
            ChatSessionId, Command, CreatedAt, Error, ExitCode, GpuwrapConfig, IsArchived, Name,
            OriginAlertId, ParentRunId, RunDir, Status, SweepId, SweepParams, TmuxWindow, WandbDir,
            Workdir,
        };
        match self {
            Self::Created => &[
                Name,
                Command,
                Workdir,
                Status,
                CreatedAt,
                IsArchived,
                SweepId,
                ParentRunId,
                OriginAlertId,
                ChatSessionId,
                GpuwrapConfig,
                TmuxWindow,
                RunDir,
                ExitCode,
                Error,
                WandbDir,
            ],
            Self::Grid => &[
                Name,
                Command,
                Workdir,
                Status,
                CreatedAt,
                IsArchived,
                SweepId,
                SweepParams,
                ChatSessionId,
                TmuxWindow,
                RunDir,
                ExitCode,
                Error,
                WandbDir,
            ],
            Self::Attached => &[
                Name,
                Command,
                Workdir,
                Status,
                CreatedAt,
                IsArchived,
                SweepId,
                ParentRunId,
                OriginAlertId,
                GpuwrapConfig,
                ChatSessionId,
                TmuxWindow,
                RunDir,
                ExitCode,
                Error,
                WandbDir,
            ],
            Self::Reported => &[CreatedAt],
        }
    }
}

/// The keys that a run has, in the order in which the real server's dictionary got them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    origin: Origin,
    later: Vec<Key>,
}

impl Keys {
    /// Those that a run has from the start.
    pub(super) fn of(origin: Origin) -> Self {
        Self {
            origin,
            later: Vec::new(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Key> + '_ {
        self.origin.keys().iter().chain(&self.later).copied()
    }

    /// Notes that a key was assigned to; a new one comes last.
    pub(super) fn assign(&mut self, key: Key) {
        if !self.iter().any(|present| present == key) {
            self.later.push(key);
        }
    }

    /// Notes that a key was removed.
    pub(super) fn remove(&mut self, key: Key) {
        self.later.retain(|present| *present != key);
    }

    /// Whether the run has a key.
    pub(super) fn has(&self, key: Key) -> bool {
        self.iter().any(|present| present == key)
    }
}
