//! Whether any endpoint serves a path, or a pattern of paths.

use super::path_patterns;

/// What the server has beside its document.
const BESIDE: [&str; 4] = ["/docs", "/docs/{part}", "/redoc", "/openapi.json"];

/// Longest pattern that is looked up, in bytes.
const LONGEST: usize = 2000;

/// The path that resembles a pattern most, where no endpoint serves anything that fits it.
pub(crate) fn nearest_unless_served(pattern: &str) -> Option<&'static str> {
    let all = || path_patterns().chain(BESIDE);
    let wanted = glob(match pattern.strip_suffix('/') {
        Some(rest) if !rest.is_empty() => rest,
        _ => pattern,
    });
    let is_served = pattern.len() <= LONGEST && all().any(|known| meet(&wanted, &template(known)));
    if is_served {
        return None;
    }
    let likeness = |known: &str| strsim::jaro_winkler(known, pattern);
    all().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Char(char),
    /// Anything within a segment.
    Segment,
    /// Anything.
    Any,
}

impl Piece {
    fn takes(self, c: char) -> bool {
        match self {
            Self::Char(own) => own == c,
            Self::Segment => c != '/',
            Self::Any => true,
        }
    }

    fn repeats(self) -> bool {
        !matches!(self, Self::Char(_))
    }
}

/// A fault's pattern, in pieces.
fn glob(pattern: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '*' if chars.next_if_eq(&'*').is_some() => Piece::Any,
            '*' => Piece::Segment,
            '\\' => Piece::Char(chars.next_if(|c| matches!(c, '*' | '\\')).unwrap_or('\\')),
            c => Piece::Char(c),
        });
    }
    pieces
}

/// A path of the document, in pieces. A parameter that is a path crosses segments.
fn template(path: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some((literal, behind)) = rest.split_once('{') {
        pieces.extend(literal.chars().map(Piece::Char));
        let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
        pieces.push(if name.ends_with("path") || name == "part" {
            Piece::Any
        } else {
            Piece::Segment
        });
        rest = behind;
    }
    pieces.extend(rest.chars().map(Piece::Char));
    pieces
}

/// Whether any text fits both.
fn meet(a: &[Piece], b: &[Piece]) -> bool {
    // `row[j]` tells whether the pieces of `a` so far and the first `j` of `b` fit a text.
    let mut row: Vec<bool> = vec![true];
    row.extend(b.iter().scan(true, |all, piece| {
        *all &= piece.repeats();
        Some(*all)
    }));
    for own in a {
        let above = row.clone();
        row[0] &= own.repeats();
        for (at, other) in b.iter().enumerate() {
            let (left, up, both) = (row[at], above[at + 1], above[at]);
            row[at + 1] = match (own, other) {
                (Piece::Char(c), Piece::Char(d)) => c == d && both,
                // Either may be empty, or take what the other has.
                (own, Piece::Char(d)) => up || own.takes(*d) && left,
                (Piece::Char(c), other) => left || other.takes(*c) && up,
                (_, _) => left || up || both,
            };
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_endpoint_serves_is_found_and_what_none_does_gets_the_nearest() {
        for served in [
            "**",
            "/docs",
            "/docs/",
            "/docs/*",
            "/runs/*",
            "/runs/abc/start",
            "/runs/**",
            "/*/health",
            "/wild/v2/*-health",
            "/prompt-skills/x/files/a/b.md",
            "/runs/\\*",
            "/",
            "*/docs",
            "/**/logs",
        ] {
            assert_eq!(nearest_unless_served(served), None, "{served}");
        }
        for (wrong, nearest) in [
            ("/doc", "/docs"),
            ("/run", "/runs"),
            ("/openapi.jsn", "/openapi.json"),
            ("/wild/v2/system-heath", "/wild/v2/system-health"),
            ("/sweep/*", "/sweeps"),
            ("\\", "/"),
        ] {
            let found = nearest_unless_served(wrong).unwrap();
            assert!(found.starts_with(nearest), "{wrong}: {found}");
        }
        assert!(nearest_unless_served(&"/x".repeat(LONGEST)).is_some());
    }
}
