//! The parts of which notes and contract consist: what has a label, and what belongs to it.

use super::section::{Block, BlockKind, Section};
use super::{Plan, Span};

/// A bullet, paragraph, sub-heading or table row of a section, with all that belongs to it.
///
/// ```
/// use wild_conformance::facts::Plan;
///
/// let plan = Plan::parse("## Planning Notes\n- **Risks**: noise\n\n### Root\n\n`exp`\n");
/// let parts = plan.parts(plan.notes().unwrap());
/// assert_eq!((parts[0].label.as_str(), parts[0].text.as_str()), ("Risks", "noise"));
/// assert_eq!((parts[1].label.as_str(), parts[1].text.as_str()), ("Root", "`exp`"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is about: the sub-heading, or the words ahead of a colon or dash. May be empty.
    pub label: String,
    /// What it says, without the label, white space folded.
    pub text: String,
    /// Bytes of the source.
    pub span: Span,
    /// Bytes of the label; empty where there is none.
    pub label_span: Span,
}

impl Part {
    /// Bytes of what it says.
    pub fn text_span(&self) -> Span {
        self.label_span.end.max(self.span.start)..self.span.end
    }
}

/// Longest label, in characters: what is longer is a sentence.
const LONGEST_LABEL: usize = 80;

impl Plan {
    /// The parts of a section: its sub-headings with all that is below them, and its bullets,
    /// paragraphs and table rows elsewhere. A paragraph that announces what follows (`Risks:`) takes
    /// in the bullets and rows below it.
    pub fn parts(&self, section: &Section) -> Vec<Part> {
        let first = self
            .blocks
            .partition_point(|block| block.span.start < section.body.start);
        let blocks: Vec<&Block> = self.blocks[first..]
            .iter()
            .take_while(|block| block.span.start < section.body.end)
            .collect();
        let mut parts = Vec::new();
        let mut head: Vec<(String, Span)> = Vec::new();
        let mut index = 0;
        while let Some(block) = blocks.get(index) {
            let following = &blocks[index + 1..];
            let mut taken = 0;
            match &block.kind {
                BlockKind::Heading(level) => {
                    taken = following
                        .iter()
                        .take_while(|next| !closes_heading(&next.kind, *level))
                        .count();
                    parts.push(self.announced(block, &following[..taken]));
                }
                BlockKind::Paragraph
                    if self.announces(&block.span) || self.heads_list(block, following) =>
                {
                    taken = (0..following.len())
                        .find(|at| {
                            let (next, rest) = (following[*at], &following[at + 1..]);
                            self.ends_announced(next) || self.heads_other(next, rest)
                        })
                        .unwrap_or(following.len());
                    parts.push(self.announced(block, &following[..taken]));
                }
                BlockKind::Row(cells, true) => {
                    let name = |cell: &Span| (self.column(cell), cell.clone());
                    head = cells.iter().map(name).collect();
                }
                BlockKind::Row(cells, false) => {
                    self.push_row(&head, cells, &block.span, &mut parts);
                }
                BlockKind::Paragraph | BlockKind::Item | BlockKind::Other => {
                    parts.push(self.labelled(block));
                }
            }
            index += 1 + taken;
        }
        parts
    }

    /// A heading or announcing paragraph, with the blocks that belong to it.
    fn announced(&self, block: &Block, following: &[&Block]) -> Part {
        let end = following.last().map_or(block.span.end, |b| b.span.end);
        let label = self.text(&block.span);
        Part {
            label: label.trim_matches(['#', '*', '_', ':', ' ']).to_owned(),
            text: self.text(&(block.span.end..end.max(block.span.end))),
            span: block.span.start..end,
            label_span: block.span.clone(),
        }
    }

    /// Whether a paragraph only announces what follows: `Risks:` or `**Risks**`.
    pub(super) fn announces(&self, span: &Span) -> bool {
        let text = self.text(span);
        let is_bold = text.len() > 4
            && text.starts_with("**")
            && text.ends_with("**")
            && text[2..text.len() - 2].find("**").is_none();
        let is_short = text.chars().count() <= LONGEST_LABEL;
        is_short && (is_bold || text.trim_end_matches(['*', '_']).ends_with(':'))
    }

    /// Whether a short line without a full stop stands right ahead of a list or table.
    fn heads_list(&self, block: &Block, following: &[&Block]) -> bool {
        let Some(next) = following.first() else {
            return false;
        };
        let text = self.text(&block.span);
        matches!(next.kind, BlockKind::Item | BlockKind::Row(..))
            && text.chars().count() <= LONGEST_LABEL
            && !text.ends_with(['.', '!', '?'])
            && self
                .source
                .get(block.span.clone())
                .is_some_and(|t| !t.contains('\n'))
    }

    fn heads_other(&self, block: &Block, following: &[&Block]) -> bool {
        block.kind == BlockKind::Paragraph && self.heads_list(block, following)
    }

    fn ends_announced(&self, next: &Block) -> bool {
        match next.kind {
            BlockKind::Heading(_) => true,
            BlockKind::Paragraph => {
                // A label of its own ends what an earlier one announced.
                self.announces(&next.span) || !split_label(&self.text(&next.span)).0.is_empty()
            }
            BlockKind::Item | BlockKind::Row(..) | BlockKind::Other => false,
        }
    }

    /// Where a label stands at the beginning of a block: up to its last word.
    fn label_span(&self, span: &Span, label: &str) -> Span {
        let text = self.source.get(span.clone()).unwrap_or_default();
        let mut end = 0;
        for word in label.split_whitespace() {
            let Some(at) = text[end..].find(word) else {
                break;
            };
            end += at + word.len();
        }
        span.start..span.start + end
    }

    fn labelled(&self, block: &Block) -> Part {
        let text = self.text(&block.span);
        let body = match block.kind {
            BlockKind::Item => without_marker(&text),
            _ => text.as_str(),
        };
        let (label, rest) = split_label(body);
        Part {
            label: label.to_owned(),
            text: rest.to_owned(),
            span: block.span.clone(),
            label_span: self.label_span(&block.span, label),
        }
    }

    /// What a column of a table is called; nothing where its head is no label but prose, which is not repeated for
    /// each row below it.
    fn column(&self, cell: &Span) -> String {
        let text = self.text(cell);
        let is_label = text.chars().count() <= LONGEST_LABEL;
        if is_label { text } else { String::new() }
    }

    /// A row is about what its first cell says; in a table of several named columns each cell is
    /// also about its column.
    fn push_row(
        &self,
        head: &[(String, Span)],
        cells: &[Span],
        span: &Span,
        parts: &mut Vec<Part>,
    ) {
        let texts: Vec<String> = cells.iter().map(|cell| self.text(cell)).collect();
        if let Some((first, rest)) = texts.split_first() {
            parts.push(Part {
                label: first.trim_matches(['*', '_', ':', ' ']).to_owned(),
                text: rest.join(" ").trim().to_owned(),
                span: span.clone(),
                label_span: cells.first().cloned().unwrap_or(span.start..span.start),
            });
        }
        for (((column, head_span), text), cell) in head.iter().zip(&texts).zip(cells) {
            if !column.is_empty() && head.len() > 2 {
                parts.push(Part {
                    label: column.trim_matches(['*', '_', ':', ' ']).to_owned(),
                    text: text.clone(),
                    span: cell.clone(),
                    label_span: head_span.clone(),
                });
            }
        }
    }
}

fn closes_heading(kind: &BlockKind, level: u8) -> bool {
    matches!(kind, BlockKind::Heading(next) if *next <= level)
}

fn without_marker(text: &str) -> &str {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let marks: &[char] = if digits > 0 {
        &['.', ')']
    } else {
        &['-', '*', '+']
    };
    rest.strip_prefix(marks).map_or(text, str::trim_start)
}

/// Splits `Label: text`, `**Label** text` and `Label - text`.
pub(super) fn split_label(text: &str) -> (&str, &str) {
    if let Some((bold, rest)) = text.strip_prefix("**").and_then(|t| t.split_once("**")) {
        let rest = rest.trim_start_matches([':', '-', '–', '—', '.', ' ']);
        return (bold.trim_end_matches([':', ' ', '.']), rest);
    }
    let separators = [": ", " - ", " – ", " — ", "：", ":\u{a0}"];
    let first = separators
        .iter()
        .filter_map(|mark| text.find(mark).map(|at| (at, mark.len())))
        .min();
    let trimmed = text.trim_end_matches(['*', '_']);
    let (at, length) = match first {
        Some(found) => found,
        None if trimmed.ends_with(':') => (trimmed.len() - 1, text.len() - trimmed.len() + 1),
        None => return ("", text),
    };
    let label = &text[..at];
    let is_label = label.chars().count() <= LONGEST_LABEL && !label.contains(['`', '.']);
    if is_label {
        let rest = text[at + length..].trim_start_matches(['*', '_', ' ']);
        (label.trim_matches(['*', '_', ' ']), rest)
    } else {
        ("", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(body: &str) -> Vec<(String, String)> {
        let plan = Plan::parse(&format!("## Planning Notes\n\n{body}\n\n## Phase 1 - A\n"));
        plan.parts(plan.notes().unwrap())
            .into_iter()
            .map(|part| (part.label, part.text))
            .collect()
    }

    fn pair(label: &str, text: &str) -> (String, String) {
        (label.to_owned(), text.to_owned())
    }

    #[test]
    fn bullets_and_paragraphs_have_labels() {
        assert_eq!(
            parts("- Findings: a\n- **Risks** — b\n\nRoot: `exp`: yes"),
            [
                pair("Findings", "a"),
                pair("Risks", "b"),
                pair("Root", "`exp`: yes")
            ]
        );
        assert_eq!(parts("No label here."), [pair("", "No label here.")]);
        assert_eq!(parts("- Empty:"), [pair("Empty", "")]);
        // Code and whole sentences are no labels.
        let text = "See `a.py`: it trains";
        assert_eq!(parts(&format!("- {text}")), [pair("", text)]);
        let text = format!("{}: it trains", "What it does in the end ".repeat(9));
        assert_eq!(parts(&format!("- {text}")), [pair("", &text)]);
    }

    #[test]
    fn announcing_paragraphs_and_headings_take_in_what_follows() {
        assert_eq!(
            parts("**Findings**\n- a\n- b\n\nRisks:\n\n1. c\n\n### Root\nd\n#### deep\ne"),
            [
                pair("Findings", "- a - b"),
                pair("Risks", "1. c"),
                pair("Root", "d #### deep e")
            ]
        );
    }

    #[test]
    fn a_paragraph_in_bold_announces_the_next_one() {
        assert_eq!(
            parts("**Findings**\n\nIt is slow.\n\n**Risks**\n\nNoise."),
            [pair("Findings", "It is slow."), pair("Risks", "Noise.")]
        );
    }

    #[test]
    fn labels_stand_where_their_last_word_ends() {
        let plan = Plan::parse("## Planning Notes\n\n- **Key  findings** — it is slow\n");
        let parts = plan.parts(plan.notes().unwrap());
        assert!(plan.source[parts[0].label_span.clone()].ends_with("Key  findings"));
    }

    #[test]
    fn rows_and_columns_are_parts() {
        assert_eq!(
            parts("| what | text |\n|---|---|\n| Risks | noise |"),
            [pair("Risks", "noise")]
        );
        let columns = parts("| Findings | Risks | Root |\n|---|---|---|\n| a | b | c |");
        assert!(columns.contains(&pair("Risks", "b")));
    }

    #[test]
    fn parts_take_room_that_grows_with_the_text() {
        let long = "risks of all kinds ".repeat(50);
        for body in [
            format!("|a|{long}|c|\n|-|-|-|\n{}", "|1|2|3|\n".repeat(100)),
            format!("|{}\n|{}\n", "a|".repeat(200), "-|".repeat(200)),
            format!("**Risks**\n\n{}", "Root:\n\n- b\n\n".repeat(100)),
            "### a\n#### b\n##### c\n".repeat(100),
        ] {
            let room = |(label, text): &(String, String)| label.len() + text.len();
            let all: usize = parts(&body).iter().map(room).sum();
            assert!(all <= 3 * body.len(), "{all} of {}: {body:.40}", body.len());
        }
    }
}
