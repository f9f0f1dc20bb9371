//! What the recorder tells of a real server, and what it must not tell.

use std::io::Write as _;
use std::path::Path;

use nix::sys::signal::Signal;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wild_mock_server::scenario::Scenario;
use wild_mock_server::upstream::diff::read_journal;
use wild_mock_server::upstream::{Upstream, case, state};
use wild_mock_server::{Fault, MockServer};

use crate::cli::Serving;
use crate::client::{PATIENCE, get, send};

const TOKEN: &str = "s3cret+t/oken";

#[tokio::test]
async fn a_token_stands_in_no_output() {
    let builder = MockServer::builder().auth_token(TOKEN);
    let real = builder.start().await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (out, state, journal) = (path("a.toml"), path("state.json"), path("journal"));
    let outputs = ["--out", &out, "--state-out", &state, "--journal", &journal];
    let upstream = real.url();
    let args: Vec<&str> = ["--upstream", &upstream]
        .into_iter()
        .chain(outputs)
        .collect();
    let mut recording = Serving::run("record", &args);
    let addr = recording.addr;
    // Before anything is known of it, in a query however spelt, and in headers.
    get(
        addr,
        "/prompt-skills/search?q=s3cret%2bt%2Foken&%71=s3cret%2Bt%2F%6fken",
    )
    .await;
    let bearer = ("authorization", &*format!("Bearer {TOKEN}"));
    let cookie = ("cookie", &*format!("session={TOKEN}; a=b"));
    send(addr, "GET", "/health", &[bearer, cookie], b"").await;
    let sent = [
        ("x-auth-token", TOKEN),
        ("content-type", "application/json"),
    ];
    let command = format!("curl -H 'X-Auth-Token: {TOKEN}' \"$URL\"");
    let run = json!({ "name": TOKEN, "command": command }).to_string();
    let made = send(addr, "POST", "/runs", &sent, run.as_bytes()).await;
    assert_eq!(
        (made.status, made.json()["command"].as_str()),
        (200, Some(&*command))
    );
    let raw = format!("{{\"name\": \"{}\"", TOKEN.replace('/', "\\/"));
    send(addr, "POST", "/runs", &sent, raw.as_bytes()).await;
    send(addr, "GET", "/runs", &sent, b"").await;
    recording.signal(Signal::SIGTERM);
    assert!(recording.child.wait().unwrap().success());
    for file in [&out, &state, &journal] {
        let text = std::fs::read_to_string(file).unwrap();
        for spelling in ["s3cret", "t/oken", "t%2Foken", "t\\/oken"] {
            assert!(!text.contains(spelling), "{file}: {text}");
        }
        assert!(text.contains("recorded-token"), "{file}: {text}");
    }
    let scenario = Scenario::load(&out).unwrap();
    assert_eq!(scenario.auth_token.as_deref(), Some("recorded-token"));
    assert_eq!(read_journal(Path::new(&journal)).unwrap().len(), 5);
}

#[tokio::test]
async fn ending_invents_no_faults_and_saving_does_not_end() {
    let real = MockServer::start().await.unwrap();
    let stall = json!({"path": "/docs", "action": "stall_forever"});
    real.arm(serde_json::from_value::<Fault>(stall).unwrap())
        .await;
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("field.toml");
    let upstream = real.url();
    let args = [
        "--upstream",
        &upstream,
        "--out",
        out.to_str().unwrap(),
        "--control",
        "localhost:0",
    ];
    let mut recording = Serving::run("record", &args);
    let control = recording.before[0]
        .strip_prefix("control on http://")
        .unwrap();
    let control = control.parse().unwrap();
    let text = || std::fs::read_to_string(&out).unwrap();
    let title = |requests: u32| format!("0 of {requests} requests failed");
    get(recording.addr, "/health").await;
    assert_eq!(send(control, "POST", "/save", &[], b"").await.status, 204);
    assert!(text().contains(&title(1)), "{}", text());
    get(recording.addr, "/health").await;
    recording.signal(Signal::SIGHUP);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !text().contains(&title(2)) {
        assert!(tokio::time::Instant::now() < deadline, "{}", text());
        tokio::task::yield_now().await;
    }
    let mut waiting = TcpStream::connect(recording.addr).await.unwrap();
    waiting
        .write_all(b"GET /docs HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    while real.journal().seen() < 3 {
        tokio::task::yield_now().await;
    }
    recording.signal(Signal::SIGTERM);
    assert!(recording.child.wait().unwrap().success());
    assert!(
        text().contains(&title(2)) && text().contains("faults = [\n]"),
        "{}",
        text()
    );
}

/// A server that answers everything with the same bytes.
async fn parrot(answer: Vec<u8>) -> Upstream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(&answer).await;
        }
    });
    url.parse().unwrap()
}

#[tokio::test]
async fn what_is_written_stays_where_it_was_and_who_it_was_for() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let real = MockServer::start().await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (target, link) = (dir.path().join("target"), dir.path().join("link"));
    std::fs::write(&target, "before").unwrap();
    std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o664)).unwrap();
    symlink(&target, &link).unwrap();
    let null = dir.path().join("null");
    symlink("/dev/null", &null).unwrap();
    let upstream = real.url();
    let mut recording = Serving::run(
        "record",
        &[
            "--upstream",
            &upstream,
            "--out",
            link.to_str().unwrap(),
            "--state-out",
            null.to_str().unwrap(),
        ],
    );
    get(recording.addr, "/health").await;
    recording.signal(Signal::SIGTERM);
    assert!(recording.child.wait().unwrap().success());
    assert!(link.is_symlink() && null.is_symlink());
    let text = std::fs::read_to_string(&target).unwrap();
    assert!(text.contains("0 of 1 requests failed"), "{text}");
    let mode = std::fs::metadata(&target).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o664);
}

#[tokio::test]
async fn compressed_bodies_are_told_as_what_they_say() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(br#"{"detail":"gone fishing"}"#).unwrap();
    let packed = gzip.finish().unwrap();
    let mut answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
         content-encoding: gzip\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        packed.len()
    )
    .into_bytes();
    answer.extend_from_slice(&packed);
    let upstream = parrot(answer).await;
    let proxy = MockServer::builder()
        .record(upstream.clone())
        .start()
        .await
        .unwrap();
    let coding = [("content-encoding", "gzip")];
    let passed = send(proxy.addr(), "POST", "/runs", &coding, &packed).await;
    assert_eq!(
        (passed.header("content-encoding"), &passed.body),
        (Some("gzip"), &packed)
    );
    let seen = proxy.journal().exchanges();
    assert_eq!(
        seen[0].body.text.as_deref(),
        Some(r#"{"detail":"gone fishing"}"#)
    );
    let text = case::case_of("x", &upstream, &seen).await.unwrap();
    assert!(
        text.contains(r#"body = "{\"detail\":\"gone fishing\"}""#),
        "{text}"
    );
}

/// A case may not have a fault that could never strike.
#[tokio::test]
async fn a_failure_where_the_mock_has_nothing_is_said_to_be_lost() {
    let answer =
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let upstream = parrot(answer.as_bytes().to_vec()).await;
    let proxy = MockServer::builder()
        .record(upstream.clone())
        .start()
        .await
        .unwrap();
    send(proxy.addr(), "GET", "/elsewhere", &[], b"").await;
    let seen = proxy.journal().exchanges();
    let text = case::case_of("x", &upstream, &seen).await.unwrap();
    assert!(
        text.contains("GET /elsewhere: the mock has no such endpoint"),
        "{text}"
    );
    assert!(!text.contains("action ="), "{text}");
}

#[tokio::test]
async fn an_answer_of_another_form_ends_no_recording() {
    for body in ["[]", "7", "null", r#"{"cluster": "none"}"#] {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
        let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        let upstream = parrot(answer.into_bytes()).await;
        let builder = MockServer::builder().record(upstream.clone());
        let proxy = builder.start().await.unwrap();
        for path in ["/cluster", "/runs", "/sweeps", "/health"] {
            assert_eq!(get(proxy.addr(), path).await.text(), body);
        }
        let seen = proxy.journal().exchanges();
        case::case_of("x", &upstream, &seen).await.unwrap();
        state::state_of(&seen).await.unwrap();
    }
}
