//! Patterns of paths.

/// Stands for any path.
pub(super) const ANY_PATH: &str = "**";

/// Whether `path` fits `pattern`, where `*` is anything within a segment and `**` anything.
pub fn path_matches(pattern: &str, path: &str) -> bool {
    let Some(star) = pattern.find('*') else {
        return pattern == path;
    };
    let (literal, rest) = pattern.split_at(star);
    let Some(tail) = path.strip_prefix(literal) else {
        return false;
    };
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
        assert!(check(
            "/p*-skills/**/SKILL.md",
            "/prompt-skills/é/files/SKILL.md"
        ));
    }
}
