//! Texts in which names in braces stand for what clients sent.

use std::borrow::Cow;

/// Bytes that names give a text at most; what is beyond is left out.
pub(crate) const MOST_FILLED: usize = 64 * 1024;

/// `text` with each `{name}` that `value` knows replaced by its value. One pass: a value that happens to
/// contain a name in braces stays as it is, and all values together take no more than [`MOST_FILLED`] bytes.
pub(crate) fn fill<'v>(text: &str, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut left = MOST_FILLED;
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let behind = &rest[open + 1..];
        let close = behind
            .find(['{', '}'])
            .filter(|close| behind[*close..].starts_with('}'));
        if let Some(close) = close
            && let Some(value) = value(&behind[..close])
        {
            let taken = &value[..value.floor_char_boundary(left)];
            left -= taken.len();
            filled.push_str(taken);
            rest = &behind[close + 1..];
        } else {
            filled.push('{');
            rest = behind;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_filled_in_once() {
        let value = |name: &str| match name {
            "--a" => Some(Cow::from("{b}")),
            "b" => Some(Cow::from("2")),
            _ => None,
        };
        assert_eq!(
            fill("{--a}{b} {c} {\"a\": {b}} {{b} {", value),
            "{b}2 {c} {\"a\": 2} {2 {"
        );
    }

    #[test]
    fn what_is_filled_in_has_a_bound() {
        let word = "ä".repeat(MOST_FILLED / 2 - 1);
        let filled = fill("<{w}|{w}|{w}>", |_| Some(Cow::from(&word)));
        assert_eq!(filled, format!("<{word}|ä|>"));
    }
}
