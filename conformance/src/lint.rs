//! One plan file, judged by itself: the rules that see nothing but a plan and what it is held
//! against.

use crate::facts::{Place, Plan, PlanContext, PlanFacts, Reading, Tree};
use crate::rules::{self, Check, Level, Rule, condition};
use crate::verdict::{Finding, Reference, Verdict};

/// What is wrong at one place of a plan.
#[derive(Debug, Clone)]
pub struct PlanFinding {
    /// The rule that is violated.
    pub rule: &'static Rule,
    /// What is wrong and what would be right.
    pub message: String,
    /// Where; the very beginning for what is missing from the plan as a whole.
    pub place: Place,
    /// Whether a certain stretch is meant, and not the plan as a whole.
    pub is_located: bool,
}

/// Judges a plan. The findings come by place, then by rule.
///
/// ```
/// use wild_conformance::facts::{Plan, PlanContext};
/// use wild_conformance::lint::lint;
///
/// let findings = lint(&Plan::parse("Just words."), &PlanContext::default(), None, "tasks.md");
/// assert_eq!(findings.len(), 1);
/// assert_eq!(findings[0].rule.code, "PLN004");
/// ```
pub fn lint(
    plan: &Plan,
    context: &PlanContext,
    tree: Option<&Tree>,
    file: &str,
) -> Vec<PlanFinding> {
    let reading = Reading::of(plan);
    let facts = PlanFacts {
        plan,
        reading: &reading,
        context,
        tree,
        file,
    };
    let mut found: Vec<PlanFinding> = rules::all()
        .flat_map(|rule| {
            let findings = violations(rule, &facts);
            findings
                .into_iter()
                .map(move |finding| located(rule, finding))
        })
        .collect();
    found.sort_by(|a, b| (a.place, a.rule.code).cmp(&(b.place, b.rule.code)));
    found
}

/// Whether the findings make the plan non-conformant.
pub fn is_violated(findings: &[PlanFinding], strict: bool) -> bool {
    findings
        .iter()
        .any(|finding| strict || finding.rule.level == Level::Must)
}

fn violations(rule: &'static Rule, facts: &PlanFacts<'_>) -> Vec<Finding> {
    let Check::Plan(check) = rule.check else {
        return Vec::new();
    };
    let verdict = condition::unless_plan(facts, rule).unwrap_or_else(|| check(facts));
    match verdict {
        Verdict::Fail(findings) => findings,
        Verdict::Pass(_) | Verdict::NotApplicable(_) | Verdict::Untestable(_) => Vec::new(),
    }
}

fn located(rule: &'static Rule, finding: Finding) -> PlanFinding {
    let start = |line| Place {
        line,
        column: 1,
        end_line: line,
        end_column: 1,
    };
    let place = finding
        .evidence
        .iter()
        .find_map(|reference| match reference {
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
            } => Some(start(*line)),
            _ => None,
        });
    PlanFinding {
        rule,
        message: finding.message,
        is_located: place.is_some(),
        place: place.unwrap_or(start(1)),
    }
}
