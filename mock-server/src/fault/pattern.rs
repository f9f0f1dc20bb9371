//! Patterns of paths.

/// Stands for any path.
pub(super) const ANY_PATH: &str = "**";

/// The pattern that a path alone fits.
pub fn literal(path: &str) -> String {
    path.replace('\\', "\\\\").replace('*', "\\*")
}

/// Whether `path` fits `pattern`, where `*` is anything within a segment and `**` anything; `\*` is a
/// star, and `\\` a backslash.
pub fn path_matches(pattern: &str, path: &str) -> bool {
    let Some(special) = pattern.find(['*', '\\']) else {
        return pattern == path;
    };
    let (literal, rest) = pattern.split_at(special);
    let Some(tail) = path.strip_prefix(literal) else {
        return false;
    };
    if let Some(escaped) = rest.strip_prefix('\\') {
        // Before anything else a backslash is no more than that.
        let (meant, rest) = match escaped.chars().next() {
            Some(c @ ('*' | '\\')) => (c, &escaped[1..]),
            _ => ('\\', escaped),
        };
        return tail
            .strip_prefix(meant)
            .is_some_and(|tail| path_matches(rest, tail));
    }
    let (rest, may_cross) = match rest.strip_prefix(ANY_PATH) {
        Some(rest) => (rest, true),
        None => (&rest[1..], false),
    };
    let reach = if may_cross {
        tail.len()
    } else {
        tail.find('/').unwrap_or(tail.len())
    };
    (0..=reach)
        .filter(|&end| tail.is_char_boundary(end))
        .any(|end| path_matches(rest, &tail[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let check = |pattern, path| path_matches(pattern, path);
        assert!(check("/runs", "/runs"));
        assert!(!check("/runs", "/runs/x"));
        assert!(check("/runs/*", "/runs/x"));
        assert!(!check("/runs/*", "/runs/x/logs"));
        assert!(check("/runs/**", "/runs/x/logs"));
        assert!(check("/runs/*/logs", "/runs/x/logs"));
        assert!(check("**", "/anything/at/all"));
        assert!(check("/runs/\\*", "/runs/*") && !check("/runs/\\*", "/runs/x"));
        assert!(check("a\\d\\\\*", "a\\d\\x") && check("\\", "\\"));
        for odd in ["/a*b**\\", "\\*", "\\\\**", "/x"] {
            let alone = literal(odd);
            assert!(path_matches(&alone, odd), "{odd}");
            assert!(!path_matches(&alone, &format!("{odd}x")), "{odd}");
        }
        assert!(check(
            "/p*-skills/**/SKILL.md",
            "/prompt-skills/é/files/SKILL.md"
        ));
    }
}
