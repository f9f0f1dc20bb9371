//! The dashboard of the control API. What it looks like and does in a browser is tested by `make test-browser`.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wild_mock_server::{Clock, ControlServer, MockServer, SCENARIO_EPOCH};

use crate::client::{PATIENCE, get, post};

async fn start() -> (Arc<MockServer>, ControlServer) {
    let clock = Clock::manual(SCENARIO_EPOCH);
    let server = Arc::new(MockServer::builder().clock(clock).start().await.unwrap());
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let control = ControlServer::start(Arc::clone(&server), any);
    (server, control.await.unwrap())
}

/// The events of one page.
struct Page {
    stream: TcpStream,
    read: String,
}

impl Page {
    async fn open(addr: SocketAddr) -> Self {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let request = b"GET /live HTTP/1.1\r\nhost: x\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let read = String::new();
        Self { stream, read }
    }

    /// The data of the next event of this name that fits.
    async fn next(&mut self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let sought = async {
            loop {
                while let Some(end) = self.read.find("\n\n") {
                    let event: String = self.read.drain(..end + 2).collect();
                    let data = event
                        .split_once(&format!("event: {name}\ndata: "))
                        .map(|(_, data)| serde_json::from_str::<Value>(data).unwrap());
                    if let Some(data) = data.filter(&fits) {
                        return data;
                    }
                }
                let mut bytes = [0; 4096];
                let count = self.stream.read(&mut bytes).await.unwrap();
                assert!(count > 0, "the stream ended");
                // Chunks' sizes stand between events, where nobody looks.
                self.read += std::str::from_utf8(&bytes[..count]).unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, sought).await.unwrap()
    }
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere_and_runs_no_script_but_its_own() {
    let (_server, control) = start().await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/dashboard.css", "text/css; charset=utf-8"),
        ("/dashboard.js", "text/javascript; charset=utf-8"),
    ] {
        let file = get(control.addr(), path).await;
        assert_eq!(
            (file.status, file.header("content-type")),
            (200, Some(kind))
        );
        let policy = file.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'; script-src 'self'"),
            "{policy}"
        );
        assert!(
            !file.text().contains("http://") && !file.text().contains("https://"),
            "{path}"
        );
        assert!(!file.text().contains("innerHTML"), "{path}");
    }
}

#[tokio::test]
async fn what_happens_is_told_while_it_happens() {
    let (server, control) = start().await;
    let mut page = Page::open(control.addr()).await;
    let at_first = page.next("overview", |_| true).await;
    assert_eq!(at_first["around"]["url"], server.url());
    assert_eq!(
        (&at_first["runs"], &at_first["around"]["faults"]),
        (&json!([]), &json!([]))
    );

    let run = json!({"name": "<b>trial</b>", "command": "sleep 1"});
    post(server.addr(), "/runs", &run).await;
    let told = page.next("exchanges", |_| true).await;
    assert_eq!(
        (&told["added"][0]["method"], &told["added"][0]["status"]),
        (&json!("POST"), &json!(200))
    );
    assert_eq!(told["added"][0]["effects"][0]["change"], "run_created");
    let after = page
        .next("overview", |overview| overview["runs"][0].is_object())
        .await;
    assert_eq!(after["runs"][0]["name"], "<b>trial</b>");
    assert_eq!(after["summary"]["total"], 1);

    let fault = json!({"method": "GET", "path": "/docs", "action": "empty_reply"});
    post(control.addr(), "/faults", &fault).await;
    let armed = page.next("overview", |overview| {
        overview["around"]["faults"][0].is_object()
    });
    assert_eq!(
        armed.await["around"]["faults"][0]["fault"]["action"],
        "empty_reply"
    );
}

#[tokio::test]
async fn each_page_is_told_everything_once() {
    let (server, control) = start().await;
    get(server.addr(), "/docs").await;
    for _ in 0..2 {
        let mut page = Page::open(control.addr()).await;
        let told = page.next("exchanges", |_| true).await;
        assert_eq!(told["added"].as_array().unwrap().len(), 1);
        get(server.addr(), "/runs").await;
        let told = page.next("exchanges", |_| true).await;
        let last = told["added"].as_array().unwrap().last().unwrap();
        assert_eq!(last["path"], "/runs");
        server.journal().clear();
        get(server.addr(), "/docs").await;
    }
}

#[tokio::test]
async fn every_kind_of_failure_can_be_armed_as_it_is_shown() {
    let (_server, control) = start().await;
    let kinds = get(control.addr(), "/kinds").await.json();
    let kinds = kinds.as_array().unwrap();
    assert!(kinds.len() > 20);
    for kind in kinds {
        let armed = post(control.addr(), "/faults", &kind["fault"]).await;
        assert_eq!(armed.status, 201, "{kind}");
    }
}
