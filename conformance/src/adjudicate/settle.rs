//! What an answer amounts to.

use super::document::{Document, Misquoted};
use super::question::Question;
use crate::rules::Rule;
use crate::verdict::{Answer, Doubt, Finding, Quotation, Settled, Settlement, Settler, Verdict};

/// What somebody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The answer.
    pub answer: Answer,
    /// Words of the plan.
    pub quotation: Option<String>,
    /// The number of the clause that has them.
    pub clause: Option<usize>,
    /// Who it is.
    pub by: Settler,
}

/// What an answer rests on, where that holds.
pub(super) fn settlement(
    document: &Document,
    question: &Question,
    given: &Given,
) -> Result<Settlement, Misquoted> {
    let words = given.quotation.as_deref().unwrap_or_default();
    let is_met = given.answer == Answer::Met;
    let quotation: Option<Quotation> = match given.answer {
        Answer::Unsure => None,
        Answer::NotMet if words.trim().is_empty() => None,
        Answer::Met | Answer::NotMet => Some(document.quote(words, given.clause, is_met)?),
    };
    Ok(Settlement {
        question: question.question.clone(),
        answer: given.answer,
        by: given.by,
        quotation,
    })
}

/// The verdict on a rule whose doubts were answered: a failure where one demand is not met, a pass
/// where all are, and else what is left in doubt.
pub(super) fn settle(
    rule: &'static Rule,
    answered: Vec<(Doubt, Option<Settlement>)>,
) -> (Verdict, Option<Settled>) {
    let (mut open, mut findings, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    let mut settlements = Vec::new();
    for (doubt, settlement) in answered {
        match settlement.as_ref().map(|settlement| settlement.answer) {
            Some(Answer::Met) => {}
            Some(Answer::NotMet) => {
                findings.extend(settlement.as_ref().map(|s| finding(&doubt, s)));
            }
            Some(Answer::Unsure) | None => open.push(doubt),
        }
        if let Some(settlement) = settlement {
            shown.extend(
                settlement
                    .quotation
                    .as_ref()
                    .map(|quotation| quotation.at.clone()),
            );
            settlements.push(settlement);
        }
    }
    let (verdict, open) = match (findings.is_empty(), open.is_empty()) {
        (false, _) => (Verdict::Fail(findings), open),
        (true, true) => (Verdict::Pass(shown), Vec::new()),
        (true, false) => (Verdict::Doubtful(open), Vec::new()),
    };
    let settled = (!settlements.is_empty()).then_some(Settled {
        code: rule.code,
        settlements,
        open,
    });
    (verdict, settled)
}

fn finding(doubt: &Doubt, settlement: &Settlement) -> Finding {
    let quoted = settlement
        .quotation
        .as_ref()
        .map(|quotation| quotation.at.clone());
    let place = quoted.or(doubt.nearest.as_ref().map(|nearest| nearest.at.clone()));
    let message = format!("{} No, says the {}", doubt.question, settlement.by.word());
    let evidence = place.into_iter().chain(doubt.evidence.iter().cloned());
    Finding::new(message, evidence.collect())
}
