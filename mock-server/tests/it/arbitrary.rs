//! Whatever is sent, the server answers, and not with 500 where the contract does not say so.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use wild_mock_server::MockServer;

use crate::client::{get, raw, raw_and_done};

/// Paths of all endpoints, with ids that exist and that do not.
fn target() -> impl Strategy<Value = String> {
    let patterns: Vec<&'static str> = wild_mock_server::openapi::path_patterns().collect();
    let id = prop_oneof!["x", "%2e%2e", "[a-zA-Z0-9_%./-]{0,12}", "\\PC{0,6}"];
    let query = prop_oneof![
        "",
        "limit=[0-9-]{0,6}",
        "[a-z=&%0-9]{0,20}",
        "offset=-5&limit=x"
    ];
    (proptest::sample::select(patterns), id, query).prop_map(|(pattern, id, query)| {
        let path = filled(pattern, &encoded(&id));
        if query.is_empty() {
            path
        } else {
            format!("{path}?{}", encoded(&query))
        }
    })
}

/// The pattern with `id` for each parameter. Braces within the id are left alone.
fn filled(pattern: &str, id: &str) -> String {
    let segments = pattern
        .split('/')
        .map(|segment| match segment.split_once('{') {
            Some((before, rest)) => {
                let after = rest.split_once('}').map_or("", |(_, after)| after);
                format!("{before}{id}{after}")
            }
            None => segment.to_owned(),
        });
    segments.collect::<Vec<_>>().join("/")
}

/// Keeps a text on one line of a request.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_graphic() && byte != b'#' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let key = proptest::sample::select(vec![
        "name",
        "command",
        "sweep_id",
        "auto_start",
        "gpuwrap_config",
        "status",
        "exit_code",
        "parameters",
        "max_runs",
        "base_command",
        "rows",
        "event_ids",
        "goal",
        "type",
        "details",
        "template",
        "variables",
        "choices",
        "message",
        "content",
        "ui_config",
        "parallel",
    ]);
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("NaN".to_owned()),
        Just("-Infinity".to_owned()),
        Just("1e999".to_owned()),
        Just("99999999999999999999999".to_owned()),
        Just("{\"a\":[1,{\"b\":[]}]}".to_owned()),
        Just("[\"\\ud800\",1e-5,true]".to_owned()),
        "\"\\PC{0,8}\"",
        (-3..30_i64).prop_map(|n| n.to_string()),
    ];
    let object = proptest::collection::vec((key, value), 0..8).prop_map(|entries| {
        let entries: Vec<String> = entries
            .iter()
            .map(|(key, value)| format!("\"{key}\":{value}"))
            .collect();
        format!("{{{}}}", entries.join(",")).into_bytes()
    });
    prop_oneof![3 => object, 1 => proptest::collection::vec(any::<u8>(), 0..60)]
}

fn request() -> impl Strategy<Value = Vec<u8>> {
    let method = proptest::sample::select(vec!["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"]);
    let kind = proptest::sample::select(vec!["application/json", "text/plain", "a/b;c=\"", ""]);
    (method, target(), kind, body()).prop_map(|(method, target, kind, body)| {
        let mut request = format!(
            "{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {kind}\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        request
    })
}

fn play(requests: impl Strategy<Value = Vec<u8>>, cases: u32, done: bool, check: fn(&[u8], &[u8])) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let server = runtime
        .block_on(MockServer::builder().workdir("/w").start())
        .unwrap();
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&requests, |request| {
            // A connection that the server ends early is an answer too.
            let speak = async {
                if done {
                    raw_and_done(server.addr(), &request).await
                } else {
                    raw(server.addr(), &request).await
                }
            };
            let answer = runtime.block_on(speak).unwrap_or_default();
            check(&request, &answer);
            Ok(())
        })
        .unwrap();
    let alive = runtime.block_on(get(server.addr(), "/wild/v2/system-health"));
    assert_eq!(alive.status, 200);
}

#[test]
fn no_request_is_answered_with_an_undocumented_500() {
    play(request(), 1500, false, |request, answer| {
        let request = String::from_utf8_lossy(request);
        let answer = String::from_utf8_lossy(answer);
        assert!(
            answer.starts_with("HTTP/1.1 "),
            "{request:?} gave {answer:?}"
        );
        if answer.starts_with("HTTP/1.1 5") {
            let documented = (request.starts_with("POST /runs/") && request.contains("/metrics"))
                || request.contains("/install")
                || answer.contains(r#"{"detail":"'command'"}"#);
            assert!(documented, "{request:?} gave {answer:?}");
        }
    });
}

#[test]
fn arbitrary_bytes_leave_the_server_alive() {
    let bytes = proptest::collection::vec(any::<u8>(), 0..300);
    play(bytes, 300, true, |_, _| {});
}
