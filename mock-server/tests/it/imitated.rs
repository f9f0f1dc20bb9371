//! Simulated runs that pretend to be programs.

use std::sync::Arc;

use serde_json::{Value, json};
use wild_mock_server::store::ProfileRule;
use wild_mock_server::{Clock, MockServer, RunProfiles, SCENARIO_EPOCH};

use crate::client::{get, post};

fn rule(program: &Value) -> ProfileRule {
    ProfileRule {
        command: format!("**{}**", program["name"].as_str().unwrap()),
        program: Some(Arc::new(serde_json::from_value(program.clone()).unwrap())),
        profile: Arc::default(),
    }
}

/// A program that makes folders, the same with places for its arguments, and one that takes folders in.
fn profiles() -> RunProfiles {
    let train = json!({
        "name": "train.py",
        "arguments": [{"name": "--out", "needed": true}, {"name": "--ngram", "default": "1"}],
    });
    let batch = json!({
        "name": "train.sbatch",
        "arguments": [{"name": "ngram", "needed": true}, {"name": "out", "needed": true}],
    });
    let evaluate = json!({
        "name": "evaluate.py",
        "arguments": [{"name": "--run", "needed": true}, {"name": "--ngram", "inherited": true}],
        "follows": {"own": "--run", "theirs": "--out", "file": "metrics.json"},
        "concludes": "ngram={--ngram}",
    });
    RunProfiles([train, batch, evaluate].iter().map(rule).collect())
}

/// Runs a command to its end; what it has written.
async fn ran(commands: &[&str]) -> Value {
    let clock = Clock::manual(SCENARIO_EPOCH);
    let builder = MockServer::builder().workdir("/w").clock(clock.clone());
    let server = builder.run_profiles(profiles()).start().await.unwrap();
    let mut page = Value::Null;
    for command in commands {
        let run = json!({"name": "n", "command": command, "workdir": "/w", "auto_start": true});
        let made = post(server.addr(), "/runs", &run).await.json();
        clock.advance(60.0);
        let path = format!("/runs/{}/logs", made["id"].as_str().unwrap());
        page = get(server.addr(), &path).await.json();
    }
    page
}

#[tokio::test]
async fn a_log_that_holds_a_word_of_the_command_is_no_longer_than_that() {
    let word = "{command}".repeat(1000);
    let command = format!("python train.py --{word}");
    let page = ran(&[&command]).await;
    let log = page["content"].as_str().unwrap();
    assert!(
        log.contains(&format!("unrecognized arguments: --{word}")),
        "{log}"
    );
    let size = page["total_size"].as_u64().unwrap();
    assert!(size < 2 * command.len() as u64, "{size}");
}

#[tokio::test]
async fn a_run_is_followed_by_the_folder_that_it_made_and_no_other() {
    for (made, follows, told) in [
        (
            "bash -c \"python train.py --out out/a --ngram 2\"",
            "out/a",
            "ngram=2",
        ),
        ("cd /w/out && python train.py --out=a", "out/./a", "ngram=1"),
        ("sbatch train.sbatch 2 out/a", "/w/out/a/", "ngram=2"),
        ("python train.py --out a", "elsewhere/a", "No such file"),
        (
            "cd elsewhere && python train.py --out a",
            "a",
            "No such file",
        ),
        ("python train.py --out a # --out b", "b", "No such file"),
        ("echo --out a", "a", "No such file"),
    ] {
        let evaluate = format!("python evaluate.py --run {follows}");
        let page = ran(&[made, &evaluate]).await;
        let log = page["content"].as_str().unwrap();
        assert!(log.contains(told), "{made}, then {evaluate}: {log}");
    }
}
