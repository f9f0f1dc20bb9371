//! The one tokenizer.
//!
//! Words are compared in lower case, `mid-point` and `mid_point` are the two words `mid point`, and
//! `don't` is one word. What is one thing for a reader stays one token: a path with its shell patterns
//! and fields (`a/{logs,outputs}/<name>.log`), a template of a name (`<model>-s<seed>`), an endpoint.

use super::chunk::{self, Chunk};
use super::piece;
use super::token::{Before, Kind, Span, Token, Tokens};

impl Tokens {
    /// Reads a stretch of the source and appends its tokens. `is_code` tells of a byte whether it
    /// stands in code. The first token comes behind `before`.
    pub fn read(
        &mut self,
        source: &str,
        span: &Span,
        before: Before,
        is_code: impl Fn(usize) -> bool,
    ) {
        let text = source.get(span.clone()).unwrap_or_default();
        let mut tokenizer = Tokenizer {
            tokens: self,
            before,
            method: None,
        };
        for chunk in chunk::chunks(text) {
            match chunk {
                // Punctuation of a command ends no sentence.
                Chunk::Mark(_, at) if is_code(span.start + at) => {}
                Chunk::Mark(mark, _) => tokenizer.before = tokenizer.before.max(mark),
                Chunk::Piece(piece) => {
                    let at = span.start + piece.start;
                    tokenizer.piece(&text[piece.clone()], at, is_code(at));
                }
            }
        }
    }

    fn push_folded(&mut self, text: &str) -> std::ops::Range<u32> {
        let start = self.folded.len() as u32;
        fold_into(&mut self.folded, text);
        start..self.folded.len() as u32
    }
}

/// Appends a word in lower case, without apostrophes.
fn fold_into(folded: &mut String, text: &str) {
    if text.is_ascii() {
        let start = folded.len();
        if text.as_bytes().contains(&b'\'') {
            folded.extend(text.split('\''));
        } else {
            folded.push_str(text);
        }
        folded[start..].make_ascii_lowercase();
        return;
    }
    for c in text.chars().filter(|c| !chunk::is_apostrophe(*c)) {
        folded.extend(c.to_lowercase());
    }
}

/// How many tokens may stand between a method and the path that it belongs to.
const REACH: usize = 8;

struct Tokenizer<'t> {
    tokens: &'t mut Tokens,
    before: Before,
    /// The last method that was named, and how many tokens there were then.
    method: Option<(&'static str, usize)>,
}

impl Tokenizer<'_> {
    fn piece(&mut self, mut text: &str, mut at: usize, is_code: bool) {
        while let Some((name, value)) = piece::assignment(text) {
            self.plain(name, at, is_code);
            at += name.len();
            self.whole(Kind::Compare, "=", at, is_code);
            at += 1;
            text = value;
        }
        if !text.is_empty() {
            self.plain(text, at, is_code);
        }
    }

    /// A piece that assigns nothing.
    fn plain(&mut self, text: &str, at: usize, is_code: bool) {
        match piece::kind(text, is_code) {
            piece::Kind::Words => self.words(text, at, is_code),
            piece::Kind::Endpoint(path) => self.endpoint(path, text, at, is_code),
            piece::Kind::Whole(kind) => self.whole(kind, text, at, is_code),
        }
    }

    fn push(&mut self, token: Token) {
        self.tokens.all.push(token);
        self.before = Before::Nothing;
    }

    fn whole(&mut self, kind: Kind, text: &str, at: usize, is_code: bool) {
        // `>` in front of a file is a redirection.
        let redirects = |last: &Token| self.tokens.text(last) == ">";
        if kind == Kind::Path
            && self.tokens.all.last().is_some_and(redirects)
            && let Some(last) = self.tokens.all.last_mut()
        {
            last.kind = Kind::Redirect;
        }
        let folded = self.tokens.push_folded(text);
        let first = self.tokens.inner.len() as u32;
        if matches!(
            kind,
            Kind::Path | Kind::Template(_) | Kind::Example | Kind::Option
        ) {
            for word in chunk::subwords(text) {
                let word = self.tokens.push_folded(&text[word]);
                self.tokens.inner.push(word);
            }
        }
        let inner = first..self.tokens.inner.len() as u32;
        self.push(Token {
            span: at..at + text.len(),
            kind,
            before: self.before,
            is_code,
            folded,
            inner,
        });
    }

    fn words(&mut self, text: &str, at: usize, is_code: bool) {
        if let Some(method) = piece::method(text) {
            self.method = Some((method, self.tokens.all.len()));
        }
        for word in chunk::subwords(text) {
            let folded = self.tokens.push_folded(&text[word.clone()]);
            let kind = if text[word.clone()].starts_with(|c: char| c.is_ascii_digit()) {
                Kind::Number
            } else {
                Kind::Word
            };
            let empty = self.tokens.inner.len() as u32;
            self.push(Token {
                span: at + word.start..at + word.end,
                kind,
                before: self.before,
                is_code,
                folded,
                inner: empty..empty,
            });
        }
    }

    fn endpoint(&mut self, path: &str, text: &str, at: usize, is_code: bool) {
        let count = self.tokens.all.len();
        let near = self.method.take_if(|(_, named)| count - *named <= REACH);
        self.method = None;
        let start = self.tokens.folded.len() as u32;
        self.tokens
            .folded
            .push_str(near.map_or("", |(method, _)| method));
        self.tokens.folded.push(' ');
        self.tokens.folded.push_str(path);
        let folded = start..self.tokens.folded.len() as u32;
        let empty = self.tokens.inner.len() as u32;
        self.push(Token {
            span: at..at + text.len(),
            kind: Kind::Endpoint,
            before: self.before,
            is_code,
            folded,
            inner: empty..empty,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut tokens = Tokens::default();
        tokens.read(text, &(0..text.len()), Before::Stop, |_| false);
        let shown = |token: &Token| match token.kind {
            Kind::Word => tokens.text(token).to_owned(),
            kind => format!("{kind:?}:{}", tokens.text(token)),
        };
        tokens.iter().map(shown).collect()
    }

    #[test]
    fn words_fall_into_their_parts() {
        assert_eq!(
            read("**Mid-point** isn't `max_new_runs`; stdout+stderr/both."),
            [
                "mid", "point", "isnt", "max", "new", "runs", "stdout", "stderr", "both"
            ]
        );
    }

    #[test]
    fn patterns_stay_whole() {
        for path in [
            "a/*/eval.json",
            ".wild/experiments/lr*-s*/{logs,outputs}",
            "outputs/*-s[2-9]/",
            "exp/<run name>/m.json",
            "$(dirname \"/w/tasks.md\")/playbook.md",
            "$ROOT/logs/{name}.log",
            "~/x/y.md",
        ] {
            assert_eq!(
                read(path),
                [format!("Path:{}", path.to_lowercase())],
                "{path}"
            );
        }
    }

    #[test]
    fn names_and_commands() {
        assert_eq!(
            read("`<algo>-eps<e>-s<seed>`, b4-g32-s1; x >= 0.3 -> P2-T1"),
            [
                "Template(3):<algo>-eps<e>-s<seed>",
                "Example:b4-g32-s1",
                "x",
                "Compare:>=",
                "Number:0.3",
                "Arrow:->",
                "Task:p2-t1"
            ]
        );
        assert_eq!(read("*P2-T1* __x.__"), ["Task:p2-t1", "x"]);
        assert_eq!(
            read("python t.py --lr=1e-3 > logs/a.log 2>&1"),
            [
                "python",
                "Path:t.py",
                "Option:--lr",
                "Compare:=",
                "Number:1e-3",
                "Redirect:>",
                "Path:logs/a.log",
                "Redirect:2>&1"
            ]
        );
    }

    #[test]
    fn endpoints_take_the_method_ahead_of_them() {
        assert_eq!(
            read("`POST http://h:1/runs/<id>/start`, then `/runs`"),
            [
                "post",
                "Endpoint:POST /runs/<id>/start",
                "then",
                "Endpoint: /runs"
            ]
        );
    }

    #[test]
    fn marks_are_kept_by_what_follows_them() {
        let mut tokens = Tokens::default();
        let text = "Name: a, b (c) - e.g. d; f? g";
        tokens.read(text, &(0..text.len()), Before::Stop, |_| false);
        let marks: Vec<Before> = tokens.iter().map(|token| token.before).collect();
        assert_eq!(
            marks,
            [
                Before::Stop,
                Before::Colon,
                Before::Comma,
                Before::Parenthesis,
                Before::Dash,
                Before::Nothing,
                Before::Nothing,
                Before::Semicolon,
                Before::Question,
            ]
        );
    }
}
