//! `fixtures/adjudicators/openai.py` against a server that stands in for a model's endpoint.

use std::path::Path;

use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::adjudicate::french;
use crate::play::PROGRAM;

const KEY: &str = "sk-not-to-be-told";

/// What the stand-in says, one after the other; the last again and again.
struct Script(Vec<ResponseTemplate>, std::sync::atomic::AtomicUsize);

impl Respond for Script {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let at = self.1.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        self.0[at.min(self.0.len() - 1)].clone()
    }
}

fn said(content: &str) -> ResponseTemplate {
    let message = json!({"role": "assistant", "content": content});
    ResponseTemplate::new(200).set_body_json(json!({"choices": [{"message": message}]}))
}

fn answers(quotation: &str) -> String {
    json!({"answers": [
        {"id": "REF001-1", "answer": "met", "quotation": quotation, "clause": null},
        {"id": "REF002-1", "answer": "not_met"},
    ]})
    .to_string()
}

/// A quotation that the plan has, in a task.
const TRUE: &str = "Bilan de mi-parcours : examiner reference.json";

/// The report on the French plan and the requests that the stand-in got.
async fn settle(script: Vec<ResponseTemplate>) -> (Value, Vec<Request>, String) {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .respond_with(Script(script, std::sync::atomic::AtomicUsize::new(0)))
        .mount(&server)
        .await;
    let adjudicator =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/adjudicators/openai.py");
    let output = tokio::process::Command::new(PROGRAM)
        .arg("plan")
        .arg(french())
        .arg("--context")
        .arg(french().with_extension("toml"))
        .args(["--report", "json", "--adjudicator", "python3"])
        .arg(adjudicator)
        .arg(format!("--adjudicator=--base-url={}/v1", server.uri()))
        .env("OPENAI_MODEL", "some-model")
        .env("OTHER_KEY", KEY)
        .env("WILD_ADJUDICATOR_KEY", "OTHER_KEY")
        .env("no_proxy", "127.0.0.1")
        .output()
        .await
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let all = format!("{told}{}", String::from_utf8_lossy(&output.stderr));
    let requests = server.received_requests().await.unwrap();
    (serde_json::from_str(&told).unwrap(), requests, all)
}

fn settled(report: &Value, code: &str) -> Value {
    let settled = report["settled"].as_array().unwrap();
    let found = settled.iter().find(|settled| settled["code"] == code);
    found.cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_model_is_asked_for_json_and_settles() {
    let (report, requests, _) = settle(vec![said(&answers(TRUE))]).await;
    assert_eq!(settled(&report, "REF001")["answer"], "met", "{report}");
    assert_eq!(settled(&report, "REF001")["quotation"]["line"], 29);
    assert_eq!(settled(&report, "REF002")["answer"], "not_met");
    assert_eq!(settled(&report, "LAY002")["answer"], "unsure");
    let request = &requests[0];
    assert_eq!(request.headers["authorization"], format!("Bearer {KEY}"));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["model"], "some-model");
    assert_eq!(body["response_format"]["type"], "json_object");
    let sheet: Value =
        serde_json::from_str(body["messages"][1]["content"].as_str().unwrap()).unwrap();
    assert_eq!(sheet["version"], 1);
}

#[tokio::test]
async fn what_cannot_be_used_is_asked_for_once_more() {
    let all = |quotation: &str, report: &Value| {
        let doubts = report["doubts"].as_array().unwrap().iter();
        let others = doubts.map(|doubt| {
            json!({"id": format!("{}-1", doubt["code"].as_str().unwrap()), "answer": "unsure"})
        });
        let mut all: Value = serde_json::from_str(&answers(quotation)).unwrap();
        all["answers"].as_array_mut().unwrap().extend(others);
        format!("Here it is:\n```json\n{all}\n```")
    };
    let (before, ..) = settle(vec![said("{\"answers\": []}")]).await;
    assert_eq!(before["findings"], json!([]));
    let good = all(TRUE, &before);
    let (_, requests, _) = settle(vec![said(&good)]).await;
    assert_eq!(requests.len(), 1, "all is answered at once");
    for first in [
        said("I think that it is met."),
        said(&all("Bilan à la fin du projet", &before)),
        ResponseTemplate::new(503),
        ResponseTemplate::new(400),
        ResponseTemplate::new(200).set_body_string("<html>"),
    ] {
        let (report, requests, _) = settle(vec![first, said(&good)]).await;
        assert_eq!(requests.len(), 2);
        assert_eq!(settled(&report, "REF001")["answer"], "met", "{report}");
    }
}

#[tokio::test]
async fn a_failure_is_told_without_the_key_and_leaves_the_doubts() {
    let leaky = ResponseTemplate::new(401).set_body_string(format!("wrong key {KEY}"));
    let elsewhere = ResponseTemplate::new(307).insert_header("location", "/elsewhere");
    for (answer, told) in [
        (leaky, "status 401"),
        (elsewhere, "status 307"),
        (said("no"), "not a JSON object"),
    ] {
        let (report, requests, all) = settle(vec![answer]).await;
        assert_eq!(requests.len(), 2, "one retry, and nothing elsewhere");
        assert_eq!(report["settled"], json!([]));
        assert!(
            report["notes"][0].as_str().unwrap().contains(told),
            "{report}"
        );
        assert!(!all.contains(KEY), "{all}");
    }
}
