//! What the real `curl -sf` makes of every kind of failure.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use tokio::process::Command;
use wild_mock_server::fault::{Kind, kinds};
use wild_mock_server::{Clock, MockServer, SCENARIO_EPOCH};

/// The table, and the variable that has it written anew.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/curl-exits.md");
const UPDATE: &str = "WILD_UPDATE_CURL_EXITS";

const ABOUT: &str = "\
# What `curl -sf` makes of every kind of failure

A test (`mock-server/tests/it/curl.rs`) runs the real curl against `wild-mock` for every kind in
`wild_mock_server::fault::kinds()` and compares its exit code with this table;
`WILD_UPDATE_CURL_EXITS=1 cargo test -p wild-mock-server --test it curl` writes it anew.

`curl -sf` fails on a status from 400 on and on everything that is no complete answer. It succeeds on
a redirect, which it does not follow, on an answer without a body, and on any body of any type. It does
not notice that a body is longer than promised, and is content with an answer that is cut off within its
head, which other clients are not; such a kind is disputed, and nobody should be held to either verdict.

curl waits for ever unless it is told otherwise. The stalls below end because the server closes the
connection, after the seconds of the fault or at its stall limit; with a `--max-time` that is shorter
curl gives up by itself, exits with 28, and fails as well.

";

/// How curl exits when a fault of the kind strikes it, and whether the journal calls it a success.
async fn exit_of_curl(kind: &Kind) -> (i32, bool) {
    let server = MockServer::builder()
        .clock(Clock::stepped(SCENARIO_EPOCH, 0.25))
        .stall_limit(Duration::from_millis(300))
        .fault(kind.fault("GET", "/prompt-skills"))
        .start()
        .await
        .unwrap();
    let code = curl(&["-sf"], &format!("{}/prompt-skills", server.url())).await;
    let exchanges = server.journal().exchanges();
    if kind.takes_server_down() {
        assert!(exchanges.is_empty(), "{}", kind.name);
        return (code, false);
    }
    assert_eq!(exchanges.len(), 1, "{}", kind.name);
    assert_eq!(exchanges[0].faults.len(), 1, "{}", kind.name);
    (code, exchanges[0].is_success())
}

async fn curl(options: &[&str], url: &str) -> i32 {
    let status = Command::new("curl")
        .args(options)
        .args(["--noproxy", "*", "-o", "/dev/null", url])
        .env_remove("http_proxy")
        .status();
    let status = tokio::time::timeout(crate::client::PATIENCE, status).await;
    status.expect("curl hangs").unwrap().code().unwrap()
}

fn row(kind: &Kind, code: i32) -> String {
    let fault = kind.fault("GET", "/docs");
    let toml: Vec<String> = serde_json::Map::from(fault)
        .into_iter()
        .map(|(key, value)| format!("{key} = {}", toml::Value::try_from(value).unwrap()))
        .collect();
    let word = match code {
        0 if kind.is_disputed => "success (disputed)",
        0 => "success",
        _ => "failed",
    };
    let (name, summary, toml) = (kind.name, kind.summary, toml.join(", "));
    format!("| {name} | {summary} | `{{ {toml} }}` | {code} | {word} |\n")
}

#[tokio::test]
async fn the_table_of_exit_codes_is_true() {
    let version = Command::new("curl")
        .arg("--version")
        .output()
        .await
        .unwrap();
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let version = version.split_whitespace().nth(1).unwrap();
    let mut table = format!(
        "{ABOUT}Established with curl {version}.\n\n\
         | kind | what happens | fault | exit | `curl -sf` says |\n|---|---|---|---|---|\n"
    );
    let mut wrong = String::new();
    for kind in kinds() {
        let (code, journal) = exit_of_curl(&kind).await;
        table += &row(&kind, code);
        // Another curl may have other codes for the same failure, but it must not disagree.
        let agrees = if ABOUT_THIS_CURL.contains(&version) {
            code == i32::from(kind.curl_exit)
        } else {
            (code != 0) == kind.fails()
        };
        if !agrees {
            let _ = writeln!(
                wrong,
                "{}: {} is said, {code} is true",
                kind.name, kind.curl_exit
            );
        }
        if journal == kind.fails() && !kind.is_disputed {
            let _ = writeln!(wrong, "{}: the journal says success: {journal}", kind.name);
        }
    }
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(TABLE, &table).unwrap();
    }
    assert!(wrong.is_empty(), "kinds.rs is wrong:\n{wrong}");
    let checked_in = std::fs::read_to_string(Path::new(TABLE)).unwrap();
    if checked_in.contains(&format!("curl {version}.")) {
        assert!(
            checked_in == table,
            "docs/src/curl-exits.md is not what curl says: run with {UPDATE}=1 and look at the difference"
        );
    }
}

/// The curl whose codes stand in `kinds.rs`.
const ABOUT_THIS_CURL: [&str; 1] = ["7.88.1"];

#[tokio::test]
async fn curl_gives_up_on_a_stall_when_it_has_a_time_limit() {
    let server = MockServer::builder()
        .clock(Clock::stepped(SCENARIO_EPOCH, 0.25))
        .fault(
            wild_mock_server::fault::kind("stall-forever")
                .unwrap()
                .fault("GET", "**"),
        )
        .start()
        .await
        .unwrap();
    let code = curl(
        &["-sf", "--max-time", "0.3"],
        &format!("{}/docs", server.url()),
    )
    .await;
    assert_eq!(code, 28);
}
