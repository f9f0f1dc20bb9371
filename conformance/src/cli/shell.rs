//! Words as a shell takes them.

/// `text` as one word, in quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// `text` as one word, in quotes where it needs them; a variable stays one.
pub(super) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,{}+@%$".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// `text` as one word, in quotes where it needs them; nothing in it is a variable or a pattern.
pub(super) fn exact(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// `text` as one word in which `$NAME` and `${NAME}` are variables, and nothing else means anything.
pub(super) fn with_variables(text: &str) -> String {
    let mut word = String::from("\"");
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        let is_name = |c: char| c.is_ascii_alphabetic() || c == '_';
        let begins = behind
            .strip_prefix('{')
            .unwrap_or(behind)
            .starts_with(is_name);
        if matches!(c, '"' | '\\' | '`') || (c == '$' && !begins) {
            word.push('\\');
        }
        word.push(c);
        rest = behind;
    }
    word.push('"');
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_it_for_one_word() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(word("it's"), r"'it'\''s'");
        assert_eq!(word(""), "''");
        assert_eq!(word("$KEY"), "$KEY");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(quoted("$KEY"), "'$KEY'");
        assert_eq!(exact("$KEY"), "'$KEY'");
        assert_eq!(exact("{a,b}"), "'{a,b}'");
        assert_eq!(exact("a/b=c"), "a/b=c");
        assert_eq!(exact(""), "''");
    }

    #[test]
    fn variables_stay_variables_and_nothing_is_executed() {
        assert_eq!(with_variables("$TMP/a b"), r#""$TMP/a b""#);
        assert_eq!(with_variables("${TMP}/$"), r#""${TMP}/\$""#);
        assert_eq!(with_variables("$(id)`id`\"\\"), r#""\$(id)\`id\`\"\\""#);
    }
}
