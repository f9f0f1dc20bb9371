//! Texts in JSON: their ends, their escapes, and pairs of surrogates.

use super::{Decoder, Step, syntax};

impl Decoder<'_> {
    pub(super) fn string(&mut self) -> Step<String> {
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
        if self.text[digits_at..].chars().nth(4).is_none() {
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
