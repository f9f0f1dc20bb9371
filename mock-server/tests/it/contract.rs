//! What the wire contract says, where the recordings of the real server cannot be checked in.

use serde_json::json;
use wild_mock_server::MockServer;

use crate::client::{get, post, send};

#[tokio::test]
async fn cors_answers_any_origin() {
    let server = MockServer::start().await.unwrap();
    let origin = ("origin", "http://app.example");
    let simple = send(server.addr(), "GET", "/health", &[origin], b"").await;
    assert_eq!(
        simple.header("access-control-allow-origin"),
        Some("http://app.example")
    );
    assert_eq!(
        simple.header("access-control-allow-credentials"),
        Some("true")
    );
    assert_eq!(simple.header("vary"), Some("Origin"));
    assert_eq!(
        get(server.addr(), "/health")
            .await
            .header("access-control-allow-origin"),
        None
    );

    let wants = ("access-control-request-method", "PUT");
    let names = ("access-control-request-headers", "x-auth-token");
    let preflight = send(
        server.addr(),
        "OPTIONS",
        "/runs/x",
        &[origin, wants, names],
        b"",
    )
    .await;
    assert_eq!((preflight.status, preflight.text().as_str()), (200, "OK"));
    assert_eq!(preflight.header("access-control-max-age"), Some("600"));
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        Some("x-auth-token")
    );
    assert_eq!(
        preflight.header("content-type"),
        Some("text/plain; charset=utf-8")
    );

    let odd = ("access-control-request-method", "BREW");
    let refused = send(server.addr(), "OPTIONS", "/nope", &[origin, odd], b"").await;
    assert_eq!(
        (refused.status, refused.text().as_str()),
        (400, "Disallowed CORS method")
    );
    assert_eq!(
        send(server.addr(), "OPTIONS", "/runs", &[], b"")
            .await
            .status,
        405
    );
}

#[tokio::test]
async fn a_slash_too_many_redirects_every_method_with_its_query() {
    let server = MockServer::start().await.unwrap();
    for (method, path, target) in [
        (
            "GET",
            "/runs/?limit=2&x=%20",
            "http://test.local/runs?limit=2&x=%20",
        ),
        ("POST", "/sweeps/wild/", "http://test.local/sweeps/wild"),
        (
            "DELETE",
            "/prompt-skills/a//",
            "http://test.local/prompt-skills/a",
        ),
        ("GET", "/docs/", "http://test.local/docs"),
    ] {
        let answer = send(server.addr(), method, path, &[], b"").await;
        assert_eq!(answer.status, 307, "{method} {path}");
        assert_eq!(answer.header("location"), Some(target));
        assert_eq!(
            (answer.header("content-type"), answer.body.len()),
            (None, 0)
        );
    }
    assert_eq!(get(server.addr(), "/nope/").await.status, 404);
}

#[tokio::test]
async fn the_method_registered_first_is_allowed() {
    let server = MockServer::start().await.unwrap();
    for (method, path, first) in [
        ("DELETE", "/runs", "GET"),
        ("DELETE", "/sweeps/x", "PUT"),
        ("DELETE", "/sweeps/wild", "POST"),
        ("PATCH", "/sweeps/wild", "POST"),
        ("PUT", "/runs/x/metrics", "POST"),
        ("HEAD", "/runs/x", "GET"),
        ("PATCH", "/prompt-skills/reload", "POST"),
        ("POST", "/prompt-skills/search", "GET"),
        ("POST", "/docs", "GET, HEAD"),
        ("POST", "/prompt-skills/x/files/a/b", "GET"),
    ] {
        let answer = send(server.addr(), method, path, &[], b"").await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some(first)),
            "{method} {path}"
        );
    }
    assert_eq!(
        send(server.addr(), "DELETE", "/prompt-skills/search", &[], b"")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused_as_the_real_server_does() {
    let server = MockServer::start().await.unwrap();
    let try_body = async |kind: &str, body: &[u8]| {
        send(
            server.addr(),
            "POST",
            "/runs",
            &[("content-type", kind)],
            body,
        )
        .await
    };
    let detail = async |kind: &str, body: &[u8]| {
        let answer = try_body(kind, body).await;
        assert_eq!(answer.status, 422);
        answer.json()["detail"][0].clone()
    };
    assert_eq!(
        detail("application/json", b"{\"name\": \xc3\xbc}").await,
        json!({"type": "json_invalid", "loc": ["body", 9], "msg": "JSON decode error",
               "input": {}, "ctx": {"error": "Expecting value"}})
    );
    assert_eq!(
        detail("text/plain", b"{\"name\": \"n\"}").await,
        json!({"type": "model_attributes_type", "loc": ["body"],
               "msg": "Input should be a valid dictionary or object to extract fields from",
               "input": "{\"name\": \"n\"}"})
    );
    let unreadable = try_body("application/json", b"{\"name\": \"\xff\"}").await;
    assert_eq!(unreadable.status, 400);
    assert_eq!(
        unreadable.json(),
        json!({"detail": "There was an error parsing the body"})
    );
    let marked = try_body(
        "application/json",
        b"\xef\xbb\xbf{\"name\":\"n\",\"command\":\"c\"}",
    )
    .await;
    assert_eq!(marked.status, 200);
}

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
async fn pages_load_nothing_from_elsewhere() {
    let server = MockServer::start().await.unwrap();
    for page in ["/docs", "/redoc"] {
        let html = get(server.addr(), page).await.text();
        assert!(
            !html.contains("//cdn") && !html.contains("https://"),
            "{page}"
        );
        for asset in html.split(['"', '\'']).filter(|part| part.starts_with('/')) {
            assert_eq!(
                get(server.addr(), asset).await.status,
                200,
                "{page} loads {asset}"
            );
        }
    }
    let style = get(server.addr(), "/docs/swagger-ui.css").await;
    assert_eq!(style.header("content-type"), Some("text/css"));
}
