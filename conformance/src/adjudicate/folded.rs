//! A plan's text as quotations are looked up in it.

use std::ops::Range;

use crate::facts::{Plan, Span};

/// The source with white space folded and comments left out, and where each byte comes from.
#[derive(Debug, Default)]
pub(super) struct Folded {
    text: String,
    /// For each byte of the text, where its character begins in the source.
    origins: Vec<usize>,
}

impl Folded {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut folded = Self::default();
        for (at, c) in plan.source().char_indices() {
            if !c.is_whitespace() && !plan.is_comment(at) {
                folded.push(at, c);
            } else if !folded.text.ends_with(' ') {
                folded.push(at, ' ');
            }
        }
        folded
    }

    fn push(&mut self, at: usize, c: char) {
        self.text.push(c);
        self.origins.resize(self.text.len(), at);
    }

    /// The stretches of the source in which `wanted` stands.
    pub(super) fn find<'f>(&'f self, wanted: &'f str) -> impl Iterator<Item = Span> + 'f {
        self.text.match_indices(wanted).filter_map(|(at, text)| {
            let last = text.chars().next_back()?;
            let inside: Range<usize> = at..at + text.len() - last.len_utf8();
            let start = *self.origins.get(inside.start)?;
            let end = *self.origins.get(inside.end)?;
            Some(start..end + last.len_utf8())
        })
    }
}
