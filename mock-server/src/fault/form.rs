//! A fault as it is written down, in TOML and in JSON: one flat table with the keys that its action
//! takes, the keys that say when it strikes, and no others.

use serde_json::{Map, Value};

use super::answer::Answer;
use super::broken::Broken;
use super::delay::{self, Delay};
use super::{ANY_PATH, Action, CONDITIONS, Fault, When};

/// The keys of every fault but those of [`When`].
const COMMON: [&str; 3] = ["action", "method", "path"];

/// The name of a delay.
const DELAY: &str = "delay";

/// Names of the actions that answer, with the keys that they take.
const ANSWERS: &[(&str, &[&str])] = &[
    ("status", &["status", "body", "headers"]),
    ("redirect", &["location", "status"]),
    ("empty_body", &["status"]),
    ("no_content", &[]),
    ("invalid_json", &[]),
    ("html_error", &["status"]),
    ("rate_limited", &["retry_after"]),
    ("maintenance", &["retry_after"]),
    ("wrong_type", &["content_type"]),
    ("stale_body", &[]),
    ("foreign_body", &["from"]),
];

/// Names of the actions that break, with the keys that they take.
const BROKEN: &[(&str, &[&str])] = &[
    ("refuse", &[]),
    ("reset", &[]),
    ("empty_reply", &[]),
    ("stall", &["seconds"]),
    ("stall_forever", &[]),
    ("drip", &["bytes_per_second"]),
    ("truncated_body", &["bytes"]),
    ("cut_chunk", &[]),
    ("bad_chunk", &[]),
    ("garbage", &[]),
    ("endless_headers", &["bytes"]),
    ("oversized_headers", &["bytes"]),
    ("wrong_length", &["off_by"]),
    ("close_after", &["bytes"]),
];

/// Longest part of a fault that an error repeats, in characters.
const SHOWN: usize = 120;

/// Reads a fault. An error repeats it, because readers of lists tell where the list starts at best.
pub(super) fn read(form: Map<String, Value>) -> Result<Fault, String> {
    let mut shown = Value::Object(form.clone()).to_string();
    if let Some((end, _)) = shown.char_indices().nth(SHOWN) {
        shown.truncate(end);
        shown += "...";
    }
    read_form(form).map_err(|error| format!("{error} (in the fault {shown})"))
}

fn read_form(mut form: Map<String, Value>) -> Result<Fault, String> {
    let name = action_name(&form)?;
    check_keys(&name, &form)?;
    let method = take_text(&mut form, "method")?;
    let path = take_text(&mut form, "path")?.unwrap_or_else(|| ANY_PATH.to_owned());
    let (when, own): (Map<_, _>, Map<_, _>) = form
        .into_iter()
        .partition(|(key, _)| CONDITIONS.contains(&key.as_str()));
    let when: When =
        serde_json::from_value(when.into()).map_err(|error| format!("when it strikes: {error}"))?;
    let fault = Fault {
        method,
        path,
        action: action(&name, own)?,
        when,
    };
    fault.check()?;
    Ok(fault)
}

/// Writes a fault down.
pub(super) fn write(fault: Fault) -> Map<String, Value> {
    let mut form = Map::new();
    if let Some(method) = fault.method {
        form.insert("method".to_owned(), method.into());
    }
    form.insert("path".to_owned(), fault.path.into());
    if matches!(fault.action, Action::Delay(_)) {
        form.insert("action".to_owned(), DELAY.into());
    }
    let action = match &fault.action {
        Action::Answer(answer) => serde_json::to_value(answer),
        Action::Delay(delay) => serde_json::to_value(delay),
        Action::Broken(broken) => serde_json::to_value(broken),
    };
    for part in [action, serde_json::to_value(&fault.when)] {
        // Both are plain structures with text for keys, which always have a form.
        if let Ok(Value::Object(part)) = part {
            form.extend(part);
        }
    }
    form
}

fn action_name(form: &Map<String, Value>) -> Result<String, String> {
    let names = || actions().map(|(name, _)| name);
    let all = || names().collect::<Vec<_>>().join(", ");
    let given = match form.get("action") {
        Some(Value::String(name)) => name,
        Some(other) => return Err(format!("'action' is {other}; give one of: {}", all())),
        None => return Err(format!("a fault needs 'action', one of: {}", all())),
    };
    if names().any(|name| name == given) {
        return Ok(given.clone());
    }
    Err(match nearest(given, names()) {
        Some(known) => format!("unknown action `{given}`; did you mean `{known}`?"),
        None => format!("unknown action `{given}`; give one of: {}", all()),
    })
}

/// The names of all actions, each with the keys that it takes beside those of every fault.
pub fn actions() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    let delay = (DELAY, delay::KEYS.as_slice());
    ANSWERS
        .iter()
        .copied()
        .chain([delay])
        .chain(BROKEN.iter().copied())
}

/// The keys of an action.
fn own_keys(action: &str) -> &'static [&'static str] {
    actions()
        .find(|(name, _)| *name == action)
        .map_or(&[], |(_, keys)| keys)
}

fn check_keys(action: &str, form: &Map<String, Value>) -> Result<(), String> {
    let own = own_keys(action);
    let known = || {
        let general = COMMON.into_iter().chain(CONDITIONS);
        own.iter().copied().chain(general)
    };
    let Some(unknown) = form.keys().find(|key| known().all(|known| known != *key)) else {
        return Ok(());
    };
    let takes = match own {
        _ if action == DELAY => format!("it takes {}", delay::FORMS),
        [] => "it takes none of its own".to_owned(),
        keys => format!("it takes '{}'", keys.join("', '")),
    };
    Err(match nearest(unknown, known()) {
        Some(known) => format!("unknown key `{unknown}`; did you mean `{known}`?"),
        None => format!(
            "action '{action}' knows no key `{unknown}`; {takes}, and to say where and when '{}'",
            known().skip(own.len() + 1).collect::<Vec<_>>().join("', '")
        ),
    })
}

/// The known word that is most likely meant.
pub(crate) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    known
        .map(|known| (strsim::damerau_levenshtein(word, known), known))
        .filter(|(distance, known)| *distance * 3 <= word.len().max(known.len()))
        .min()
        .map(|(_, known)| known)
}

fn take_text(form: &mut Map<String, Value>, key: &str) -> Result<Option<String>, String> {
    match form.remove(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!("'{key}' is {other}; give a text")),
    }
}

fn action(name: &str, own: Map<String, Value>) -> Result<Action, String> {
    if name == DELAY {
        return read_delay(own).map(Action::Delay);
    }
    let is_answer = ANSWERS.iter().any(|(known, _)| *known == name);
    let action = if is_answer {
        serde_json::from_value::<Answer>(own.into()).map(Action::Answer)
    } else {
        serde_json::from_value::<Broken>(own.into()).map(Action::Broken)
    };
    action.map_err(|error| {
        let keys = own_keys(name).join("', '");
        format!("action '{name}': {error}; it takes '{keys}'")
    })
}

fn read_delay(mut own: Map<String, Value>) -> Result<Delay, String> {
    own.remove("action");
    let mut keys: Vec<&str> = own.keys().map(String::as_str).collect();
    keys.sort_unstable();
    if ![&["seconds"][..], &["max", "min"], &["median", "sigma"]].contains(&keys.as_slice()) {
        return Err(format!("action 'delay' takes {}", delay::FORMS));
    }
    if let Some((key, value)) = own.iter().find(|(_, value)| !value.is_number()) {
        return Err(format!("'{key}' is {value}; give a number of seconds"));
    }
    serde_json::from_value(own.into()).map_err(|error| format!("action 'delay': {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::kinds;

    fn parse(json: &str) -> Result<Fault, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn faults_are_read_from_json() {
        let fault =
            parse(r#"{"method": "GET", "path": "/docs", "action": "status", "status": 503}"#)
                .unwrap();
        assert_eq!(fault, Fault::status("GET", "/docs", 503));
        assert!(parse(r#"{"action": "refuse"}"#).unwrap().is_server_down());
        let flapping = parse(r#"{"action": "reset", "first": 2, "token": false}"#).unwrap();
        assert_eq!(
            (flapping.when.first, flapping.when.token),
            (Some(2), Some(false))
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_advice() {
        for (json, advice) in [
            (r#"{"path": "/docs"}"#, "needs 'action'"),
            (r#"{"action": "rest"}"#, "did you mean `reset`?"),
            (r#"{"action": "explode"}"#, "stall_forever"),
            (
                r#"{"action": "reset", "fisrt": 1}"#,
                "did you mean `first`?",
            ),
            (
                r#"{"action": "reset", "methd": "GET"}"#,
                "did you mean `method`?",
            ),
            (r#"{"action": "status", "status": 42}"#, "200 to 999"),
            (r#"{"action": "status"}"#, "missing field `status`"),
            (r#"{"action": "status", "status": "503"}"#, "u16"),
            (r#"{"action": "delay", "status": 503}"#, "'seconds'"),
            (r#"{"action": "delay", "min": 2}"#, "'min' and 'max'"),
            (r#"{"action": "delay", "min": 2, "max": 1}"#, "more than"),
            (r#"{"action": "delay", "seconds": "1"}"#, "number"),
            (r#"{"action": "refuse", "status": 503}"#, "none of its own"),
            (r#"{"action": "reset", "probability": 7}"#, "0 to 1"),
            (r#"{"action": "reset", "path": "docs"}"#, "starts with"),
            (r#"{"action": "reset", "method": "GET /"}"#, "method"),
            (
                r#"{"action": "redirect", "location": "/", "status": 200}"#,
                "300",
            ),
            (r#"{"action": "foreign_body", "from": "health"}"#, "/health"),
            (r#"{"action": "wrong_length", "off_by": 0}"#, "right length"),
        ] {
            let error = parse(json).unwrap_err().to_string();
            assert!(error.contains(advice), "{json}: {error}");
        }
    }

    #[test]
    fn every_kind_is_written_down_and_read_again() {
        let names: Vec<&str> = actions().map(|(name, _)| name).collect();
        let mut seen = Vec::new();
        for kind in kinds() {
            let fault = kind.fault("GET", "/docs");
            let json = serde_json::to_string(&fault).unwrap();
            assert_eq!(parse(&json).unwrap(), fault, "{json}");
            let toml = toml::to_string(&fault).unwrap();
            assert_eq!(toml::from_str::<Fault>(&toml).unwrap(), fault, "{toml}");
            let form = serde_json::to_value(&fault).unwrap();
            let name = form["action"].as_str().unwrap().to_owned();
            assert!(names.contains(&name.as_str()), "{name} is not listed");
            seen.push(name);
        }
        for name in names {
            assert!(
                seen.iter().any(|seen| seen == name),
                "kinds.rs has no kind that shows {name}"
            );
        }
    }
}
