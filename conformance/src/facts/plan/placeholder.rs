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

impl Plan {
    /// Placeholders outside code and comments, in order; those within `exempt` are left out.
    pub fn placeholders<'p>(
        &'p self,
        exempt: Option<&'p Span>,
    ) -> impl Iterator<Item = Span> + use<'p> {
        let is_exempt = move |at: usize| {
            self.is_code(at) || self.is_comment(at) || exempt.is_some_and(|span| span.contains(&at))
        };
        self.source.char_indices().filter_map(move |(at, c)| {
            let length = match c {
                '<' => self.angle(at),
                '{' => braces(&self.source[at..]),
                'T' => self.todo(at),
                '.' | '…' => self.bare_dots(at),
                _ => None,
            };
            let length = length.filter(|_| !is_exempt(at))?;
            Some(at..at + length)
        })
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

    /// TODO and TBD as words of their own.
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
        is_whole.then_some(word.len())
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
        plan.placeholders(None)
            .map(|span| plan.source()[span].to_owned())
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
            "read TODO.md and docs/TODO",
            "read notes.TODO, and close #TODO",
            "read it | deliverable: logs/<run_name>.log",
            "lr in 1, 2, ..., 9 and so on ... then `...` and `<path>` and `{{x}}`",
            "a < b and c > d, `x`<br>, <https://x.y>, an `<evo_sweep>` or <evo_sweep>",
            "Vec<f32> with <!-- TODO --> more",
        ] {
            assert_eq!(found(line), [""; 0], "{line}");
        }
    }
}
