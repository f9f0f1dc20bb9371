//! One plan file, judged by itself: the rules that see nothing but a plan and what it is held
//! against.

use crate::demand::{self, Row};
use crate::facts::{Place, Plan, PlanContext, PlanFacts, Reading, Tree};
use crate::gate::{Gate, Known, Severity};
use crate::rules::{self, Rule};
use crate::selection::{Asked, LeftOut};
use crate::verdict::{Doubt, Finding, Level, Nearest, Reference, Settled, Verdict, brief};

/// What there is to say about a plan.
#[derive(Debug, Clone, Default)]
pub struct Linted {
    /// What is wrong, by place, then by rule.
    pub findings: Vec<PlanFinding>,
    /// What a fair reader could not be sure of, by rule.
    pub doubts: Vec<PlanDoubt>,
    /// The rules about plans that were not asked, by rule.
    pub left_out: Vec<(&'static Rule, LeftOut)>,
    /// What was answered to other doubts.
    pub settled: Vec<Settled>,
    /// What went wrong when doubts were to be settled.
    pub notes: Vec<String>,
    /// Which rules weigh something else than the catalogue says.
    pub known: Known,
}

/// What is wrong at one place of a plan, or at several together.
#[derive(Debug, Clone)]
pub struct PlanFinding {
    /// The rule that is violated.
    pub rule: &'static Rule,
    /// How much the finding weighs.
    pub level: Level,
    /// What is wrong and what would be right.
    pub message: String,
    /// The first of its places; the very beginning for what is missing from the plan as a whole.
    pub place: Place,
    /// The stretches that are meant; none where the plan as a whole is.
    pub places: Vec<Place>,
}

/// What a fair reader of a plan could not be sure of.
#[derive(Debug, Clone)]
pub struct PlanDoubt {
    /// The rule that has the question.
    pub rule: &'static Rule,
    /// What a person would have to answer.
    pub question: String,
    /// The sentence that comes nearest to the matter, where there is one.
    pub nearest: Option<Quote>,
}

/// A sentence of a plan.
#[derive(Debug, Clone)]
pub struct Quote {
    /// Where it stands.
    pub place: Place,
    /// Its text.
    pub text: String,
}

impl Linted {
    /// What is wrong and what is in doubt by these verdicts.
    pub fn of(verdicts: Vec<(&'static Rule, Verdict)>) -> Self {
        Self::weighed(verdicts, Known::default())
    }

    /// The same, where rules weigh what is said beforehand.
    pub fn weighed(verdicts: Vec<(&'static Rule, Verdict)>, known: Known) -> Self {
        let mut linted = Self {
            known,
            ..Self::default()
        };
        for (rule, verdict) in verdicts {
            match verdict {
                Verdict::Fail(findings) => {
                    let level = linted.known.level(rule);
                    let found = findings
                        .into_iter()
                        .map(|finding| located(rule, level, finding));
                    linted.findings.extend(found);
                }
                Verdict::Doubtful(doubts) => {
                    let doubts = doubts.into_iter().map(|doubt| asked(rule, doubt));
                    linted.doubts.extend(doubts);
                }
                Verdict::Pass(_)
                | Verdict::NotApplicable(_)
                | Verdict::NotLookedAt(_)
                | Verdict::Untestable(_) => {}
            }
        }
        linted
            .findings
            .sort_by(|a, b| (a.place, a.rule.code).cmp(&(b.place, b.rule.code)));
        linted
    }

    /// The same with what was answered to doubts, which the verdicts already hold.
    #[must_use]
    pub fn with_settled(mut self, settled: Vec<Settled>, notes: &[String]) -> Self {
        for settled in &settled {
            if let Some(rule) = rules::find(settled.code) {
                let open = settled.open.iter().cloned();
                self.doubts.extend(open.map(|doubt| asked(rule, doubt)));
            }
        }
        let rank = |code| rules::all().position(|rule| rule.code == code);
        self.doubts
            .sort_by_cached_key(|doubt| rank(doubt.rule.code));
        self.settled = settled.into_iter().map(Settled::brief).collect();
        self.notes = brief::texts(notes);
        self
    }

    /// The codes of the rules that were not asked for this reason.
    pub fn left_out(&self, why: LeftOut) -> Vec<&'static str> {
        let fitting = self.left_out.iter().filter(|(_, own)| *own == why);
        fitting.map(|(rule, _)| rule.code).collect()
    }

    /// Whether what was found makes the plan non-conformant.
    pub fn is_violated(&self, gate: Gate) -> bool {
        let findings = self.findings.iter();
        let mut severities = findings.map(|finding| gate.of_level(finding.level)).chain(
            self.doubts
                .iter()
                .map(|doubt| gate.of_doubt(self.known.level(doubt.rule))),
        );
        severities.any(|severity| severity == Severity::Error)
    }
}

/// Judges a plan.
///
/// ```
/// use wild_conformance::facts::{Plan, PlanContext};
/// use wild_conformance::lint::lint;
///
/// let linted = lint(&Plan::parse("Just words."), &PlanContext::default(), None, "tasks.md");
/// assert_eq!(linted.findings.len(), 1);
/// assert_eq!(linted.findings[0].rule.code, "PLN004");
/// assert!(linted.doubts.is_empty());
/// ```
pub fn lint(plan: &Plan, context: &PlanContext, tree: Option<&Tree>, file: &str) -> Linted {
    let reading = Reading::of(plan);
    let facts = PlanFacts {
        plan,
        reading: &reading,
        context,
        tree,
        file,
    };
    Linted::of(verdicts(&facts))
}

/// What each rule says that sees nothing but a plan.
pub fn verdicts(facts: &PlanFacts<'_>) -> Vec<(&'static Rule, Verdict)> {
    rules::all()
        .filter(|rule| rule.sees_plan_only())
        .map(|rule| (rule, rule.of_plan(facts).brief()))
        .collect()
}

/// Takes out what rules say that are not asked. Gives them, by rule.
pub fn leave_out(
    verdicts: &mut Vec<(&'static Rule, Verdict)>,
    asked: Asked<'_>,
) -> Vec<(&'static Rule, LeftOut)> {
    let mut left_out = Vec::new();
    verdicts.retain(|(rule, _)| {
        let why = asked.leaves_out(rule);
        left_out.extend(why.map(|why| (*rule, why)));
        why.is_none()
    });
    left_out
}

/// Which sentence meets what rules ask of a plan's prose, by rule.
pub fn coverage(
    facts: &PlanFacts<'_>,
    verdicts: &[(&'static Rule, Verdict)],
    left_out: &[(&'static Rule, LeftOut)],
) -> Vec<Row> {
    rules::all()
        .filter(|rule| rule.demand().is_some() || demand::reads_prose(rule.code))
        .filter_map(|rule| row(facts, rule, verdicts, left_out))
        .collect()
}

/// What a plan says on a rule; nothing where the rule sees more than a plan.
pub fn row(
    facts: &PlanFacts<'_>,
    rule: &'static Rule,
    verdicts: &[(&'static Rule, Verdict)],
    left_out: &[(&'static Rule, LeftOut)],
) -> Option<Row> {
    let asks = rule
        .demand()
        .map_or(rule.summary, |demand| demand.asks.as_str());
    if let Some((_, why)) = left_out.iter().find(|(other, _)| other.code == rule.code) {
        return Some(Row::not_asked(rule.code, asks, why.reason()));
    }
    let (_, verdict) = verdicts.iter().find(|(other, _)| other.code == rule.code)?;
    Some(Row::of(facts, rule.code, asks, verdict))
}

fn located(rule: &'static Rule, level: Level, finding: Finding) -> PlanFinding {
    let places: Vec<Place> = finding.evidence.iter().filter_map(place_of).collect();
    PlanFinding {
        rule,
        level: finding.level(level),
        message: finding.message,
        place: places.first().copied().unwrap_or(start_of(1)),
        places,
    }
}

fn asked(rule: &'static Rule, doubt: Doubt) -> PlanDoubt {
    let quote = |nearest: Nearest| Quote {
        place: place_of(&nearest.at).unwrap_or(start_of(1)),
        text: nearest.text,
    };
    PlanDoubt {
        rule,
        question: doubt.question,
        nearest: doubt.nearest.map(quote),
    }
}

fn place_of(reference: &Reference) -> Option<Place> {
    match reference {
        Reference::Place {
            line,
            column,
            end_line,
            end_column,
            ..
        } => Some(Place {
            line: *line,
            column: *column,
            end_line: *end_line,
            end_column: *end_column,
        }),
        Reference::File {
            line: Some(line), ..
        } => Some(start_of(*line)),
        _ => None,
    }
}

fn start_of(line: usize) -> Place {
    Place {
        line,
        column: 1,
        end_line: line,
        end_column: 1,
    }
}
