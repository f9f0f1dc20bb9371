//! Identifiers of one server in the words of another: which of its ids stands for which.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

/// Ids of one server, and what they are called at another.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// Learns from two answers to the same request: what stands at the same place means the same.
    pub(crate) fn learn(&mut self, here: &Value, there: &Value) {
        match (here, there) {
            (Value::String(here), Value::String(there)) if is_id(here) && is_id(there) => {
                self.0.insert(here.clone(), there.clone());
            }
            (Value::Array(here), Value::Array(there)) => {
                for (here, there) in here.iter().zip(there) {
                    self.learn(here, there);
                }
            }
            (Value::Object(here), Value::Object(there)) => {
                for (key, here) in here {
                    if let Some(there) = there.get(key) {
                        self.learn(here, there);
                    }
                }
            }
            _ => {}
        }
    }

    /// A text with every id that is known called as it is there.
    pub(crate) fn translate(&self, text: &str) -> String {
        with_ids(text, |id| {
            self.0.get(id).map_or(Cow::Borrowed(id), Cow::from)
        })
    }

    /// The names the other way round.
    pub(crate) fn reversed(&self) -> Self {
        let pairs = self.0.iter();
        Self(pairs.map(|(a, b)| (b.clone(), a.clone())).collect())
    }

    /// The known ids under their own names.
    pub(crate) fn own(&self) -> Self {
        Self(self.0.keys().map(|id| (id.clone(), id.clone())).collect())
    }

    /// Whether a text names a known id.
    pub(crate) fn names_any(&self, text: &str) -> bool {
        self.translate(text) != text
    }

    /// Whether an id is known.
    pub(crate) fn knows(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }

    /// A text with every id that is known called as it is there, and any other called `<id>`.
    pub(crate) fn normalise(&self, text: &str) -> String {
        with_ids(text, |id| {
            self.0.get(id).map_or(Cow::Borrowed("<id>"), Cow::from)
        })
    }
}

/// Whether a text has the form of an id: 12 or 32 hexadecimal digits, or a wild session's, or the
/// name of a run's window, which is made from its id.
pub(crate) fn is_id(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let prefixed = ["wild-", "ra-"];
    match prefixed.iter().find_map(|prefix| text.strip_prefix(prefix)) {
        Some(rest) => rest.len() == 8 && is_hex(rest),
        None => matches!(text.len(), 12 | 32) && is_hex(text),
    }
}

/// A text with `name` applied to every id in it.
fn with_ids<'a>(text: &'a str, name: impl Fn(&'a str) -> Cow<'a, str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        if is_id(word) {
            out += &name(word);
        } else {
            out += word;
        }
        let gap = behind.find(is_word).unwrap_or(behind.len());
        out += &behind[..gap];
        rest = &behind[gap..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_stands_at_the_same_place_means_the_same() {
        let mut names = Names::default();
        names.learn(
            &json!({"id": "0123456789ab", "name": "a", "runs": ["aaaaaaaaaaaa"]}),
            &json!({"id": "ba9876543210", "name": "b", "runs": ["bbbbbbbbbbbb"]}),
        );
        let path = names.translate("/runs/aaaaaaaaaaaa/logs?x=0123456789ab&y=cccccccccccc");
        assert_eq!(
            path,
            "/runs/bbbbbbbbbbbb/logs?x=ba9876543210&y=cccccccccccc"
        );
        assert_eq!(names.normalise("cccccccccccc!"), "<id>!");
        let back = names.reversed();
        assert_eq!(back.translate("bbbbbbbbbbbb"), "aaaaaaaaaaaa");
        assert!(is_id("wild-01234567") && !is_id("wild-mode") && !is_id("0123456789aG"));
    }
}
