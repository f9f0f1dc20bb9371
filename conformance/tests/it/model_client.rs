//! A client of the scripted model in each of its wire formats.

use serde_json::{Value, json};
use ureq::Agent;

use crate::model::Served;

pub(crate) const FORMATS: [&str; 4] = ["chat", "responses", "messages", "gemini"];

pub(crate) const PROMPT: &str = "## Goal\n\nBeat it.\n\n## Where you work\n\nWorking directory: /w\n\
                      Tasks file: /w/tasks.md\nSession id: s1\n\n\
                      curl -sf http://127.0.0.1:8/docs >/dev/null\n";

/// What came of a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    kind: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The data of the events of a stream.
    pub(crate) fn events(&self) -> Vec<Value> {
        assert_eq!(self.kind, "text/event-stream");
        self.body
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .filter(|data| *data != "[DONE]")
            .map(|data| serde_json::from_str(data).unwrap())
            .collect()
    }
}

pub(crate) fn client() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into()
}

pub(crate) fn post(model: &Served, path: &str, body: &[u8]) -> Answer {
    let url = format!("http://{}{path}", model.address);
    read(client().post(url).send(body).unwrap())
}

pub(crate) fn read(mut answer: ureq::http::Response<ureq::Body>) -> Answer {
    let kind = answer.headers()["content-type"].to_str().unwrap();
    Answer {
        status: answer.status().as_u16(),
        kind: kind.to_owned(),
        body: answer.body_mut().read_to_string().unwrap(),
    }
}

/// The path of a format.
pub(crate) fn path(format: &str, is_stream: bool) -> &'static str {
    match format {
        "chat" => "/v1/chat/completions",
        "responses" => "/v1/responses",
        "messages" => "/v1/messages?beta=true",
        _ if is_stream => "/v1beta/models/m:streamGenerateContent?alt=sse",
        _ => "/v1beta/models/m:generateContent",
    }
}

/// A request in a format: the prompt, what tools told since, and the tool `name`, if any.
pub(crate) fn request(
    format: &str,
    is_stream: bool,
    results: &[&str],
    name: Option<&str>,
) -> Value {
    let schema = json!({"type": "object", "properties": {"command": {"type": "string"}}});
    let told = |wrapped: &dyn Fn(&str) -> Value| results.iter().map(|text| wrapped(text)).collect();
    match format {
        "chat" => {
            let mut all =
                vec![json!({"role": "user", "content": [{"type": "text", "text": PROMPT}]})];
            let results: Vec<Value> =
                told(&|text| json!({"role": "tool", "tool_call_id": "c", "content": text}));
            all.extend(results);
            let tools = name.map(|name| json!([{"type": "function", "function": {"name": name, "parameters": schema}}]));
            json!({"model": "m", "stream": is_stream, "messages": all, "tools": tools})
        }
        "responses" => {
            let mut all = vec![
                json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": PROMPT}]}),
            ];
            let results: Vec<Value> = told(
                &|text| json!({"type": "function_call_output", "call_id": "c", "output": json!({"output": text}).to_string()}),
            );
            all.extend(results);
            let tools =
                name.map(|name| json!([{"type": "function", "name": name, "parameters": schema}]));
            json!({"model": "m", "stream": is_stream, "input": all, "tools": tools})
        }
        "messages" => {
            let results: Vec<Value> = told(
                &|text| json!({"type": "tool_result", "tool_use_id": "c", "content": [{"type": "text", "text": text}]}),
            );
            let tools = name.map(|name| json!([{"name": name, "input_schema": schema}]));
            json!({"model": "m", "stream": is_stream, "tools": tools, "messages": [
                {"role": "user", "content": PROMPT}, {"role": "user", "content": results}]})
        }
        _ => {
            let results: Vec<Value> = told(
                &|text| json!({"functionResponse": {"name": "x", "response": {"output": text}}}),
            );
            let tools = name.map(|name| json!([{"functionDeclarations": [{"name": name, "parametersJsonSchema": schema}]}]));
            json!({"tools": tools, "contents": [
                {"role": "user", "parts": [{"text": PROMPT}]}, {"role": "user", "parts": results}]})
        }
    }
}

/// The text of an answer, and the tool that it calls with its arguments.
pub(crate) fn understood(
    format: &str,
    is_stream: bool,
    answer: &Answer,
) -> (String, Option<(String, Value)>) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    if is_stream {
        streamed(format, &answer.events())
    } else {
        whole(format, &answer.json())
    }
}

fn named(name: &Value, arguments: &str) -> (String, Value) {
    let arguments = serde_json::from_str(arguments).unwrap();
    (name.as_str().unwrap().to_owned(), arguments)
}

pub(crate) fn whole(format: &str, body: &Value) -> (String, Option<(String, Value)>) {
    let mut text = String::new();
    let mut call = None;
    match format {
        "chat" => {
            let message = &body["choices"][0]["message"];
            text.push_str(message["content"].as_str().unwrap());
            let function = &message["tool_calls"][0]["function"];
            if let Some(arguments) = function["arguments"].as_str() {
                call = Some(named(&function["name"], arguments));
            }
        }
        "responses" => {
            for item in body["output"].as_array().unwrap() {
                match item["type"].as_str().unwrap() {
                    "message" => text.push_str(item["content"][0]["text"].as_str().unwrap()),
                    _ => call = Some(named(&item["name"], item["arguments"].as_str().unwrap())),
                }
            }
        }
        "messages" => {
            for block in body["content"].as_array().unwrap() {
                match block["type"].as_str().unwrap() {
                    "text" => text.push_str(block["text"].as_str().unwrap()),
                    _ => call = Some(named(&block["name"], &block["input"].to_string())),
                }
            }
        }
        _ => {
            for part in body["candidates"][0]["content"]["parts"]
                .as_array()
                .unwrap()
            {
                if let Some(said) = part["text"].as_str() {
                    text.push_str(said);
                } else {
                    let function = &part["functionCall"];
                    call = Some(named(&function["name"], &function["args"].to_string()));
                }
            }
        }
    }
    (text, call)
}

fn streamed(format: &str, events: &[Value]) -> (String, Option<(String, Value)>) {
    let (mut text, mut arguments) = (String::new(), String::new());
    let mut name = Value::Null;
    let add = |to: &mut String, piece: &Value| to.push_str(piece.as_str().unwrap_or_default());
    for event in events {
        match format {
            "chat" => {
                let delta = &event["choices"][0]["delta"];
                add(&mut text, &delta["content"]);
                let function = &delta["tool_calls"][0]["function"];
                add(&mut arguments, &function["arguments"]);
                if function["name"].is_string() {
                    name = function["name"].clone();
                }
            }
            "responses" => match event["type"].as_str().unwrap() {
                "response.output_text.delta" => add(&mut text, &event["delta"]),
                "response.function_call_arguments.delta" => add(&mut arguments, &event["delta"]),
                "response.output_item.done" if event["item"]["type"] == "function_call" => {
                    assert_eq!(event["item"]["arguments"], arguments);
                    name = event["item"]["name"].clone();
                }
                _ => {}
            },
            "messages" => {
                add(&mut text, &event["delta"]["text"]);
                add(&mut arguments, &event["delta"]["partial_json"]);
                if event["content_block"]["type"] == "tool_use" {
                    name = event["content_block"]["name"].clone();
                }
            }
            _ => {
                let (said, called) = whole(format, event);
                text.push_str(&said);
                if let Some((called, given)) = called {
                    (name, arguments) = (json!(called), given.to_string());
                }
            }
        }
    }
    let call = (!name.is_null()).then(|| named(&name, &arguments));
    (text, call)
}
