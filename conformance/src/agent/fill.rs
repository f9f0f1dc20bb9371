//! Placeholders in what an agent is started with.

use std::borrow::Cow;

/// `text` with each `{name}` that `value` knows replaced by its value. One pass, so that a value that
/// happens to contain a placeholder stays as it is.
pub(crate) fn fill<'v>(text: &str, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        filled.push_str(before);
        let name = name_in(from);
        if let Some(value) = name.and_then(&value) {
            filled.push_str(&value);
            rest = &from[name.map_or(0, str::len) + 2..];
        } else {
            filled.push('{');
            rest = &from[1..];
        }
    }
    filled.push_str(rest);
    filled
}

/// The names of the placeholders in a text, known or not.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let opened = text.match_indices('{');
    opened.filter_map(|(at, _)| name_in(&text[at..]))
}

/// The name in braces with which `text` begins.
fn name_in(text: &str) -> Option<&str> {
    let name = text.strip_prefix('{')?.split_once('}')?.0;
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_known_or_not() {
        let found: Vec<_> = placeholders("{a}{b_2} {x-y} {\"a\": {c}} {} {").collect();
        assert_eq!(found, ["a", "b_2", "c"]);
    }

    #[test]
    fn what_is_known_is_filled_in_once() {
        let value = |name: &str| match name {
            "a" => Some(Cow::from("{b}")),
            "b" => Some(Cow::from("2")),
            _ => None,
        };
        assert_eq!(
            fill("{a}{b} {c} {x-y} {\"a\": {b}} {", value),
            "{b}2 {c} {x-y} {\"a\": 2} {"
        );
    }
}
