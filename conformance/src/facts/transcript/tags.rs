//! Pairing opening and closing tags.

use std::ops::Range;

use super::scan::{Tag, Token, tokens};

/// A complete block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its tag.
    pub tag: Tag,
    /// What stands between the tags.
    pub text: String,
    /// Bytes of the transcript, tags included.
    pub outer: Range<usize>,
    /// Line of the opening tag, counted from 1.
    pub line: usize,
    /// Line of the closing tag.
    pub end_line: usize,
}

/// What can be wrong with a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagProblem {
    /// Opened and never closed.
    Unclosed {
        /// The tag.
        tag: Tag,
        /// Its line.
        line: usize,
    },
    /// Closed and never opened.
    Unopened {
        /// The tag.
        tag: Tag,
        /// Its line.
        line: usize,
    },
    /// Nothing between opening and closing.
    Empty {
        /// The tag.
        tag: Tag,
        /// Its line.
        line: usize,
    },
    /// Opened within another block.
    Nested {
        /// The inner tag.
        tag: Tag,
        /// Its line.
        line: usize,
        /// The block around it.
        within: Tag,
    },
}

impl TagProblem {
    /// The tag that is wrong.
    pub fn tag(&self) -> Tag {
        match self {
            Self::Unclosed { tag, .. }
            | Self::Unopened { tag, .. }
            | Self::Empty { tag, .. }
            | Self::Nested { tag, .. } => *tag,
        }
    }

    /// The line where it is wrong, counted from 1.
    pub fn line(&self) -> usize {
        match self {
            Self::Unclosed { line, .. }
            | Self::Unopened { line, .. }
            | Self::Empty { line, .. }
            | Self::Nested { line, .. } => *line,
        }
    }
}

/// What a text's tags amount to.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) blocks: Vec<Block>,
    pub(super) problems: Vec<TagProblem>,
}

/// Pairs the tags of `text`.
pub(super) fn parse(text: &str) -> Parsed {
    let tokens = tokens(text);
    let partners = partners(&tokens);
    let lines = LineStarts::new(text);
    let mut parsed = Parsed::default();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let line = lines.number(token.span.start);
        at += 1;
        if token.closes {
            if !token.follows_words {
                parsed.problems.push(TagProblem::Unopened {
                    tag: token.tag,
                    line,
                });
            }
            continue;
        }
        match partners[at - 1].filter(|partner| tokens[*partner].closes) {
            None if token.follows_words => {}
            None => parsed.problems.push(TagProblem::Unclosed {
                tag: token.tag,
                line,
            }),
            Some(partner) => {
                let inner = &tokens[at..partner];
                parsed.take_block(text, &lines, token, inner, &tokens[partner]);
                at = partner + 1;
            }
        }
    }
    parsed
}

/// For each token the next one of the same tag that closes it or, if that comes first, opens the tag
/// anew: then the earlier one was never closed. Words about tags are passed over. Found from the
/// end, so that it takes linear time.
fn partners(tokens: &[Token]) -> Vec<Option<usize>> {
    let mut partners = vec![None; tokens.len()];
    let mut next = [None; Tag::ALL.len()];
    for (at, token) in tokens.iter().enumerate().rev() {
        partners[at] = next[token.tag as usize];
        if token.closes || !token.follows_words {
            next[token.tag as usize] = Some(at);
        }
    }
    partners
}

impl Parsed {
    fn take_block(
        &mut self,
        text: &str,
        lines: &LineStarts,
        open: &Token,
        inner: &[Token],
        close: &Token,
    ) {
        let body = &text[open.span.end..close.span.start];
        let line = lines.number(open.span.start);
        if body.trim().is_empty() {
            self.problems.push(TagProblem::Empty {
                tag: open.tag,
                line,
            });
            return;
        }
        // A tag in the middle of a sentence of the plan is a word of the plan.
        for token in inner
            .iter()
            .filter(|token| !token.closes && !token.follows_words)
        {
            self.problems.push(TagProblem::Nested {
                tag: token.tag,
                line: lines.number(token.span.start),
                within: open.tag,
            });
        }
        self.blocks.push(Block {
            tag: open.tag,
            text: body.to_owned(),
            outer: open.span.start..close.span.end,
            line,
            end_line: lines.number(close.span.start),
        });
    }
}

/// Where lines start, to number them without counting again and again.
struct LineStarts(Vec<usize>);

impl LineStarts {
    fn new(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at + 1).collect())
    }

    fn number(&self, at: usize) -> usize {
        1 + self.0.partition_point(|start| *start <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<TagProblem> {
        parse(text).problems
    }

    fn texts(text: &str) -> Vec<String> {
        parse(text)
            .blocks
            .into_iter()
            .map(|block| block.text)
            .collect()
    }

    #[test]
    fn well_formed_blocks_are_found_wherever_they_stand() {
        let text = "All done. <summary>a</summary><promise>DONE</promise>\n<plan>\nx < y\n</plan>";
        assert_eq!(texts(text), ["a", "DONE", "\nx < y\n"]);
        assert!(problems(text).is_empty());
    }

    #[test]
    fn words_about_tags_are_no_tags() {
        for text in [
            "I will not print a <plan> because the preflight failed.",
            "`<plan>` comes next",
            "the block `<promise>DONE</promise>` ends it",
            "<plan>\n- [ ] later print <promise>DONE</promise> and `</plan>`\n</plan>",
            "it closes with </plan> as usual",
        ] {
            assert!(problems(text).is_empty(), "{text}: {:?}", problems(text));
        }
    }

    #[test]
    fn malformed_tags_are_told_apart() {
        let unclosed = |line| TagProblem::Unclosed {
            tag: Tag::Plan,
            line,
        };
        assert_eq!(problems("\n<plan>\nx"), [unclosed(2)]);
        assert_eq!(problems("<plan>\nx\n<plan>\ny\n</plan>"), [unclosed(1)]);
        assert_eq!(
            problems("<summary> \n</summary>"),
            [TagProblem::Empty {
                tag: Tag::Summary,
                line: 1
            }]
        );
        let nested = TagProblem::Nested {
            tag: Tag::Summary,
            line: 2,
            within: Tag::Plan,
        };
        assert_eq!(problems("<plan>x\n<summary>y</summary>\n</plan>"), [nested]);
        assert_eq!(
            problems("</plan>"),
            [TagProblem::Unopened {
                tag: Tag::Plan,
                line: 1
            }]
        );
    }

    #[test]
    fn many_tags_take_no_quadratic_time_and_no_panic() {
        for piece in ["<plan>\n<summary>", "a <plan>\n", "`<plan>` <plan> "] {
            parse(&piece.repeat(200_000));
        }
    }
}
