//! What was there before the agent came: requests that other iterations, or somebody else, sent.
//!
//! They go to a server of their own, whose state the case's server then takes over, so that neither
//! its journal nor its clock knows of them. The runs of tasks that the plan has ticked come first, and have
//! finished.

use serde_json::{Value, json};
use wild_mock_server::{
    Clock, MockServer, RunMode, RunProfiles, SCENARIO_EPOCH, SkillSource, StateSnapshot, Timestamp,
};

use super::RunError;
use super::bygone::ended_at;
use super::play_folder::PlayFolder;
use crate::case::{Case, Done, Ran, Step};

/// Seconds that a bygone run took.
const TOOK: f64 = 300.0;

/// Plays what was before `case` and gives the state that it leaves; nothing when there was nothing.
pub(super) async fn played(
    case: &Case,
    seed: u64,
    place: &PlayFolder,
) -> Result<Option<StateSnapshot>, RunError> {
    let past = case.past();
    let has_run = past.iter().any(|done| !done.runs.is_empty());
    if case.prelude.is_empty() && !has_run {
        return Ok(None);
    }
    // It moves only when it is told to, so that the agent finds runs as the prelude left them.
    let clock = Clock::manual(SCENARIO_EPOCH);
    let mut profiles = case.runs.clone();
    profiles.0.splice(..0, of_runs(&past)?.0);
    let server = MockServer::builder()
        .seed(seed)
        .clock(clock.clone())
        .workdir(place.workdir())
        .cluster(
            case.cluster
                .parse()
                .map_err(|_| RunError::Cluster(case.cluster.clone()))?,
        )
        .run_profiles(profiles)
        .skills(SkillSource::BuiltIn)
        .runs(RunMode::Simulated)
        .start()
        .await?;
    let mut names = Names::new(place);
    for (done, nth) in past.iter().zip(1..) {
        let ended = Timestamp::from_micros(ended_at(nth, past.len()) * 1_000_000);
        clock.set(ended.plus_secs(-TOOK));
        names = send(&server, creates(done, &names), names).await?;
        clock.set(ended);
        // Whatever is due has happened once somebody looks.
        server.snapshot();
    }
    clock.set(SCENARIO_EPOCH);
    send(&server, case.prelude.clone(), Names::new(place)).await?;
    Ok(Some(server.snapshot()))
}

/// What the runs of bygone tasks did: they printed what they printed, and finished.
fn of_runs(past: &[&Done]) -> Result<RunProfiles, RunError> {
    let rule = |done: &Done, name: &str, ran: &Ran| {
        let lines = done.printed(name).into_iter();
        let log: Vec<Value> = lines.map(|text| json!({"at": 0.9, "text": text})).collect();
        json!({
            "command": format!("**/{name}.log**"),
            "launch_seconds": 1.0,
            "duration_seconds": TOOK - 2.0,
            "log": log,
            "metrics": [{"at": 0.9, "row": ran.metrics}],
        })
    };
    let rules = past
        .iter()
        .flat_map(|done| done.runs.iter().map(|(name, ran)| rule(done, name, ran)));
    let rules = Value::Array(rules.collect());
    serde_json::from_value(rules).map_err(|error| RunError::Prelude(error.to_string()))
}

/// The requests that a bygone task took: the session's sweep, where there is none yet, and its runs.
fn creates(done: &Done, names: &Names) -> Vec<Step> {
    if done.runs.is_empty() {
        return Vec::new();
    }
    let step = |post: &str, body: Value| Step {
        post: post.to_owned(),
        body: body.as_object().cloned().unwrap_or_default(),
    };
    let goal = "carry out the plan's runs";
    let sweep = json!({"name": "grid", "goal": goal, "chat_session_id": "{session_id}"});
    let sweep = (names.ids() == 0).then(|| step("/sweeps/wild", sweep));
    let runs = done.runs.iter().map(|(name, ran)| {
        let body = json!({
            "name": name,
            "command": ran.command,
            "sweep_id": "{id1}",
            "chat_session_id": "{session_id}",
            "auto_start": true,
        });
        step("/runs", body)
    });
    sweep.into_iter().chain(runs).collect()
}

async fn send(server: &MockServer, steps: Vec<Step>, names: Names) -> Result<Names, RunError> {
    let url = server.url();
    let sent = tokio::task::spawn_blocking(move || send_all(&url, &steps, names)).await;
    sent.map_err(|error| RunError::Prelude(error.to_string()))?
        .map_err(RunError::Prelude)
}

/// What placeholders in a step stand for.
struct Names(Vec<(String, String)>);

impl Names {
    fn new(place: &PlayFolder) -> Self {
        let session = place.session_values("");
        Self(vec![
            ("{session_id}".to_owned(), session.session_id.to_owned()),
            ("{workdir}".to_owned(), session.workdir.to_owned()),
        ])
    }

    /// How many answers gave an id.
    fn ids(&self) -> usize {
        self.0
            .iter()
            .filter(|(name, _)| name.starts_with("{id"))
            .count()
    }

    fn filled(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
    }
}

fn send_all(url: &str, steps: &[Step], mut names: Names) -> Result<Names, String> {
    let before = names.ids();
    for (index, step) in steps.iter().enumerate() {
        let index = before + index;
        let path = names.filled(&step.post);
        let body = names.filled(&Value::Object(step.body.clone()).to_string());
        let answer = ureq::post(format!("{url}{path}"))
            .header("Content-Type", "application/json")
            .send(body)
            .and_then(|answer| answer.into_body().read_to_string())
            .map_err(|error| format!("step {}, POST {path}: {error}", index + 1))?;
        let id = serde_json::from_str(&answer)
            .ok()
            .and_then(|answer: Value| answer.get("id")?.as_str().map(str::to_owned));
        names
            .0
            .extend(id.map(|id| (format!("{{id{}}}", index + 1), id)));
    }
    Ok(names)
}
