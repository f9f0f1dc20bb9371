//! The journal tells of everything.

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use wild_mock_server::{
    Change, Clock, DropReason, Exchange, ExchangeOutcome, Fault, JournalQuery, MockServer,
    SCENARIO_EPOCH, TokenState,
};

use wild_mock_server::upstream::diff::read_journal;

use crate::client::{PATIENCE, get, post, raw, send};
use crate::faults::fault;

#[tokio::test]
async fn exchanges_tell_what_was_said_and_what_it_did() {
    let server = MockServer::builder()
        .auth_token("secret-token")
        .start()
        .await
        .unwrap();
    let body = json!({"name": "n", "command": "c", "auto_start": true}).to_string();
    let headers = [
        ("content-type", "application/json"),
        ("x-auth-token", "secret-token"),
    ];
    send(
        server.addr(),
        "POST",
        "/runs?x=1",
        &headers,
        body.as_bytes(),
    )
    .await;
    get(server.addr(), "/runs").await;

    let exchanges = server.journal().exchanges();
    let first = &exchanges[0];
    assert_eq!(
        (first.seq, first.method.as_str(), first.path.as_str()),
        (1, "POST", "/runs")
    );
    assert_eq!(first.query.as_deref(), Some("x=1"));
    assert_eq!(first.body.text.as_deref(), Some(body.as_str()));
    assert_eq!(first.token, TokenState::Valid);
    assert_eq!(first.header("x-auth-token"), Some("[redacted]"));
    assert!(matches!(first.effects[0].change, Change::RunCreated { .. }));
    assert!(matches!(&first.effects[1].change, Change::RunStatus { to, .. } if to == "launching"));
    assert_eq!(
        (exchanges[1].status(), exchanges[1].token),
        (Some(401), TokenState::Absent)
    );

    let saved = serde_json::to_string(&exchanges).unwrap();
    assert!(!saved.contains("secret-token"));
    let read: Vec<Exchange> = serde_json::from_str(&saved).unwrap();
    assert_eq!(read, exchanges);
}

#[tokio::test]
async fn malformed_and_aborted_requests_are_in_it() {
    let server = MockServer::start().await.unwrap();
    raw(server.addr(), b"NOT HTTP AT ALL\r\n\r\n")
        .await
        .unwrap();
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream
        .write_all(b"POST /runs HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{\"half")
        .await
        .unwrap();
    drop(stream);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while server.journal().exchanges().len() < 2 {
        assert!(
            tokio::time::Instant::now() < deadline,
            "{:?}",
            server.journal().exchanges()
        );
        tokio::task::yield_now().await;
    }
    let exchanges = server.journal().exchanges();
    assert!(
        matches!(exchanges[0].outcome, ExchangeOutcome::Malformed { .. }),
        "{exchanges:?}"
    );
    assert_eq!(
        (exchanges[1].method.as_str(), exchanges[1].path.as_str()),
        ("POST", "/runs")
    );
    assert!(!exchanges[1].is_success());
    assert!(exchanges[1].effects.is_empty());
}

#[tokio::test]
async fn a_client_that_goes_away_while_it_is_kept_waiting_is_told_of() {
    let clock = Clock::manual(SCENARIO_EPOCH);
    let server = MockServer::builder()
        .clock(clock)
        .fault(Fault::delay("GET", "/docs", 5.0))
        .start()
        .await
        .unwrap();
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream
        .write_all(b"GET /docs HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while server.journal().seen() == 0 {
        assert!(tokio::time::Instant::now() < deadline);
        tokio::task::yield_now().await;
    }
    drop(stream);
    while server.journal().exchanges().is_empty() {
        assert!(tokio::time::Instant::now() < deadline);
        tokio::task::yield_now().await;
    }
    let outcome = server.journal().exchanges().remove(0).outcome;
    assert_eq!(
        outcome,
        ExchangeOutcome::Dropped {
            reason: DropReason::ClientGone
        }
    );
}

#[tokio::test]
async fn what_a_schedule_does_is_told_with_the_moment_when_it_happened() {
    let clock = Clock::manual(SCENARIO_EPOCH);
    let server = MockServer::builder()
        .clock(clock.clone())
        .start()
        .await
        .unwrap();
    post(
        server.addr(),
        "/runs",
        &json!({"name": "n", "command": "c", "auto_start": true}),
    )
    .await;
    clock.advance(60.0);
    get(server.addr(), "/runs").await;
    let effects = server.journal().exchanges().remove(1).effects;
    let finished = effects.last().unwrap();
    assert_eq!(finished.at, SCENARIO_EPOCH.plus_secs(2.2));
    assert!(
        matches!(&finished.change, Change::RunStatus { to, by_itself: true, .. } if to == "finished")
    );
}

#[tokio::test]
async fn the_same_seed_and_clock_give_the_same_journal() {
    let play = async || {
        let server = MockServer::builder()
            .seed(3)
            .workdir("/w")
            .clock(Clock::stepped(SCENARIO_EPOCH, 0.25))
            .start()
            .await
            .unwrap();
        let run = json!({"name": "n", "command": "python t.py", "auto_start": true});
        let id = post(server.addr(), "/runs", &run).await.json()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        for _ in 0..12 {
            get(server.addr(), &format!("/runs/{id}")).await;
        }
        get(server.addr(), &format!("/runs/{id}/logs/stream")).await;
        let answer = get(server.addr(), &format!("/runs/{id}")).await.json();
        assert_eq!(answer["status"], "finished");
        serde_json::to_string(&server.journal().exchanges()).unwrap()
    };
    assert_eq!(play().await, play().await);
}

#[tokio::test]
async fn queries_choose_exchanges_and_a_file_takes_them_all() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.ndjson");
    let server = MockServer::builder()
        .journal_file(&path)
        .journal_limit(4 * 1024)
        .start()
        .await
        .unwrap();
    for number in 0..30 {
        get(server.addr(), &format!("/prompt-skills/nope-{number}")).await;
    }
    get(server.addr(), "/docs").await;
    assert!(server.journal().dropped() > 0);
    let path_query = JournalQuery {
        path: Some("/docs".to_owned()),
        ..JournalQuery::default()
    };
    assert_eq!(server.journal().query(&path_query).len(), 1);
    server.journal().flush();
    let text = std::fs::read_to_string(&path).unwrap();
    let seqs: Vec<u64> = text
        .lines()
        .map(|line| serde_json::from_str::<Exchange>(line).unwrap().seq)
        .collect();
    assert_eq!(seqs, (1..=31).collect::<Vec<u64>>());
}

#[tokio::test]
async fn a_server_that_starts_again_goes_on_with_journal_and_state() {
    let dir = tempfile::tempdir().unwrap();
    let (path, state) = (dir.path().join("journal"), dir.path().join("state"));
    let third = r#"{"path": "/docs", "action": "status", "status": 503, "from_request": 3}"#;
    for _ in 0..2 {
        let builder = MockServer::builder().journal_file(&path).state_file(&state);
        let server = builder.fault(fault(third)).start().await.unwrap();
        let body = json!({"name": "n", "command": "c"});
        post(server.addr(), "/runs", &body).await;
        // What counts requests counts those of this server.
        for status in [200, 503] {
            assert_eq!(get(server.addr(), "/docs").await.status, status);
        }
        assert_eq!(server.journal().exchanges()[0].seq, 1);
        server.shutdown().await;
    }
    let read = read_journal(&path).unwrap();
    let seqs: Vec<u64> = read.iter().map(|exchange| exchange.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5, 6]);
    let made = |exchange: &&Exchange| exchange.path == "/runs";
    assert_eq!(read.iter().filter(made).count(), 2);
}

#[tokio::test]
async fn a_file_that_is_no_journal_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    std::fs::write(&path, "What I noted\n").unwrap();
    let error = MockServer::builder().journal_file(&path).start().await;
    let error = error.map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("notes.txt is no journal"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "What I noted\n");
    // A device takes what it is given.
    let device = MockServer::builder()
        .journal_file("/dev/null")
        .start()
        .await;
    get(device.unwrap().addr(), "/docs").await;
}
