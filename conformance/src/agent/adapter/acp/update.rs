//! What the program tells while it works, and asks leave for.

use serde_json::{Value, json};

use super::super::{Account, Permissions, Tool};
use super::in_short;

/// Takes down one update of a session.
pub(super) async fn take_down(account: &mut Account, update: &Value) {
    let message = update["messageId"].as_str();
    let text = || text(&update["content"]).unwrap_or_default();
    match update["sessionUpdate"].as_str() {
        Some("agent_message_chunk") => account.say(message, &text()).await,
        Some("agent_thought_chunk") => account.think(&text()).await,
        Some("tool_call" | "tool_call_update") => account.tool(&tool(update)).await,
        Some("plan") => account.note(&format!("plan: {}", plan(update))).await,
        Some("current_mode_update") => {
            let mode = in_short(update["currentModeId"].as_str().unwrap_or_default());
            account.note(&format!("mode: {mode}")).await;
        }
        // An echo of the prompt, commands, costs, and what later versions have.
        _ => {}
    }
}

/// A tool's call, or what has changed of it.
pub(super) fn tool(call: &Value) -> Tool<'_> {
    Tool {
        id: call["toolCallId"].as_str().unwrap_or_default(),
        title: call["title"].as_str(),
        status: call["status"].as_str(),
        input: told(&call["rawInput"]),
        output: output(call),
    }
}

/// What a tool gave: the pieces of text, or what it has for the program's own use.
fn output(call: &Value) -> Option<String> {
    let pieces = call["content"].as_array().into_iter().flatten();
    let pieces: Vec<String> = pieces
        .filter_map(|piece| match piece["type"].as_str() {
            Some("content") => text(&piece["content"]),
            Some("diff") => Some(format!(
                "{}:\n{}",
                piece["path"].as_str().unwrap_or_default(),
                piece["newText"].as_str().unwrap_or_default()
            )),
            _ => None,
        })
        .collect();
    if pieces.is_empty() {
        told(&call["rawOutput"])
    } else {
        Some(pieces.join("\n"))
    }
}

fn told(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Object(fields) if fields.is_empty() => None,
        other => Some(other.to_string()),
    }
}

fn text(content: &Value) -> Option<String> {
    content["text"].as_str().map(str::to_owned)
}

fn plan(update: &Value) -> String {
    let entries = update["entries"].as_array().into_iter().flatten();
    let entries = entries.filter_map(|entry| entry["content"].as_str());
    entries.collect::<Vec<_>>().join("; ")
}

/// What a request for leave is answered.
#[derive(Debug, PartialEq)]
pub(super) struct Choice {
    pub(super) outcome: Value,
    pub(super) words: String,
}

/// Chooses by the kinds of the options; their names are the program's own.
pub(super) fn permission(params: &Value, permissions: Permissions, is_cancelled: bool) -> Choice {
    let kinds = match permissions {
        Permissions::Allow => ["allow_once", "allow_always"],
        Permissions::Deny => ["reject_once", "reject_always"],
    };
    let options = params["options"].as_array();
    let chosen = kinds.iter().find_map(|kind| {
        let mut options = options.into_iter().flatten();
        options.find(|option| option["kind"] == *kind)
    });
    match chosen.filter(|_| !is_cancelled) {
        Some(option) => Choice {
            outcome: json!({"outcome": "selected", "optionId": option["optionId"]}),
            words: option["kind"].as_str().map(in_short).unwrap_or_default(),
        },
        None => Choice {
            outcome: json!({"outcome": "cancelled"}),
            words: "cancelled".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leave_is_given_and_refused_by_kind() {
        let params = json!({"options": [
            {"kind": "allow_always", "optionId": 1},
            {"kind": "allow_once", "optionId": "yes"},
            {"kind": "reject_always", "optionId": "never"},
        ]});
        let chosen =
            |permissions| permission(&params, permissions, false).outcome["optionId"].clone();
        assert_eq!(chosen(Permissions::Allow), "yes");
        assert_eq!(chosen(Permissions::Deny), "never");
        let late = permission(&params, Permissions::Allow, true);
        assert_eq!(late.outcome, json!({"outcome": "cancelled"}));
        let none = permission(&json!({"options": 3}), Permissions::Allow, false);
        assert_eq!(none.words, "cancelled");
    }

    #[test]
    fn a_tool_tells_its_text_or_what_it_has() {
        let call = json!({
            "toolCallId": "a",
            "rawInput": {"command": "ls"},
            "content": [
                {"type": "content", "content": {"type": "text", "text": "one"}},
                {"type": "diff", "path": "/a", "newText": "two"},
            ],
            "rawOutput": {"output": "three"},
        });
        assert_eq!(tool(&call).output.as_deref(), Some("one\n/a:\ntwo"));
        assert_eq!(tool(&call).input.as_deref(), Some(r#"{"command":"ls"}"#));
        let call = json!({"toolCallId": "a", "content": 3, "rawOutput": "three"});
        assert_eq!(tool(&call).output.as_deref(), Some("three"));
    }
}
