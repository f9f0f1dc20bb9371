//! Sections of a plan, and the blocks of which they consist.

use super::lexis::fold_without;
use super::{Plan, Span};

/// What a section is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionKind {
    /// `# Tasks`, or whatever the first heading is.
    Title,
    /// `## Goal`
    Goal,
    /// `## Planning Notes`
    Notes,
    /// A phase; the index is that of [`Plan::phases`].
    Phase(usize),
    /// `## Shared Metrics and Analytics Contract`
    Contract,
    /// Anything else.
    Other,
}

/// A heading with what belongs to it, up to the next section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it is for.
    pub kind: SectionKind,
    /// Its heading as in the source, without marker.
    pub title: String,
    /// 1 to 6; 0 for a line that stands for a heading without being one.
    pub level: u8,
    /// Line of the heading, counted from 1.
    pub line: usize,
    /// Bytes of the heading.
    pub heading: Span,
    /// Bytes of what follows the heading, sub-headings included.
    pub body: Span,
}

/// A block at the outermost level of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: BlockKind,
    pub(super) span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BlockKind {
    /// A heading; the level.
    Heading(u8),
    Paragraph,
    /// An item of an outermost list.
    Item,
    /// A table row and its cells; whether it is the head.
    Row(Vec<Span>, bool),
    /// Code, quotations and the like.
    Other,
}

impl Plan {
    /// The section of this kind, the first where there are several.
    pub fn section(&self, kind: SectionKind) -> Option<&Section> {
        self.sections.iter().find(|section| section.kind == kind)
    }

    /// The section `Goal`.
    pub fn goal(&self) -> Option<&Section> {
        self.section(SectionKind::Goal)
    }

    /// The section `Planning Notes`.
    pub fn notes(&self) -> Option<&Section> {
        self.section(SectionKind::Notes)
    }

    /// The section `Shared Metrics and Analytics Contract`.
    pub fn contract(&self) -> Option<&Section> {
        self.section(SectionKind::Contract)
    }

    /// Which bullet, paragraph or row a stretch stands in, as a number that is the same for all that
    /// stands in it.
    pub fn note_of(&self, span: &Span) -> usize {
        self.blocks
            .partition_point(|block| block.span.start <= span.start)
    }

    /// A stretch of the source without HTML comments, white space folded.
    pub fn text(&self, span: &Span) -> String {
        fold_without(&self.source, span, &self.comments)
    }

    /// Whether anything makes the text a plan: a section that plans have, or a task.
    pub fn has_shape(&self) -> bool {
        !self.tasks.is_empty()
            || self
                .sections
                .iter()
                .any(|section| !matches!(section.kind, SectionKind::Title | SectionKind::Other))
    }
}
