//! `words`: how a sentence is read.

use std::io::Write;

use super::Failure;
use crate::prose::{Hit, Kind, Prose, lexicon};
use crate::report::worth;
use crate::visible;

/// Shows the tokens of a text and the signs in it; those of mere word classes only on request.
pub(super) fn words(text: &str, all: bool, out: &mut impl Write) -> Result<u8, Failure> {
    let prose = Prose::of_text(text);
    if prose.sentences.is_empty() {
        writeln!(out, "there is no word in it")?;
        return Ok(0);
    }
    for (index, sentence) in prose.sentences.iter().enumerate() {
        let shown = text.get(sentence.span.clone()).unwrap_or_default();
        let question = if sentence.is_question {
            " (a question)"
        } else {
            ""
        };
        let shown = visible::text(shown);
        writeln!(out, "sentence {}: {shown}{question}", index + 1)?;
        let tokens: Vec<String> = sentence
            .tokens
            .clone()
            .filter_map(|at| Some(told(&prose, at, prose.tokens.get(at)?.kind)))
            .collect();
        writeln!(out, "  read as: {}", tokens.join(" "))?;
        let mut lines: Vec<String> = prose
            .hits_of(index)
            .iter()
            .filter(|hit| all || !lexicon().entry(hit.topic).is_word_class)
            .map(|hit| sign(text, &prose, hit))
            .collect();
        lines.dedup();
        for line in lines {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(0)
}

fn told(prose: &Prose, at: usize, kind: Kind) -> String {
    let text = prose
        .tokens
        .get(at)
        .map_or("", |token| prose.tokens.text(token));
    let word = match kind {
        Kind::Word => text.to_owned(),
        Kind::Number => format!("{text}:number"),
        Kind::Path => format!("{text}:path"),
        Kind::Template(fields) => format!("{text}:template({fields})"),
        Kind::Example => format!("{text}:example"),
        Kind::Endpoint => format!("{}:endpoint", text.trim_start()),
        Kind::Task => format!("{text}:task"),
        Kind::Compare => format!("{text}:compare"),
        Kind::Arrow => format!("{text}:arrow"),
        Kind::Redirect => format!("{text}:redirect"),
        Kind::Option => format!("{text}:option"),
        Kind::Address => format!("{text}:address"),
    };
    if prose.is_denied(at) {
        format!("({word})")
    } else {
        word
    }
}

fn sign(text: &str, prose: &Prose, hit: &Hit) -> String {
    let worth = worth(hit.strength, hit.polarity);
    let shown = text.get(prose.span_of(hit)).unwrap_or_default();
    format!(
        "{} ({worth}): \"{shown}\" - {}",
        hit.topic.key(),
        lexicon().entry(hit.topic).about
    )
}
