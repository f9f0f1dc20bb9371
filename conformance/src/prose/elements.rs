//! Which of the lexicon's elements a token is: words, kinds, endpoints.

use super::file;
use super::kinds::Asked;
use super::lexicon::Lexicon;
use super::token::{Before, Kind, Token, Tokens};

/// Numbers in words, from two on.
const COUNTS: [&str; 22] = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "fourteen", "fifteen", "sixteen", "eighteen", "twenty", "thirty", "both", "several",
    "multiple", "many", "dozen",
];

impl Lexicon {
    /// Appends the elements that a token is.
    pub(super) fn classify(&self, tokens: &Tokens, token: &Token, into: &mut Vec<u32>) {
        let text = tokens.text(token);
        let kinds = &self.kinds;
        if token.is_code {
            kinds.push(Asked::Code, into);
        }
        if token.before == Before::Colon {
            kinds.push(Asked::Colon, into);
        }
        match token.kind {
            Kind::Word => {
                self.words.find(text, into);
                if COUNTS.contains(&text) {
                    kinds.push(Asked::Count, into);
                }
            }
            Kind::Number => {
                self.words.find(text, into);
                kinds.push(Asked::Number, into);
                if is_count(text) {
                    kinds.push(Asked::Count, into);
                }
            }
            Kind::Path => self.classify_path(text, into),
            Kind::Template(fields) => {
                kinds.push(Asked::Field, into);
                if fields >= 2 {
                    kinds.push(Asked::Template, into);
                }
                // A single word in brackets is that word: `<evo_sweep>`.
                let mut words = tokens.inner(token);
                if let (Some(only), None) = (words.next(), words.next()) {
                    self.words.find(only, into);
                }
            }
            Kind::Example => kinds.push(Asked::Example, into),
            Kind::Task => kinds.push(Asked::Task, into),
            Kind::Compare => kinds.push(Asked::Compare, into),
            Kind::Arrow => kinds.push(Asked::Arrow, into),
            Kind::Redirect => {
                kinds.push(Asked::Redirect, into);
                if text.contains(['&', '2']) {
                    kinds.push(Asked::Stderr, into);
                }
            }
            Kind::Option => {
                kinds.push(Asked::Option, into);
                let mut words = tokens.inner(token);
                if let Some(first) = words.next() {
                    self.words.find(first, into);
                }
            }
            Kind::Endpoint => {
                kinds.push(Asked::Endpoint, into);
                self.classify_endpoint(text, into);
            }
            Kind::Address => {}
        }
    }

    fn classify_path(&self, text: &str, into: &mut Vec<u32>) {
        let kinds = &self.kinds;
        kinds.push(Asked::Path, into);
        if file::holds_data(text) {
            kinds.push(Asked::Data, into);
        }
        if file::holds_code(text) {
            kinds.push(Asked::Source, into);
        }
        if text.contains(['<', '{', '$', '*']) {
            kinds.push(Asked::Field, into);
        }
    }

    fn classify_endpoint(&self, text: &str, into: &mut Vec<u32>) {
        let (method, path) = text.split_once(' ').unwrap_or_default();
        for (element, wanted, shape) in &self.paths {
            // A path alone says neither that it is created nor that it is changed.
            let is_meant = match wanted.as_str() {
                "ANY" => true,
                "POST" if shape == "/runs" || shape.starts_with("/runs/") => method == "POST",
                _ => method.is_empty() || method == wanted,
            };
            if is_meant && fits(path, shape) {
                into.push(*element);
            }
        }
    }
}

/// Whether a number counts more than one thing.
fn is_count(text: &str) -> bool {
    let bare = text.trim_matches(['x', '×']);
    bare.parse::<u32>()
        .is_ok_and(|count| (2..1000).contains(&count))
}

/// Whether a path has a shape in which a star stands for one part.
fn fits(path: &str, shape: &str) -> bool {
    let mut parts = path.split('/');
    let mut wanted = shape.split('/');
    loop {
        match (parts.next(), wanted.next()) {
            (None, None) => return true,
            (Some(_), Some("*")) => {}
            (Some(part), Some(want)) if part == want => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_shapes() {
        assert!(fits("/runs/<id>/start", "/runs/*/start") && fits("/runs", "/runs"));
        assert!(!fits("/runs/1", "/runs") && !fits("/runs", "/runs/*"));
    }

    #[test]
    fn counts_are_of_more_than_one() {
        assert!(is_count("12") && is_count("x3") && !is_count("1") && !is_count("0.3"));
    }
}
