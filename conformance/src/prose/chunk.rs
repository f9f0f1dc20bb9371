//! Pieces of text between blanks and punctuation, and what they are.

use super::token::Before;
use super::token::{Kind as TokenKind, Span};

/// A piece of text, or a mark between pieces.
pub(super) enum Chunk {
    Piece(Span),
    /// A mark, and where it stands.
    Mark(Before, usize),
}

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

/// What is written with a full stop inside a sentence.
const ABBREVIATIONS: [&str; 14] = [
    "e.g", "i.e", "vs", "etc", "approx", "incl", "resp", "cf", "ca", "eg", "ie", "fig", "min",
    "max",
];

/// Names of folders by which `exp/ctr` is a path and `continue/replan` is none.
const FOLDERS: [&str; 24] = [
    "exp",
    "logs",
    "log",
    "scripts",
    "outputs",
    "output",
    "results",
    "analysis",
    "metadata",
    "data",
    "src",
    "configs",
    "config",
    "tests",
    "tools",
    "bin",
    "notes",
    "plots",
    "figures",
    "tables",
    "reports",
    "manifests",
    "models",
    "runs",
];

/// Files that are named without an extension.
const BARE_FILES: [&str; 12] = [
    "makefile",
    "dockerfile",
    "readme",
    "license",
    "changelog",
    "justfile",
    "version",
    "authors",
    "notice",
    "contributing",
    "codeowners",
    "jenkinsfile",
];

/// Longest field, in bytes.
const LONGEST_FIELD: usize = 60;

pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}')
}

/// Cuts a text into pieces and marks.
pub(super) fn chunks(text: &str) -> impl Iterator<Item = Chunk> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            let c = rest.chars().next()?;
            let behind = &rest[c.len_utf8()..];
            let begins_pattern = starts_whole(rest).is_some();
            if !begins_pattern && let Some(mark) = mark(c, behind, &text[..at]) {
                at += c.len_utf8();
                return Some(Chunk::Mark(mark, at - c.len_utf8()));
            }
            if !begins_pattern && is_blank(c) {
                at += c.len_utf8();
                continue;
            }
            let end = at + piece_end(rest);
            let piece = trimmed(text, at..end);
            let stop = stop_behind(text, &piece, end);
            at = if stop.is_some() { piece.end } else { end };
            if piece.is_empty() {
                at = at.max(end);
                continue;
            }
            return Some(Chunk::Piece(piece));
        }
    })
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '`' | '"' | '[' | ']' | '|' | '\u{201c}' | '\u{201d}' | '\\' | '#' | '•' | '{' | '}'
        )
        || matches!(c, '\'' | '\u{2018}' | '\u{2019}')
}

/// The mark that a character is where no piece is under way.
fn mark(c: char, behind: &str, ahead: &str) -> Option<Before> {
    let before_blank = behind
        .chars()
        .next()
        .is_none_or(|c| c.is_whitespace() || is_blank(c));
    let after_blank = ahead.chars().next_back().is_none_or(char::is_whitespace);
    Some(match c {
        ',' | '，' | '、' | '…' => Before::Comma,
        ';' | '；' => Before::Semicolon,
        '(' | ')' => Before::Parenthesis,
        ':' | '：' => Before::Colon,
        '.' if before_blank || behind.starts_with([')', '*', '_']) => Before::Stop,
        // Dots that are no beginning of a path.
        '.' if behind.starts_with('.') && !behind.starts_with("./") => Before::Stop,
        '!' if before_blank => Before::Stop,
        '?' => Before::Question,
        '\u{2013}' | '\u{2014}' => Before::Dash,
        '-' if after_blank && before_blank => Before::Dash,
        '。' | '！' => Before::Stop,
        _ => return None,
    })
}

/// How long the piece at the beginning of `rest` is.
fn piece_end(rest: &str) -> usize {
    let mut at = 0;
    while let Some(c) = rest.get(at..).and_then(|rest| rest.chars().next()) {
        if let Some(length) = starts_whole(&rest[at..]) {
            at += length;
            continue;
        }
        if at > 0 && c == '[' {
            match character_class(&rest[at..]) {
                Some(length) => {
                    at += length;
                    continue;
                }
                None => break,
            }
        }
        let is_end = c.is_whitespace()
            || matches!(
                c,
                '`' | '"' | '[' | ']' | '|' | ',' | ';' | '(' | ')' | '?' | '\\'
            )
            || matches!(
                c,
                '\u{201c}' | '\u{201d}' | '\u{2013}' | '\u{2014}' | '…' | '•'
            )
            || matches!(c, '。' | '，' | '：' | '；' | '、' | '！');
        if is_end && at > 0 {
            break;
        }
        at += c.len_utf8();
        if is_end {
            break;
        }
    }
    at
}

/// A stretch that is read whole: `<field>`, `{a,b}`, `$(command)`.
fn starts_whole(rest: &str) -> Option<usize> {
    let (open, close) = match rest.as_bytes() {
        [b'<', ..] => (1, '>'),
        [b'{', ..] => (1, '}'),
        [b'$', b'(', ..] => (2, ')'),
        [b'$', b'{', ..] => (2, '}'),
        _ => return None,
    };
    let mut end = open;
    for c in rest.get(open..)?.chars() {
        if c == close {
            break;
        }
        if c == '\n'
            || end > LONGEST_FIELD
            || (close != ')' && matches!(c, '"' | '`' | ':' | '(' | '=' | '<' | '{'))
        {
            return None;
        }
        end += c.len_utf8();
    }
    let inner = rest.get(open..end)?;
    let is_closed = rest[end..].starts_with(close);
    let is_field = inner
        .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '-' | '%'));
    let is_wide = close == '>' && inner.split_whitespace().count() > 3;
    (is_closed && !inner.is_empty() && (is_field || close == ')') && !is_wide).then_some(end + 1)
}

/// `[2-9]` within a pattern.
fn character_class(rest: &str) -> Option<usize> {
    let end = rest.find(']')?;
    let inner = rest.get(1..end)?;
    let fits = !inner.is_empty()
        && inner.len() <= 12
        && inner
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'^' | b'!'))
        && (inner.len() == 1 || inner.contains('-') || inner.bytes().all(|b| b.is_ascii_digit()));
    let goes_on = rest[end + 1..].starts_with(|c: char| c.is_alphanumeric() || "/._-*".contains(c));
    (fits && goes_on).then_some(end + 1)
}

/// A piece without the marks of emphasis and quotation around it.
fn trimmed(text: &str, span: Span) -> Span {
    let piece = &text[span.clone()];
    let is_edge = |c: char| is_apostrophe(c) || matches!(c, '\u{2018}' | '!' | '"');
    let mut start = span.start;
    let mut end = span.end;
    let emphasis = |c: char| matches!(c, '*' | '_');
    let is_pattern = piece.contains('/') || (piece.starts_with('*') && piece.contains('.'));
    loop {
        let piece = &text[start..end];
        let (Some(first), Some(last)) = (piece.chars().next(), piece.chars().next_back()) else {
            break;
        };
        if is_edge(first) || (emphasis(first) && (!is_pattern || piece.starts_with("**"))) {
            start += first.len_utf8();
        } else if is_edge(last) || matches!(last, ':' | '.') || (emphasis(last) && !is_pattern) {
            end -= last.len_utf8();
        } else {
            break;
        }
    }
    start..end.max(start)
}

/// Where punctuation was cut from the end of a piece, it is a mark of its own, unless it is that of an
/// abbreviation.
fn stop_behind(text: &str, piece: &Span, end: usize) -> Option<()> {
    let cut = &text[piece.end..end];
    let lower = text[piece.clone()].to_ascii_lowercase();
    let is_abbreviated = cut.starts_with('.') && ABBREVIATIONS.contains(&lower.as_str());
    (cut.contains([':', '.', '!']) && !is_abbreviated).then_some(())
}

/// Splits `NAME=value` and `--option=value`.
pub(super) fn assignment(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !value.starts_with(['=', '>']);
    is_name.then_some((name, value))
}

/// What a piece is.
pub(super) fn kind(text: &str, is_code: bool) -> Kind<'_> {
    if let Some(kind) = sign(text) {
        return Kind::Whole(kind);
    }
    if let Some(path) = endpoint(text) {
        return Kind::Endpoint(path);
    }
    if text.contains("://") {
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
    if is_path(text, is_code) {
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
    let local = match text.split_once("://") {
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

/// Whether a piece is a file, a folder or a pattern of them.
fn is_path(text: &str, is_code: bool) -> bool {
    if text.starts_with('-') || text.contains("//") || text.len() < 2 {
        return false;
    }
    let begins_path = |start: &&str| text.starts_with(*start);
    if ["/", "~/", "./", "../", "$(", "**/"]
        .iter()
        .any(begins_path)
    {
        return true;
    }
    let lower = text.to_lowercase();
    if BARE_FILES.contains(&lower.as_str()) {
        return lower != "version" && (is_code || text.starts_with(char::is_uppercase));
    }
    if let Some((first, rest)) = text.split_once('/') {
        let is_plain = |part: &str| !part.is_empty() && part.chars().all(char::is_alphabetic);
        let parts_are_words = is_plain(first) && rest.split('/').all(is_plain);
        if text
            .chars()
            .all(|c| c.is_ascii_digit() || "/.%xX-".contains(c))
            || first.is_empty()
        {
            return false;
        }
        if parts_are_words && !is_code {
            return FOLDERS.contains(&first.to_lowercase().as_str());
        }
        return is_code
            || rest.is_empty()
            || has_extension(text)
            || text.starts_with(['.', '$', '<', '{'])
            || FOLDERS.contains(&first.to_lowercase().as_str())
            || text.contains(['_', '*'])
            || first.contains(['.', '-'])
            || rest.contains(['.', '-', '/']);
    }
    has_extension(text)
        || (text.starts_with('.') && text.len() > 2 && text[1..].starts_with(char::is_alphabetic))
}

fn has_extension(text: &str) -> bool {
    let text = text.trim_end_matches('/');
    let Some((stem, extension)) = text.rsplit_once('.') else {
        return false;
    };
    let fits = (1..=8).contains(&extension.len())
        && extension.chars().all(|c| c.is_ascii_alphanumeric())
        && extension.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_version = stem.chars().all(|c| c.is_ascii_digit() || c == '.') && extension.len() < 3;
    let stem_fits = !stem.is_empty() && !stem.ends_with(char::is_whitespace) && !is_version;
    let is_extended = extension.starts_with('{') && extension.ends_with('}');
    (fits && stem_fits && is_file_extension(extension)) || (is_extended && stem_fits)
}

/// Extensions by which a word with a point in it is a file and no name of a module or method.
fn is_file_extension(extension: &str) -> bool {
    const KNOWN: [&str; 101] = [
        "bib", "bin", "bz2", "c", "cc", "cfg", "cjs", "cmake", "conf", "cpp", "cs", "css", "csv",
        "cu", "db", "diff", "eps", "err", "ex", "exs", "f90", "feather", "ffmpeg", "fits", "go",
        "gradle", "gz", "h", "h5", "hdf5", "hpp", "hs", "html", "ini", "ipynb", "java", "jl",
        "jpg", "js", "json", "jsonl", "kt", "kts", "lock", "log", "lua", "md", "mjs", "mk", "ml",
        "mli", "mod", "nc", "ndjson", "nim", "npy", "npz", "onnx", "out", "parquet", "patch",
        "pdf", "php", "pickle", "pkl", "pl", "png", "pt", "pth", "py", "r", "rb", "rs", "rst",
        "sbatch", "scala", "sh", "slurm", "so", "sql", "sqlite", "sum", "sv", "svg", "swift",
        "tar", "tcl", "tex", "toml", "ts", "tsv", "tsx", "txt", "vcf", "vue", "wav", "xml", "yaml",
        "yml", "zig", "zip",
    ];
    let lower = extension.to_ascii_lowercase();
    KNOWN.contains(&lower.as_str())
        || matches!(
            lower.as_str(),
            "zarr"
                | "tif"
                | "geojson"
                | "gpkg"
                | "proto"
                | "lark"
                | "bed"
                | "bam"
                | "fasta"
                | "rds"
                | "ckpt"
                | "safetensors"
                | "pgm"
                | "trace"
                | "plot"
        )
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

/// The words of which a piece is made: runs of letters and digits, with apostrophes.
pub(super) fn subwords(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_part = |c: char| c.is_alphanumeric() || is_apostrophe(c);
        let start = at + text.get(at..)?.find(is_part)?;
        let rest = &text[start..];
        let end = start + rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        at = end;
        Some(start..end)
    })
}
