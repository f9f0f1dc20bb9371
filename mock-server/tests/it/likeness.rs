//! What the real server's libraries make of odd requests, and with them the mock.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wild_mock_server::MockServer;

use crate::client::{PATIENCE, get, post, raw, send};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn put(server: &MockServer, path: &str, body: &serde_json::Value) -> crate::client::Answer {
    send(
        server.addr(),
        "PUT",
        path,
        &[JSON],
        body.to_string().as_bytes(),
    )
    .await
}

async fn ready_run(server: &MockServer) -> String {
    let new = json!({"name": "a", "command": "true"});
    let run = post(server.addr(), "/runs", &new).await.json();
    run["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn separators_are_blank_space() {
    let server = MockServer::start().await.unwrap();
    let path = format!("/runs/{}", ready_run(&server).await);
    let refused = put(&server, &path, &json!({"name": "\u{1f}"})).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["detail"], "Run name cannot be empty");
    let named = put(&server, &path, &json!({"name": "\u{1c}x\u{1d}"})).await;
    assert_eq!(named.json()["name"], "x");
    let report = json!({"status": "\u{1f}Running\u{1e}"});
    post(server.addr(), &format!("{path}/status"), &report).await;
    assert_eq!(get(server.addr(), &path).await.json()["status"], "running");
}

#[tokio::test]
async fn bodies_come_in_every_encoding_of_unicode() {
    let server = MockServer::start().await.unwrap();
    let body = json!({"name": "é🚀", "command": "true"}).to_string();
    let marked = format!("\u{feff}{body}");
    let little: Vec<u8> = body.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let wide: Vec<u8> = body
        .chars()
        .flat_map(|c| u32::from(c).to_le_bytes())
        .collect();
    for bytes in [little, big, wide, marked.into_bytes()] {
        let made = send(server.addr(), "POST", "/runs", &[JSON], &bytes).await;
        assert_eq!(
            (made.status, made.json()["name"].as_str()),
            (200, Some("é🚀"))
        );
    }
    let refused = send(server.addr(), "POST", "/runs", &[JSON], b"\xff\xfe{").await;
    assert_eq!(refused.status, 400);
    let cut = send(server.addr(), "POST", "/runs", &[JSON], b"\xff\xfe{\0").await;
    assert_eq!(cut.json()["detail"][0]["loc"], json!(["body", 1]));
}

#[tokio::test]
async fn what_cannot_be_an_id_breaks_the_server_as_it_breaks_the_real_one() {
    let server = MockServer::start().await.unwrap();
    let path = "/wild/v2/events/s/resolve";
    for ids in [json!([[1], {"x": 1}]), json!(["a", []])] {
        let broken = post(server.addr(), path, &json!({ "event_ids": ids })).await;
        assert_eq!(
            (
                broken.status,
                broken.text().as_str(),
                broken.header("content-type")
            ),
            (
                500,
                "Internal Server Error",
                Some("text/plain; charset=utf-8")
            )
        );
    }
    let ids = json!([1, null, true, 2.5, "x"]);
    let resolved = post(server.addr(), path, &json!({ "event_ids": ids })).await;
    assert_eq!(resolved.json(), json!({"resolved": 0}));
}

#[tokio::test]
async fn a_file_may_have_an_empty_path() {
    let server = MockServer::start().await.unwrap();
    let path = "/prompt-skills/x/files/";
    let unwritten = send(server.addr(), "PUT", path, &[], b"").await;
    assert_eq!(unwritten.status, 422);
    let fault = &unwritten.json()["detail"][0];
    assert_eq!(
        (&fault["type"], &fault["loc"]),
        (&json!("missing"), &json!(["body"]))
    );
    let unknown = put(&server, path, &json!({"content": "c"})).await;
    assert_eq!(unknown.json()["detail"], "Skill or path not found: x/");
    assert_eq!(
        get(server.addr(), path).await.json()["detail"],
        "File not found: "
    );
    for method in ["OPTIONS", "DELETE", "HEAD"] {
        let refused = send(server.addr(), method, path, &[], b"").await;
        assert_eq!(
            (refused.status, refused.header("allow")),
            (405, Some("GET"))
        );
    }
}

#[tokio::test]
async fn below_the_page_there_is_one_page_and_nothing_else() {
    let server = MockServer::start().await.unwrap();
    for method in ["HEAD", "POST", "OPTIONS", "GET"] {
        let missing = send(server.addr(), method, "/docs/x", &[], b"").await;
        assert_eq!(
            (missing.status, missing.header("allow")),
            (404, None),
            "{method}"
        );
    }
    let script = "/docs/swagger-ui.css";
    assert_eq!(get(server.addr(), script).await.status, 200);
    assert_eq!(
        send(server.addr(), "POST", script, &[], b"").await.status,
        404
    );
    let page = "/docs/oauth2-redirect";
    assert_eq!(
        send(server.addr(), "HEAD", page, &[], b"").await.status,
        200
    );
    let html = get(server.addr(), page).await;
    assert_eq!(
        html.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(html.text().contains("oauth2"), "{}", html.text());
    let refused = send(server.addr(), "POST", page, &[], b"").await;
    assert_eq!(
        (refused.status, refused.header("allow")),
        (405, Some("GET, HEAD"))
    );
    let back = get(server.addr(), "/docs/oauth2-redirect/").await;
    assert_eq!(
        back.header("location"),
        Some("http://test.local/docs/oauth2-redirect")
    );
}

#[tokio::test]
async fn a_redirect_names_a_host_even_where_the_client_named_none() {
    let server = MockServer::start().await.unwrap();
    let addr = server.addr();
    let answer = raw(addr, b"GET /runs/?a=1 HTTP/1.0\r\n\r\n").await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let location = format!("location: http://{addr}/runs?a=1\r\n");
    assert!(answer.contains(&location), "{answer}");
    let forwarded = ("x-forwarded-proto", "https");
    let answer = send(addr, "GET", "/runs/", &[forwarded], b"").await;
    assert_eq!(answer.header("location"), Some("https://test.local/runs"));
}

#[tokio::test]
async fn a_body_for_an_unknown_path_is_not_waited_for() {
    let server = MockServer::start().await.unwrap();
    for expects in ["", "expect: 100-continue\r\n"] {
        let mut stream = TcpStream::connect(server.addr()).await.unwrap();
        let head =
            format!("POST /nope HTTP/1.1\r\nhost: x\r\ncontent-length: 99000000\r\n{expects}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut start = [0; 12];
        let read = stream.read_exact(&mut start);
        tokio::time::timeout(PATIENCE, read).await.unwrap().unwrap();
        assert_eq!(&start, b"HTTP/1.1 404");
    }
    let exchanges = server.journal().exchanges();
    assert_eq!(
        (exchanges[0].body.size, exchanges[0].body.truncated),
        (99_000_000, true)
    );
    // A client that sends its body all the same gets its answer and goes on.
    let body = vec![b'x'; 1_000_000];
    assert_eq!(
        send(server.addr(), "POST", "/nope", &[], &body)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn stop_job_stops_the_job() {
    let server = MockServer::start().await.unwrap();
    let new = json!({"name": "a", "command": "sleep 60", "auto_start": true});
    let run = post(server.addr(), "/runs", &new).await.json();
    let path = format!("/runs/{}", run["id"].as_str().unwrap());
    let answer = async |choice: &str| {
        let alert = json!({"message": "m", "choices": ["Ignore", "Stop Job"]});
        let raised = post(server.addr(), &format!("{path}/alerts"), &alert)
            .await
            .json();
        let alert = raised["alert_id"].as_str().unwrap();
        let respond = format!("/alerts/{alert}/respond");
        assert_eq!(
            post(server.addr(), &respond, &json!({ "choice": choice }))
                .await
                .status,
            200
        );
        get(server.addr(), &path).await.json()
    };
    let status = answer("Ignore").await["status"].clone();
    assert!(status == "launching" || status == "running", "{status}");
    let stopped = answer("Stop Job").await;
    assert_eq!(stopped["status"], "stopped");
    assert!(stopped["ended_at"].is_f64(), "{stopped}");
    // A run that was never launched has nobody who would stop it.
    let idle = ready_run(&server).await;
    post(
        server.addr(),
        &format!("/runs/{idle}/status"),
        &json!({"status": "running"}),
    )
    .await;
    let alert = json!({"message": "m", "choices": ["Stop Job"]});
    let raised = post(server.addr(), &format!("/runs/{idle}/alerts"), &alert)
        .await
        .json();
    let respond = format!("/alerts/{}/respond", raised["alert_id"].as_str().unwrap());
    post(server.addr(), &respond, &json!({"choice": "Stop Job"})).await;
    assert_eq!(
        get(server.addr(), &format!("/runs/{idle}")).await.json()["status"],
        "running"
    );
}
