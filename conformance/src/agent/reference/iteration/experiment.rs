//! An experiment: capacity, sweep, runs, starts, monitoring.

use std::path::Path;

use serde_json::{Value, json};

use super::super::mutant::Slip;
use super::super::survey::Cluster;
use super::super::{ReferenceError, session::Session};
use super::Result;
use super::order::{Configuration, Order};
use super::results::{self, Outputs, Row, Score};

/// How many looks an iteration takes; what is pending then is left to the next one.
const MOST_LOOKS: usize = 12;

/// A run as the server lists it.
#[derive(Debug, Clone)]
struct Run {
    id: String,
    name: String,
    status: String,
    command: String,
    sweep: Option<String>,
}

impl Run {
    fn is_alive(&self) -> bool {
        matches!(self.status.as_str(), "launching" | "running")
    }

    fn is_waiting(&self) -> bool {
        matches!(self.status.as_str(), "ready" | "queued")
    }

    fn devices(&self) -> Vec<&str> {
        let value = self
            .command
            .split_whitespace()
            .find_map(|word| word.strip_prefix(PIN));
        value
            .map(|value| value.split(',').collect())
            .unwrap_or_default()
    }
}

const PIN: &str = "CUDA_VISIBLE_DEVICES=";

/// Runs everything that `order` asks for, as far as one iteration gets. The results go to `table`.
pub(super) fn carry_out(
    session: &Session<'_>,
    order: &Order,
    table: &str,
) -> std::result::Result<Result, ReferenceError> {
    let cluster = if session.slips(Slip::NoCapacity) {
        Cluster::read(session.get("/cluster").as_ref())
    } else {
        session.post_json("/cluster/detect", &json!({}));
        let cluster = Cluster::read(session.get("/cluster").as_ref());
        session.get("/wild/v2/system-health");
        if session.slips(Slip::BareRead) {
            session.get_bare("/wild/v2/system-health");
        }
        cluster
    };
    let lab = Lab { session, cluster };
    let sweep = lab.sweep();
    lab.make_folders(order)?;
    let own = lab.create(order, sweep.as_deref());
    lab.drive(&own);
    let runs = lab.runs_named(&own);
    let rows = lab.rows(&runs);
    session.write_in_workspace(table, &results::table(&rows))?;
    Ok(lab.result(&runs, &rows))
}

/// Where runs are carried out.
struct Lab<'s> {
    session: &'s Session<'s>,
    cluster: Cluster,
}

impl Lab<'_> {
    fn capacity(&self) -> usize {
        let gpus = usize::try_from(self.cluster.gpus).unwrap_or(1);
        match self.cluster.kind.as_str() {
            "unknown" => 1,
            "slurm" if gpus == 0 => 4,
            _ => gpus.max(1),
        }
    }

    fn is_pinned(&self) -> bool {
        self.cluster.kind == "local_gpu" && self.cluster.gpus > 1
    }

    /// The session's sweep; a new one where it has none.
    fn sweep(&self) -> Option<String> {
        let session_id = &self.session.briefing.session_id;
        let listed = self.session.get("/sweeps");
        let sweeps = listed
            .as_ref()
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let own = sweeps
            .filter(|sweep| sweep["chat_session_id"].as_str() == Some(session_id))
            .find_map(|sweep| sweep["id"].as_str());
        if let Some(id) = own {
            return Some(id.to_owned());
        }
        let (path, mut body) = if self.session.slips(Slip::PlainSweep) {
            let plain = json!({"name": "grid", "base_command": "true", "parameters": {"lr": []}, "chat_session_id": session_id});
            ("/sweeps", plain)
        } else {
            let wild = json!({"name": "grid", "goal": "carry out the task's runs", "chat_session_id": session_id});
            ("/sweeps/wild", wild)
        };
        self.forget_session(&mut body);
        let answer = self.session.post_json(path, &body)?;
        Some(answer["id"].as_str()?.to_owned())
    }

    fn forget_session(&self, body: &mut Value) {
        if self.session.slips(Slip::NoSession)
            && let Some(body) = body.as_object_mut()
        {
            body.remove("chat_session_id");
        }
    }

    /// Creates the runs that are not there yet; gives the names of all.
    fn create(&self, order: &Order, sweep: Option<&str>) -> Vec<String> {
        let there = self.runs();
        let mut all = order.configurations();
        if self.session.slips(Slip::MissOne) {
            all.pop();
        }
        let taken: Vec<String> = there
            .iter()
            .filter(|run| run.is_alive())
            .flat_map(|run| run.devices())
            .map(str::to_owned)
            .collect();
        for (index, configuration) in all.iter().enumerate() {
            let is_there =
                |run: &Run| run.name == configuration.name && run.sweep.as_deref() == sweep;
            if !there.iter().any(is_there) {
                self.create_one(configuration, self.device(index, &taken), sweep);
            }
        }
        all.into_iter()
            .map(|configuration| configuration.name)
            .collect()
    }

    /// The device of the run number `index`, among those that nobody else has.
    fn device(&self, index: usize, taken: &[String]) -> Option<String> {
        let free: Vec<String> = (0..self.cluster.gpus)
            .map(|device| device.to_string())
            .filter(|device| !taken.contains(device))
            .collect();
        let several = self.is_pinned() && !free.is_empty();
        several.then(|| free[index % free.len()].clone())
    }

    fn create_one(
        &self,
        configuration: &Configuration,
        device: Option<String>,
        sweep: Option<&str>,
    ) {
        let session = self.session;
        let slips = |slip| session.slips(slip);
        let device = device.filter(|_| !slips(Slip::NoPinning));
        let pin = device
            .map(|device| format!("{PIN}{device} "))
            .unwrap_or_default();
        let mut script = configuration.command.clone();
        if slips(Slip::Loop) {
            script = format!("sh -c 'for again in 1 2; do {script}; done'");
        }
        if slips(Slip::OtherPaths) {
            "python other/train_again.py > /dev/null".clone_into(&mut script);
        }
        if slips(Slip::NoResources) {
            script = script
                .split("python")
                .nth(1)
                .map_or(script.clone(), |rest| format!("python{rest}"));
        }
        let cd = if slips(Slip::NoCd) {
            String::new()
        } else {
            format!("cd {} && ", session.briefing.workdir)
        };
        let name = if slips(Slip::SameName) {
            "trial"
        } else {
            &configuration.name
        };
        let mut body = json!({
            "name": name,
            "command": format!("{cd}{pin}{script}"),
            "chat_session_id": session.briefing.session_id,
        });
        if let (Some(sweep), false) = (sweep, slips(Slip::NoSweep)) {
            body["sweep_id"] = json!(sweep);
        }
        if slips(Slip::StartAll) {
            body["auto_start"] = json!(true);
        }
        self.forget_session(&mut body);
        session.post_json("/runs", &body);
    }

    /// Starts runs as places become free, and looks at them until they have ended.
    fn drive(&self, own: &[String]) {
        if self.session.slips(Slip::FastPolling) {
            for _ in 0..14 {
                self.session.get("/runs");
            }
        }
        for look in 0..MOST_LOOKS {
            let runs = self.runs();
            let started = self.start_what_fits(&runs, own, look);
            if self.session.slips(Slip::NoMonitor) {
                return;
            }
            let is_pending = |run: &Run| run.is_alive() || run.is_waiting();
            if started == 0
                && !runs
                    .iter()
                    .any(|run| self.is_own(run, own) && is_pending(run))
            {
                return;
            }
        }
    }

    fn is_own(&self, run: &Run, own: &[String]) -> bool {
        self.session.slips(Slip::SameName) || own.contains(&run.name)
    }

    fn start_what_fits(&self, runs: &[Run], own: &[String], look: usize) -> usize {
        let alive: Vec<&Run> = runs.iter().filter(|run| run.is_alive()).collect();
        let mut room = self.capacity().saturating_sub(alive.len());
        if self.session.slips(Slip::StartAll) {
            room = 0;
        }
        if self.session.slips(Slip::StartOne) {
            room = room.min(usize::from(look == 0));
        }
        let mut busy: Vec<String> = alive
            .iter()
            .flat_map(|run| run.devices())
            .map(str::to_owned)
            .collect();
        let mut started = 0;
        for run in runs
            .iter()
            .filter(|run| run.is_waiting() && self.is_own(run, own))
        {
            let devices = run.devices();
            if started == room
                || devices
                    .iter()
                    .any(|device| busy.iter().any(|taken| taken == device))
            {
                continue;
            }
            busy.extend(devices.into_iter().map(str::to_owned));
            self.session
                .post_json(&format!("/runs/{}/start", run.id), &json!({}));
            started += 1;
        }
        started
    }

    /// All runs of the server, the oldest first.
    fn runs(&self) -> Vec<Run> {
        let listed = self.session.get("/runs?limit=1000");
        let listed = listed
            .as_ref()
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let text = |run: &Value, key: &str| run[key].as_str().map(str::to_owned);
        let mut runs: Vec<Run> = listed
            .filter_map(|run| {
                Some(Run {
                    id: text(run, "id")?,
                    name: text(run, "name").unwrap_or_default(),
                    status: text(run, "status")?,
                    command: text(run, "command").unwrap_or_default(),
                    sweep: text(run, "sweep_id"),
                })
            })
            .collect();
        runs.reverse();
        runs
    }

    fn runs_named(&self, own: &[String]) -> Vec<Run> {
        if self.session.slips(Slip::NoMonitor) {
            return Vec::new();
        }
        self.runs()
            .into_iter()
            .filter(|run| self.is_own(run, own))
            .collect()
    }

    /// A shell makes no folder for what it redirects.
    fn make_folders(&self, order: &Order) -> std::result::Result<(), ReferenceError> {
        for configuration in order.configurations() {
            let log = Outputs::of(&configuration.command).log.map(Path::new);
            if let Some(folder) = log.and_then(Path::parent) {
                self.session.make_folder(folder)?;
            }
        }
        Ok(())
    }

    /// What came of runs, by what they wrote.
    fn rows(&self, runs: &[Run]) -> Vec<Row> {
        let workdir = Path::new(&self.session.briefing.workdir);
        let row = |run: &Run| Row {
            name: run.name.clone(),
            run: run.id.clone(),
            status: run.status.clone(),
            score: Some(run)
                .filter(|run| run.status == "finished")
                .and_then(|run| Score::of(workdir, &Outputs::of(&run.command))),
        };
        runs.iter().map(row).collect()
    }

    fn result(&self, runs: &[Run], rows: &[Row]) -> Result {
        let count = |status: &str| runs.iter().filter(|run| run.status == status).count();
        let failed: Vec<&Run> = runs.iter().filter(|run| run.status == "failed").collect();
        let pending = runs.iter().filter(|run| run.is_alive()).count();
        Result {
            is_done: !runs.is_empty() && runs.len() == count("finished"),
            waits: pending > 0,
            told: format!(
                "{} of {} runs finished, {pending} alive.{}",
                count("finished"),
                runs.len(),
                compared(rows)
            ),
            failures: failed.iter().map(|run| self.failure(run)).collect(),
        }
    }

    /// That a run failed, and the last line that it wrote.
    fn failure(&self, run: &Run) -> String {
        let logged = self.session.get(&format!("/runs/{}/logs", run.id));
        let logged = logged.as_ref().and_then(|page| page["content"].as_str());
        let workdir = Path::new(&self.session.briefing.workdir);
        let sent = Outputs::of(&run.command).log;
        let sent = sent.and_then(|log| std::fs::read_to_string(workdir.join(log)).ok());
        let last = |text: &str| text.lines().next_back().map(str::to_owned);
        let said = sent.as_deref().and_then(last).or_else(|| last(logged?));
        let said = said.map(|line| format!(" Its log ends with `{}`.", line.replace('`', "'")));
        format!(
            "Run {} ({}) failed.{}",
            run.name,
            run.id,
            said.unwrap_or_default()
        )
    }
}

/// The lowest and the highest number, where there are two.
fn compared(rows: &[Row]) -> String {
    match results::extremes(&results::table(rows)) {
        Some([(low, least), (high, most)]) if low != high => {
            format!(" From {least:.4} ({low}) to {most:.4} ({high}).")
        }
        Some([(_, value), _]) => format!(" It measured {value:.4}."),
        None => String::new(),
    }
}
