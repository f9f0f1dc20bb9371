//! What stood for something in a recording, and what stands for it here.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::Value;

/// Ids shorter than this stand in other words by chance.
const SHORTEST_ID: usize = 4;

/// The names, by what they were.
#[derive(Default)]
pub(super) struct Names {
    all: BTreeMap<String, String>,
    /// Finds the longest of them; none before it is needed.
    search: Option<AhoCorasick>,
}

impl Names {
    pub(super) fn know(&mut self, was: &str, now: &str) {
        if was.len() >= SHORTEST_ID && was != now {
            self.all.insert(was.to_owned(), now.to_owned());
            self.search = None;
        }
    }

    /// `text` with all names as they are here, replaced in one pass.
    pub(super) fn applied(&mut self, text: &str) -> String {
        if self.search.is_none() && !self.all.is_empty() {
            let mut builder = AhoCorasick::builder();
            builder.match_kind(MatchKind::LeftmostLongest);
            self.search = builder.build(self.all.keys()).ok();
        }
        match &self.search {
            Some(search) => {
                let names: Vec<&String> = self.all.values().collect();
                search.replace_all(text, &names)
            }
            None => text.to_owned(),
        }
    }

    /// Learns which id here stands for which one of the recording, from two answers to the same
    /// request.
    pub(super) fn learn(&mut self, was: &Value, now: &Value) {
        match (was, now) {
            (Value::Object(was), Value::Object(now)) => {
                for (name, was) in was {
                    let Some(now) = now.get(name) else { continue };
                    match (was.as_str(), now.as_str()) {
                        (Some(was), Some(now)) if name == "id" || name.ends_with("_id") => {
                            self.know(was, now);
                        }
                        _ => self.learn(was, now),
                    }
                }
            }
            (Value::Array(was), Value::Array(now)) => {
                for (was, now) in was.iter().zip(now) {
                    self.learn(was, now);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_are_learnt_where_answers_differ() {
        let mut names = Names::default();
        let was = json!({"id": "run-1", "name": "one", "runs": [{"sweep_id": "sw-1", "n": 1}]});
        let now = json!({"id": "run-7", "name": "two", "runs": [{"sweep_id": "sw-9", "n": 2}]});
        names.learn(&was, &now);
        assert_eq!(
            names.applied("/runs/run-1?of=sw-1&n=one"),
            "/runs/run-7?of=sw-9&n=one"
        );
        // The longest counts, and what was put in is not looked at again.
        names.know("/w/run-1", "/v/run-1");
        assert_eq!(names.applied("/w/run-1"), "/v/run-1");
    }
}
