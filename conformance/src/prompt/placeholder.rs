//! Placeholders: `{{name}}`.

use std::fmt;
use std::ops::Range;

use super::variables::NAMES;

/// A placeholder in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placeholder<'t> {
    /// With its braces.
    pub(super) span: Range<usize>,
    /// What stands between them, blank space included.
    pub(super) inner: &'t str,
}

/// A placeholder that nothing is put in place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The line of the template's file, counted from 1.
    pub line: usize,
    /// What stands between the braces.
    pub inner: String,
    /// The known placeholder that is most like it.
    pub nearest: &'static str,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            inner,
            nearest,
        } = self;
        write!(
            f,
            "line {line}: {{{{{inner}}}}}; did you mean {{{{{nearest}}}}}?"
        )
    }
}

impl Placeholder<'_> {
    /// What is wrong with it, if anything is.
    pub(super) fn unknown(&self, line: impl FnOnce() -> usize) -> Option<Unknown> {
        if NAMES.contains(&self.inner) {
            return None;
        }
        let name = self.inner.trim().to_lowercase();
        let likeness = |known: &str| strsim::jaro_winkler(known, &name);
        let nearest = NAMES
            .into_iter()
            .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
        Some(Unknown {
            line: line(),
            inner: self.inner.to_owned(),
            nearest,
        })
    }
}

/// The placeholders of a text, in order. Blank space around the name makes it an unknown one, because
/// nothing would be put in its place.
pub(super) fn find(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find("{{")?;
            // Only one brace is passed over where this is none: the next one may open a placeholder.
            at = start + 1;
            let rest = text.get(start + 2..)?;
            let length = rest
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b' ' | b'-'))
                .count();
            let inner = &rest[..length];
            let is_name = inner.trim().starts_with(|c: char| c.is_ascii_alphabetic());
            if is_name && rest[length..].starts_with("}}") {
                let end = start + length + 4;
                at = end;
                return Some(Placeholder {
                    span: start..end,
                    inner,
                });
            }
        }
    })
}

/// The placeholders without which an agent cannot know where to go, and what happens then.
const NEEDED: [(&str, &str, &str); 2] = [
    ("server_url", "where the server is", "WILD_SERVER_URL"),
    (
        "tasks_path",
        "where its tasks file belongs",
        "WILD_TASKS_PATH",
    ),
];

/// What a template lacks.
pub(super) fn missing(text: &str) -> Vec<String> {
    let is_there = |name: &str| find(text).any(|placeholder| placeholder.inner == name);
    NEEDED
        .into_iter()
        .filter(|(name, ..)| !is_there(name))
        .map(|(name, what, variable)| {
            format!(
                "the template has no {{{{{name}}}}}: it does not tell an agent {what}, which it can \
                 only learn from its environment ({variable})"
            )
        })
        .collect()
}

/// The text with every placeholder as a name in single braces, which is one field to whoever reads
/// prose; no byte moves.
pub(super) fn as_fields(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for Placeholder { span, inner } in find(text) {
        out.push_str(&text[done..span.start]);
        out.push_str("{_");
        out.push_str(&inner.replace(' ', "_"));
        out.push_str("_}");
        done = span.end;
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_between_double_braces_are_placeholders() {
        let text = "{{goal}} {goal} {{{workdir}}} {\"a\": {\"b\": {}}} {{}} {{ x y }} {{1}}";
        let found: Vec<&str> = find(text).map(|placeholder| placeholder.inner).collect();
        assert_eq!(found, ["goal", "workdir", " x y "]);
    }

    #[test]
    fn fields_stand_where_placeholders_did() {
        let text = "GET {{server_url}}/docs in {{workdir}}/exp";
        let fields = as_fields(text);
        assert_eq!(fields, "GET {_server_url_}/docs in {_workdir_}/exp");
        assert_eq!(fields.len(), text.len());
    }

    #[test]
    fn a_template_without_server_or_tasks_file_is_warned_of() {
        assert_eq!(missing("{{server_url}} {{tasks_path}}"), [""; 0]);
        let warnings = missing("{{server_url}}");
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].contains("{{tasks_path}}"), "{warnings:?}");
    }
}
