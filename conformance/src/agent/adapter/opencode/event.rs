//! The server's events and messages, as far as they concern one session.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::{Tool, in_short};
use super::costs::Costs;
use crate::usage::Usage;

/// Most sessions and messages that are remembered.
const MOST: usize = 10_000;

/// Longest id.
const LONGEST_ID: usize = 100;

/// What happened.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    /// The session has nothing more to do.
    Idle,
    /// It ended with an error.
    Failed { name: String, message: String },
    /// The model failed, and is asked again.
    Retrying(String),
    /// A text is complete.
    Said { message: String, text: String },
    /// A thought is complete.
    Thought(String),
    /// A tool's part.
    Tool(Value),
    /// Leave is asked for.
    Permission { id: String, what: String },
    /// The user is asked something.
    Question(String),
}

/// A session, and those that its agent begins for helpers.
#[derive(Debug)]
pub(super) struct Sessions {
    own: String,
    all: BTreeSet<String>,
    /// The agent's messages; others are the user's.
    spoken: BTreeSet<String>,
    costs: Costs,
}

impl Sessions {
    pub(super) fn of(own: &str) -> Self {
        Self {
            own: own.to_owned(),
            all: BTreeSet::from([own.to_owned()]),
            spoken: BTreeSet::new(),
            costs: Costs::default(),
        }
    }

    /// What `payload` tells of these sessions, if anything.
    pub(super) fn read(&mut self, payload: &Value) -> Option<Event> {
        let told = &payload["properties"];
        let kind = payload["type"].as_str()?;
        if kind == "session.created" {
            self.know(&told["info"]);
            return None;
        }
        let session = told["sessionID"]
            .as_str()
            .or_else(|| told["part"]["sessionID"].as_str())?;
        if !self.all.contains(session) {
            return None;
        }
        // Helpers may ask for leave, and are heard through their tool.
        let is_own = session == self.own;
        if kind == "message.updated" {
            self.pay(&told["info"]);
        }
        match kind {
            "permission.asked" => Some(Event::Permission {
                id: id_of(told)?,
                what: what(told),
            }),
            "question.asked" => Some(Event::Question(id_of(told)?)),
            "session.idle" if is_own => Some(Event::Idle),
            "session.error" if is_own => Some(failure(&told["error"])),
            "session.status" if is_own => status(&told["status"]),
            "message.updated" if is_own => {
                self.hear(&told["info"]);
                None
            }
            "message.part.updated" if is_own => self.part(&told["part"]),
            _ => None,
        }
    }

    /// What the messages of these sessions cost, where any told it.
    pub(super) fn cost(&self) -> Option<Usage> {
        self.costs.sum()
    }

    fn pay(&mut self, info: &Value) {
        if let Some((id, usage)) = id_of(info).zip(usage(info)) {
            self.costs.tell(id, usage);
        }
    }

    fn know(&mut self, info: &Value) {
        let of_known = info["parentID"]
            .as_str()
            .is_some_and(|parent| self.all.contains(parent));
        if let Some(id) = id_of(info).filter(|_| of_known)
            && self.all.len() < MOST
        {
            self.all.insert(id);
        }
    }

    fn hear(&mut self, info: &Value) {
        if let Some(id) = id_of(info).filter(|_| info["role"] == "assistant")
            && self.spoken.len() < MOST
        {
            self.spoken.insert(id);
        }
    }

    /// A part is told whenever it grows; it is taken when it is whole.
    fn part(&self, part: &Value) -> Option<Event> {
        let message = part["messageID"].as_str()?;
        if !self.spoken.contains(message) {
            return None;
        }
        let is_whole = part["time"]["end"].is_number();
        let text = || part["text"].as_str().map(str::to_owned);
        match part["type"].as_str()? {
            "text" if is_whole => Some(Event::Said {
                message: message.to_owned(),
                text: text()?,
            }),
            "reasoning" if is_whole => text().map(Event::Thought),
            "tool" => Some(Event::Tool(part.clone())),
            _ => None,
        }
    }
}

/// What a message says that it cost.
fn usage(info: &Value) -> Option<Usage> {
    let tokens = &info["tokens"];
    let count = |value: &Value| value.as_u64().unwrap_or_default();
    let sum = |values: [&Value; 3]| values.map(count).into_iter().fold(0, u64::saturating_add);
    let dollars = info["cost"].as_f64().filter(|dollars| *dollars >= 0.0);
    if !tokens.is_object() && dollars.is_none() {
        return None;
    }
    let cache = &tokens["cache"];
    Some(Usage {
        input_tokens: sum([&tokens["input"], &cache["read"], &cache["write"]]),
        output_tokens: sum([&tokens["output"], &tokens["reasoning"], &Value::Null]),
        dollars,
    })
}

fn status(status: &Value) -> Option<Event> {
    match status["type"].as_str()? {
        "idle" => Some(Event::Idle),
        "retry" => {
            let message = in_short(status["message"].as_str().unwrap_or_default());
            Some(Event::Retrying(message))
        }
        _ => None,
    }
}

fn failure(error: &Value) -> Event {
    let name = error["name"].as_str().unwrap_or("an error without a name");
    let message = error["data"]["message"].as_str().unwrap_or_default();
    Event::Failed {
        name: in_short(name),
        message: in_short(message),
    }
}

/// What leave is asked for.
fn what(told: &Value) -> String {
    let patterns = told["patterns"].as_array().into_iter().flatten();
    let patterns: Vec<&str> = patterns.filter_map(Value::as_str).collect();
    let kind = told["permission"].as_str().unwrap_or_default();
    in_short(&format!("{kind} {}", patterns.join(", ")))
}

fn id_of(told: &Value) -> Option<String> {
    let id = told["id"].as_str().filter(|id| is_id(id))?;
    Some(id.to_owned())
}

/// Whether `id` can stand in a path as it is.
pub(super) fn is_id(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !id.is_empty() && id.len() <= LONGEST_ID && id.chars().all(is_plain)
}

/// A tool's part as an account has it.
pub(super) fn tool(part: &Value) -> Tool<'_> {
    let state = &part["state"];
    let status = match state["status"].as_str() {
        // The account knows it by another name.
        Some("error") => Some("failed"),
        other => other,
    };
    let words = |value: &Value| value.as_str().map(str::to_owned);
    Tool {
        id: part["callID"].as_str().unwrap_or_default(),
        title: part["tool"].as_str(),
        status,
        input: Some(&state["input"])
            .filter(|input| input.as_object().is_some_and(|fields| !fields.is_empty()))
            .map(Value::to_string),
        output: words(&state["output"]).or_else(|| words(&state["error"])),
    }
}

/// The text of the last message that is the agent's, and why it stopped there.
pub(super) fn last_message(messages: &Value) -> (String, Option<String>) {
    let mut all = messages.as_array().into_iter().flatten().rev();
    let Some(last) = all.find(|message| message["info"]["role"] == "assistant") else {
        return (String::new(), None);
    };
    let parts = last["parts"].as_array().into_iter().flatten();
    let texts = parts
        .filter(|part| part["type"] == "text" && part["synthetic"] != true)
        .filter_map(|part| part["text"].as_str());
    let reason = last["info"]["finish"].as_str().map(str::to_owned);
    (texts.collect::<Vec<_>>().join("\n"), reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_the_sessions_own_is_heard() {
        let mut sessions = Sessions::of("a");
        let idle = |id| json!({"type": "session.status", "properties": {"sessionID": id, "status": {"type": "idle"}}});
        assert_eq!(sessions.read(&idle("b")), None);
        assert_eq!(sessions.read(&idle("a")), Some(Event::Idle));
        let asked = json!({"type": "permission.asked", "properties": {"id": "per_1", "sessionID": "h", "permission": "bash", "patterns": ["ls"]}});
        assert_eq!(sessions.read(&asked), None);
        let made = json!({"type": "session.created", "properties": {"info": {"id": "h", "parentID": "a"}}});
        assert_eq!(sessions.read(&made), None);
        let what = "bash ls".to_owned();
        assert_eq!(
            sessions.read(&asked),
            Some(Event::Permission {
                id: "per_1".to_owned(),
                what
            })
        );
        // What a helper has done is no end of the turn.
        assert_eq!(sessions.read(&idle("h")), None);
    }

    #[test]
    fn messages_cost_what_they_were_last_said_to() {
        let mut sessions = Sessions::of("a");
        assert_eq!(sessions.cost(), None);
        let helper = json!({"type": "session.created", "properties": {"info": {"id": "h", "parentID": "a"}}});
        sessions.read(&helper);
        for (session, message, cost) in [
            ("a", "m", 0.1),
            ("a", "m", 0.25),
            ("h", "n", 0.5),
            ("x", "o", 9.0),
        ] {
            let told = json!({"type": "message.updated", "properties": {"sessionID": session, "info": {
                "id": message, "role": "assistant", "cost": cost,
                "tokens": {"input": 3, "output": 1, "reasoning": 1, "cache": {"read": 2, "write": 0}}}}});
            sessions.read(&told);
        }
        let cost = sessions.cost().unwrap().to_string();
        assert_eq!(cost, "10 tokens read, 4 written, $0.7500");
    }

    #[test]
    fn a_text_is_taken_when_it_is_whole_and_the_agents() {
        let mut sessions = Sessions::of("a");
        let part = |end: Value| {
            json!({"type": "message.part.updated", "properties": {"sessionID": "a", "part": {
                "type": "text", "text": "hello", "messageID": "m", "time": {"start": 1, "end": end}}}})
        };
        assert_eq!(sessions.read(&part(json!(2))), None);
        let spoken = json!({"type": "message.updated", "properties": {"sessionID": "a", "info": {"id": "m", "role": "assistant"}}});
        sessions.read(&spoken);
        assert_eq!(sessions.read(&part(Value::Null)), None);
        assert!(matches!(
            sessions.read(&part(json!(2))),
            Some(Event::Said { .. })
        ));
    }

    #[test]
    fn the_answer_is_the_text_of_the_last_message_without_reasoning() {
        let messages = json!([
            {"info": {"role": "assistant"}, "parts": [{"type": "text", "text": "first"}]},
            {"info": {"role": "assistant", "finish": "stop"}, "parts": [
                {"type": "reasoning", "text": "hm"},
                {"type": "text", "text": "last"},
                {"type": "text", "text": "of the harness", "synthetic": true},
            ]},
            {"info": {"role": "user"}, "parts": [{"type": "text", "text": "prompt"}]},
        ]);
        assert_eq!(
            last_message(&messages),
            ("last".to_owned(), Some("stop".to_owned()))
        );
        assert_eq!(last_message(&json!({"a": 1})), (String::new(), None));
    }

    #[test]
    fn ids_without_end_are_not_remembered() {
        let mut sessions = Sessions::of("a");
        let long = "x".repeat(LONGEST_ID + 1);
        let made = json!({"type": "session.created", "properties": {"info": {"id": long, "parentID": "a"}}});
        let spoken = json!({"type": "message.updated", "properties": {"sessionID": "a", "info": {"id": long, "role": "assistant"}}});
        assert_eq!(sessions.read(&made), None);
        assert_eq!(sessions.read(&spoken), None);
        assert_eq!(sessions.all.len(), 1);
        assert!(sessions.spoken.is_empty());
    }

    #[test]
    fn ids_cannot_lead_elsewhere() {
        assert!(is_id("ses_dfab2b405ffen"));
        for wrong in ["", "../x", "a/b", "a?b", "a b"] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }
}
