//! OpenAI's responses.

use serde_json::{Value, json};

use super::{Event, pieces};
use crate::model::reader::{content, flag, list, text, texts};
use crate::model::talk::{Said, Talk, Tool, Turn};

pub(super) fn read(body: &Value) -> Talk {
    let mut talk = Talk {
        model: text(body, "model").to_owned(),
        is_stream: flag(body, "stream"),
        tools: list(body, "tools").iter().filter_map(tool).collect(),
        shape: body.pointer("/text/format/schema").cloned(),
        system: text(body, "instructions").to_owned(),
        ..Talk::default()
    };
    if let Some(prompt) = body.get("input").and_then(Value::as_str) {
        talk.said.push(Said::User(prompt.to_owned()));
    }
    for item in list(body, "input") {
        if text(item, "type").ends_with("_output") {
            let result = item.get("output").map(texts);
            talk.said.push(Said::Result(result.unwrap_or_default()));
        } else if text(item, "role") == "user" {
            talk.said.push(Said::User(content(item.get("content"))));
        }
    }
    talk
}

fn tool(tool: &Value) -> Option<Tool> {
    let is_function = text(tool, "type") == "function";
    let name = tool.get("name")?.as_str().filter(|_| is_function)?;
    Some(Tool {
        name: name.to_owned(),
        schema: tool.get("parameters").cloned().unwrap_or_default(),
    })
}

/// The items of the answer: what is said, and the call.
fn items(turn: &Turn, talk: &Talk) -> Vec<Value> {
    let step = talk.results();
    let mut items = Vec::new();
    if !turn.text().is_empty() {
        items.push(json!({
            "type": "message",
            "id": format!("msg_{step}"),
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": turn.text(), "annotations": []}],
        }));
    }
    if let Some((name, arguments)) = turn.call() {
        items.push(json!({
            "type": "function_call",
            "id": format!("fc_{step}"),
            "call_id": format!("call_{step}"),
            "name": name,
            "arguments": Value::from(arguments.clone()).to_string(),
            "status": "completed",
        }));
    }
    items
}

pub(super) fn plain(turn: &Turn, talk: &Talk) -> Value {
    json!({
        "id": format!("resp_{}", talk.results()),
        "object": "response",
        "created_at": 0,
        "status": "completed",
        "model": talk.model,
        "output": items(turn, talk),
        "error": null,
        "incomplete_details": null,
        "usage": {
            "input_tokens": 100,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 10,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 110,
        },
    })
}

pub(super) fn events(turn: &Turn, talk: &Talk) -> Vec<Event> {
    let whole = plain(turn, talk);
    let mut begun = whole.clone();
    begun["status"] = json!("in_progress");
    begun["output"] = json!([]);
    begun["usage"] = Value::Null;
    let mut events = vec![Event::named("response.created", json!({"response": begun}))];
    for (index, item) in items(turn, talk).iter().enumerate() {
        if text(item, "type") == "message" {
            events.extend(said(index, item, turn.text()));
        } else {
            events.extend(called(index, item));
        }
        let done = json!({"output_index": index, "item": item});
        events.push(Event::named("response.output_item.done", done));
    }
    events.push(Event::named(
        "response.completed",
        json!({"response": whole}),
    ));
    for (number, event) in events.iter_mut().enumerate() {
        event.data["sequence_number"] = json!(number);
    }
    events
}

fn said(index: usize, item: &Value, text: &str) -> Vec<Event> {
    let part = |text: &str| json!({"type": "output_text", "text": text, "annotations": []});
    let of = |key: &str, value: Value| json!({"item_id": item["id"], "output_index": index, "content_index": 0, key: value});
    let mut begun = item.clone();
    begun["status"] = json!("in_progress");
    begun["content"] = json!([]);
    let mut events = vec![
        Event::named(
            "response.output_item.added",
            json!({"output_index": index, "item": begun}),
        ),
        Event::named("response.content_part.added", of("part", part(""))),
    ];
    for piece in pieces(text) {
        events.push(Event::named(
            "response.output_text.delta",
            of("delta", json!(piece)),
        ));
    }
    events.push(Event::named(
        "response.output_text.done",
        of("text", json!(text)),
    ));
    events.push(Event::named(
        "response.content_part.done",
        of("part", part(text)),
    ));
    events
}

/// As with texts: the wire format names each event by what it carries, so that both are written out.
fn called(index: usize, item: &Value) -> Vec<Event> {
    let of =
        |key: &str, value: Value| json!({"item_id": item["id"], "output_index": index, key: value});
    let mut begun = item.clone();
    begun["status"] = json!("in_progress");
    begun["arguments"] = json!("");
    let arguments = text(item, "arguments");
    let mut events = vec![Event::named(
        "response.output_item.added",
        json!({"output_index": index, "item": begun}),
    )];
    for piece in pieces(arguments) {
        events.push(Event::named(
            "response.function_call_arguments.delta",
            of("delta", json!(piece)),
        ));
    }
    events.push(Event::named(
        "response.function_call_arguments.done",
        of("arguments", json!(arguments)),
    ));
    events
}
