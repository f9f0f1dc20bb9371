//! A JSON decoder that accepts, refuses and words its refusals as Python's `json.loads` does.

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

/// Nesting that is still read. Python gives up at about its recursion limit.
const MAX_DEPTH: usize = 900;

/// Decodes a body in UTF-8, UTF-16 or UTF-32. A byte order mark is skipped.
pub fn decode(bytes: &[u8]) -> Result<Json, DecodeError> {
    let text = encoding::text(bytes).ok_or(DecodeError::Unreadable)?;
    let mut decoder = Decoder {
        text: &text,
        at: 0,
        depth: 0,
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
    depth: usize,
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
        if self.depth == MAX_DEPTH {
            return Err(Failure::Unreadable);
        }
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
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

    fn string(&mut self) -> Step<String> {
        let quote = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(stop) = rest
                .bytes()
                .position(|b| b == b'"' || b == b'\\' || b < 0x20)
            else {
                return syntax("Unterminated string starting at", quote);
            };
            out.push_str(&rest[..stop]);
            self.at += stop;
            match rest.as_bytes()[stop] {
                b'"' => {
                    self.at += 1;
                    return Ok(out);
                }
                b'\\' => out.push(self.escape(quote)?),
                _ => return syntax("Invalid control character at", self.at),
            }
        }
    }

    /// Reads an escape sequence; `self.at` is at its backslash.
    fn escape(&mut self, quote: usize) -> Step<char> {
        let backslash = self.at;
        let Some(&kind) = self.text.as_bytes().get(backslash + 1) else {
            return syntax("Unterminated string starting at", quote);
        };
        let plain = match kind {
            b'"' | b'\\' | b'/' => kind as char,
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(backslash),
            _ => return syntax("Invalid \\escape", backslash),
        };
        self.at += 2;
        Ok(plain)
    }

    fn unicode_escape(&mut self, backslash: usize) -> Step<char> {
        let digits_at = backslash + 2;
        // Python wants at least one character after the four digits, and points at the `u`.
        if self.text[digits_at..].chars().count() <= 4 {
            return syntax("Invalid \\uXXXX escape", backslash + 1);
        }
        let Some(unit) = self.hex4(digits_at) else {
            return syntax("Invalid \\uXXXX escape", backslash + 1);
        };
        self.at = digits_at + 4;
        // Python joins a pair only when something follows it.
        let rest = &self.text[self.at..];
        let may_join =
            (0xd800..0xdc00).contains(&unit) && rest.starts_with("\\u") && rest.len() > 6;
        if may_join
            && let Some(low) = self.hex4(self.at + 2)
            && (0xdc00..0xe000).contains(&low)
        {
            self.at += 6;
            let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        // A lone surrogate is text in Python, and no text anywhere else.
        Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error(text: &str) -> (&'static str, usize) {
        match decode(text.as_bytes()) {
            Err(DecodeError::Syntax(error)) => (error.message, error.position),
            other => panic!("{text:?} gave {other:?}"),
        }
    }

    #[test]
    fn refusals_are_worded_as_python_words_them() {
        let cases = [
            ("", "Expecting value", 0),
            ("  ", "Expecting value", 2),
            ("nope", "Expecting value", 0),
            ("{", "Expecting property name enclosed in double quotes", 1),
            ("{]", "Expecting property name enclosed in double quotes", 1),
            (
                "{\"a\":1,}",
                "Expecting property name enclosed in double quotes",
                7,
            ),
            ("{\"a\"", "Expecting ':' delimiter", 4),
            ("{\"a\" 1}", "Expecting ':' delimiter", 5),
            ("{\"a\":}", "Expecting value", 5),
            ("{\"a\":1", "Expecting ',' delimiter", 6),
            ("{\"a\":1 \"b\":2}", "Expecting ',' delimiter", 7),
            ("[", "Expecting value", 1),
            ("[1,]", "Expecting value", 3),
            ("[1 2]", "Expecting ',' delimiter", 3),
            ("[1", "Expecting ',' delimiter", 2),
            ("{} x", "Extra data", 3),
            ("01", "Extra data", 1),
            ("1.", "Extra data", 1),
            ("-", "Expecting value", 0),
            ("\"abc", "Unterminated string starting at", 0),
            ("{\"é\": \"x", "Unterminated string starting at", 6),
            ("\"a\nb\"", "Invalid control character at", 2),
            ("\"a\\qb\"", "Invalid \\escape", 2),
            ("\"\\u12\"", "Invalid \\uXXXX escape", 2),
            ("\"\\u12g4\"", "Invalid \\uXXXX escape", 2),
            ("\"\\ud83d\\ude80", "Invalid \\uXXXX escape", 8),
            ("'a'", "Expecting value", 0),
            ("tru", "Expecting value", 0),
        ];
        for (text, message, position) in cases {
            assert_eq!(error(text), (message, position), "{text:?}");
        }
    }

    #[test]
    fn numbers_keep_their_kind_and_size() {
        assert_eq!(decode(b"12").unwrap(), Json::Int(12));
        assert_eq!(decode(b"-0").unwrap(), Json::Int(0));
        assert_eq!(decode(b"1.0").unwrap(), Json::Float(1.0));
        assert_eq!(decode(b"1E5").unwrap(), Json::Float(1e5));
        assert_eq!(decode(b"1e400").unwrap(), Json::Float(f64::INFINITY));
        assert_eq!(
            decode(b"99999999999999999999").unwrap(),
            Json::BigInt("99999999999999999999".into())
        );
        assert_eq!(
            decode(b"-Infinity").unwrap(),
            Json::Float(f64::NEG_INFINITY)
        );
    }

    #[test]
    fn what_is_no_text_is_unreadable() {
        assert_eq!(decode(b"{\"a\": \"\xff\"}"), Err(DecodeError::Unreadable));
        assert_eq!(
            decode("[".repeat(100_000).as_bytes()),
            Err(DecodeError::Unreadable)
        );
        assert_eq!(
            decode("9".repeat(5000).as_bytes()),
            Err(DecodeError::Unreadable)
        );
        assert_eq!(decode(b"\xef\xbb\xbf{}"), Ok(Json::Object(Object::new())));
    }

    #[test]
    fn surrogates_are_joined_or_replaced() {
        assert_eq!(decode(br#""\ud83d\ude80""#).unwrap(), Json::from("🚀"));
        assert_eq!(decode(br#""\ud83d x""#).unwrap(), Json::from("\u{fffd} x"));
    }

    #[test]
    fn the_last_of_a_repeated_key_wins_in_the_first_place() {
        let json = decode(br#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
        let keys: Vec<_> = json.as_object().unwrap().iter().collect();
        assert_eq!(
            keys,
            [
                (&"a".to_owned(), &Json::Int(3)),
                (&"b".to_owned(), &Json::Int(2))
            ]
        );
    }

    proptest! {
        #[test]
        fn no_input_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }

        #[test]
        fn nasty_text_never_panics(text in r#"[\[\]{}",:\\u0-9a-fA-F.eE+\- é🚀\n]{0,60}"#) {
            let _ = decode(text.as_bytes());
        }

        #[test]
        fn what_was_written_is_read_again(text in r#"[a-zé\"\\\n]{0,20}"#, number in any::<i64>()) {
            let value = Json::Array(vec![text.as_str().into(), number.into()]);
            prop_assert_eq!(decode(&super::super::to_bytes(&value)).unwrap(), value);
        }
    }
}
