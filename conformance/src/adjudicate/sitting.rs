//! From doubts to verdicts: what is asked, what was answered, and what that amounts to.

use std::collections::BTreeSet;

use super::ask::harmless;
use super::document::{Document, Misquoted};
use super::kept::{Kept, KeptAnswer, KeptError};
use super::question::{Question, questions};
use super::settle::{Given, settle, settlement};
use crate::rules::Rule;
use crate::verdict::{Answer, Doubt, Settled, Settlement, Verdict};

/// Most notes that are told of one sitting.
const MOST_NOTES: usize = 20;

/// The doubts about one plan, and what was answered to them.
#[derive(Debug)]
pub struct Sitting {
    document: Document,
    kept: Kept,
    pub(super) questions: Vec<Question>,
    accepted: Vec<Option<Settlement>>,
    notes: Vec<String>,
    is_changed: bool,
}

impl Sitting {
    /// Takes the doubts out of verdicts, and what is already answered out of what is kept.
    pub fn new(verdicts: &[(&'static Rule, Verdict)], document: Document, kept: Kept) -> Self {
        let questions = questions(verdicts, &document);
        let mut sitting = Self {
            accepted: questions.iter().map(|_| None).collect(),
            document,
            kept,
            questions,
            notes: Vec::new(),
            is_changed: false,
        };
        sitting.recall();
        sitting
    }

    /// The plan.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The questions that nobody could answer so far, by their places.
    pub fn open(&self) -> Vec<(usize, &Question)> {
        let is_open = |at: usize| {
            let settled = self.accepted.get(at).and_then(Option::as_ref);
            settled.is_none_or(|settled| settled.answer == Answer::Unsure)
        };
        let questions = self.questions.iter().enumerate();
        questions.filter(|(at, _)| is_open(*at)).collect()
    }

    /// Accepts an answer to the question at a place.
    ///
    /// # Errors
    /// Fails where the quotation is none, or where `Met` has none that counts.
    pub fn answer(&mut self, at: usize, given: &Given) -> Result<(), Misquoted> {
        let Some(question) = self.questions.get(at) else {
            return Ok(());
        };
        let settlement = settlement(&self.document, question, given)?;
        let answer = KeptAnswer {
            code: question.code.to_owned(),
            question: question.question.clone(),
            nearest: question.nearest.clone(),
            answer: given.answer,
            quotation: settlement.quotation.as_ref().map(|q| q.text.clone()),
            clause: given.clause,
            by: given.by,
        };
        self.kept.put(question, answer);
        self.is_changed = true;
        self.accepted[at] = Some(settlement);
        Ok(())
    }

    /// Writes the answers down, where there are new ones.
    ///
    /// # Errors
    /// Fails when the file cannot be written.
    pub fn keep(&mut self) -> Result<(), KeptError> {
        if self.is_changed {
            self.kept.save()?;
            self.is_changed = false;
        }
        Ok(())
    }

    /// Puts the answers into the verdicts. Gives what was settled, and what went wrong.
    pub fn conclude(
        mut self,
        verdicts: &mut [(&'static Rule, Verdict)],
    ) -> (Vec<Settled>, Vec<String>) {
        let mut accepted = std::mem::take(&mut self.accepted).into_iter();
        let mut all = Vec::new();
        for (rule, verdict) in verdicts {
            let Verdict::Doubtful(doubts) = verdict else {
                continue;
            };
            let doubts: Vec<Doubt> = std::mem::take(doubts);
            // Questions were made in the same order.
            let answered: Vec<_> = doubts
                .into_iter()
                .map(|doubt| {
                    let settlement = if doubt.is_more() {
                        None
                    } else {
                        accepted.next()
                    };
                    (doubt, settlement.flatten())
                })
                .collect();
            let (now, settled) = settle(rule, answered);
            *verdict = now;
            all.extend(settled);
        }
        (all, self.notes)
    }

    /// Applies what is kept. What does not fit is told.
    fn recall(&mut self) {
        if self.kept.strangers > 0 {
            self.note(format!(
                "{} kept answers are ignored: they were given for another plan",
                self.kept.strangers
            ));
        }
        let mut used = BTreeSet::new();
        let mut refused = Vec::new();
        for (at, question) in self.questions.iter().enumerate() {
            let Some((place, answer)) = self.kept.find(question) else {
                continue;
            };
            used.insert(place);
            match settlement(&self.document, question, &answer.given()) {
                Ok(settlement) => self.accepted[at] = Some(settlement),
                Err(misquoted) => refused.push(format!(
                    "the kept answer `{}` on {} is ignored: {misquoted}",
                    answer.answer.words(),
                    question.id
                )),
            }
        }
        let kept = self.kept.answers().iter().enumerate();
        let unused = kept
            .filter(|(place, _)| !used.contains(place))
            .map(|(_, answer)| {
                format!(
                    "a kept answer on {} is ignored: there is no such doubt",
                    harmless(&answer.code)
                )
            });
        let notes: Vec<String> = refused.into_iter().chain(unused).collect();
        for note in notes {
            self.note(note);
        }
    }

    pub(super) fn note(&mut self, note: String) {
        match self.notes.len() {
            0..MOST_NOTES => self.notes.push(note),
            MOST_NOTES => self.notes.push("further notes are left out".to_owned()),
            _ => {}
        }
    }
}

impl KeptAnswer {
    fn given(&self) -> Given {
        Given {
            answer: self.answer,
            quotation: self.quotation.clone(),
            clause: self.clause,
            by: self.by,
        }
    }
}
