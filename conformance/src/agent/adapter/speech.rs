//! The final text of an agent that speaks in pieces.

use std::collections::BTreeSet;

use crate::agent::capture::KEPT;

/// Most tools whose end is remembered.
const MOST_TOOLS: usize = 10_000;

/// Longest id of a tool that is remembered or written down, in bytes. Real ones have some dozens.
pub(super) const LONGEST_ID: usize = 256;

/// The text after the last tool, or of the last message where messages have names.
#[derive(Debug, Default)]
pub(super) struct FinalText {
    text: String,
    message: Option<String>,
    is_over: bool,
    finished: BTreeSet<String>,
}

impl FinalText {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The text is known otherwise than piece by piece.
    pub(super) fn replace(&mut self, text: &str) {
        self.text.clear();
        self.add(text);
    }

    /// Takes a piece; tells whether it begins a new text.
    pub(super) fn say(&mut self, message: Option<&str>, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        let is_other = match message {
            Some(_) => message != self.message.as_deref(),
            None => self.is_over,
        };
        if is_other {
            self.text.clear();
            self.message = message.map(str::to_owned);
        }
        self.is_over = false;
        self.add(text);
        is_other
    }

    /// What comes after a tool is another text. Word of a tool that had ended is no news, as far as its
    /// end was remembered.
    pub(super) fn tool(&mut self, id: &str, status: Option<&str>) {
        if self.finished.contains(id) {
            return;
        }
        self.is_over = true;
        let has_ended = matches!(status, Some("completed" | "failed"));
        if has_ended && id.len() <= LONGEST_ID && self.finished.len() < MOST_TOOLS {
            self.finished.insert(id.to_owned());
        }
    }

    /// One byte more than is kept tells whoever keeps it that something is missing.
    fn add(&mut self, text: &str) {
        let most = usize::try_from(KEPT).unwrap_or(usize::MAX);
        let room = (most + 1).saturating_sub(self.text.len());
        self.text.push_str(cut(text, room));
    }
}

/// The beginning of `text`, of at most so many bytes.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_final_text_is_what_follows_the_last_tool() {
        let mut text = FinalText::default();
        text.say(None, "I look.");
        text.tool("a", Some("pending"));
        text.tool("a", Some("completed"));
        text.say(None, "The ");
        // A tool that has ended may still be told of.
        text.tool("a", Some("completed"));
        text.say(None, "end.");
        assert_eq!(text.text, "The end.");
    }

    #[test]
    fn where_messages_have_names_they_tell_what_belongs_together() {
        let mut text = FinalText::default();
        text.say(Some("1"), "I look.");
        text.say(Some("2"), "The ");
        // One that runs in the background.
        text.tool("b", Some("in_progress"));
        text.say(Some("2"), "end.");
        assert_eq!(text.text, "The end.");
    }

    #[test]
    fn a_text_without_end_is_cut_and_known_to_be() {
        let mut text = FinalText::default();
        let piece = "ä".repeat(1024 * 1024);
        for _ in 0..10 {
            text.say(None, &piece);
        }
        let length = text.text.len() as u64;
        assert!(length > KEPT - 2 && length <= KEPT + 1, "{length}");
    }

    #[test]
    fn an_id_without_end_is_not_remembered() {
        let mut text = FinalText::default();
        let long = "x".repeat(LONGEST_ID);
        text.tool(&long, Some("completed"));
        for last in ["ä".repeat(LONGEST_ID), "y".repeat(1024 * 1024)] {
            text.tool(&format!("{long}{last}"), Some("completed"));
        }
        assert_eq!(text.finished, BTreeSet::from([long]));
    }
}
