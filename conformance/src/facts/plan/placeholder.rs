//! What a template leaves behind when it is not filled in.

use super::{Plan, Span};

/// Tags and blocks that are meant as they stand.
const MEANT: [&str; 34] = [
    "evo_sweep",
    "plan",
    "summary",
    "promise",
    "br",
    "hr",
    "b",
    "i",
    "u",
    "s",
    "em",
    "strong",
    "code",
    "pre",
    "sub",
    "sup",
    "details",
    "kbd",
    "p",
    "a",
    "img",
    "div",
    "span",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "thead",
    "tbody",
    "center",
    "small",
];

/// Words of templates, which are placeholders even as a part of a path.
const TEMPLATE_WORDS: [&str; 6] = [
    "path",
    "verifiable condition",
    "query",
    "task description",
    "task line",
    "rest of the task line",
];

/// Longest text between angle brackets that is a placeholder, in bytes.
const LONGEST: usize = 40;

/// Words after which TODO is spoken of and not left over.
const SPOKEN_BEFORE: [&str; 12] = [
    "no",
    "any",
    "every",
    "each",
    "the",
    "without",
    "zero",
    "of",
    "a",
    "remaining",
    "all",
    "resolve",
];

/// Words before which TODO is spoken of and not left over.
const SPOKEN_AFTER: [&str; 10] = [
    "comments", "comment", "list", "marker", "markers", "file", "items", "item", "entries", "notes",
];

impl Plan {
    /// Placeholders outside code and comments, in order; those within `exempt` are left out. No more
    /// than `limit` are looked for.
    pub fn placeholders(&self, exempt: Option<&Span>, limit: usize) -> Vec<(Span, String)> {
        let mut found = Vec::new();
        let is_exempt = |at: usize| {
            self.is_code(at) || self.is_comment(at) || exempt.is_some_and(|span| span.contains(&at))
        };
        for (at, c) in self.source.char_indices() {
            if found.len() >= limit {
                break;
            }
            let length = match c {
                '<' => self.angle(at),
                '{' => braces(&self.source[at..]),
                'T' => self.todo(at),
                '.' | '…' => self.bare_dots(at),
                _ => None,
            };
            if let Some(length) = length
                && !is_exempt(at)
            {
                let span = at..at + length;
                let text = self.source[span.clone()].to_owned();
                found.push((span, text));
            }
        }
        found
    }

    /// `<path>`, and anything else in angle brackets that stands by itself and is no tag.
    fn angle(&self, at: usize) -> Option<usize> {
        let rest = &self.source[at + 1..];
        let end = rest.bytes().take(LONGEST + 1).position(|b| b == b'>')?;
        let inner = rest.get(..end)?;
        let fits = inner.starts_with(|c: char| c.is_ascii_alphabetic())
            && inner
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'));
        let name = inner.to_lowercase();
        if !fits || MEANT.contains(&name.as_str()) {
            return None;
        }
        let joins = |c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '-' | '.' | '=' | '$');
        let before = self.source[..at].chars().next_back().is_some_and(joins);
        let mut behind = rest[end + 1..].chars();
        let after = match behind.next() {
            Some('.') => behind.next().is_some_and(char::is_alphanumeric),
            Some(c) => joins(c),
            None => false,
        };
        let is_alone = !before && !after;
        (is_alone || TEMPLATE_WORDS.contains(&name.as_str())).then_some(end + 2)
    }

    /// TODO and TBD as words of their own, where they are not spoken of.
    fn todo(&self, at: usize) -> Option<usize> {
        let rest = &self.source[at..];
        let word = ["TODO", "TBD"]
            .into_iter()
            .find(|word| rest.starts_with(word))?;
        let before = &self.source[..at];
        let behind = &rest[word.len()..];
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
        let is_name = behind
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
        let is_joined = before.ends_with(|c| is_part(c) || c == '.' || c == '#');
        let is_whole = !is_name && !is_joined && !behind.starts_with(is_part);
        // A line is short or not worth a closer look.
        let line_start = before.len().saturating_sub(60);
        let line_start = (line_start..=before.len()).find(|i| before.is_char_boundary(*i))?;
        let line = before[line_start..].rsplit('\n').next().unwrap_or_default();
        let last = line.split_whitespace().next_back().unwrap_or_default();
        let next: String = behind.chars().take(20).collect();
        let next = next.split_whitespace().next().unwrap_or_default();
        let trim = |word: &str| {
            word.trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
        };
        let is_spoken = SPOKEN_BEFORE.contains(&trim(last).as_str())
            || (behind.starts_with(' ') && SPOKEN_AFTER.contains(&trim(next).as_str()));
        (is_whole && !is_spoken).then_some(word.len())
    }

    /// An ellipsis that is all that is said: behind a label, a bar or an id, and up to the end of
    /// line or field.
    fn bare_dots(&self, at: usize) -> Option<usize> {
        let rest = &self.source[at..];
        let length = if rest.starts_with("...") {
            3
        } else if rest.starts_with('…') {
            '…'.len_utf8()
        } else {
            return None;
        };
        let before = self.source[..at].trim_end_matches([' ', '\t', '*', '_']);
        let is_alone = before.is_empty() || before.ends_with(['\n', ':', '|', ']', '-', '+', '>']);
        let bullet = before.is_empty() && self.source[..at].ends_with(['*', ' ']);
        let is_gate = ["Midpoint reflection", "Final reflection"]
            .iter()
            .any(|gate| before.ends_with(gate));
        // Asked first, as only the first of many dots has something else before it.
        if !(is_alone || bullet || is_gate) {
            return None;
        }
        let behind = rest[length..].trim_start_matches([' ', '\t', '\r', '*', '_', '.']);
        let ends = behind.is_empty() || behind.starts_with(['\n', '|']);
        ends.then_some(length)
    }
}

/// `{{name}}`
fn braces(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix("{{")?;
    let end = inner.bytes().take(LONGEST).position(|b| b == b'}')?;
    let name = inner.get(..end)?.trim();
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '-' | '.'));
    (fits && inner[end..].starts_with("}}")).then_some(end + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<String> {
        let plan = Plan::parse(&format!("## Phase 1 - A\n- [ ] [P1-T1] {line}\n"));
        plan.placeholders(None, 9)
            .into_iter()
            .map(|(_, text)| text)
            .collect()
    }

    #[test]
    fn left_overs_are_found() {
        for (line, what) in [
            ("...", "..."),
            ("x | deliverable: <path> | done-when: y", "<path>"),
            (
                "x | deliverable: a.md | done-when: <verifiable condition>",
                "<verifiable condition>",
            ),
            ("read {{workdir}}/x", "{{workdir}}"),
            ("choose (TBD)", "TBD"),
            ("TODO: choose", "TODO"),
            ("Midpoint reflection ...", "..."),
            ("x | done-when: …", "…"),
        ] {
            assert_eq!(found(line), [what], "{line}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for line in [
            "read TODO.md, docs/TODO and the TODO list",
            "no TODO is left | deliverable: logs/<run_name>.log",
            "lr in 1, 2, ..., 9 and so on ... then `...` and `<path>` and `{{x}}`",
            "a < b and c > d, `x`<br>, <https://x.y>, an `<evo_sweep>` or <evo_sweep>",
            "Vec<f32> with <!-- TODO --> more",
        ] {
            assert_eq!(found(line), [""; 0], "{line}");
        }
    }
}
