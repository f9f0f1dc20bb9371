//! The table of topics and their terms.

mod flow;
mod layout;
mod notes;
mod reflection;

/// Something that rules look for in a plan's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table says what each topic is about")]
pub enum Topic {
    Findings,
    Risks,
    Root,
    Baseline,
    Proposed,
    LookingBack,
    Starting,
    Environment,
    Understanding,
    Naming,
    RunName,
    Deriving,
    Capture,
    LogFile,
    Writing,
    Manifest,
    Command,
    Seed,
    Commit,
    Timestamp,
    PathRule,
    Playbook,
    Midpoint,
    Interim,
    Final,
    Reflection,
    Evidence,
    FollowUps,
    Criteria,
    Continue,
    Replan,
    Condition,
    Primary,
    Secondary,
    Statistics,
    Artifacts,
    Ablation,
    OneRunEach,
    EachConfiguration,
    Creating,
    Parallel,
    Tracked,
    EvoSweep,
    Fitness,
    SearchSpace,
    Negation,
    WhenUsed,
    ExpectedOutput,
}

/// A topic with its terms.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The topic.
    pub topic: Topic,
    /// What it is about, in a few words.
    pub about: &'static str,
    /// The rules that look for it.
    pub rules: &'static [&'static str],
    /// Its terms, with commas between them: words in lower case, a star for the rest of a word.
    terms: &'static str,
}

impl Entry {
    /// The terms.
    pub fn terms(&self) -> impl Iterator<Item = &'static str> {
        self.terms.split(", ")
    }
}

/// All topics.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    [
        notes::ENTRIES,
        layout::ENTRIES,
        reflection::ENTRIES,
        flow::ENTRIES,
    ]
    .into_iter()
    .flatten()
}
