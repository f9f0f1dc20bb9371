//! What a rule says about a case.

pub(crate) mod brief;
mod level;
mod reference;
mod settlement;

pub use level::Level;
pub use reference::{Reference, outcome_in_words};
pub use settlement::{Answer, Quotation, Settled, Settlement, Settler};

/// A rule's decision. It is never vacuous: each variant says what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The rule was kept, as these places show.
    Pass(Vec<Reference>),
    /// The rule was violated.
    Fail(Vec<Finding>),
    /// Something speaks of the matter, but a fair reader could not be sure. For rules that read prose
    /// and for nothing else. This is not a pass.
    Doubtful(Vec<Doubt>),
    /// The rule has nothing to say here, and why.
    NotApplicable(String),
    /// Nobody looked, and by whose choice: the user switched a source off, or the evidence is of a
    /// version that did not have it. This is not a pass.
    NotLookedAt(String),
    /// The rule applies and cannot be decided: what is missing. This is not a pass.
    Untestable(String),
}

impl Verdict {
    /// What [`Verdict::word`] says, in the order in which counts are told.
    pub const WORDS: [&str; 6] = [
        "pass",
        "fail",
        "doubtful",
        "not_looked_at",
        "untestable",
        "not_applicable",
    ];

    /// A violation with one finding.
    pub fn fail(message: impl Into<String>, evidence: Vec<Reference>) -> Self {
        Self::Fail(vec![Finding::new(message, evidence)])
    }

    /// A pass without findings, a failure with some.
    pub fn from_findings(findings: Vec<Finding>, otherwise: Vec<Reference>) -> Self {
        if findings.is_empty() {
            Self::Pass(otherwise)
        } else {
            Self::Fail(findings)
        }
    }

    /// One doubt.
    pub fn doubtful(question: impl Into<String>, nearest: Option<Nearest>) -> Self {
        Self::Doubtful(vec![Doubt::new(question, nearest)])
    }

    /// Not applicable, for this reason.
    pub fn not_applicable(reason: impl Into<String>) -> Self {
        Self::NotApplicable(reason.into())
    }

    /// The word that reports use.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass(_) => "pass",
            Self::Fail(_) => "fail",
            Self::Doubtful(_) => "doubtful",
            Self::NotApplicable(_) => "not_applicable",
            Self::NotLookedAt(_) => "not_looked_at",
            Self::Untestable(_) => "untestable",
        }
    }
}

/// One violation: what happened, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong and what would be right.
    pub message: String,
    /// Where it shows.
    pub evidence: Vec<Reference>,
    /// How much it weighs where that is less than its rule does.
    pub level: Option<Level>,
}

impl Finding {
    /// A finding that weighs what its rule does.
    pub fn new(message: impl Into<String>, evidence: Vec<Reference>) -> Self {
        Self {
            message: message.into(),
            evidence,
            level: None,
        }
    }

    /// The same, weighing no more than this.
    #[must_use]
    pub fn at_most(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// What it weighs as a finding of a rule of level `rule`: that at most.
    pub fn level(&self, rule: Level) -> Level {
        self.level.map_or(rule, |own| own.min(rule))
    }
}

/// What a fair reader could not be sure of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// What a person would have to answer.
    pub question: String,
    /// The sentence of the plan that comes nearest to the matter, where there is one.
    pub nearest: Option<Nearest>,
    /// What else speaks of it.
    pub evidence: Vec<Reference>,
}

impl Doubt {
    /// A doubt that rests on nothing but the nearest sentence.
    pub fn new(question: impl Into<String>, nearest: Option<Nearest>) -> Self {
        Self {
            question: question.into(),
            nearest,
            evidence: Vec::new(),
        }
    }

    /// A doubt on what stands there, which quotes nothing.
    pub fn of(question: impl Into<String>, at: Reference) -> Self {
        Self {
            question: question.into(),
            nearest: None,
            evidence: vec![at],
        }
    }

    /// What stands for so many that are not told.
    fn more(count: usize) -> Self {
        let question =
            format!("and {count} more of this rule's doubts, which are not told one by one");
        Self::of(question, Reference::More { count })
    }

    /// Whether it stands for others, so that it is no question that anybody could answer.
    pub fn is_more(&self) -> bool {
        self.nearest.is_none() && matches!(self.evidence[..], [Reference::More { .. }])
    }
}

/// A sentence that comes near to what a rule looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// Its text.
    pub text: String,
    /// Where it stands, a [`Reference::Place`].
    pub at: Reference,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_weighs_what_its_rule_does_at_most() {
        let finding = Finding::new("two on one device", Vec::new());
        assert_eq!(finding.level(Level::Must), Level::Must);
        assert_eq!(finding.level(Level::Should), Level::Should);
        let mild = finding.clone().at_most(Level::Should);
        assert_eq!(mild.level(Level::Must), Level::Should);
        let loud = finding.at_most(Level::Must);
        assert_eq!(loud.level(Level::Should), Level::Should);
    }
}
