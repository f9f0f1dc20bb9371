//! What tools told: lines of the form `@NAME@ VALUE` in their results.
//!
//! A script's commands print such lines. They count where they begin a line, or stand behind a
//! program's own label (`Output: `) or tag (`<output>`), so that the command itself, which some
//! programs repeat in the result, tells nothing.

use std::collections::BTreeMap;

/// Longest value that is taken for one, in bytes.
const LONGEST: usize = 8 * 1024;

/// Longest name, in bytes, and most names.
const LONGEST_NAME: usize = 64;
const MOST_NAMES: usize = 64;

/// Most values of one name, and their size in bytes. Of those beyond, the last is known.
const MOST_VALUES: usize = 4_000;
const LARGEST: usize = 256 * 1024;

/// What was told under each name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts(BTreeMap<String, Told>);

/// The values of a name, in the order in which they were told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Told {
    values: Vec<String>,
    size: usize,
    /// The last one, where there was no room for it.
    beyond: Option<String>,
}

impl Told {
    fn tell(&mut self, value: String) {
        if self.values.len() < MOST_VALUES && self.size + value.len() <= LARGEST {
            self.size += value.len();
            self.values.push(value);
            self.beyond = None;
        } else {
            self.beyond = Some(value);
        }
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        self.values.iter().chain(&self.beyond)
    }
}

impl Facts {
    /// Notes a fact.
    pub(super) fn tell(&mut self, name: &str, value: impl Into<String>) {
        if let Some(told) = self.0.get_mut(name) {
            told.tell(value.into());
        } else if self.0.len() < MOST_NAMES {
            self.0
                .entry(name.to_owned())
                .or_default()
                .tell(value.into());
        }
    }

    /// Reads a tool's result. A line end that was escaped on the way counts as one.
    pub(super) fn read(&mut self, result: &str) {
        for line in result.replace("\\n", "\n").lines() {
            if let Some((name, value)) = fact(line).filter(|(_, value)| value.len() <= LONGEST) {
                self.tell(name, value);
            }
        }
    }

    /// What was told last under a name.
    pub(super) fn last(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// Everything that was told under a name.
    pub(super) fn all<'f>(&'f self, name: &str) -> impl Iterator<Item = &'f str> {
        let told = self.0.get(name).into_iter().flat_map(Told::all);
        told.map(String::as_str)
    }

    /// Whether `condition` holds: `NAME VALUE` was told, or with a name alone anything under it.
    pub(super) fn has(&self, condition: &str) -> bool {
        match condition.split_once(' ') {
            Some((name, value)) => self.all(name).any(|told| told == value.trim()),
            None => self.last(condition).is_some(),
        }
    }
}

/// The fact that a line tells.
fn fact(line: &str) -> Option<(&str, &str)> {
    let (before, rest) = line.split_once('@')?;
    let before = before.trim();
    if !(before.is_empty() || before.ends_with(':') || before.ends_with('>')) {
        return None;
    }
    let (name, value) = rest.split_once("@ ")?;
    let is_name =
        (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(|c| c.is_ascii_lowercase());
    is_name.then(|| (name, untagged(value.trim())))
}

/// Without the closing tag that a program put behind the last line.
fn untagged(value: &str) -> &str {
    let tag = value.rfind("</").filter(|_| value.ends_with('>'));
    tag.map_or(value, |at| value[..at].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_whatever_a_program_puts_around_them() {
        let mut facts = Facts::default();
        facts.read("Output: @preflight@ passed\n<out>@a@ 1</out>\n@file@ x y.md\r\nz\\n@file@ b");
        assert!(facts.has("preflight passed") && facts.has("a 1") && facts.has("preflight"));
        assert!(!facts.has("preflight failed") && !facts.has("b"));
        assert_eq!(facts.all("file").collect::<Vec<_>>(), ["x y.md", "b"]);
    }

    #[test]
    fn a_flood_is_kept_up_to_a_bound_and_the_last_one_with_it() {
        let mut facts = Facts::default();
        for at in 0..10_000 {
            facts.read(&format!("@file@ {at}"));
        }
        assert_eq!(facts.all("file").count(), MOST_VALUES + 1);
        assert_eq!(facts.last("file"), Some("9999"));
        let long = "x".repeat(LONGEST);
        facts.read(&format!("@long@ {long}\n").repeat(100));
        let size: usize = facts.all("long").map(str::len).sum();
        assert!(size <= LARGEST + LONGEST, "{size}");
        for at in 0..200_u8 {
            let name = [b'a' + at / 26, b'a' + at % 26];
            facts.read(&format!("@{}@ x", str::from_utf8(&name).unwrap()));
        }
        facts.read(&format!("@{}@ x\n@file@ end", "n".repeat(1_000)));
        assert_eq!(
            (facts.0.len(), facts.last("file")),
            (MOST_NAMES, Some("end"))
        );
    }

    #[test]
    fn a_command_that_is_repeated_tells_nothing() {
        let mut facts = Facts::default();
        facts.read("Command: curl x || echo @preflight@ failed\n$ sed 's/^/@file@ /'\n@X@ y\n@@ z");
        assert_eq!(facts, Facts::default());
    }
}
