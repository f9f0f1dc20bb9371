//! Placeholders: `{name}` is a value, `{json:name}` the same for within a JSON string.
//!
//! Braces around anything else, and behind a `$`, stand for themselves.

/// Puts values in the place of placeholders. `value` knows them all: [`check`] has looked.
pub(super) fn fill<E>(
    text: &str,
    mut value: impl FnMut(&str) -> Result<String, E>,
) -> Result<String, E> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, behind)) = next(rest) {
        filled.push_str(before);
        match name.strip_prefix("json:") {
            Some(name) => filled.push_str(&escaped(&value(name)?)),
            None => filled.push_str(&value(name)?),
        }
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The first placeholder that is not known.
pub(super) fn check(text: &str, is_known: impl Fn(&str) -> bool) -> Result<(), String> {
    let mut rest = text;
    while let Some((_, name, behind)) = next(rest) {
        if !is_known(name.strip_prefix("json:").unwrap_or(name)) {
            return Err(name.to_owned());
        }
        rest = behind;
    }
    Ok(())
}

/// The text before the next placeholder, its name, and the text behind it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find('{')?;
        let behind = text.get(start + 1..)?;
        let end = behind
            .find(|c: char| !(c.is_ascii_lowercase() || "_.:".contains(c)))
            .unwrap_or(behind.len());
        let is_placeholder = end > 0 && behind[end..].starts_with('}');
        if is_placeholder && !text[..start].ends_with('$') {
            return Some((&text[..start], &behind[..end], &behind[end + 1..]));
        }
        from = start + 1;
    }
}

fn escaped(value: &str) -> String {
    let json = serde_json::Value::from(value).to_string();
    json.trim_start_matches('"')
        .strip_suffix('"')
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> String {
        fill(text, |name| Ok::<_, ()>(format!("<{name}\">"))).unwrap()
    }

    #[test]
    fn only_placeholders_are_replaced() {
        assert_eq!(
            filled(r#"a {b} ${c} {"d": "{json:e.f}"} {} {G} { h } {i"#),
            r#"a <b"> ${c} {"d": "<e.f\">"} {} {G} { h } {i"#
        );
        assert_eq!(filled("{{a}}é{"), "{<a\">}é{");
    }

    #[test]
    fn unknown_ones_are_named() {
        let known = |name: &str| name == "a";
        assert_eq!(check("{a} {json:a} {\"x\"}", known), Ok(()));
        assert_eq!(check("{a} {json:b}", known), Err("json:b".to_owned()));
    }
}
