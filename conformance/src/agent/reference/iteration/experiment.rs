//! An experiment: capacity, sweep, runs, starts, monitoring.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::super::mistakes::Slip;
use super::super::survey::Cluster;
use super::super::{ReferenceError, session::Session};
use super::Choice;
use super::Result;
use super::listed::Run;
use super::order::{Configuration, Order, PIN};
use super::results::{self, Results};

/// How many looks an iteration takes; what is pending then is left to the next one.
const MOST_LOOKS: usize = 12;

/// Runs everything that `order` asks for, as far as one iteration gets.
pub(super) fn carry_out(
    session: &Session<'_>,
    order: &Order,
    choice: &Choice,
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
    let sweeps = lab.sweeps();
    lab.make_folders(order)?;
    let own = lab.create(order, &sweeps);
    lab.drive(&own);
    let runs = lab.runs_named(&own);
    lab.keep(&own, &runs, &choice.deliverable)?;
    Ok(lab.result(&runs, choice))
}

/// Where runs are carried out.
struct Lab<'s> {
    session: &'s Session<'s>,
    cluster: Cluster,
}

impl Lab<'_> {
    fn capacity(&self) -> usize {
        usize::try_from(self.cluster.places()).unwrap_or(1)
    }

    fn is_pinned(&self) -> bool {
        self.cluster.kind == "local_gpu" && self.cluster.gpus > 1
    }

    /// The session's sweeps, the one for new runs first; a new one where it has none.
    fn sweeps(&self) -> Vec<String> {
        let session_id = &self.session.briefing.session_id;
        let listed = self.session.get("/sweeps");
        let sweeps = listed
            .as_ref()
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let own = sweeps.filter(|sweep| sweep["chat_session_id"].as_str() == Some(session_id));
        let own = own.filter_map(|sweep| sweep["id"].as_str().map(str::to_owned));
        let own: Vec<String> = own.collect();
        if own.is_empty() {
            self.new_sweep().into_iter().collect()
        } else {
            own
        }
    }

    fn new_sweep(&self) -> Option<String> {
        let session_id = &self.session.briefing.session_id;
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
    fn create(&self, order: &Order, sweeps: &[String]) -> Vec<String> {
        let there = self.runs();
        let mut all = order.configurations();
        if self.session.slips(Slip::DropOne) && all.len() > 2 {
            all.pop();
        }
        let taken: Vec<String> = there
            .iter()
            .filter(|run| run.is_alive())
            .flat_map(|run| run.devices())
            .map(str::to_owned)
            .collect();
        for (index, configuration) in all.iter().enumerate() {
            let is_there = |run: &Run| {
                let has_own_sweep = run
                    .sweep
                    .as_ref()
                    .is_none_or(|sweep| sweeps.contains(sweep));
                run.name == configuration.name && has_own_sweep
            };
            if !there.iter().any(is_there) {
                let sweep = sweeps.first().map(String::as_str);
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
        Run::list(self.session)
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
            let log = results::log_of(&configuration.command).map(Path::new);
            if let Some(folder) = log.and_then(Path::parent).and_then(Path::to_str) {
                self.session.make_folder(folder)?;
            }
        }
        Ok(())
    }

    /// Writes what the task is to deliver: the ids of its runs, or a table of what came out.
    fn keep(
        &self,
        own: &[String],
        runs: &[Run],
        deliverable: &str,
    ) -> std::result::Result<(), ReferenceError> {
        let text = if Path::new(deliverable).extension() == Some("json".as_ref()) {
            let ids: Map<String, Value> = runs
                .iter()
                .map(|run| (run.name.clone(), json!(run.id)))
                .collect();
            format!("{:#}\n", Value::Object(ids))
        } else if self.session.slips(Slip::NoMonitor) {
            return Ok(());
        } else {
            Results::collect(self.session).table(Some(own))
        };
        self.session.write_in_workspace(deliverable, &text)
    }

    fn result(&self, runs: &[Run], choice: &Choice) -> Result {
        let count = |status: &str| runs.iter().filter(|run| run.status == status).count();
        let failed: Vec<&Run> = runs.iter().filter(|run| run.status == "failed").collect();
        let pending = runs.iter().filter(|run| run.is_alive()).count();
        // A done-when that does not ask for finished runs holds with a failure that is told.
        let tolerated = if choice.text.contains("finished") {
            0
        } else {
            failed.len()
        };
        Result {
            is_done: !runs.is_empty() && runs.len() == count("finished") + tolerated,
            waits: pending > 0,
            told: format!(
                "{} of {} runs finished, {pending} alive.",
                count("finished"),
                runs.len()
            ),
            failures: failed.iter().map(|run| self.failure(run)).collect(),
        }
    }

    /// That a run failed, and the last line that it wrote.
    fn failure(&self, run: &Run) -> String {
        let logged = self.session.get(&format!("/runs/{}/logs", run.id));
        let logged = logged.as_ref().and_then(|page| page["content"].as_str());
        let workdir = Path::new(&self.session.briefing.workdir);
        let sent = results::log_of(&run.command);
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
