//! # LAY001 experiment-root (MUST)
//!
//! The planning notes state the experiment root: `exp` where that folder existed beforehand,
//! `.wild/experiments` where it did not. No deliverable lies under the other of the two. Where it
//! is not known whether `exp` existed, either will do.
//!
//! Two roots, or one that nobody announced, scatter what belongs together.
//!
//! Prompt: "State it in the planning notes."
//!
//! Conforming: `Experiment root and logging layout: .wild/experiments, as there is no exp/`
//!
//! Violating: `Experiment root: results/`, or a deliverable `exp/log.csv` in a project without
//! `exp`
//!
//! ```told
//! told = ["experiment|experiments ?s root|folder|directory", "text: .wild/experiments"]
//! ```

use crate::demand::{self, Stand};
use crate::facts::{Part, PlanFacts, Section, Source};
use crate::prose::{Kind, Token, Topic, Zone};
use crate::rules::{Check, Level, Rule};
use crate::verdict::{Finding, Verdict};

/// The rule.
pub(in crate::rules) static RULE: Rule = Rule {
    code: "LAY001",
    slug: "experiment-root",
    level: Level::Must,
    summary: "the notes state the right experiment root, and deliverables lie under it",
    sources: &[Source::Journal, Source::Workspace],
    source_text: include_str!("experiment_root.rs"),
    check: Check::Plan(check),
};

/// The root for a project that has it already.
const EXISTING: &str = "exp";

/// The root for all others.
const OTHERWISE: &str = ".wild/experiments";

fn check(facts: &PlanFacts<'_>) -> Verdict {
    let allowed = allowed(facts);
    let misplaced = match allowed {
        [root] => misplaced(facts, root),
        _ => Vec::new(),
    };
    let Some(section) = facts.plan.notes() else {
        return if misplaced.is_empty() {
            Verdict::not_applicable("there are no planning notes, see PLN003")
        } else {
            Verdict::Fail(misplaced)
        };
    };
    let stated = stated(facts, section, allowed);
    match stated {
        Verdict::Fail(mut findings) => {
            findings.extend(misplaced);
            Verdict::Fail(findings)
        }
        _ if !misplaced.is_empty() => Verdict::Fail(misplaced),
        verdict => verdict,
    }
}

/// The roots that may be chosen.
fn allowed(facts: &PlanFacts<'_>) -> &'static [&'static str] {
    // A folder that is there now may be the agent's own; one that is not there never was.
    let existed = facts.context.exp_existed.or_else(|| {
        facts
            .tree
            .is_some_and(|tree| !tree.is_folder(EXISTING))
            .then_some(false)
    });
    match existed {
        Some(true) => &[EXISTING],
        Some(false) => &[OTHERWISE],
        None => &[EXISTING, OTHERWISE],
    }
}

fn shown(roots: &[&str]) -> String {
    let roots: Vec<String> = roots.iter().map(|root| format!("`{root}`")).collect();
    roots.join(" or ")
}

/// Whether the notes state one of the roots that may be chosen, and not another.
fn stated(facts: &PlanFacts<'_>, section: &Section, allowed: &[&str]) -> Verdict {
    let named = Named::of(facts, section, allowed);
    if named.allowed {
        return Verdict::Pass(vec![facts.at(&section.heading)]);
    }
    let parts = facts.plan.parts(section);
    let about = parts.iter().find(|part| is_about_root(facts, part));
    let span = about.map_or(&section.heading, |part| &part.span);
    if named.other {
        return Verdict::Fail(vec![facts.finding(wrong_root(allowed), span)]);
    }
    // A folder of the repository's own, kept for a stated reason, may be the better choice.
    let reason = about.filter(|part| {
        facts.reading.topics_in(&part.span).has(Topic::Reason) && facts.plan.has_path(&part.span)
    });
    if let Some(part) = reason {
        let stand = Stand {
            span: part.span.clone(),
            zone: Zone::Note,
            task: None,
        };
        let question = format!(
            "Is there good reason to choose another experiment root than {}?",
            shown(allowed)
        );
        return Verdict::Doubtful(vec![demand::doubt(facts, &question, Some(&stand))]);
    }
    let message = format!(
        "the notes do not state the experiment root; it is {}",
        shown(allowed)
    );
    Verdict::Fail(vec![facts.finding(message, span)])
}

/// Which roots the notes name without denying them.
struct Named {
    allowed: bool,
    other: bool,
}

impl Named {
    fn of(facts: &PlanFacts<'_>, section: &Section, allowed: &[&str]) -> Self {
        let prose = &facts.reading.prose;
        let mut named = Self {
            allowed: false,
            other: false,
        };
        let notes = section.body.clone();
        for at in prose.tokens_in(&notes) {
            let Some(token) = prose.tokens.get(at).filter(|_| !prose.is_denied(at)) else {
                continue;
            };
            let Some(text) = facts.plan.source().get(token.span.clone()) else {
                continue;
            };
            let is_name = token.kind == Kind::Path || text == EXISTING;
            if !is_name {
                continue;
            }
            if allowed.iter().any(|root| is_root(facts, text, root)) {
                named.allowed |= !is_left_open(facts, token);
            } else if [EXISTING, OTHERWISE]
                .iter()
                .any(|root| is_root(facts, text, root))
            {
                named.other = true;
            }
        }
        named
    }
}

/// Whether the sentence of a token leaves open what it says.
fn is_left_open(facts: &PlanFacts<'_>, token: &Token) -> bool {
    let sentences = &facts.reading.prose.sentences;
    let at = sentences.partition_point(|sentence| sentence.span.end <= token.span.start);
    sentences
        .get(at)
        .filter(|sentence| sentence.span.contains(&token.span.start))
        .is_some_and(|sentence| facts.reading.topics_in(&sentence.span).has(Topic::Hedge))
}

fn wrong_root(allowed: &[&str]) -> String {
    match allowed {
        [EXISTING] => "the experiment root must be `exp`, which existed already".to_owned(),
        [OTHERWISE] => {
            "the experiment root must be `.wild/experiments`, as there was no `exp`".to_owned()
        }
        _ => format!("the experiment root must be {}", shown(allowed)),
    }
}

fn is_about_root(facts: &PlanFacts<'_>, part: &Part) -> bool {
    let span = if part.label.is_empty() {
        &part.span
    } else {
        &part.label_span
    };
    facts.reading.topics_in(span).has(Topic::Root)
}

/// Whether a word is this root or a path below it.
fn is_root(facts: &PlanFacts<'_>, word: &str, root: &str) -> bool {
    let relative = facts.relative(word);
    let bare = relative.trim_start_matches("./").trim_end_matches('/');
    bare == root
        || bare
            .strip_prefix(root)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Deliverables under the root that was not to be chosen.
fn misplaced(facts: &PlanFacts<'_>, root: &str) -> Vec<Finding> {
    let other = if root == EXISTING {
        OTHERWISE
    } else {
        EXISTING
    };
    let mut findings = Vec::new();
    for field in facts.plan.tasks().filter_map(|task| task.deliverable()) {
        for (path, span) in facts.plan.paths(field) {
            if is_root(facts, &path, other) && !facts.is_beside_plan(&path) {
                let message =
                    format!("{path} is outside the experiment root; put it below `{root}`");
                findings.push(facts.finding(message, &span));
            }
        }
    }
    findings
}
