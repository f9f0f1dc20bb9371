//! Text as Python treats it: what counts as blank, what `int` and `float` read, how a file that is
//! opened as text ends its lines. The real server does all of this to what clients send.

use std::borrow::Cow;

use crate::json::{Json, MAX_DIGITS};

/// The zeros of all decimal digits that Unicode has; nine more follow each.
const ZEROS: [u32; 66] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// `str.isspace` for one character: Unicode white space and the four ASCII separators.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// `str.strip()`.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `str.strip().lower()`, which is how the real server reads words.
pub(crate) fn word(text: &str) -> String {
    strip(text).to_lowercase()
}

/// `int(text)`, or `None` where Python raises. Around numbers the four separators are no space.
pub(crate) fn int(text: &str) -> Option<Json> {
    let plain = with_ascii_digits(text.trim());
    let (sign, digits) = match plain.as_bytes().first()? {
        b'-' => ("-", &plain[1..]),
        b'+' => ("", &plain[1..]),
        _ => ("", &*plain),
    };
    let digits = without_underscores(digits)?;
    if digits.is_empty()
        || digits.len() > MAX_DIGITS
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    match digits.trim_start_matches('0') {
        "" => Some(Json::Int(0)),
        significant => Json::int_from_digits(&format!("{sign}{significant}")),
    }
}

/// `float(text)`, or `None` where Python raises; see [`int`].
pub(crate) fn float(text: &str) -> Option<f64> {
    without_underscores(&with_ascii_digits(text.trim()))?
        .parse()
        .ok()
}

/// The text of a file that is opened in text mode: CRLF and CR are read as LF.
pub(crate) fn universal_newlines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    }
}

fn with_ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let ascii = |c: char| {
        let code = u32::from(c);
        let zero = ZEROS
            .iter()
            .find(|zero| (**zero..**zero + 10).contains(&code));
        zero.and_then(|zero| char::from_digit(code - zero, 10))
            .unwrap_or(c)
    };
    text.chars().map(ascii).collect::<String>().into()
}

/// A number without its underscores, or `None` when one does not stand between two digits.
fn without_underscores(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('_') {
        return Some(text.into());
    }
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let fits = |at: usize| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1));
    let all_fit = (0..bytes.len()).all(|at| bytes[at] != b'_' || fits(at));
    all_fit.then(|| text.replace('_', "").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    // What is expected below was printed by CPython 3.11.

    #[test]
    fn blank_is_what_python_calls_blank() {
        assert_eq!(strip("\x1c\u{a0}\u{2003} x\u{200b}\u{85}\x1f"), "x\u{200b}");
        assert_eq!(strip("\x1f"), "");
        assert_eq!(word("\x1fReady\x1f"), "ready");
    }

    #[test]
    fn whole_numbers_are_read_as_python_reads_them() {
        for (text, number) in [
            ("12", 12),
            ("\t 007\u{a0}", 7),
            ("+1_0", 10),
            ("-0", 0),
            ("٣", 3),
            ("-１２", -12),
        ] {
            assert_eq!(int(text), Some(Json::Int(number)), "{text:?}");
        }
        for text in [
            "", "+", "1__0", "_1", "1_", "1.0", "1e3", "- 1", "0x1", "²", "+-1", "\x1f1",
        ] {
            assert_eq!(int(text), None, "{text:?}");
        }
        let huge = "-99999999999999999999";
        assert_eq!(int(huge), Some(Json::BigInt(huge.into())));
        assert_eq!(int(&"9".repeat(MAX_DIGITS + 1)), None);
    }

    #[test]
    fn numbers_are_read_as_python_reads_them() {
        for (text, number) in [
            ("1.", 1.0),
            ("\u{85}.5\n", 0.5),
            ("1_0.2_5e1_0", 10.25e10),
            ("+Infinity", f64::INFINITY),
            ("1e400", f64::INFINITY),
            ("٣.٥", 3.5),
        ] {
            assert_eq!(float(text), Some(number), "{text:?}");
        }
        assert!(float("-nAn").is_some_and(f64::is_nan));
        for text in [
            "", ".", "1_.5", "1._5", "1e_5", "e5", "0x1", "in", "1 2", "1e", "\x1f1",
        ] {
            assert_eq!(float(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_line_ends_alike() {
        assert_eq!(universal_newlines("a\r\nb\rc\n\r\r\n"), "a\nb\nc\n\n\n");
        assert_eq!(universal_newlines("a\u{85}b\u{2028}"), "a\u{85}b\u{2028}");
    }
}
