//! Where in a JSON value something stands.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

/// A way into a JSON value: `.a.b.0`, or `/a/b/0`. A negative number counts from the end of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// What stands there.
    fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, step| match value {
            Value::Object(map) => map.get(step),
            Value::Array(items) => {
                let at: isize = step.parse().ok()?;
                let from_end = || items.len().checked_sub(at.unsigned_abs());
                let at = usize::try_from(at).ok().or_else(from_end)?;
                items.get(at)
            }
            _ => None,
        })
    }

    /// Everything that stands there, where a step `*` means every part.
    pub(crate) fn all<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        self.0.iter().fold(vec![value], |found, step| {
            let next = found
                .into_iter()
                .flat_map(|value| match (value, step.as_str()) {
                    (Value::Object(map), "*") => map.values().collect(),
                    (Value::Array(items), "*") => items.iter().collect(),
                    _ => Self(vec![step.clone()])
                        .find(value)
                        .into_iter()
                        .collect::<Vec<_>>(),
                });
            next.collect()
        })
    }

    /// The text that stands there. Of a list of texts, or of parts that have a `text`, it is all of them.
    pub(super) fn text(&self, value: &Value) -> Option<String> {
        match self.find(value)? {
            Value::String(text) => Some(text.clone()),
            Value::Array(parts) => {
                let texts: Vec<&str> = parts
                    .iter()
                    .filter_map(|part| part.as_str().or_else(|| part.get("text")?.as_str()))
                    .collect();
                (!texts.is_empty()).then(|| texts.concat())
            }
            _ => None,
        }
    }
}

impl FromStr for Pointer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let separator = text.chars().next().filter(|c| matches!(c, '.' | '/'));
        let steps = separator.map(|separator| text[1..].split(separator).map(str::to_owned));
        let steps: Vec<String> = steps.into_iter().flatten().collect();
        if steps.is_empty() || steps.iter().any(String::is_empty) {
            return Err(format!(
                "`{text}` is no way into JSON; write it as `.result` or `.info.submission`"
            ));
        }
        Ok(Self(steps))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| write!(f, ".{step}"))
    }
}

/// What an object must have to be meant: `type=text`, or several of these with commas between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Vec<(Pointer, String)>);

impl Filter {
    pub(crate) fn fits(&self, value: &Value) -> bool {
        self.0
            .iter()
            .all(|(pointer, wanted)| match pointer.find(value) {
                Some(Value::String(found)) => found == wanted,
                Some(found) => {
                    serde_json::from_str(wanted).is_ok_and(|wanted: Value| *found == wanted)
                }
                None => false,
            })
    }
}

impl FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let conditions = text.split(',').filter(|part| !part.is_empty());
        let parse = |part: &str| {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| format!("`{part}` tells no lines apart; write it as `type=text`"))?;
            let pointer = format!(".{}", key.trim_start_matches('.')).parse()?;
            Ok((pointer, value.to_owned()))
        };
        Ok(Self(conditions.map(parse).collect::<Result<_, String>>()?))
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self
            .0
            .iter()
            .map(|(pointer, value)| format!("{}={value}", &pointer.to_string()[1..]))
            .collect();
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_spellings_lead_to_the_same_place() {
        let value = json!({"a": [{"b": "x"}, {"b": "y"}], "n": 1});
        for text in [".a.0.b", "/a/0/b", ".a.-2.b"] {
            assert_eq!(
                text.parse::<Pointer>().unwrap().text(&value).as_deref(),
                Some("x")
            );
        }
        for nowhere in [".a.2.b", ".a.-3.b", ".a.x", ".n.a", ".n"] {
            assert_eq!(
                nowhere.parse::<Pointer>().unwrap().text(&value),
                None,
                "{nowhere}"
            );
        }
        for wrong in ["", ".", "a", ".a..b"] {
            assert!(wrong.parse::<Pointer>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn parts_of_a_message_are_one_text() {
        let value = json!({"c": [{"type": "text", "text": "a"}, {"type": "image"}, "b"]});
        assert_eq!(
            ".c".parse::<Pointer>().unwrap().text(&value).as_deref(),
            Some("ab")
        );
    }

    #[test]
    fn a_filter_asks_for_everything_in_it() {
        let filter: Filter = "type=item,item.ok=true".parse().unwrap();
        assert!(filter.fits(&json!({"type": "item", "item": {"ok": true}})));
        assert!(!filter.fits(&json!({"type": "item", "item": {"ok": false}})));
        assert_eq!(filter.to_string(), "type=item,item.ok=true");
        assert!("".parse::<Filter>().unwrap().fits(&json!(1)));
        assert!("type".parse::<Filter>().is_err());
    }
}
