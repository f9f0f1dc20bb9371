//! What the agent printed: its tagged blocks and the prose around them.
//!
//! Transcripts come from many programs. Some print only the final message, some everything that was
//! said, some echo the prompt. Therefore an echoed prompt is left out, tags in code spans are words
//! about tags, and an opening tag in the middle of a sentence that is never closed is one, too.

mod scan;
mod tags;

use std::ops::Range;

pub use scan::Tag;
pub use tags::{Block, TagProblem};

/// What stands in a `<promise>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promise {
    /// `DONE`
    Done,
    /// `WAITING`
    Waiting,
    /// Anything else.
    Other(String),
}

impl Promise {
    fn read(text: &str) -> Self {
        match text.trim() {
            "DONE" => Self::Done,
            "WAITING" => Self::Waiting,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// The transcript, taken apart.
#[derive(Debug)]
pub struct TranscriptFacts {
    /// Complete blocks in order.
    all: Vec<Block>,
    /// What is wrong with the tags.
    pub problems: Vec<TagProblem>,
    /// The whole text, without an echoed prompt.
    text: String,
}

impl TranscriptFacts {
    /// Takes `transcript` apart, leaving out `prompt` where it is echoed.
    pub fn new(transcript: &str, prompt: &str) -> Self {
        let text = without_echo(transcript, prompt);
        let tags::Parsed { blocks, problems } = tags::parse(&text);
        Self {
            all: blocks,
            problems,
            text,
        }
    }

    /// The whole text, without an echoed prompt.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The stretches outside the blocks, as bytes of [`TranscriptFacts::text`].
    pub fn prose(&self) -> Vec<Range<usize>> {
        let mut from = 0;
        let mut stretches = Vec::new();
        for block in &self.all {
            stretches.push(from..block.outer.start);
            from = block.outer.end;
        }
        stretches.push(from..self.text.len());
        stretches
    }

    /// The complete blocks of one kind.
    pub fn blocks(&self, tag: Tag) -> impl Iterator<Item = &Block> {
        self.all.iter().filter(move |block| block.tag == tag)
    }

    /// The last complete block of one kind.
    pub fn last(&self, tag: Tag) -> Option<&Block> {
        self.blocks(tag).last()
    }

    /// Whether there is a block of this kind, complete or not.
    pub fn mentions(&self, tag: Tag) -> bool {
        self.blocks(tag).next().is_some()
            || self.problems.iter().any(|problem| problem.tag() == tag)
    }

    /// The promises with their blocks.
    pub fn promised(&self) -> impl Iterator<Item = (Promise, &Block)> {
        self.blocks(Tag::Promise)
            .map(|block| (Promise::read(&block.text), block))
    }

    /// Whether this promise is among those made.
    pub fn promises(&self, wanted: &Promise) -> bool {
        self.promised().any(|(promise, _)| promise == *wanted)
    }
}

/// The transcript with an echo of the prompt blanked out, line breaks kept, so that places stay.
fn without_echo(transcript: &str, prompt: &str) -> String {
    let prompt = prompt.trim();
    if prompt.is_empty() || !transcript.contains(prompt) {
        return transcript.to_owned();
    }
    let blank: String = prompt.chars().filter(|c| *c == '\n').collect();
    transcript.replace(prompt, &blank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_output_can_be_taken_apart(
            text in r"(</?(plan|summary|promise)>|[`a?\n\r ]|DONE|\PC){0,60}",
            prompt in r"[ab<> \n]{0,8}",
        ) {
            let facts = TranscriptFacts::new(&text, &prompt);
            let lines = text.matches('\n').count() + 1;
            for tag in Tag::ALL {
                for block in facts.blocks(tag) {
                    prop_assert!(block.line <= block.end_line && block.end_line <= lines);
                }
            }
        }
    }

    #[test]
    fn an_echoed_prompt_is_not_the_agents_word() {
        let prompt = "Output\n<plan>\n(markdown)\n</plan>\nor <promise>DONE</promise>";
        let facts = TranscriptFacts::new(&format!("{prompt}\n\n<plan>\nmine\n</plan>\n"), prompt);
        let block = facts.last(Tag::Plan).unwrap();
        assert_eq!(
            (block.text.trim(), block.line, block.end_line),
            ("mine", 7, 9)
        );
        assert_eq!(facts.blocks(Tag::Plan).count(), 1);
        assert!(!facts.promises(&Promise::Done));
    }

    #[test]
    fn prose_is_what_stands_outside_the_tags() {
        let prose = |text: &str| {
            let facts = TranscriptFacts::new(text, "");
            let stretches = facts.prose().into_iter();
            let words = stretches.map(|range| facts.text()[range].trim().to_owned());
            words.filter(|words| !words.is_empty()).collect::<Vec<_>>()
        };
        assert_eq!(prose("Hello.\n<plan>\nreally?\n</plan>\n"), ["Hello."]);
        assert_eq!(
            prose("a <plan>\nx\n</plan> b <summary>s</summary>\nc"),
            ["a", "b", "c"]
        );
        assert_eq!(prose("<plan>x</plan>"), [""; 0]);
    }
}
