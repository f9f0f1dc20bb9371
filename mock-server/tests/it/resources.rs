//! What the wire contract says of runs, sweeps, skills and sessions, where the recordings of the real server cannot be
//! checked in.

use serde_json::json;
use wild_mock_server::MockServer;

use crate::client::{get, post, send};

#[tokio::test]
async fn reruns_updates_and_metrics() {
    let server = MockServer::start().await.unwrap();
    let addr = server.addr();
    let run = post(
        addr,
        "/runs",
        &json!({"name": "n", "command": "c", "workdir": "/w",
        "chat_session_id": "s", "gpuwrap_config": {"retries": 1}}),
    )
    .await
    .json();
    let id = run["id"].as_str().unwrap();
    let rerun = post(addr, &format!("/runs/{id}/rerun"), &json!({}))
        .await
        .json();
    assert_eq!(rerun["name"], "n (Rerun)");
    assert_eq!(rerun["parent_run_id"], *id);
    assert_eq!(rerun["gpuwrap_config"], json!({"retries": 1}));
    assert_eq!(rerun["chat_session_id"], "s");

    let put = async |body: serde_json::Value| {
        let kind = [("content-type", "application/json")];
        send(
            addr,
            "PUT",
            &format!("/runs/{id}"),
            &kind,
            body.to_string().as_bytes(),
        )
        .await
    };
    let partial = put(json!({"command": " new ", "name": " "})).await;
    assert_eq!(partial.status, 400);
    assert_eq!(
        partial.json(),
        json!({"detail": "Run name cannot be empty"})
    );
    assert_eq!(
        get(addr, &format!("/runs/{id}")).await.json()["command"],
        "new"
    );

    let rows: Vec<_> = (0..1000)
        .map(|i| json!({"step": i, "loss": 1.0 / f64::from(i + 1)}))
        .collect();
    post(
        addr,
        &format!("/runs/{id}/metrics"),
        &json!({ "rows": rows }),
    )
    .await;
    let metrics = get(addr, &format!("/runs/{id}/metrics")).await.json();
    let history = metrics["lossHistory"].as_array().unwrap();
    assert_eq!(history.len(), 334);
    assert_eq!(history[1], json!({"step": 3, "trainLoss": 0.25}));
    assert_eq!(metrics["metricKeys"], json!(["loss"]));
    let before = get(addr, &format!("/runs/{id}")).await.json();
    assert_eq!(
        before.get("metricKeys"),
        None,
        "a run without a directory shows no metrics"
    );
}

#[tokio::test]
async fn sweeps_are_edited_within_limits() {
    let server = MockServer::start().await.unwrap();
    let addr = server.addr();
    let ui = json!({"hyperparameters": [1, 2, 3], "maxRuns": "7", "notes": " x ", "metrics": [],
                    "earlyStoppingEnabled": "yes"});
    let sweep = post(
        addr,
        "/sweeps",
        &json!({"name": "s", "base_command": "t", "goal": "g",
        "parameters": {"a": [1, 2]}, "ui_config": ui}),
    )
    .await
    .json();
    let context = &sweep["creation_context"];
    assert_eq!(context["max_runs"], 7);
    assert_eq!(context["hyperparameter_count"], 3);
    assert_eq!(context["metric_count"], 0);
    assert_eq!(context["notes"], "x");
    assert_eq!(context["early_stopping_enabled"], true);
    assert_eq!(context["ui_config_snapshot"], ui);

    let id = sweep["id"].as_str().unwrap();
    let put = async |body: serde_json::Value| {
        let kind = [("content-type", "application/json")];
        send(
            addr,
            "PUT",
            &format!("/sweeps/{id}"),
            &kind,
            body.to_string().as_bytes(),
        )
        .await
    };
    assert_eq!(put(json!({"max_runs": 3})).await.status, 409);
    assert_eq!(put(json!({"status": "draft"})).await.status, 409);
    assert_eq!(put(json!({"base_command": " "})).await.status, 400);
    let changed = put(json!({"base_command": " u ", "status": "completed"}))
        .await
        .json();
    assert_eq!(
        changed["status"], "pending",
        "the status follows from the runs"
    );
    assert_eq!(changed["ui_config"]["command"], "u");
    let runs = get(addr, "/runs").await.json();
    assert_eq!(runs[0]["command"], "u --a=2");

    assert_eq!(
        post(addr, &format!("/sweeps/{id}/start?parallel=2"), &json!({}))
            .await
            .json()["message"],
        "Started 2/2 runs"
    );
    let running = put(json!({"base_command": "v"})).await;
    assert_eq!(running.status, 409);
    assert!(running.text().contains("while sweep is running"));
}

#[tokio::test]
async fn skills_are_created_searched_and_kept_in_their_folders() {
    let server = MockServer::start().await.unwrap();
    let addr = server.addr();
    let body = json!({"name": "My Skill é", "description": "about sweeps", "template": " T {{x}} ",
                      "variables": ["x"], "category": "skill"});
    let created = post(addr, "/prompt-skills", &body).await.json();
    assert_eq!(created["id"], "my_skill__");
    assert_eq!(created["template"], "T {{x}}");
    assert_eq!(post(addr, "/prompt-skills", &body).await.status, 409);
    let file = get(addr, "/prompt-skills/my_skill__/files/SKILL.md")
        .await
        .json();
    assert_eq!(
        file["content"],
        "---\ncategory: skill\ndescription: about sweeps\nname: \"My Skill \\xE9\"\n\
         variables:\n- x\n---\n T {{x}} \n"
    );
    let found = get(addr, "/prompt-skills/search?q=MY%20SKILL").await.json();
    assert_eq!(
        (found[0]["id"].as_str(), found[0]["_score"].as_f64()),
        (Some("my_skill__"), Some(60.0))
    );
    for path in [
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/alert_handler/SKILL.md",
        "a/../../x",
    ] {
        let target = format!("/prompt-skills/my_skill__/files/{path}");
        assert_eq!(get(addr, &target).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn sessions_are_kept_by_chat() {
    let server = MockServer::start().await.unwrap();
    let addr = server.addr();
    let start = |chat: &str| json!({"goal": format!("goal {chat}"), "chat_session_id": chat});
    post(addr, "/wild/v2/start", &start("a")).await;
    let second = post(addr, "/wild/v2/start", &start("b")).await.json();
    assert_eq!(get(addr, "/wild/v2/status").await.json()["goal"], "goal b");
    assert_eq!(
        get(addr, "/wild/v2/status?chat_session_id=a").await.json()["active"],
        true
    );
    post(addr, "/wild/v2/pause", &json!({"chat_session_id": "a"})).await;
    assert_eq!(
        get(addr, "/wild/v2/status?chat_session_id=a").await.json()["status"],
        "paused"
    );
    let by_id = format!(
        "/wild/v2/evo-sweep/{}",
        second["session_id"].as_str().unwrap()
    );
    assert_eq!(
        get(addr, &by_id).await.json(),
        json!({"active": false, "sweep_id": null})
    );
}

#[tokio::test]
async fn an_answer_to_an_alert_is_recorded() {
    let server = MockServer::start().await.unwrap();
    let addr = server.addr();
    let run = post(addr, "/runs", &json!({"name": "n", "command": "c"}))
        .await
        .json();
    let alerts = format!("/runs/{}/alerts", run["id"].as_str().unwrap());
    let alert = json!({"message": "loss is NaN", "choices": ["Stop", "Continue"]});
    let raised = post(addr, &alerts, &alert).await.json();
    let path = format!("/alerts/{}/respond", raised["alert_id"].as_str().unwrap());
    let other = post(addr, &path, &json!({"choice": "Wait"})).await;
    assert_eq!(
        (other.status, other.json()),
        (400, json!({"detail": "Invalid choice"}))
    );
    let answered = post(addr, &path, &json!({"choice": "Continue"})).await;
    assert_eq!(
        (answered.status, answered.json()),
        (200, json!({"message": "Response recorded"}))
    );
    let listed = get(addr, "/alerts").await.json();
    assert_eq!(listed[0]["response"], "Continue");
}
