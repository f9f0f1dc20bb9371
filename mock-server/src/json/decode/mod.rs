//! A JSON decoder that accepts, refuses and words its refusals as Python's `json.loads` does.

mod text;

use super::literal::Literal;
use super::{Json, MAX_DIGITS, Object, encoding};

/// Why bytes are no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The text is not JSON.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// Not text, nested too deeply, or a number of absurd length: Python fails with another error
    /// than that of its decoder, and the real server answers 400.
    #[error("the body cannot be read")]
    Unreadable,
}

/// Python's `JSONDecodeError`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (char {position})")]
pub struct SyntaxError {
    /// Python's wording.
    pub message: &'static str,
    /// Offset in characters, from 0.
    pub position: usize,
}

/// Nesting that is still read. Python gives up at a thousand; here it is less, so that whoever walks a value by recursion
/// gets through on the stack of any thread, without optimization, too.
const MAX_DEPTH: usize = 400;

/// Nesting of what is kept: of a body, with what stands around it.
const MAX_KEPT_DEPTH: usize = MAX_DEPTH + 50;

/// Decodes a body in UTF-8, UTF-16 or UTF-32. A byte order mark is skipped.
pub fn decode(bytes: &[u8]) -> Result<Json, DecodeError> {
    decode_within(MAX_DEPTH, bytes)
}

/// Decodes what was written here, which holds what came in bodies.
pub(crate) fn decode_kept(bytes: &[u8]) -> Result<Json, DecodeError> {
    decode_within(MAX_KEPT_DEPTH, bytes)
}

fn decode_within(max_depth: usize, bytes: &[u8]) -> Result<Json, DecodeError> {
    let text = encoding::text(bytes).ok_or(DecodeError::Unreadable)?;
    let mut decoder = Decoder {
        text: &text,
        at: 0,
        depth_left: max_depth,
    };
    decoder.document().map_err(|failure| match failure {
        Failure::Syntax { message, at } => {
            let position = text[..at].chars().count();
            SyntaxError { message, position }.into()
        }
        Failure::Unreadable => DecodeError::Unreadable,
    })
}

enum Failure {
    Syntax { message: &'static str, at: usize },
    Unreadable,
}

type Step<T> = Result<T, Failure>;

fn syntax<T>(message: &'static str, at: usize) -> Step<T> {
    Err(Failure::Syntax { message, at })
}

/// Offsets are in bytes and always on a character boundary.
struct Decoder<'a> {
    text: &'a str,
    at: usize,
    depth_left: usize,
}

impl Decoder<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn document(&mut self) -> Step<Json> {
        self.skip_space();
        let value = self.value()?;
        self.skip_space();
        if self.at < self.text.len() {
            return syntax("Extra data", self.at);
        }
        Ok(value)
    }

    fn value(&mut self) -> Step<Json> {
        match self.peek() {
            Some(b'"') => self.string().map(Json::Str),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Step<Json>) -> Step<Json> {
        self.depth_left = self.depth_left.checked_sub(1).ok_or(Failure::Unreadable)?;
        let value = read(self)?;
        self.depth_left += 1;
        Ok(value)
    }

    fn word(&mut self) -> Step<Json> {
        const WORDS: [(&str, Json); 5] = [
            ("null", Json::Null),
            ("true", Json::Bool(true)),
            ("false", Json::Bool(false)),
            ("NaN", Json::Float(f64::NAN)),
            ("Infinity", Json::Float(f64::INFINITY)),
        ];
        for (word, value) in WORDS {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        syntax("Expecting value", self.at)
    }

    fn number(&mut self) -> Step<Json> {
        let rest = &self.text[self.at..];
        if rest.starts_with("-Infinity") {
            self.at += "-Infinity".len();
            return Ok(Json::Float(f64::NEG_INFINITY));
        }
        let Some(literal) = Literal::scan(rest) else {
            return syntax("Expecting value", self.at);
        };
        let text = &rest[..literal.len];
        self.at += literal.len;
        if literal.is_float {
            return Ok(Json::Float(text.parse().unwrap_or(f64::NAN)));
        }
        if text.trim_start_matches('-').len() > MAX_DIGITS {
            return Err(Failure::Unreadable);
        }
        Json::int_from_digits(text).ok_or(Failure::Unreadable)
    }

    fn array(&mut self) -> Step<Json> {
        self.at += 1;
        self.skip_space();
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            match self.peek() {
                Some(b']') => break,
                Some(b',') => self.at += 1,
                _ => return syntax("Expecting ',' delimiter", self.at),
            }
            self.skip_space();
        }
        self.at += 1;
        Ok(Json::Array(items))
    }

    fn object(&mut self) -> Step<Json> {
        self.at += 1;
        self.skip_space();
        let mut object = Object::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(object));
        }
        loop {
            let (key, value) = self.entry()?;
            object.insert(key, value);
            self.skip_space();
            match self.peek() {
                Some(b'}') => break,
                Some(b',') => self.at += 1,
                _ => return syntax("Expecting ',' delimiter", self.at),
            }
            self.skip_space();
        }
        self.at += 1;
        Ok(Json::Object(object))
    }

    fn entry(&mut self) -> Step<(String, Json)> {
        if self.peek() != Some(b'"') {
            return syntax("Expecting property name enclosed in double quotes", self.at);
        }
        let key = self.string()?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return syntax("Expecting ':' delimiter", self.at);
        }
        self.at += 1;
        self.skip_space();
        Ok((key, self.value()?))
    }
}

#[cfg(test)]
mod tests;
