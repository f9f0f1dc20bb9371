//! Where in a plan a stretch of text stands, and what governs it.

/// What a stretch of text is part of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// The document's title.
    #[default]
    Title,
    /// The goal.
    Goal,
    /// A note that says what was found or what may go wrong.
    Finding,
    /// Any other note: what was decided, layout, protocol.
    Note,
    /// A section of the plan's own: how things are done.
    Protocol,
    /// The heading of a phase.
    PhaseHeading,
    /// Words below a phase's heading that are no task.
    PhaseText,
    /// What a task is to do.
    TaskText,
    /// Details below a task.
    TaskDetail,
    /// What a task leaves behind.
    Deliverable,
    /// When a task is done.
    DoneWhen,
    /// Any other field of a task.
    TaskField,
    /// The contract on metrics.
    Contract,
}

impl Zone {
    /// Whether it belongs to a task.
    pub fn is_task(self) -> bool {
        matches!(
            self,
            Self::TaskText
                | Self::TaskDetail
                | Self::Deliverable
                | Self::DoneWhen
                | Self::TaskField
        )
    }

    /// Whether what stands there prescribes how tasks are done.
    pub fn is_standing(self) -> bool {
        matches!(
            self,
            Self::Note | Self::Protocol | Self::PhaseText | Self::Contract
        )
    }

    /// What people call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Goal => "goal",
            Self::Finding => "findings",
            Self::Note => "notes",
            Self::Protocol => "protocol",
            Self::PhaseHeading => "phase heading",
            Self::PhaseText => "phase text",
            Self::TaskText => "task",
            Self::TaskDetail => "task detail",
            Self::Deliverable => "deliverable",
            Self::DoneWhen => "done-when",
            Self::TaskField => "field",
            Self::Contract => "contract",
        }
    }
}

/// A stretch of text: a paragraph, list item, field, heading or table row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    /// What it is part of.
    pub zone: Zone,
    /// The task that it belongs to, by its place among the plan's tasks.
    pub task: Option<usize>,
    /// The phase that it stands in.
    pub phase: Option<usize>,
    /// The segment that announces it: a parent item, a lead-in, a sub-heading, a table's head.
    pub governor: Option<usize>,
    /// Its sentences.
    pub sentences: std::ops::Range<usize>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_zone_has_a_word_of_its_own() {
        let all = [
            Zone::Title,
            Zone::Goal,
            Zone::Finding,
            Zone::Note,
            Zone::Protocol,
            Zone::PhaseHeading,
            Zone::PhaseText,
            Zone::TaskText,
            Zone::TaskDetail,
            Zone::Deliverable,
            Zone::DoneWhen,
            Zone::TaskField,
            Zone::Contract,
        ];
        let words: BTreeSet<&str> = all.into_iter().map(Zone::word).collect();
        assert!(words.len() == all.len() && !words.contains(""), "{words:?}");
    }
}
