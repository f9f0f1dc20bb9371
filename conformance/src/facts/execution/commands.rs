//! With which commands runs were started: that may have been another than a run has in the end. A command that was
//! corrected before the start did nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use wild_mock_server::{Change, Exchange};

/// The status with which the server refuses another command for a run that is alive.
const CONFLICT: u16 = 409;

/// The status of a run that was started just now.
const STARTED: &str = "launching";

/// The commands of runs and the base commands of sweeps, as far as requests tell them.
#[derive(Debug, Default)]
pub(super) struct Commands {
    of_runs: BTreeMap<String, Had>,
    /// Base commands that a run's sweep had when the run was started, and has no more, by run.
    replaced: BTreeMap<String, Vec<String>>,
    /// The base commands that sweeps have, with their runs.
    sweeps: BTreeMap<String, (Option<String>, Vec<String>)>,
}

/// The commands of a run.
#[derive(Debug, Default)]
struct Had {
    /// The first first; nothing stands for one that is not known, because what was sent is too long, or in no form
    /// that is read here.
    all: Vec<Option<String>>,
    /// Places of those with which it was started.
    started: BTreeSet<usize>,
}

impl Commands {
    /// Takes note of a run that was there before.
    pub(super) fn found(&mut self, run: &str, command: &str) {
        let had = self.of_runs.entry(run.to_owned()).or_default();
        had.all.push(Some(command.to_owned()));
    }

    /// Takes note of what a request did.
    pub(super) fn read(&mut self, exchange: &Exchange) {
        let body = body_of(exchange);
        let is_cut = !is_readable(exchange);
        let command = || text(&body, "command");
        for effect in &exchange.effects {
            match &effect.change {
                Change::RunCreated { run, sweep, status } => {
                    let command = command().or_else(|| self.of_source(&exchange.path));
                    self.had(run, command, is_cut);
                    self.is_now(run, status);
                    if let Some(sweep) = sweep {
                        let (_, runs) = self.sweeps.entry(sweep.clone()).or_default();
                        runs.push(run.clone());
                    }
                }
                Change::RunStatus { run, to, .. } => self.is_now(run, to),
                Change::RunEdited { run } if exchange.status() != Some(CONFLICT) => {
                    self.had(run, command(), is_cut);
                }
                Change::SweepCreated { sweep, .. } => {
                    self.sweeps.entry(sweep.clone()).or_default().0 = text(&body, "base_command");
                }
                Change::SweepEdited { sweep } => self.rewritten(sweep, text(&body, "base_command")),
                _ => {}
            }
        }
    }

    /// The commands beside `last` with which a run was started, and whether there was one that is not known.
    pub(super) fn take(&mut self, run: &str, last: &str) -> (Vec<String>, bool) {
        let Had { all, started } = self.of_runs.remove(run).unwrap_or_default();
        let newest = all.len().saturating_sub(1);
        let replaced = all.into_iter().enumerate();
        let replaced = replaced.filter(|(at, _)| *at != newest && started.contains(at));
        let replaced: Vec<Option<String>> = replaced.map(|(_, command)| command).collect();
        let is_untold = replaced.iter().any(Option::is_none);
        let mut had: Vec<String> = replaced.into_iter().flatten().collect();
        had.retain(|command| command.trim() != last.trim());
        had.dedup();
        (had, is_untold)
    }

    /// The base commands that a run's sweep had when the run was started, and has no more.
    pub(super) fn take_replaced(&mut self, run: &str) -> Vec<String> {
        self.replaced.remove(run).unwrap_or_default()
    }

    fn had(&mut self, run: &str, command: Option<String>, is_cut: bool) {
        let had = self.of_runs.entry(run.to_owned()).or_default();
        if command.is_some() || is_cut {
            had.all.push(command);
        }
    }

    /// Takes note of a run's status, of which one tells that it was started.
    fn is_now(&mut self, run: &str, status: &str) {
        if status == STARTED {
            let had = self.of_runs.entry(run.to_owned()).or_default();
            had.started.insert(had.all.len().saturating_sub(1));
        }
    }

    /// The command that the run has which is repeated by a request to this path.
    fn of_source(&self, path: &str) -> Option<String> {
        let source = path.strip_prefix("/runs/")?.split('/').next()?;
        self.of_runs.get(source)?.all.last().cloned().flatten()
    }

    fn rewritten(&mut self, sweep: &str, base: Option<String>) {
        let Some((had, runs)) = self.sweeps.get_mut(sweep).filter(|_| base.is_some()) else {
            return;
        };
        let before = std::mem::replace(had, base);
        let is_started = |run: &&mut String| {
            let had = self.of_runs.get(run.as_str());
            had.is_some_and(|had| !had.started.is_empty())
        };
        for run in runs.iter_mut().filter(is_started) {
            self.replaced
                .entry(run.clone())
                .or_default()
                .extend(before.clone());
        }
    }
}

/// What a request sent; nothing where that is no object.
pub(super) fn body_of(exchange: &Exchange) -> Map<String, Value> {
    let text = exchange.body.text.as_deref().unwrap_or_default();
    serde_json::from_str(text).unwrap_or_default()
}

/// Whether a request's body is known: whole, and in a form that is read here.
fn is_readable(exchange: &Exchange) -> bool {
    let text = exchange.body.text.as_deref().unwrap_or_default();
    exchange.body.size == 0 || serde_json::from_str::<Value>(text).is_ok()
}

fn text(body: &Map<String, Value>, key: &str) -> Option<String> {
    let text = body.get(key)?.as_str()?;
    (!text.trim().is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A request to a path with a body, the status of its answer and what it did.
    fn exchange(path: &str, body: &Value, status: u16, change: &Value) -> Exchange {
        let mut effect = change.clone();
        effect["at"] = json!(0);
        let text = body.to_string();
        serde_json::from_value(json!({
            "seq": 1, "connection": 1, "received_at": 0, "completed_at": 0, "method": "PUT",
            "path": path, "headers": [], "token": "absent",
            "body": {"size": text.len(), "text": text.trim_end_matches(r#""cut"}"#)},
            "outcome": {"kind": "responded", "status": status, "headers": [],
                "body": {"size": 0, "text": "", "truncated": false}},
            "effects": [effect],
        }))
        .unwrap()
    }

    fn taken(requests: &[(&str, Value, u16, Value)], run: &str, last: &str) -> (Vec<String>, bool) {
        let mut commands = Commands::default();
        for (path, body, status, change) in requests {
            commands.read(&exchange(path, body, *status, change));
        }
        commands.take(run, last)
    }

    fn created(run: &str) -> Value {
        json!({"change": "run_created", "run": run, "sweep": null, "status": "ready"})
    }

    fn edited(run: &str) -> Value {
        json!({"change": "run_edited", "run": run})
    }

    fn started(run: &str) -> Value {
        json!({"change": "run_status", "run": run, "from": "ready", "to": "launching"})
    }

    #[test]
    fn a_command_that_was_corrected_before_the_start_did_nothing() {
        let requests = [
            ("/runs", json!({"command": "loop"}), 200, created("a")),
            ("/runs/a", json!({"command": "once"}), 200, edited("a")),
            ("/runs/a/start", json!({}), 200, started("a")),
        ];
        assert_eq!(taken(&requests, "a", "once"), (Vec::new(), false));
    }

    #[test]
    fn a_command_that_was_replaced_is_known_and_so_is_what_a_rerun_takes_over() {
        let requests = [
            ("/runs", json!({"command": "loop"}), 200, created("a")),
            ("/runs/a/start", json!({}), 200, started("a")),
            ("/runs/a/rerun", json!({}), 200, created("b")),
            ("/runs/b/start", json!({}), 200, started("b")),
            ("/runs/a", json!({"command": "other"}), 409, edited("a")),
            ("/runs/a", json!({"command": " once "}), 200, edited("a")),
            ("/runs/b", json!({"command": "once"}), 200, edited("b")),
        ];
        for run in ["a", "b"] {
            let had = taken(&requests, run, "once");
            assert_eq!(had, (vec!["loop".to_owned()], false), "{run}");
        }
    }

    #[test]
    fn a_command_that_was_too_long_to_be_kept_is_not_known_once_it_was_replaced() {
        let long = ("/runs", json!({"command": "cut"}), 200, created("a"));
        let one = std::slice::from_ref(&long);
        assert_eq!(taken(one, "a", "long"), (Vec::new(), false));
        let start = ("/runs/a/start", json!({}), 200, started("a"));
        let edit = ("/runs/a", json!({"command": "once"}), 200, edited("a"));
        let all = [long, start, edit];
        assert_eq!(taken(&all, "a", "once"), (Vec::new(), true));
    }

    #[test]
    fn a_base_command_that_was_replaced_is_known() {
        let mut commands = Commands::default();
        let sweep = json!({"change": "sweep_created", "sweep": "s", "wild": false});
        commands.read(&exchange(
            "/sweeps",
            &json!({"base_command": "loop"}),
            200,
            &sweep,
        ));
        let mut run = created("a");
        run["sweep"] = json!("s");
        commands.read(&exchange("/sweeps", &json!({}), 200, &run));
        commands.read(&exchange("/runs/a/start", &json!({}), 200, &started("a")));
        let change = json!({"change": "sweep_edited", "sweep": "s"});
        commands.read(&exchange(
            "/sweeps/s",
            &json!({"base_command": "once"}),
            200,
            &change,
        ));
        assert_eq!(commands.take_replaced("a"), ["loop"]);
    }
}
