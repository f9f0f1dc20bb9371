//! Values as YAML.

use serde_json::Value;

/// The key whose text becomes a comment ahead of what stands beside it.
pub(super) const COMMENT: &str = "#";

/// A document.
pub(super) fn document(value: &Value) -> String {
    let mut text = String::from("---\n");
    block(value, 0, &mut text);
    text
}

/// A value in lines of its own.
fn block(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                indent(depth, out);
                if key == COMMENT {
                    comment(value.as_str().unwrap_or_default(), depth, out);
                } else {
                    out.push_str(&scalar(key));
                    out.push(':');
                    behind(value, depth, out);
                }
            }
        }
        Value::Array(list) => {
            for value in list {
                indent(depth, out);
                out.push('-');
                item(value, depth, out);
            }
        }
        plain => {
            indent(depth, out);
            out.push_str(&in_a_line(plain));
            out.push('\n');
        }
    }
}

/// A value behind its key.
fn behind(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            block(value, depth + 1, out);
        }
        Value::Array(list) if !list.is_empty() => {
            out.push('\n');
            block(value, depth + 1, out);
        }
        Value::String(text) if is_script(text) => literal(text, depth + 1, out),
        plain => {
            out.push(' ');
            out.push_str(&in_a_line(plain));
            out.push('\n');
        }
    }
}

/// A value behind the dash of a list; a map begins in the same line.
fn item(value: &Value, depth: usize, out: &mut String) {
    let is_map = value.as_object().is_some_and(|map| !map.is_empty());
    if is_map {
        let mut inner = String::new();
        block(value, depth + 1, &mut inner);
        out.push(' ');
        out.push_str(inner.trim_start());
    } else {
        behind(value, depth, out);
    }
}

fn comment(text: &str, depth: usize, out: &mut String) {
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            indent(depth, out);
        }
        out.push_str("# ");
        out.push_str(line);
        out.push('\n');
    }
}

/// Whether a text can stand as it is, line by line.
fn is_script(text: &str) -> bool {
    let is_plain = |line: &str| !line.chars().any(char::is_control) && line.trim_end() == line;
    text.ends_with('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with([' ', '\n'])
        && text.lines().all(is_plain)
}

fn literal(text: &str, depth: usize, out: &mut String) {
    out.push_str(" |\n");
    for line in text.lines() {
        indent(depth, out);
        out.push_str(line);
        out.push('\n');
    }
}

fn in_a_line(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        // What is empty, numbers and words are the same in both languages.
        other => other.to_string(),
    }
}

/// A text in a line: as it is where nothing could take it for something else, and as JSON has it otherwise.
fn scalar(text: &str) -> String {
    const OTHERWISE: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_inner = |c: char| c.is_ascii_alphanumeric() || "_./-".contains(c);
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(is_inner)
        && !OTHERWISE.contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        return text.to_owned();
    }
    // YAML has a few characters fewer that may stand as they are.
    let quoted = Value::from(text).to_string();
    let escaped = quoted.chars().map(|c| match c {
        '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
            format!("\\u{:04x}", u32::from(c))
        }
        c => c.to_string(),
    });
    escaped.collect()
}

fn indent(depth: usize, out: &mut String) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_could_be_taken_for_something_else_is_quoted() {
        for (text, written) in [
            ("plain/word-1.0", "plain/word-1.0"),
            ("No", "\"No\""),
            ("1e3", "\"1e3\""),
            ("", "\"\""),
            ("a: b", "\"a: b\""),
            ("- a", "\"- a\""),
            ("{prompt}", "\"{prompt}\""),
            ("it's \"x\"\n", "\"it's \\\"x\\\"\\n\""),
            ("\u{7f}\u{2028}", "\"\\u007f\\u2028\""),
        ] {
            assert_eq!(scalar(text), written);
        }
    }

    #[test]
    fn maps_lists_scripts_and_comments() {
        let value = json!({
            "#": "first\nsecond",
            "a": {"b": [1, "two", {"c": true, "d": []}], "script": "set -u\n  go\n"},
            "e": {},
            "f": [["x"]],
        });
        let text = "---\n# first\n# second\na:\n  b:\n    - 1\n    - two\n    - c: true\n      d: []\n  script: |\n    \
                    set -u\n      go\ne: {}\nf:\n  -\n    - x\n";
        assert_eq!(document(&value), text);
    }
}
