//! What a recorder has seen, as a case, a state and a journal that a mock is held against.

use serde_json::{Value, json};
use wild_mock_server::upstream::diff::read_journal;
use wild_mock_server::upstream::state;
use wild_mock_server::{Exchange, ExchangeOutcome, Fault, MockServer, StateSnapshot};

use crate::cli::run;
use crate::client::{get, post, send};
use crate::upstream::{case_of, recorder};

const TOKEN: &str = "s3cret+t/oken";

#[tokio::test]
async fn a_refused_wrong_token_is_no_fault_for_the_right_one() {
    let real = MockServer::builder()
        .auth_token(TOKEN)
        .start()
        .await
        .unwrap();
    let proxy = recorder(&real).await;
    let ask = async |token: &str| {
        send(
            proxy.addr(),
            "GET",
            "/runs",
            &[("x-auth-token", token)],
            b"",
        )
        .await
        .status
    };
    assert_eq!(
        (ask("wrong").await, ask(TOKEN).await, ask("wrong").await),
        (401, 200, 401)
    );
    assert_eq!(get(proxy.addr(), "/runs").await.status, 401);
    let (text, scenario) = case_of(&real, &proxy.journal().exchanges()).await;
    assert!(scenario.faults.is_empty(), "{text}");
    // The right one refused for once is one.
    real.arm(Fault::status("GET", "/runs", 401)).await;
    assert_eq!(ask(TOKEN).await, 401);
    let (text, scenario) = case_of(&real, &proxy.journal().exchanges()).await;
    assert_eq!(scenario.faults.len(), 1, "{text}");
    assert_eq!(scenario.faults[0].when.nth, Some(5), "{text}");
}

#[tokio::test]
async fn a_star_in_a_path_is_a_star() {
    let real = MockServer::start().await.unwrap();
    real.arm(Fault::status("GET", r"/prompt-skills/a\*", 503))
        .await;
    let proxy = recorder(&real).await;
    for (path, status) in [("/prompt-skills/a*", 503), ("/prompt-skills/ab", 404)] {
        assert_eq!(get(proxy.addr(), path).await.status, status);
    }
    let (text, scenario) = case_of(&real, &proxy.journal().exchanges()).await;
    let again = scenario.apply(MockServer::builder()).start().await.unwrap();
    for (path, status) in [("/prompt-skills/ab", 404), ("/prompt-skills/a*", 503)] {
        assert_eq!(get(again.addr(), path).await.status, status, "{text}");
    }
}

#[tokio::test]
async fn the_cluster_comes_back_with_the_state() {
    let real = MockServer::start().await.unwrap();
    let set = json!({"type": "ray", "gpu_count": 12, "notes": "n", "details": {"a": [1, 2.5]}});
    post(real.addr(), "/cluster", &set).await;
    let proxy = recorder(&real).await;
    let told = get(proxy.addr(), "/cluster").await.json();
    let state = state::state_of(&proxy.journal().exchanges()).await.unwrap();
    let again = MockServer::start().await.unwrap();
    again
        .restore(StateSnapshot::from_json(state.as_bytes()).unwrap())
        .unwrap();
    assert_eq!(
        get(again.addr(), "/cluster").await.json()["cluster"],
        told["cluster"]
    );
}

#[tokio::test]
async fn what_came_from_state_is_said_to_be_lost() {
    let real = MockServer::start().await.unwrap();
    let before = post(
        real.addr(),
        "/runs",
        &json!({"name": "before", "command": "c"}),
    )
    .await;
    let before = format!("/runs/{}", before.json()["id"].as_str().unwrap());
    let proxy = recorder(&real).await;
    let made = post(proxy.addr(), "/runs", &json!({"name": "n", "command": "c"}))
        .await
        .json();
    let made = format!("/runs/{}", made["id"].as_str().unwrap());
    for path in [made.as_str(), &before, "/runs", "/health"] {
        assert_eq!(get(proxy.addr(), path).await.status, 200);
    }
    // A refusal that follows from a run that was made is none that the mock would not give.
    assert_eq!(
        post(proxy.addr(), &format!("{made}/stop"), &json!({}))
            .await
            .status,
        400
    );
    let (text, scenario) = case_of(&real, &proxy.journal().exchanges()).await;
    assert!(scenario.faults.is_empty(), "{text}");
    let lost: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("#   "))
        .collect();
    assert_eq!(lost.len(), 2, "{text}");
    assert!(
        lost[0].contains(&format!("GET {before}: status: mock 404, upstream 200")),
        "{text}"
    );
    assert!(
        lost[1].contains("GET /runs: $: mock has 1 items, upstream has 2 items"),
        "{text}"
    );
}

#[tokio::test]
async fn a_torn_last_line_is_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("journal");
    let server = MockServer::builder()
        .journal_file(&file)
        .start()
        .await
        .unwrap();
    for _ in 0..3 {
        get(server.addr(), "/health").await;
    }
    server.shutdown().await;
    let whole = std::fs::read(&file).unwrap();
    let last = whole[..whole.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap()
        + 1;
    for (end, lines) in [
        (whole.len(), 3),
        (whole.len() - 1, 3),
        (whole.len() - 2, 2),
        (last + 5, 2),
        (last, 2),
    ] {
        std::fs::write(&file, &whole[..end]).unwrap();
        assert_eq!(read_journal(&file).unwrap().len(), lines, "cut at {end}");
    }
    // In the middle a line that is none is an error all the same.
    std::fs::write(&file, [b"{\n".as_slice(), &whole].concat()).unwrap();
    assert!(read_journal(&file).unwrap_err().to_string().contains(":1:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_may_differ_and_the_mock_may_have_a_state() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (journal, state) = (path("journal"), path("state"));
    let builder = MockServer::builder().journal_file(&journal).workdir("/one");
    let real = builder.start().await.unwrap();
    let before = post(real.addr(), "/runs", &json!({"name": "n", "command": "c"}))
        .await
        .json();
    std::fs::write(&state, serde_json::to_string(&real.snapshot()).unwrap()).unwrap();
    real.journal().clear();
    let run_path = format!("/runs/{}", before["id"].as_str().unwrap());
    get(real.addr(), &run_path).await;
    get(real.addr(), "/health").await;
    real.journal().flush();
    let text = std::fs::read_to_string(&journal).unwrap();
    let reads: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("\"GET\""))
        .collect();
    let journal = path("reads");
    std::fs::write(&journal, reads.join("\n")).unwrap();

    let url = real.url();
    let diff = async |more: &[&str]| {
        let args = ["diff", "--upstream", &url, "--journal", &journal];
        let args: Vec<String> = args.iter().chain(more).map(ToString::to_string).collect();
        let output = tokio::task::spawn_blocking(move || {
            run(&args.iter().map(String::as_str).collect::<Vec<_>>())
        });
        let output = output.await.unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (code, text) = diff(&[]).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("status: mock 404, upstream 200"), "{text}");
    let (code, text) = diff(&["--state", &state]).await;
    assert!(
        code == Some(1) && text.contains("$.workdir") && text.lines().count() == 2,
        "{text}"
    );
    for field in ["workdir", "$.workdir"] {
        let (code, text) = diff(&["--state", &state, "--ignore", field]).await;
        let none = "2 requests replayed, 0 differences\n";
        assert_eq!((code, text.as_str()), (Some(0), none), "{field}");
    }
    let (code, _) = diff(&["--state", &journal]).await;
    assert_eq!(code, Some(2));
}

/// What an exchange answered, for comparing.
pub fn answered(exchange: &Exchange) -> Option<(u16, Value)> {
    match &exchange.outcome {
        ExchangeOutcome::Responded { status, body, .. } => {
            let text = body.text.clone().unwrap_or_default();
            let value = serde_json::from_str(&text).unwrap_or_else(|_| Value::from(text));
            Some((*status, value))
        }
        ExchangeOutcome::Dropped { .. } | ExchangeOutcome::Malformed { .. } => None,
    }
}
