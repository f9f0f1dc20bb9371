//! What the wire contract says of all requests, where the recordings of the real server cannot be checked in.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use wild_mock_server::MockServer;

use crate::client::{get, send};

/// As the planning prompt spells it; curl sends such signs as they are, and the real server takes them.
#[tokio::test]
async fn a_target_may_have_signs_that_belong_in_no_url() {
    let server = MockServer::start().await.unwrap();
    let text = "GET /prompt-skills/search?q=<query> HTTP/1.1\r\nhost: x\r\n\r\n\
        GET /prompt-skills/\"wild\" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let (first, second) = text.split_at(text.rfind("GET").unwrap());
    let mut stream = tokio::net::TcpStream::connect(server.addr()).await.unwrap();
    for request in [first, second] {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        let status = if request == first { "200" } else { "404" };
        assert_eq!(answer, *format!("HTTP/1.1 {status}").as_bytes());
        let mut rest = vec![0; 64 * 1024];
        let _ = stream.read(&mut rest).await.unwrap();
    }
    let paths: Vec<String> = server
        .journal()
        .exchanges()
        .into_iter()
        .map(|own| own.path)
        .collect();
    assert_eq!(paths, ["/prompt-skills/search", "/prompt-skills/\"wild\""]);
}

/// An agent reads what is published, and is not to learn there that nobody is at the other end.
#[tokio::test]
async fn what_is_published_speaks_of_no_mock() {
    let server = MockServer::start().await.unwrap();
    for path in ["/openapi.json", "/docs", "/redoc"] {
        let text = get(server.addr(), path).await.text().to_lowercase();
        for word in ["mock", "real server", "imitat", "simulat"] {
            assert!(!text.contains(word), "{path} speaks of {word}");
        }
    }
}

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
    let private = ("access-control-request-private-network", "true");
    for (method, told) in [(wants, "private-network"), (odd, "method, private-network")] {
        let headers = [origin, method, names, private];
        let refused = send(server.addr(), "OPTIONS", "/runs", &headers, b"").await;
        let text = format!("Disallowed CORS {told}");
        assert_eq!((refused.status, refused.text()), (400, text));
        assert_eq!(refused.header("access-control-allow-private-network"), None);
        assert_eq!(
            refused.header("access-control-allow-headers"),
            Some("x-auth-token")
        );
    }
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
