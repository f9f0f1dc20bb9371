//! What the program tells while it works, and asks leave for.

use serde_json::{Value, json};

use super::super::{Account, Permissions, Tool};
use super::in_short;
use crate::usage::Usage;

/// The currency in which costs are told here.
const DOLLARS: &str = "USD";

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
        Some("usage_update") => pay(account, &update["cost"]),
        // An echo of the prompt, commands, and what later versions have.
        _ => {}
    }
}

/// Takes down what the session cost in money so far.
fn pay(account: &mut Account, cost: &Value) {
    let amount = cost["amount"].as_f64().filter(|amount| *amount >= 0.0);
    if let Some(amount) = amount.filter(|_| cost["currency"] == DOLLARS) {
        account.costs(Usage {
            dollars: Some(amount),
            ..account.cost().unwrap_or_default()
        });
    }
}

/// Takes down how many tokens the turn took, which its end tells.
pub(super) fn count(account: &mut Account, usage: &Value) {
    let sum = |names: &[&str]| {
        let counts = names.iter().filter_map(|name| usage[*name].as_u64());
        counts.reduce(u64::saturating_add)
    };
    let read = sum(&["inputTokens", "cachedReadTokens", "cachedWriteTokens"]);
    let written = sum(&["outputTokens", "thoughtTokens"]);
    if read.or(written).is_some() {
        account.costs(Usage {
            input_tokens: read.unwrap_or_default(),
            output_tokens: written.unwrap_or_default(),
            ..account.cost().unwrap_or_default()
        });
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

    #[tokio::test]
    async fn costs_are_those_of_the_session_and_tokens_those_of_the_turn() {
        let (mut account, _accounts) = Account::open();
        for cost in [
            json!({"amount": 0.25, "currency": "USD"}),
            json!({"amount": 0.5, "currency": "USD"}),
            json!({"amount": 9, "currency": "EUR"}),
            json!({"amount": -1, "currency": "USD"}),
            json!(null),
        ] {
            let update =
                json!({"sessionUpdate": "usage_update", "used": 1, "size": 2, "cost": cost});
            take_down(&mut account, &update).await;
        }
        count(&mut account, &json!(null));
        assert_eq!(account.cost().unwrap().to_string(), "$0.5000");
        count(
            &mut account,
            &json!({"inputTokens": 5, "cachedReadTokens": 2, "outputTokens": 1, "thoughtTokens": u64::MAX}),
        );
        let usage = account.close().await.unwrap();
        assert_eq!((usage.input_tokens, usage.output_tokens), (7, u64::MAX));
        assert_eq!(usage.dollars, Some(0.5));
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
