//! OpenAI's chat completions.

use serde_json::{Value, json};

use super::{Event, pieces};
use crate::model::reader::{content, flag, list, text, texts};
use crate::model::talk::{Said, Talk, Tool, Turn};

pub(super) fn read(body: &Value) -> Talk {
    let mut talk = Talk {
        model: text(body, "model").to_owned(),
        is_stream: flag(body, "stream"),
        tools: list(body, "tools").iter().filter_map(tool).collect(),
        shape: body.pointer("/response_format/json_schema/schema").cloned(),
        ..Talk::default()
    };
    for message in list(body, "messages") {
        match text(message, "role") {
            "user" => talk.said.push(Said::User(content(message.get("content")))),
            "tool" => {
                let result = message.get("content").map(texts);
                talk.said.push(Said::Result(result.unwrap_or_default()));
            }
            "system" | "developer" => {
                talk.system.push_str(&content(message.get("content")));
                talk.system.push('\n');
            }
            _ => {}
        }
    }
    talk
}

fn tool(tool: &Value) -> Option<Tool> {
    let function = tool.get("function")?;
    Some(Tool {
        name: function.get("name")?.as_str()?.to_owned(),
        schema: function.get("parameters").cloned().unwrap_or_default(),
    })
}

fn usage() -> Value {
    json!({"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110})
}

fn id(talk: &Talk) -> String {
    format!("chatcmpl-{}", talk.results())
}

fn finish(turn: &Turn) -> &'static str {
    if turn.call().is_some() {
        "tool_calls"
    } else {
        "stop"
    }
}

/// The call, with or without its arguments.
fn call(turn: &Turn, talk: &Talk, has_arguments: bool) -> Option<Value> {
    let (name, arguments) = turn.call()?;
    let arguments = if has_arguments {
        Value::from(arguments.clone()).to_string()
    } else {
        String::new()
    };
    Some(json!({
        "id": format!("call_{}", talk.results()),
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }))
}

pub(super) fn plain(turn: &Turn, talk: &Talk) -> Value {
    let mut message = json!({"role": "assistant", "content": turn.text()});
    if let Some(call) = call(turn, talk, true) {
        message["tool_calls"] = json!([call]);
    }
    json!({
        "id": id(talk),
        "object": "chat.completion",
        "created": 0,
        "model": talk.model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish(turn), "logprobs": null}],
        "usage": usage(),
    })
}

pub(super) fn events(turn: &Turn, talk: &Talk) -> Vec<Event> {
    let chunk = |choices: Value| {
        json!({
            "id": id(talk),
            "object": "chat.completion.chunk",
            "created": 0,
            "model": talk.model,
            "choices": choices,
        })
    };
    let delta = |delta: Value, finish: Option<&str>| {
        let choice = json!([{"index": 0, "delta": delta, "finish_reason": finish}]);
        Event::bare(chunk(choice))
    };
    let mut events = vec![delta(json!({"role": "assistant", "content": ""}), None)];
    for piece in pieces(turn.text()) {
        events.push(delta(json!({"content": piece}), None));
    }
    if let Some(mut begun) = call(turn, talk, false) {
        begun["index"] = json!(0);
        events.push(delta(json!({"tool_calls": [begun]}), None));
    }
    if let Some((_, arguments)) = turn.call() {
        for piece in pieces(&Value::from(arguments.clone()).to_string()) {
            let more = json!([{"index": 0, "function": {"arguments": piece}}]);
            events.push(delta(json!({"tool_calls": more}), None));
        }
    }
    events.push(delta(json!({}), Some(finish(turn))));
    let mut last = chunk(json!([]));
    last["usage"] = usage();
    events.push(Event::bare(last));
    events
}
