//! Gemini's contents.

use serde_json::{Value, json};

use super::Event;
use crate::model::reader::{content, list, text, texts};
use crate::model::talk::{Said, Talk, Tool, Turn};

pub(super) fn read(path: &str, body: &Value) -> Talk {
    let config = body.get("generationConfig");
    let shape = ["responseJsonSchema", "responseSchema"]
        .into_iter()
        .find_map(|key| config?.get(key));
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut talk = Talk {
        model: name.split(':').next().unwrap_or_default().to_owned(),
        is_stream: path.ends_with(":streamGenerateContent"),
        tools: list(body, "tools").iter().flat_map(tools).collect(),
        shape: shape.cloned(),
        system: content(body.pointer("/systemInstruction/parts")),
        ..Talk::default()
    };
    let is_user = |message: &&Value| text(message, "role") != "model";
    for message in list(body, "contents").iter().filter(is_user) {
        for part in list(message, "parts") {
            if let Some(result) = part.get("functionResponse") {
                let result = result.get("response").map(texts);
                talk.said.push(Said::Result(result.unwrap_or_default()));
            } else if let Some(said) = part.get("text").and_then(Value::as_str) {
                talk.said.push(Said::User(said.to_owned()));
            }
        }
    }
    talk
}

fn tools(group: &Value) -> Vec<Tool> {
    let tool = |function: &Value| {
        let schema = ["parametersJsonSchema", "parameters"]
            .into_iter()
            .find_map(|key| function.get(key));
        Some(Tool {
            name: function.get("name")?.as_str()?.to_owned(),
            schema: schema.cloned().unwrap_or_default(),
        })
    };
    list(group, "functionDeclarations")
        .iter()
        .filter_map(tool)
        .collect()
}

fn parts(turn: &Turn, talk: &Talk) -> Vec<Value> {
    let mut parts = Vec::new();
    if !turn.text().is_empty() {
        parts.push(json!({"text": turn.text()}));
    }
    if let Some((name, arguments)) = turn.call() {
        let id = format!("call_{}", talk.results());
        parts.push(json!({"functionCall": {"id": id, "name": name, "args": arguments}}));
    }
    parts
}

fn answer(parts: &[Value], is_last: bool, talk: &Talk) -> Value {
    let mut candidate = json!({"index": 0, "content": {"role": "model", "parts": parts}});
    if is_last {
        candidate["finishReason"] = json!("STOP");
    }
    json!({
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": 100,
            "candidatesTokenCount": 10,
            "totalTokenCount": 110,
        },
        "modelVersion": talk.model,
    })
}

pub(super) fn plain(turn: &Turn, talk: &Talk) -> Value {
    answer(&parts(turn, talk), true, talk)
}

pub(super) fn events(turn: &Turn, talk: &Talk) -> Vec<Event> {
    let parts = parts(turn, talk);
    let last = parts.len().saturating_sub(1);
    let event = |(index, part): (usize, &Value)| {
        Event::bare(answer(std::slice::from_ref(part), index == last, talk))
    };
    parts.iter().enumerate().map(event).collect()
}
