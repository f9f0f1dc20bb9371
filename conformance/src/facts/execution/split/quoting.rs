//! What quotes and dollars put into a word.

use super::Splitter;
use super::nested::enclosed;

impl Splitter<'_> {
    pub(super) fn single_quoted(&mut self) {
        self.has_word = true;
        for c in self.chars.by_ref() {
            if c == '\'' {
                return;
            }
            self.word.push(c);
        }
        self.is_broken = true;
    }

    pub(super) fn double_quoted(&mut self) {
        self.has_word = true;
        while let Some(c) = self.chars.next() {
            match c {
                '"' => return,
                '\\' => match self.chars.next() {
                    Some('\n') | None => {}
                    Some(escaped @ ('$' | '`' | '"' | '\\')) => self.word.push(escaped),
                    Some(other) => self.word.extend(['\\', other]),
                },
                '`' => self.backticks(),
                '$' if matches!(self.chars.peek(), Some('(' | '{')) => self.dollar(),
                c => self.word.push(c),
            }
        }
        self.is_broken = true;
    }

    /// `$'...'`, `$(...)`, `$((...))`, `${...}`; any other dollar is a letter. What a shell would put
    /// in is left as it is written.
    pub(super) fn dollar(&mut self) {
        match self.chars.peek() {
            Some('\'') => {
                self.chars.next();
                self.ansi_quoted();
            }
            Some(open @ ('(' | '{')) => {
                let close = if *open == '(' { ')' } else { '}' };
                self.push('$');
                let code = self.enclosed(close);
                let is_arithmetic = code.starts_with('(') && code.ends_with(')');
                if close == ')' && !is_arithmetic {
                    self.simple.codes.push(code);
                }
            }
            _ => self.push('$'),
        }
    }

    fn ansi_quoted(&mut self) {
        self.has_word = true;
        while let Some(c) = self.chars.next() {
            match c {
                '\'' => return,
                '\\' => match self.chars.next() {
                    Some('n') => self.word.push('\n'),
                    Some('t') => self.word.push('\t'),
                    escaped => self.word.extend(escaped),
                },
                c => self.word.push(c),
            }
        }
    }

    pub(super) fn backticks(&mut self) {
        self.push('`');
        let mut code = String::new();
        while let Some(c) = self.chars.next_if(|c| *c != '`') {
            let escaped = match c {
                '\\' => self.chars.next_if(|c| matches!(c, '`' | '\\' | '$')),
                _ => None,
            };
            code.push(escaped.unwrap_or(c));
        }
        self.word.push_str(&code);
        self.word.extend(self.chars.next());
        self.simple.codes.push(code);
    }

    /// Takes what the next character opens into the word as it is written; the text between.
    pub(super) fn enclosed(&mut self, close: char) -> String {
        self.has_word = true;
        let (text, is_closed) = enclosed(&mut self.chars, close, 0, usize::MAX);
        self.is_broken |= !is_closed;
        self.word.push_str(&text);
        let inner = text.strip_suffix(close).unwrap_or(&text);
        inner.chars().skip(1).collect()
    }
}
