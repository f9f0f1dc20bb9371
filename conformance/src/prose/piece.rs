//! What a piece of text is: an endpoint, a path, a number, a name with fields, or words.

use super::chunk::starts_whole;
use super::file;
use super::token::Kind as TokenKind;

/// What a piece is made into.
pub(super) enum Kind<'t> {
    Words,
    /// The path of an endpoint.
    Endpoint(&'t str),
    Whole(TokenKind),
}

/// Methods that turn the path behind them into an endpoint.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// How the server's own paths begin.
const ENDPOINTS: [&str; 8] = [
    "/runs",
    "/sweeps",
    "/cluster",
    "/wild/v2",
    "/prompt-skills",
    "/docs",
    "/openapi.json",
    "/alerts",
];

/// Splits `NAME=value` and `--option=value`.
pub(super) fn assignment(text: &str) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == b'=')?;
    let (name, value) = (&text[..at], &text[at + 1..]);
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !value.starts_with(['=', '>']);
    is_name.then_some((name, value))
}

/// What a piece is.
pub(super) fn kind(text: &str, is_code: bool) -> Kind<'_> {
    // Most pieces are plain words; in code they may be names of files.
    if !is_code && text.bytes().all(|b| b.is_ascii_lowercase()) {
        return Kind::Words;
    }
    if let Some(kind) = sign(text) {
        return Kind::Whole(kind);
    }
    if let Some(path) = endpoint(text) {
        return Kind::Endpoint(path);
    }
    if text.contains(':') && text.contains("://") {
        return Kind::Whole(TokenKind::Address);
    }
    if is_task(text) {
        return Kind::Whole(TokenKind::Task);
    }
    if is_number(text) {
        return Kind::Whole(TokenKind::Number);
    }
    if text.starts_with("--") && text.len() > 2 {
        return Kind::Whole(TokenKind::Option);
    }
    if file::is_path(text, is_code) {
        return Kind::Whole(TokenKind::Path);
    }
    let fields = fields(text).max(if is_code { capitals(text) } else { 0 });
    if fields > 0 && text.len() > 3 {
        return Kind::Whole(TokenKind::Template(fields));
    }
    if is_example(text) {
        return Kind::Whole(TokenKind::Example);
    }
    Kind::Words
}

/// Signs that are tokens.
fn sign(text: &str) -> Option<TokenKind> {
    Some(match text {
        "<" | ">" | "<=" | ">=" | "=" | "==" | "!=" | "≥" | "≤" | "<>" | "≠" | "≈" => {
            TokenKind::Compare
        }
        "->" | "=>" | "→" | "⇒" | "-->" | "==>" | "↦" | "<->" | "↔" => TokenKind::Arrow,
        ">>" | "2>" | "2>&1" | "&>" | ">&" | "1>" | "|&" | "&>>" | "2>>" => TokenKind::Redirect,
        _ => return None,
    })
}

/// The path of an endpoint: `/runs`, `http://h:1/runs?x=1`, `{server_url}/runs`.
fn endpoint(text: &str) -> Option<&str> {
    let scheme = || text.contains(':').then(|| text.split_once("://"))?;
    let local = match scheme() {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None if text.starts_with(['$', '{', '<']) => {
            let end = starts_whole(text).or_else(|| text.find('/'))?;
            let host = text[..end].to_ascii_lowercase();
            if !["server", "url", "api", "base", "host", "wild_server"]
                .iter()
                .any(|w| host.contains(w))
                && !text.contains("SRV")
            {
                return None;
            }
            text.get(end..)?
        }
        None => text,
    };
    let path = local.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_end_matches(['.', ':', '!', '/', '\'']);
    let is_one = |known: &&str| {
        path.strip_prefix(*known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // A file of that name has an extension.
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_file = last.contains('.') && last != "openapi.json" && !last.contains(['<', '{']);
    (ENDPOINTS.iter().any(is_one) && !is_file).then_some(path)
}

/// The method that a piece names: `POST`, `-XPOST`.
pub(super) fn method(text: &str) -> Option<&'static str> {
    let word = text.strip_prefix("-X").unwrap_or(text);
    METHODS
        .into_iter()
        .find(|method| method.eq_ignore_ascii_case(word) && !word.starts_with(char::is_lowercase))
        .or_else(|| matches!(word, "post" | "POSTs" | "POSTed" | "POSTing").then_some("POST"))
}

fn is_task(text: &str) -> bool {
    let Some((phase, task)) = text.split_once(['-', '.', '/']) else {
        return false;
    };
    let numbered = |part: &str, letters: [char; 2]| {
        part.strip_prefix(letters)
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    numbered(phase, ['P', 'p']) && numbered(task, ['T', 't'])
}

fn is_number(text: &str) -> bool {
    let bare = text.trim_start_matches([
        '+', '-', '±', '~', '≈', '<', '>', '=', '≥', '≤', '×', '\u{2212}',
    ]);
    bare.starts_with(|c: char| c.is_ascii_digit())
        && bare
            .chars()
            .all(|c| c.is_ascii_digit() || ".,eE%x×:+-^/kKMGs".contains(c))
        && !bare.contains("//")
        && (bare.bytes().filter(u8::is_ascii_digit).count() * 2 >= bare.len()
            || bare
                .bytes()
                .all(|b| b.is_ascii_digit() || b == b'.' || b == b'%' || b == b'x'))
}

/// How many fields a name has that are to be filled in.
fn fields(text: &str) -> u8 {
    let mut at = 0;
    let mut count = 0_u8;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = starts_whole(rest) {
            count = count.saturating_add(1);
            at += length;
        } else {
            let step = rest.chars().next().map_or(1, char::len_utf8);
            let is_variable =
                rest.starts_with('$') && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic());
            count = count.saturating_add(u8::from(is_variable));
            at += step;
        }
    }
    count
}

/// How many parts of a name are written in capitals, to be filled in: `NAME-sSEED`.
fn capitals(text: &str) -> u8 {
    if !text.contains(|c: char| c.is_ascii_lowercase()) || text.contains('/') {
        return 0;
    }
    let runs = text.split(|c: char| !c.is_ascii_uppercase());
    runs.filter(|run| run.len() >= 3).count().min(9) as u8
}

/// A name that shows its parts: three or more of them, some with numbers.
fn is_example(text: &str) -> bool {
    let fits = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '*' | '+'));
    let parts = text.split(['-', '_']).filter(|part| !part.is_empty());
    let numbered = |part: &str| {
        part.bytes().any(|b| b.is_ascii_digit()) && part.bytes().any(|b| b.is_ascii_alphabetic())
    };
    fits && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && parts.clone().count() >= 2
        && parts.filter(|part| numbered(part)).count() >= 1
        && text.split(['-', '_']).filter(|p| !p.is_empty()).count() >= 3
}
