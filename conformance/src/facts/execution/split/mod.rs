//! Splitting a command line into simple commands, as a shell does.
//!
//! Quotes, comments, here-documents, substitutions, subshells, branches of `case` and redirections are
//! told apart; nothing is expanded. One pass, no recursion: what is nested is handed over as text.

mod nested;
mod quoting;
#[cfg(test)]
mod tests;

use std::iter::Peekable;
use std::str::Chars;

use nested::{delimiter, document, enclosed};

/// A simple command: its words, and the operator behind it.
pub(super) type Part = (Vec<String>, String);

/// Words before a command that are no part of it.
pub(super) const KEYWORDS: [&str; 9] = [
    "do", "then", "else", "{", "time", "if", "elif", "!", "coproc",
];

/// Most characters of `((...))`.
const LONGEST_ARITHMETIC: usize = 200;

/// A simple command with what is nested in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Simple {
    /// Its words.
    pub(super) words: Vec<String>,
    /// The operator behind it.
    pub(super) operator: String,
    /// The code of `$(...)`, backticks, `<(...)` and `>(...)`.
    pub(super) codes: Vec<String>,
    /// Its here-documents.
    pub(super) documents: Vec<String>,
}

/// The simple commands of a text.
pub(super) fn split(text: &str) -> Vec<Simple> {
    let mut splitter = Splitter::new(text);
    splitter.split();
    splitter.found
}

/// What is open, and closed by a parenthesis.
#[derive(PartialEq, Eq)]
enum Open {
    Subshell,
    Case,
}

/// A here-document whose text is yet to come.
struct Awaited {
    end: String,
    has_tabs: bool,
    /// The number of its command.
    owner: usize,
}

struct Splitter<'t> {
    chars: Peekable<Chars<'t>>,
    found: Vec<Simple>,
    simple: Simple,
    word: String,
    has_word: bool,
    open: Vec<Open>,
    awaited: Vec<Awaited>,
    awaits_pattern: bool,
    /// How often `((` may still be looked at ahead of time.
    looks_left: u8,
    /// A quote or a substitution has no end, so that a shell starts nothing of its command.
    is_broken: bool,
    /// Whether there are nothing but keywords before the next word.
    is_head: bool,
    /// Between `[[` and `]]`, where operators are words.
    is_test: bool,
}

impl<'t> Splitter<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            chars: text.chars().peekable(),
            found: Vec::new(),
            simple: Simple::default(),
            word: String::new(),
            has_word: false,
            open: Vec::new(),
            awaited: Vec::new(),
            awaits_pattern: false,
            looks_left: 100,
            is_broken: false,
            is_head: true,
            is_test: false,
        }
    }

    fn split(&mut self) {
        while let Some(c) = self.chars.next() {
            match c {
                '#' if !self.has_word => while self.chars.next_if(|c| *c != '\n').is_some() {},
                '\'' => self.single_quoted(),
                '"' => self.double_quoted(),
                '\\' => match self.chars.next() {
                    Some('\n') | None => {}
                    Some(escaped) => self.push(escaped),
                },
                '$' => self.dollar(),
                '`' => self.backticks(),
                '\n' => {
                    self.end("\n");
                    self.documents();
                }
                ';' => {
                    let rest = self.chars.next_if(|next| matches!(next, ';' | '&'));
                    self.awaits_pattern |= rest.is_some();
                    self.end(if rest.is_some() { ";;" } else { ";" });
                }
                c if c.is_whitespace() => self.end_word(),
                c if self.is_test => self.push(c),
                '&' if self.chars.peek() == Some(&'>') => {
                    self.end_word();
                    self.push('&');
                }
                '>' | '<' => self.redirection(c),
                '|' if self.is_pattern() => self.end_word(),
                '&' | '|' => {
                    let mut operator = c.to_string();
                    operator.extend(self.chars.next_if_eq(&c));
                    if operator == "|" {
                        // `|&` is a pipe like the other.
                        self.chars.next_if_eq(&'&');
                    }
                    self.end(&operator);
                }
                '(' => self.opening(),
                ')' => self.closing(),
                c => self.push(c),
            }
        }
        if self.is_broken {
            (self.simple, self.has_word) = (Simple::default(), false);
        }
        self.end("");
    }

    fn push(&mut self, c: char) {
        self.has_word = true;
        self.word.push(c);
    }

    fn redirection(&mut self, c: char) {
        let is_number = self.word.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number && self.word != "&" {
            self.end_word();
        }
        if self.chars.peek() == Some(&'(') {
            self.push(c);
            let code = self.enclosed(')');
            self.simple.codes.push(code);
            return;
        }
        if c == '<' && self.chars.next_if_eq(&'<').is_some() {
            if self.chars.next_if_eq(&'<').is_some() {
                self.word.push_str("<<<");
                self.has_word = true;
                self.end_word();
            } else {
                (self.word, self.has_word) = (String::new(), false);
                let (end, has_tabs) = delimiter(&mut self.chars, &mut String::new());
                let owner = self.found.len();
                self.awaited.push(Awaited {
                    end,
                    has_tabs,
                    owner,
                });
            }
            return;
        }
        self.push(c);
        let second = self.chars.next_if(|next| matches!(next, '>' | '&' | '|'));
        self.word.extend(second);
    }

    /// The texts of the here-documents that the line before asked for.
    fn documents(&mut self) {
        for awaited in std::mem::take(&mut self.awaited) {
            let (text, _) = document(&mut self.chars, &awaited.end, awaited.has_tabs);
            if let Some(owner) = self.found.get_mut(awaited.owner) {
                owner.documents.push(text);
            }
        }
    }

    fn opening(&mut self) {
        if self.chars.next_if_eq(&')').is_some() {
            // `name()`, or `name ()`, whose name is a word by now.
            self.word.push_str("()");
            self.has_word = true;
            self.end_word();
            return;
        }
        let is_glob = self.word.len() > 1 && self.word.ends_with(['@', '*', '?', '+', '!']);
        if self.word.ends_with('=') || is_glob {
            let (text, _) = enclosed(&mut self.chars, ')', 1, usize::MAX);
            self.word.push('(');
            self.word.push_str(&text);
        } else if !self.arithmetic() && !self.is_pattern() {
            self.end_word();
            self.open.push(Open::Subshell);
        }
    }

    /// Whether a pattern of a `case` is read.
    fn is_pattern(&self) -> bool {
        self.awaits_pattern && self.open.last() == Some(&Open::Case)
    }

    /// Passes over `((...))`, which starts nothing, if it is that and no subshell in another.
    fn arithmetic(&mut self) -> bool {
        if self.has_word || self.chars.peek() != Some(&'(') || self.looks_left == 0 {
            return false;
        }
        let mut ahead = self.chars.clone();
        let (_, is_closed) = enclosed(&mut ahead, ')', 0, LONGEST_ARITHMETIC);
        if !is_closed || ahead.next() != Some(')') {
            self.looks_left -= 1;
            return false;
        }
        self.chars = ahead;
        true
    }

    fn closing(&mut self) {
        if self.is_pattern() {
            // The pattern starts nothing, nor does what is held against it before the first one.
            self.end_word();
            let words = &mut self.simple.words;
            let head = words.iter().position(|word| word == "case");
            words.truncate(head.map_or(0, |at| at + 1));
            self.awaits_pattern = false;
            self.end("in");
            return;
        }
        self.end(")");
        if self.open.last() == Some(&Open::Subshell) {
            self.open.pop();
        }
    }

    fn end_word(&mut self) {
        if !std::mem::take(&mut self.has_word) {
            return;
        }
        let word = std::mem::take(&mut self.word);
        if std::mem::take(&mut self.is_head) {
            self.is_head = is_keyword(&word);
            match word.as_str() {
                "case" => {
                    self.open.push(Open::Case);
                    self.awaits_pattern = true;
                }
                "esac" if self.open.last() == Some(&Open::Case) => {
                    self.open.pop();
                    self.awaits_pattern = false;
                }
                "[[" => self.is_test = true,
                _ => {}
            }
        }
        self.is_test &= word != "]]";
        self.simple.words.push(word);
    }

    /// Ends a simple command.
    fn end(&mut self, operator: &str) {
        self.end_word();
        self.is_test = false;
        self.is_head = true;
        if self.simple.words.is_empty() {
            // What stands behind a subshell or on the next line stands behind its last command.
            if let Some(last) = self.found.last_mut()
                && (last.operator == ")" || operator == ";;")
            {
                operator.clone_into(&mut last.operator);
            }
            return;
        }
        // The braces of a function may stand on the next line.
        let names_function =
            matches!(self.simple.words.as_slice(), [.., name] if name.ends_with("()"));
        if operator == "\n" && names_function {
            self.is_head = false;
            return;
        }
        operator.clone_into(&mut self.simple.operator);
        self.found.push(std::mem::take(&mut self.simple));
    }
}

fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || matches!(word, "while" | "until")
}
