//! Sweeps and runs of an execution iteration: who was there, who was created and started, and what
//! became of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use wild_mock_server::{Change, Effect, Exchange, Seq};

use super::commands::{Commands, body_of};
use super::course::{RunProgress, records};
use crate::evidence::Evidence;

/// All runs that there ever were, and the creates of the iteration.
#[derive(Debug, Default)]
pub struct Runs<'e> {
    /// The runs, those that were there before first, in the order in which they came to be.
    pub all: Vec<RunFacts<'e>>,
    /// Requests of the agent that created a run or a sweep.
    pub creates: Vec<Create<'e>>,
    /// Requests of the agent that started a run.
    pub starts: Vec<Start<'e>>,
    /// Sweeps that may hold runs: made by `POST /sweeps/wild`, or there before the agent came.
    pub wild_sweeps: BTreeSet<String>,
}

/// One run.
#[derive(Debug, Clone, Default)]
pub struct RunFacts<'e> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its command.
    pub command: String,
    /// Other commands with which it was started before.
    pub earlier: Vec<String>,
    /// Base commands that its sweep had when it was started, and has no more; its own had its values behind them.
    pub replaced: Vec<String>,
    /// Whether it had a command that the evidence does not tell.
    pub has_untold: bool,
    /// Its working directory, where one was given.
    pub workdir: Option<String>,
    /// Its sweep when it was created, or the one that it was attached to later.
    pub sweep: Option<String>,
    /// The session that it belongs to, where that is known.
    pub session: Option<String>,
    /// The request that created it; absent for runs that were there before.
    pub created: Option<&'e Exchange>,
    /// Its status when the agent came; absent for runs that the agent created.
    pub found: Option<String>,
    /// Its status in the end.
    pub last: String,
    /// Every status that it had, as far as that was seen.
    pub held: BTreeSet<String>,
}

/// A request that created something.
#[derive(Debug, Clone)]
pub struct Create<'e> {
    /// The request.
    pub exchange: &'e Exchange,
    /// What was sent.
    pub body: Map<String, Value>,
    /// Whether it created a run, and not only a sweep.
    pub is_run: bool,
}

/// A request that started a run.
#[derive(Debug, Clone, Copy)]
pub struct Start<'e> {
    /// The request.
    pub exchange: &'e Exchange,
    /// How many runs it started.
    pub count: usize,
}

impl<'e> Runs<'e> {
    /// Reads journal and states.
    pub(super) fn new(evidence: &'e Evidence) -> Self {
        let mut runs = Self::default();
        let ends = by_id(&evidence.state, "run");
        for (id, run) in by_id(&evidence.state_before, "run") {
            runs.all.push(found_run(id, run));
        }
        runs.wild_sweeps.extend(
            by_id(&evidence.state_before, "sweep")
                .into_keys()
                .map(str::to_owned),
        );
        let mut commands = Commands::default();
        for run in &runs.all {
            commands.found(&run.id, &run.command);
        }
        for exchange in &evidence.journal {
            runs.read(exchange, &ends);
            commands.read(exchange);
        }
        for run in &mut runs.all {
            (run.earlier, run.has_untold) = commands.take(&run.id, &run.command);
            run.replaced = commands.take_replaced(&run.id);
        }
        for (_, effect) in evidence.effects() {
            runs.follow(effect);
        }
        runs
    }

    /// The runs that the agent created.
    pub fn created(&self) -> impl Iterator<Item = &RunFacts<'e>> {
        self.all.iter().filter(|run| run.created.is_some())
    }

    /// The run of this id.
    pub fn find(&self, id: &str) -> Option<&RunFacts<'e>> {
        self.all.iter().find(|run| run.id == id)
    }

    /// The exchange of the last start, if any.
    pub fn last_start(&self) -> Option<Seq> {
        self.starts.iter().map(|start| start.exchange.seq).max()
    }

    fn read(&mut self, exchange: &'e Exchange, ends: &BTreeMap<&str, &Value>) {
        let body = body_of(exchange);
        let mut started = 0;
        let mut made_run = false;
        let mut made_sweep = false;
        for effect in &exchange.effects {
            match &effect.change {
                Change::RunCreated { run, sweep, status } => {
                    made_run = true;
                    self.all.push(created_run(
                        run,
                        sweep.clone(),
                        exchange,
                        &body,
                        ends.get(run.as_str()).copied(),
                        status,
                    ));
                }
                Change::SweepCreated { sweep, wild } => {
                    made_sweep = true;
                    if *wild {
                        self.wild_sweeps.insert(sweep.clone());
                    }
                }
                Change::RunStatus {
                    to,
                    by_itself: false,
                    ..
                } if to == "launching" => started += 1,
                _ => {}
            }
        }
        if made_run || made_sweep {
            self.creates.push(Create {
                exchange,
                body,
                is_run: made_run,
            });
        }
        if started > 0 {
            self.starts.push(Start {
                exchange,
                count: started,
            });
        }
    }

    fn follow(&mut self, effect: &Effect) {
        let (id, status, sweep) = match &effect.change {
            Change::RunStatus { run, to, .. } => (run, Some(to), None),
            Change::RunAttached { run, to, .. } => (run, None, Some(to)),
            _ => return,
        };
        if let Some(run) = self.all.iter_mut().find(|run| run.id == *id) {
            if let Some(status) = status {
                run.last.clone_from(status);
                run.held.insert(status.clone());
            }
            if let Some(sweep) = sweep {
                run.sweep = Some(sweep.clone());
            }
        }
    }
}

impl RunFacts<'_> {
    /// Its command, and those with which it was started before: whoever replaces one has not undone what it did.
    pub fn commands(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.command).chain(&self.earlier)
    }

    /// Whether it is alive in the end, or still waits.
    pub fn is_pending(&self) -> bool {
        ["launching", "running", "queued"].contains(&self.last.as_str())
    }

    /// Whether it finished, failed or was stopped.
    pub fn has_ended(&self) -> bool {
        RunProgress::of(&self.last) == Some(RunProgress::Over)
    }

    /// Whether it failed while the agent was at work.
    pub fn failed_here(&self) -> bool {
        self.last == "failed" && self.found.as_deref() != Some("failed")
    }
}

fn created_run<'e>(
    id: &str,
    sweep: Option<String>,
    exchange: &'e Exchange,
    body: &Map<String, Value>,
    end: Option<&Value>,
    status: &str,
) -> RunFacts<'e> {
    // What the state says of a run is the whole truth; what was sent serves where it is not there.
    let text = |key: &str| {
        let of_state = end.and_then(|run| run.get(key)?.as_str());
        let sent = body.get(key).and_then(Value::as_str);
        of_state.or(sent).map(str::to_owned)
    };
    RunFacts {
        id: id.to_owned(),
        name: text("name").unwrap_or_default(),
        command: text("command").unwrap_or_default(),
        earlier: Vec::new(),
        replaced: Vec::new(),
        has_untold: false,
        workdir: body
            .get("workdir")
            .and_then(Value::as_str)
            .map(str::to_owned),
        sweep,
        session: text("chat_session_id"),
        created: Some(exchange),
        found: None,
        last: status.to_owned(),
        held: BTreeSet::from([status.to_owned()]),
    }
}

fn found_run<'e>(id: &str, run: &Value) -> RunFacts<'e> {
    let text = |key: &str| run.get(key).and_then(Value::as_str).map(str::to_owned);
    let status = text("status").unwrap_or_default();
    RunFacts {
        id: id.to_owned(),
        name: text("name").unwrap_or_default(),
        command: text("command").unwrap_or_default(),
        earlier: Vec::new(),
        replaced: Vec::new(),
        has_untold: false,
        workdir: text("workdir"),
        sweep: text("sweep_id"),
        session: text("chat_session_id"),
        created: None,
        found: Some(status.clone()),
        held: BTreeSet::from([status.clone()]),
        last: status,
    }
}

/// All runs of a saved state as they are there.
pub(in crate::facts) fn at_the_end(state: &Value) -> Vec<RunFacts<'static>> {
    let runs = by_id(state, "run");
    runs.iter().map(|(id, run)| found_run(id, run)).collect()
}

/// The records of one kind in a saved state, by id, in the order of ids.
fn by_id<'s>(state: &'s Value, kind: &str) -> BTreeMap<&'s str, &'s Value> {
    records(state, kind).collect()
}
