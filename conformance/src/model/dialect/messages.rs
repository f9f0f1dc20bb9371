//! Anthropic's messages.

use serde_json::{Value, json};

use super::{Event, pieces};
use crate::model::reader::{content, flag, list, text, texts};
use crate::model::talk::{Said, Talk, Tool, Turn};

pub(super) fn read(body: &Value) -> Talk {
    let mut talk = Talk {
        model: text(body, "model").to_owned(),
        is_stream: flag(body, "stream"),
        tools: list(body, "tools").iter().filter_map(tool).collect(),
        shape: body.pointer("/output_config/format/schema").cloned(),
        system: content(body.get("system")),
        ..Talk::default()
    };
    for message in list(body, "messages") {
        if text(message, "role") != "user" {
            continue;
        }
        if let Some(prompt) = message.get("content").and_then(Value::as_str) {
            talk.said.push(Said::User(prompt.to_owned()));
        }
        for block in list(message, "content") {
            match text(block, "type") {
                "tool_result" => {
                    let result = block.get("content").map(shown);
                    talk.said.push(Said::Result(result.unwrap_or_default()));
                }
                "text" => talk.said.push(Said::User(text(block, "text").to_owned())),
                _ => {}
            }
        }
    }
    talk
}

/// The text of a result, without the types of its blocks.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => content(Some(value)),
        _ => texts(value),
    }
}

fn tool(tool: &Value) -> Option<Tool> {
    Some(Tool {
        name: tool.get("name")?.as_str()?.to_owned(),
        schema: tool.get("input_schema")?.clone(),
    })
}

fn stop(turn: &Turn) -> &'static str {
    if turn.call().is_some() {
        "tool_use"
    } else {
        "end_turn"
    }
}

fn blocks(turn: &Turn, talk: &Talk) -> Vec<Value> {
    let mut blocks = Vec::new();
    if !turn.text().is_empty() {
        blocks.push(json!({"type": "text", "text": turn.text()}));
    }
    if let Some((name, arguments)) = turn.call() {
        blocks.push(json!({
            "type": "tool_use",
            "id": format!("toolu_{}", talk.results()),
            "name": name,
            "input": arguments,
        }));
    }
    blocks
}

pub(super) fn plain(turn: &Turn, talk: &Talk) -> Value {
    json!({
        "id": format!("msg_{}", talk.results()),
        "type": "message",
        "role": "assistant",
        "model": talk.model,
        "content": blocks(turn, talk),
        "stop_reason": stop(turn),
        "stop_sequence": null,
        "usage": {
            "input_tokens": 100,
            "output_tokens": 10,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
        },
    })
}

pub(super) fn events(turn: &Turn, talk: &Talk) -> Vec<Event> {
    let mut begun = plain(turn, talk);
    begun["content"] = json!([]);
    begun["stop_reason"] = Value::Null;
    let mut events = vec![Event::named("message_start", json!({"message": begun}))];
    for (index, block) in blocks(turn, talk).into_iter().enumerate() {
        let (empty, kind, key, whole) = if text(&block, "type") == "text" {
            let empty = json!({"type": "text", "text": ""});
            (empty, "text_delta", "text", text(&block, "text").to_owned())
        } else {
            let input = block["input"].to_string();
            let mut empty = block;
            empty["input"] = json!({});
            (empty, "input_json_delta", "partial_json", input)
        };
        let start = json!({"index": index, "content_block": empty});
        events.push(Event::named("content_block_start", start));
        for piece in pieces(&whole) {
            let delta = json!({"index": index, "delta": {"type": kind, key: piece}});
            events.push(Event::named("content_block_delta", delta));
        }
        events.push(Event::named("content_block_stop", json!({"index": index})));
    }
    let delta = json!({"stop_reason": stop(turn), "stop_sequence": null});
    let end = json!({"delta": delta, "usage": {"output_tokens": 10}});
    events.push(Event::named("message_delta", end));
    events.push(Event::named("message_stop", json!({})));
    events
}
