//! The wire formats that agent programs speak with models.
//!
//! Which one a request is in shows by the end of its path, whatever the base address is that a program
//! was given.

mod chat;
mod gemini;
mod messages;
mod responses;

use std::fmt;

use serde_json::{Value, json};

use super::talk::{Talk, Turn};

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// OpenAI's chat completions: `.../chat/completions`
    Chat,
    /// OpenAI's responses: `.../responses`
    Responses,
    /// Anthropic's messages: `.../messages`
    Messages,
    /// Gemini's contents: `.../MODEL:generateContent` and `:streamGenerateContent`
    Gemini,
}

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    /// Its name, where the format has names.
    pub(super) name: Option<&'static str>,
    pub(super) data: Value,
}

impl Event {
    fn bare(data: Value) -> Self {
        Self { name: None, data }
    }

    /// An event whose data tells its name, too.
    fn named(name: &'static str, mut data: Value) -> Self {
        data["type"] = json!(name);
        Self {
            name: Some(name),
            data,
        }
    }
}

/// How long the pieces are, in characters, into which a streamed text is cut.
const PIECE: usize = 40;

/// Most pieces of one text; they are longer where it is.
const MOST_PIECES: usize = 1_000;

impl Dialect {
    /// The wire format of a path, without its query.
    pub(super) fn of(path: &str) -> Option<Self> {
        let ends = |end: &str| path.ends_with(end);
        if ends("/chat/completions") {
            Some(Self::Chat)
        } else if ends("/responses") {
            Some(Self::Responses)
        } else if ends("/messages") {
            Some(Self::Messages)
        } else if ends(":generateContent") || ends(":streamGenerateContent") {
            Some(Self::Gemini)
        } else {
            None
        }
    }

    /// Reads a request.
    pub(super) fn read(self, path: &str, body: &Value) -> Talk {
        match self {
            Self::Chat => chat::read(body),
            Self::Responses => responses::read(body),
            Self::Messages => messages::read(body),
            Self::Gemini => gemini::read(path, body),
        }
    }

    /// The whole answer at once.
    pub(super) fn plain(self, turn: &Turn, talk: &Talk) -> Value {
        match self {
            Self::Chat => chat::plain(turn, talk),
            Self::Responses => responses::plain(turn, talk),
            Self::Messages => messages::plain(turn, talk),
            Self::Gemini => gemini::plain(turn, talk),
        }
    }

    /// The answer in pieces.
    pub(super) fn events(self, turn: &Turn, talk: &Talk) -> Vec<Event> {
        match self {
            Self::Chat => chat::events(turn, talk),
            Self::Responses => responses::events(turn, talk),
            Self::Messages => messages::events(turn, talk),
            Self::Gemini => gemini::events(turn, talk),
        }
    }

    /// What a stream ends with, behind its events.
    pub(super) fn last_words(self) -> &'static str {
        match self {
            Self::Chat => "data: [DONE]\n\n",
            Self::Responses | Self::Messages | Self::Gemini => "",
        }
    }

    /// An error as this format tells it.
    pub(super) fn error(self, status: u16, message: &str) -> Value {
        match self {
            Self::Messages => {
                json!({"type": "error", "error": {"type": "invalid_request_error", "message": message}})
            }
            Self::Gemini => {
                json!({"error": {"code": status, "status": "INVALID_ARGUMENT", "message": message}})
            }
            Self::Chat | Self::Responses => {
                json!({"error": {"type": "invalid_request_error", "code": null, "param": null, "message": message}})
            }
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chat => "chat",
            Self::Responses => "responses",
            Self::Messages => "messages",
            Self::Gemini => "gemini",
        })
    }
}

/// A text in pieces, cut between characters.
fn pieces(text: &str) -> Vec<String> {
    let size = PIECE.max(text.len().div_ceil(MOST_PIECES));
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest
            .char_indices()
            .nth(size)
            .map_or(rest.len(), |(at, _)| at);
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece.to_owned());
        rest = behind;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_path_tells_the_format() {
        assert_eq!(Dialect::of("/v1/chat/completions"), Some(Dialect::Chat));
        assert_eq!(Dialect::of("/x/y/responses"), Some(Dialect::Responses));
        assert_eq!(Dialect::of("/v1/messages"), Some(Dialect::Messages));
        assert_eq!(
            Dialect::of("/v1beta/models/m:generateContent"),
            Some(Dialect::Gemini)
        );
        assert_eq!(Dialect::of("/v1/messages/count_tokens"), None);
    }

    #[test]
    fn texts_are_cut_between_characters() {
        let text = "ä".repeat(PIECE + 1);
        assert_eq!(pieces(&text), ["ä".repeat(PIECE), "ä".to_owned()]);
        assert!(pieces("").is_empty());
        let long = "ä".repeat(1_000_000);
        assert!(pieces(&long).len() <= MOST_PIECES && pieces(&long).concat() == long);
    }

    #[test]
    fn strange_json_is_read_as_nothing() {
        let odd = [
            json!(null),
            json!([]),
            json!({"messages": 3, "input": {}, "contents": "x", "tools": 1, "stream": "yes"}),
            json!({"messages": [1, null, {"role": 2, "content": {}}], "tools": [null, {"function": 1}]}),
            json!({"input": [[], {"type": 4}], "contents": [[{}], {"parts": {}}], "tools": [{"type": {}}, {"functionDeclarations": 1}]}),
        ];
        for body in odd {
            for (dialect, path) in [
                (Dialect::Chat, ""),
                (Dialect::Responses, ""),
                (Dialect::Messages, ""),
                (Dialect::Gemini, ":generateContent"),
            ] {
                let talk = dialect.read(path, &body);
                assert!(
                    talk.tools.is_empty() && !talk.is_stream,
                    "{dialect}: {body}"
                );
            }
        }
    }
}
