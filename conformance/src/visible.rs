//! Makes what others wrote visible, so that it steers no terminal and forges no line of a report.
//!
//! Agents choose file names, names of runs, paths of requests and what they print. All of that goes
//! through here on its way to a person: `ESC` becomes `␛`, and what orders text from right to left or
//! hides in it is named by its number. In the log of a CI system some words are commands; they are broken up.

use std::fmt::Write as _;

/// A text of several lines: line ends and tabs stay as they are.
pub(crate) fn text(text: &str) -> String {
    without_commands(&shown(text, |c| !matches!(c, '\n' | '\t') && steers(c)))
}

/// What belongs on one line, such as a name or a path.
pub(crate) fn line(text: &str) -> String {
    shown(text, steers)
}

/// A JSON document: what JSON itself lets stand is written as an escape, which means the same.
pub(crate) fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if !matches!(c, '\n' | '\t') && steers(c) {
            // Everything that steers has four digits; writing to a String cannot fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

fn shown(text: &str, hides: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut hashes = 0;
    for c in text.chars() {
        // In the log of a CI system `##[` begins a command, wherever it stands.
        if c == '[' && hashes >= 2 {
            shown.push(' ');
        }
        hashes = if c == '#' { hashes + 1 } else { 0 };
        if hides(c) {
            push_picture(&mut shown, c);
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Lines that begin with `::` and a name are commands there, too, whatever blanks are ahead.
fn without_commands(text: &str) -> String {
    let line = |line: &str| {
        let (blanks, rest) = line.split_at(line.len() - line.trim_start().len());
        match rest.strip_prefix("::") {
            Some(name) if name.starts_with(char::is_alphabetic) => format!("{blanks}: :{name}"),
            _ => line.to_owned(),
        }
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Whether a terminal does something else with it than to show it. Two are no characters at all, and XML may not
/// have them.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn push_picture(shown: &mut String, c: char) {
    let number = u32::from(c);
    let picture = match number {
        0..=0x1f => char::from_u32(0x2400 + number),
        0x7f => Some('\u{2421}'),
        _ => None,
    };
    if let Some(picture) = picture {
        shown.push(picture);
    } else {
        // Writing to a String cannot fail.
        let _ = write!(shown, "‹U+{number:04X}›");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_shown() {
        let hostile = "a\u{1b}[31mb\r\u{7}\u{7f}\u{9b}2J\u{202e}c\u{200b}\nd\te";
        assert_eq!(text(hostile), "a␛[31mb␍␇␡‹U+009B›2J‹U+202E›c‹U+200B›\nd\te");
        assert!(line(hostile).ends_with("␊d␉e"));
        for plain in ["é ✓ 漢 – …", "a/b.md", ""] {
            assert_eq!(
                (text(plain), line(plain)),
                (plain.to_owned(), plain.to_owned())
            );
        }
    }

    #[test]
    fn no_log_takes_it_for_commands() {
        let hostile = "##[stop-commands]x\n ::error::y\na ::b:: ###[c] #[d]";
        let told = "## [stop-commands]x\n : :error::y\na ::b:: ### [c] #[d]";
        assert_eq!(text(hostile), told);
        assert_eq!(line("##[add-mask]z"), "## [add-mask]z");
        assert_eq!(line("\u{fffe}\u{ffff}"), "‹U+FFFE›‹U+FFFF›");
    }

    #[test]
    fn json_means_the_same_afterwards() {
        let value = serde_json::json!({"a\u{9b}": "x\u{202e}\u{1b}\u{7f}\ny"});
        let escaped = json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(
            !escaped.chars().any(|c| c != '\n' && steers(c)),
            "{escaped}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&escaped).unwrap(),
            value
        );
    }
}
