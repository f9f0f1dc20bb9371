//! Sessions of the wild loop. The mock keeps their state and leaves the iterating to the harness.

use serde::{Deserialize, Serialize};

use super::Store;
use super::room::THING;
use crate::clock::Timestamp;
use crate::journal::Change;
use crate::json::Json;

/// A session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    id: String,
    goal: String,
    status: SessionStatus,
    max_iterations: Json,
    started_at: Timestamp,
    finished_at: Option<Timestamp>,
    steer_context: String,
    chat_session_id: Option<String>,
    evo_sweep_enabled: bool,
}

/// A session's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SessionStatus {
    /// Iterating.
    Running,
    /// Held until it is resumed.
    Paused,
    /// Ended by request.
    Stopped,
}

impl SessionStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
        }
    }
}

/// A session to be started.
#[derive(Debug, Clone)]
pub struct StartSession {
    /// What it is to reach.
    pub goal: String,
    /// The chat session that it belongs to.
    pub chat_session_id: Option<String>,
    /// How many iterations it may take.
    pub max_iterations: Json,
    /// Whether it may plan evolutionary sweeps.
    pub evo_sweep_enabled: bool,
}

#[derive(Serialize)]
struct WireSession<'a> {
    session_id: &'a str,
    goal: &'a str,
    status: SessionStatus,
    iteration: u64,
    max_iterations: &'a Json,
    plan: String,
    history: [(); 0],
    started_at: f64,
    finished_at: Option<f64>,
    steer_context: &'a str,
    chat_session_id: Option<&'a str>,
    opencode_sessions: [(); 0],
    reflection: &'static str,
    no_progress_streak: u64,
    short_iteration_count: u64,
    autonomy_level: &'static str,
    away_duration_minutes: u64,
    evo_sweep_enabled: bool,
}

impl Session {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// About how many bytes it takes.
    pub(super) fn weight(&self) -> u64 {
        let chat = self.chat_session_id.as_ref().map_or(0, String::len);
        let texts = self.goal.len() + self.steer_context.len() + chat;
        THING / 4 + texts as u64 + self.max_iterations.weight()
    }

    /// Whether it iterates.
    pub fn is_running(&self) -> bool {
        self.status == SessionStatus::Running
    }

    /// The session as the wire shows it, with a plan.
    pub fn on_the_wire(&self, plan: String) -> impl Serialize + '_ {
        WireSession {
            session_id: &self.id,
            goal: &self.goal,
            status: self.status,
            iteration: 0,
            max_iterations: &self.max_iterations,
            plan,
            history: [],
            started_at: self.started_at.as_secs_f64(),
            finished_at: self.finished_at.map(Timestamp::as_secs_f64),
            steer_context: &self.steer_context,
            chat_session_id: self.chat_session_id.as_deref(),
            opencode_sessions: [],
            reflection: "",
            no_progress_streak: 0,
            short_iteration_count: 0,
            autonomy_level: "balanced",
            away_duration_minutes: 0,
            evo_sweep_enabled: self.evo_sweep_enabled,
        }
    }

    /// The directory of its files.
    pub fn dir(&self, workdir: &str) -> String {
        format!("{workdir}/.agents/wild/{}", self.id)
    }

    /// The tasks file before anybody has planned.
    pub fn initial_plan(&self) -> String {
        let goal = &self.goal;
        format!("# Tasks\n\n## Goal\n{goal}\n\n## Tasks\n- [ ] (to be planned in iteration 0)\n")
    }

    /// The iteration log before the first iteration.
    pub fn initial_log(&self) -> String {
        format!("# Iteration Log\n\nGoal: {}\n", self.goal)
    }
}

impl Store {
    /// Starts a session. A running one of the same chat session is stopped first.
    pub fn start_session(&mut self, start: StartSession, now: Timestamp) -> &Session {
        let same_chat = |session: &Session| session.chat_session_id == start.chat_session_id;
        if let Some(at) = self
            .sessions
            .iter()
            .rposition(|s| same_chat(s) && s.is_running())
        {
            self.finish_session(at, now);
        }
        let id = self.ids.wild_session();
        self.sessions.push(Session {
            id,
            goal: start.goal,
            status: SessionStatus::Running,
            max_iterations: start.max_iterations,
            started_at: now,
            finished_at: None,
            steer_context: String::new(),
            chat_session_id: start.chat_session_id,
            evo_sweep_enabled: start.evo_sweep_enabled,
        });
        let at = self.sessions.len() - 1;
        self.room.replace(0, self.sessions[at].weight());
        self.session_changed(at, now);
        &self.sessions[at]
    }

    /// The newest session of a chat session, or the newest of all when none is named.
    pub fn session(&self, chat_session_id: Option<&str>) -> Option<&Session> {
        self.session_at(chat_session_id)
            .map(|at| &self.sessions[at])
    }

    fn session_at(&self, chat_session_id: Option<&str>) -> Option<usize> {
        match chat_session_id.filter(|id| !id.is_empty()) {
            Some(chat) => self
                .sessions
                .iter()
                .rposition(|s| s.chat_session_id.as_deref() == Some(chat)),
            None => self.sessions.len().checked_sub(1),
        }
    }

    /// The session that an evo sweep endpoint means: by chat session, else the newest if it has
    /// the id in the path.
    pub fn evo_session(&self, id: &str, chat_session_id: Option<&str>) -> Option<&Session> {
        chat_session_id
            .filter(|chat| !chat.is_empty())
            .and_then(|chat| self.session(Some(chat)))
            .or_else(|| self.session(None).filter(|newest| newest.id == id))
    }

    /// Stops a session.
    pub fn stop_session(&mut self, chat: Option<&str>, now: Timestamp) -> Option<&Session> {
        let at = self.session_at(chat)?;
        self.finish_session(at, now);
        Some(&self.sessions[at])
    }

    fn finish_session(&mut self, at: usize, now: Timestamp) {
        let session = &mut self.sessions[at];
        session.status = SessionStatus::Stopped;
        session.finished_at.get_or_insert(now);
        self.session_changed(at, now);
    }

    /// Pauses a running session.
    pub fn pause_session(&mut self, chat: Option<&str>, now: Timestamp) -> Option<&Session> {
        self.switch_session(chat, SessionStatus::Running, SessionStatus::Paused, now)
    }

    /// Resumes a paused session.
    pub fn resume_session(&mut self, chat: Option<&str>, now: Timestamp) -> Option<&Session> {
        self.switch_session(chat, SessionStatus::Paused, SessionStatus::Running, now)
    }

    fn switch_session(
        &mut self,
        chat: Option<&str>,
        from: SessionStatus,
        to: SessionStatus,
        now: Timestamp,
    ) -> Option<&Session> {
        let at = self.session_at(chat)?;
        if self.sessions[at].status == from {
            self.sessions[at].status = to;
            self.session_changed(at, now);
        }
        Some(&self.sessions[at])
    }

    /// Sets what the next iteration is told; tells whether there is a session.
    pub fn steer(&mut self, chat: Option<&str>, context: String, now: Timestamp) -> bool {
        let Some(at) = self.session_at(chat) else {
            return false;
        };
        let before = self.sessions[at].weight();
        self.sessions[at].steer_context = context;
        self.room.replace(before, self.sessions[at].weight());
        self.session_changed(at, now);
        true
    }

    fn session_changed(&mut self, at: usize, now: Timestamp) {
        let session = self.sessions[at].id.clone();
        let status = self.sessions[at].status.as_str().to_owned();
        self.outbox.touched.settings = true;
        self.effect(now, Change::SessionChanged { session, status });
    }
}
