//! What tools told: lines of the form `@NAME@ VALUE` in their results.
//!
//! A script's commands print such lines. They count where they begin a line, or stand behind a
//! program's own label (`Output: `) or tag (`<output>`), so that the command itself, which some
//! programs repeat in the result, tells nothing.

/// Longest value that is taken for one, in bytes.
const LONGEST: usize = 8 * 1024;

/// Names and values, in the order in which they were told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts(Vec<(String, String)>);

impl Facts {
    /// Notes a fact.
    pub(super) fn tell(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
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
        let told = self.0.iter().filter(move |(known, _)| known == name);
        told.map(|(_, value)| value.as_str())
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
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase());
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
    fn a_command_that_is_repeated_tells_nothing() {
        let mut facts = Facts::default();
        facts.read("Command: curl x || echo @preflight@ failed\n$ sed 's/^/@file@ /'\n@X@ y\n@@ z");
        assert_eq!(facts, Facts::default());
    }
}
