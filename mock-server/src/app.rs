//! What all requests share, and how a request changes it.

mod brought;

use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::Duration;

use axum::extract::FromRequestParts;
use hyper::Method;
use hyper::http::request::Parts;

use crate::clock::{Clock, Timestamp};
use crate::doors::Doors;
use crate::error::ApiResult;
use crate::execute::Executor;
use crate::fault::FaultPlan;
use crate::journal::{Change, Effect, Journal, Secrets, Seq};
use crate::leave::leave;
use crate::locks::{lock, write};
use crate::passing::Passing;
use crate::persist::{SaveError, Saved, restore_skills, skill_records};
use crate::redirect::Ends;
use crate::skills::{Skill, SkillSet};
use crate::state::{State, Unsaved};
use crate::store::{Errand, Outbox, Refusal, StateRecord, StateSnapshot, Store};

pub(crate) use brought::Brought;

/// Called with the number of each request when its head has arrived, before it is handled.
pub type Observer = Arc<dyn Fn(Seq) + Send + Sync>;

/// One server's state.
pub(crate) struct App {
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) faults: RwLock<FaultPlan>,
    pub(crate) token: Option<String>,
    pub(crate) limits: Limits,
    pub(crate) observer: Option<Observer>,
    pub(crate) executor: Option<Executor>,
    pub(crate) doors: Doors,
    /// The real server behind this one, if there is one.
    pub(crate) upstream: Option<Passing>,
    /// Tokens that must not be told; only a recorder needs to know them.
    pub(crate) secrets: Option<Arc<Secrets>>,
    pub(crate) state: Mutex<State>,
    /// Effects that no request has made; the next exchange tells of them.
    pub(crate) loose: Mutex<Vec<Effect>>,
}

/// Bounds on what a client may send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of a body.
    pub(crate) body: usize,
    /// How long a request's head may take.
    pub(crate) head_timeout: Duration,
    /// How long a request's body may take.
    pub(crate) body_timeout: Duration,
    /// How long a fault may keep a client waiting where no clock says how long.
    pub(crate) stall: Duration,
}

/// A handle to an [`App`].
pub(crate) type Shared = Arc<App>;

impl App {
    /// Whether it records what a real server does.
    pub(crate) fn records(&self) -> bool {
        self.secrets.is_some()
    }

    /// Works on the store and returns the effects along with the result. What changed is saved
    /// before this returns, so that no client is told of a change that could be lost. Where there is no
    /// room for `more` bytes, nothing changes.
    pub(crate) fn with_store<R>(
        &self,
        unsaved: Unsaved,
        more: u64,
        work: impl FnOnce(&mut Store, Timestamp) -> R,
    ) -> Result<(R, Vec<Effect>), SaveError> {
        let mut state = self.lock_state();
        let now = self.clock.now();
        state.catch_up(unsaved, now)?;
        state.store.room().fits(more)?;
        let State { store, skills, log } = &mut *state;
        store.advance(now);
        let result = work(store, now);
        let Outbox {
            effects,
            touched,
            errands,
        } = store.take_outbox();
        if let Some(log) = log.as_mut().filter(|_| !touched.is_empty())
            && let Err(error) = log.save(store, skills, Saved::Touched(&touched))
        {
            if unsaved == Unsaved::TakenBack {
                // What was saved is what was told to clients, and all of it. Where it cannot be read, it is
                // owed, and nobody is served with what is there in its place.
                match log.reread() {
                    Ok(records) => store.restore(records, now),
                    Err(worse) => tracing::error!("{worse}"),
                }
                return Err(error.into());
            }
            tracing::error!("what has happened cannot be saved yet: {error}");
            store.touch(touched);
        }
        let root = (!errands.is_empty()).then(|| store.workdir().to_owned());
        let root = root.unwrap_or_default();
        drop(state);
        for errand in errands {
            match (errand, &self.executor) {
                (Errand::Leave { workdir, files }, _) => {
                    leave(Path::new(&root), &workdir, &files);
                }
                (errand, Some(executor)) => executor.handle(errand),
                (_, None) => {}
            }
        }
        Ok((result, effects))
    }

    /// Waits until the processes of runs have ended whose ends are told by now. Nothing is locked
    /// meanwhile, and no process may take longer than its limit.
    pub(crate) async fn wait_for_overdue(&self) {
        let Some(executor) = &self.executor else {
            return;
        };
        let overdue = self.lock_state().store.overdue(self.clock.now());
        for run_id in overdue {
            executor.ended(&run_id).await;
        }
    }

    /// Takes in that a run's process has ended; tells whether its end is told by a schedule. Nobody asked,
    /// so that nothing else happens.
    pub(crate) fn process_ended(&self, run_id: &str, exit_code: i64) -> bool {
        self.lock_state().store.process_ended(run_id, exit_code)
    }

    /// Whether a schedule tells what a run does.
    pub(crate) fn is_scheduled(&self, run_id: &str) -> bool {
        let state = self.lock_state();
        let run = state.store.peek_run(run_id);
        run.is_ok_and(|run| run.schedule().is_some())
    }

    /// Works on the store for nobody's request.
    pub(crate) fn unasked<R>(&self, work: impl FnOnce(&mut Store, Timestamp) -> R) -> Option<R> {
        match self.with_store(Unsaved::Kept, 0, work) {
            Ok((result, effects)) => {
                lock(&self.loose).extend(effects);
                Some(result)
            }
            Err(error) => {
                tracing::error!("{error}");
                None
            }
        }
    }

    /// The whole state, skills that clients have changed included.
    pub(crate) fn snapshot(&self) -> StateSnapshot {
        let mut state = self.lock_state();
        state.store.advance(self.clock.now());
        let mut snapshot = state.store.snapshot();
        snapshot.0.extend(skill_records(&state.skills));
        snapshot
    }

    /// Replaces the whole state.
    pub(crate) fn restore(&self, snapshot: StateSnapshot) -> Result<(), SaveError> {
        let mut state = self.lock_state();
        let State { store, skills, log } = &mut *state;
        if let Some(log) = log {
            log.replace(&snapshot.0)?;
        }
        restore_skills(skills, &snapshot.0);
        store.room_mut().set_skills(skills.held_of_all());
        store.restore(snapshot.0, self.clock.now());
        Ok(())
    }

    /// Forgets all runs, sweeps, alerts, sessions, skills of clients, faults and exchanges.
    pub(crate) fn reset(&self) -> Result<(), SaveError> {
        self.restore(StateSnapshot::default())?;
        write(&self.faults).clear();
        lock(&self.loose).clear();
        self.journal.clear();
        Ok(())
    }

    pub(crate) fn lock_state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// A request as it arrived, for its handler and for the journal.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// Its path, percent-decoded.
    pub(crate) path: Arc<str>,
    /// The connection that it came by.
    pub(crate) ends: Ends,
    /// What its handler has changed.
    pub(crate) effects: Mutex<Vec<Effect>>,
}

impl Arrival {
    pub(crate) fn new(path: &str, ends: Ends) -> Arc<Self> {
        Arc::new(Self {
            path: path.into(),
            ends,
            effects: Mutex::default(),
        })
    }
}

/// A handler's access to the state: what it changes is told of in its request's exchange.
pub(crate) struct Tx {
    pub(crate) app: Shared,
    arrival: Option<Arc<Arrival>>,
    unsaved: Unsaved,
    brought: Brought,
}

impl Tx {
    /// Works on the store.
    pub(crate) fn store<R>(&self, work: impl FnOnce(&mut Store, Timestamp) -> R) -> ApiResult<R> {
        let (result, effects) = self
            .app
            .with_store(self.unsaved, self.brought.held(), work)?;
        self.tell(effects);
        Ok(result)
    }

    /// Has the request's exchange tell of effects.
    fn tell(&self, effects: Vec<Effect>) {
        if let Some(arrival) = self.arrival.as_ref().filter(|_| !effects.is_empty()) {
            lock(&arrival.effects).extend(effects);
        }
    }

    /// Works on the store where the work may be refused.
    pub(crate) fn attempt<R>(
        &self,
        work: impl FnOnce(&mut Store, Timestamp) -> Result<R, Refusal>,
    ) -> ApiResult<R> {
        Ok(self.store(work)??)
    }

    /// Looks at the skills.
    pub(crate) fn skills<R>(&self, look: impl FnOnce(&SkillSet) -> R) -> R {
        look(&self.app.lock_state().skills)
    }

    /// Adds a skill that did not come in the request; shows it.
    pub(crate) fn install_skill<R>(&self, skill: Skill, show: fn(&Skill) -> R) -> ApiResult<R> {
        let (id, more) = (skill.id().to_owned(), skill.weight());
        self.changed_skill(&id, more, |skills| Ok(show(skills.put(skill))))
    }

    /// Changes the skill `id`, which `change` names when it succeeds.
    pub(crate) fn change_skill<R>(
        &self,
        id: &str,
        change: impl FnOnce(&mut SkillSet) -> ApiResult<R>,
    ) -> ApiResult<R> {
        self.changed_skill(id, self.brought.held_as_skill(), change)
    }

    fn changed_skill<R>(
        &self,
        id: &str,
        more: u64,
        change: impl FnOnce(&mut SkillSet) -> ApiResult<R>,
    ) -> ApiResult<R> {
        let mut state = self.app.lock_state();
        state.catch_up(Unsaved::TakenBack, self.app.clock.now())?;
        state.store.room().fits(more).map_err(SaveError::from)?;
        let held = state.skills.held(id);
        let before = state.log.as_ref().map(|_| state.skills.clone());
        let result = change(&mut state.skills)?;
        state.save_skills(before, |skills| {
            vec![StateRecord::skill(id, skills.kept(id))]
        })?;
        let now_held = state.skills.held(id);
        state.store.room_mut().replace_skill(held, now_held);
        drop(state);
        let change = Change::SkillChanged {
            skill: id.to_owned(),
        };
        self.tell(vec![Effect {
            at: self.app.clock.now(),
            change,
        }]);
        Ok(result)
    }

    /// Reads all skills again; returns how many there are. Where their directory cannot be read, they
    /// stay as they are.
    pub(crate) fn reload_skills(&self) -> ApiResult<usize> {
        let mut state = self.app.lock_state();
        state.catch_up(Unsaved::TakenBack, self.app.clock.now())?;
        let before = state.log.as_ref().map(|_| state.skills.clone());
        let skills = &mut state.skills;
        let count = skills.reload().unwrap_or_else(|error| {
            tracing::warn!("the skills stay as they are: {error}");
            skills.list().len()
        });
        state.save_skills(before, |skills| skill_records(skills).collect())?;
        let held = state.skills.held_of_all();
        state.store.room_mut().set_skills(held);
        Ok(count)
    }
}

impl FromRequestParts<Shared> for Tx {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        let unsaved = if parts.method == Method::GET {
            Unsaved::Kept
        } else {
            Unsaved::TakenBack
        };
        Ok(Self {
            app: Arc::clone(app),
            arrival: parts.extensions.get().cloned(),
            unsaved,
            brought: parts.extensions.get().copied().unwrap_or_default(),
        })
    }
}
