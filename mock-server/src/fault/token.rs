//! What HTTP allows in a method, a header and a path that a fault names.

/// Longest path that is looked at, with its query.
const LONGEST: usize = 65_534;

/// The name of a method or a header.
pub(super) fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

/// The value of a header.
pub(super) fn is_field_value(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte == b'\t' || byte >= b' ' && byte != 0x7f)
}

/// A path of a server, which may have a query.
pub(super) fn is_target(text: &str) -> bool {
    let (whole, _fragment) = text.split_once('#').unwrap_or((text, ""));
    let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
    let is_plain = |c: char| !(c.is_ascii_control() || matches!(c, ' ' | '<' | '>'));
    path.starts_with('/')
        && text.len() <= LONGEST
        && path.chars().all(|c| is_plain(c) && c != '`')
        && query.chars().all(|c| is_plain(c) && c != '"')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is sent is made with hyper, which must take what is taken here.
    #[test]
    fn what_is_allowed_is_what_can_be_sent() {
        for c in '\0'..'\u{180}' {
            let text = format!("a{c}b");
            let value = hyper::header::HeaderValue::from_str(&text);
            assert_eq!(is_field_value(&text), value.is_ok(), "{c:?}");
            let method = hyper::Method::from_bytes(text.as_bytes());
            assert_eq!(is_token(&text), method.is_ok(), "{c:?}");
            let name = hyper::header::HeaderName::from_bytes(text.as_bytes());
            assert_eq!(is_token(&text), name.is_ok(), "{c:?}");
            for target in [format!("/a{c}b"), format!("/a?b{c}"), format!("/a#{c}")] {
                let parsed = target.parse::<hyper::http::uri::PathAndQuery>();
                assert_eq!(is_target(&target), parsed.is_ok(), "{target:?}");
            }
        }
        assert!(!is_token("") && is_field_value("") && !is_target("a/b"));
        assert!(!is_target(&"/".repeat(LONGEST + 1)));
    }
}
