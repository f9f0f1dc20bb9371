//! The abort matrix: what its cases declare is what the server's journal shows, every time alike.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wild_conformance::case::{Case, Declared, builtin_cases};
use wild_conformance::facts::{HttpFacts, Preflight, Probe};
use wild_mock_server::fault::{Kind, kinds};
use wild_mock_server::{Clock, Delay, Exchange, Fault, MockServer, SCENARIO_EPOCH, When};

use crate::play::{case, play, reference};

/// The probes by the names that the cases give them.
const PROBES: [(&str, Probe); 5] = [
    ("docs", Probe::Docs),
    ("openapi", Probe::OpenApi),
    ("skills", Probe::Skills),
    ("protocol", Probe::Protocol),
    ("health", Probe::Health),
];

/// What a case of the matrix is called.
fn id(probe: &str, kind: &Kind) -> String {
    let outcome = if kind.fails() { "abort" } else { "proceed" };
    format!("{outcome}-{probe}-{}", kind.name)
}

/// The kinds that clients agree on and that can strike one path.
fn clear_kinds() -> Vec<Kind> {
    let mut all = kinds();
    all.retain(|kind| !kind.is_disputed && !kind.takes_server_down());
    all
}

/// What the journal shows when the probes of a case are sent in order, none left out.
async fn probed(case: &Case) -> Vec<Exchange> {
    let mut builder = MockServer::builder()
        .clock(Clock::stepped(SCENARIO_EPOCH, 0.25))
        .stall_limit(Duration::from_millis(20))
        .seed(1);
    if let Some(token) = &case.auth_token {
        builder = builder.auth_token(token);
    }
    for fault in &case.faults {
        builder = builder.fault(fault.clone());
    }
    let server = builder.start().await.unwrap();
    for (_, probe) in PROBES {
        // What the client makes of it is no matter here.
        let _ = get(server.addr(), probe.path()).await;
    }
    server.shutdown().await;
    server.journal().exchanges()
}

async fn get(addr: SocketAddr, path: &str) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(addr).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.read_to_end(&mut Vec::new()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_at_every_probe_is_a_case_that_declares_what_the_journal_shows() {
    for kind in clear_kinds() {
        for (name, probe) in PROBES {
            let case = case(&id(name, &kind));
            let exchanges = probed(&case).await;
            let http = HttpFacts::new(&exchanges, &case);
            let struck = http.first(probe).unwrap();
            assert_eq!(!struck.is_success(), kind.fails(), "{}", case.id);
            assert!(!struck.faults.is_empty(), "{} is not struck", case.id);
            let expected = if kind.fails() {
                Preflight::Failed(probe)
            } else {
                Preflight::Passed
            };
            assert_eq!(http.preflight, expected, "{}", case.id);
        }
    }
}

/// That holds for all other planning cases, too.
#[tokio::test(flavor = "multi_thread")]
async fn what_cases_declare_is_what_the_preflight_comes_to() {
    let mut cases = builtin_cases().unwrap();
    cases.retain(|case| case.kind == wild_conformance::case::Kind::Planning);
    for case in &cases {
        let exchanges = probed(case).await;
        let failed = HttpFacts::new(&exchanges, case).failed();
        let declared = case.expect.preflight == Some(Declared::Failed);
        assert_eq!(failed, declared, "{}", case.id);
        assert_eq!(
            declared,
            case.twin.is_some() && !case.id.starts_with("proceed-"),
            "{}",
            case.id
        );
    }
}

/// A case for every kind, and some in which the seed decides. How much of a head without end goes out
/// depends on when the client gives up, which no seed decides.
fn representatives() -> Vec<Case> {
    let mut cases: Vec<Case> = clear_kinds()
        .iter()
        .filter(|kind| !["endless-headers", "oversized-header"].contains(&kind.name))
        .enumerate()
        .map(|(at, kind)| case(&id(PROBES[at % PROBES.len()].0, kind)))
        .collect();
    for probability in [0.2, 0.5, 0.8] {
        let when = When {
            probability: Some(probability),
            ..When::default()
        };
        let (median, sigma) = (1.0, 0.5);
        let mut drawn = case("planning-healthy");
        drawn.id = format!("drawn-{}", (probability * 10.0) as u8);
        drawn.faults = vec![
            Fault::everywhere(Delay::LogNormal { median, sigma }),
            Fault::status("GET", "/**", 503).when(when),
        ];
        cases.push(drawn);
    }
    cases
}

/// A journal without what the machine decides: the server's port, and where the workspace lies.
fn journal(folder: &Path) -> String {
    let record = fs::read_to_string(folder.join("evidence.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    let variable = |name: &str| record["variables"][name].as_str().unwrap().to_owned();
    let server = variable("server_url");
    let server = server.trim_start_matches("http://");
    fs::read_to_string(folder.join("journal.ndjson"))
        .unwrap()
        .replace(server, "SERVER")
        .replace(&variable("workdir"), "WORKDIR")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_journals() {
    let out = tempfile::tempdir().unwrap();
    let cases = representatives();
    let (first, second) = (out.path().join("1"), out.path().join("2"));
    for folder in [&first, &second] {
        play(reference(&[]), &cases, folder).await;
    }
    for case in &cases {
        let (first, second) = (first.join(&case.id), second.join(&case.id));
        assert_eq!(journal(&first), journal(&second), "{}", case.id);
    }
}
