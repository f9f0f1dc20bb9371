//! What was there before the agent came: requests that other iterations, or somebody else, sent.
//!
//! They go to a server of their own, whose state the case's server then takes over, so that neither
//! its journal nor its clock knows of them.

use serde_json::Value;
use wild_mock_server::{Clock, MockServer, RunMode, SCENARIO_EPOCH, SkillSource, Snapshot};

use super::RunError;
use super::scene::Scene;
use crate::case::{Case, Step};

/// Plays the prelude of `case` and gives the state that it leaves; nothing when there is none.
pub(super) async fn played(
    case: &Case,
    seed: u64,
    scene: &Scene,
) -> Result<Option<Snapshot>, RunError> {
    if case.prelude.is_empty() {
        return Ok(None);
    }
    let server = MockServer::builder()
        .seed(seed)
        // It stands still, so that the agent finds runs as the prelude left them.
        .clock(Clock::manual(SCENARIO_EPOCH))
        .workdir(scene.workdir())
        .cluster(
            case.cluster
                .parse()
                .map_err(|_| RunError::Cluster(case.cluster.clone()))?,
        )
        .run_profiles(case.runs.clone())
        .skills(SkillSource::BuiltIn)
        .runs(RunMode::Simulated)
        .start()
        .await?;
    let url = server.url();
    let names = Names::new(scene);
    let steps = case.prelude.clone();
    let sent = tokio::task::spawn_blocking(move || send_all(&url, &steps, names)).await;
    sent.map_err(|error| RunError::Prelude(error.to_string()))?
        .map_err(RunError::Prelude)?;
    Ok(Some(server.snapshot()))
}

/// What placeholders in a step stand for.
struct Names(Vec<(String, String)>);

impl Names {
    fn new(scene: &Scene) -> Self {
        let stage = scene.stage("");
        Self(vec![
            ("{session_id}".to_owned(), stage.session_id.to_owned()),
            ("{workdir}".to_owned(), stage.workdir.to_owned()),
        ])
    }

    fn filled(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        })
    }
}

fn send_all(url: &str, steps: &[Step], mut names: Names) -> Result<(), String> {
    for (index, step) in steps.iter().enumerate() {
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
    Ok(())
}
