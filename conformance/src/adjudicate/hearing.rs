//! Asking a program all open questions, and what of its answers counts.

use std::collections::BTreeSet;

use super::ask::{Adjudicator, harmless};
use super::messages;
use super::question::Question;
use super::settle::Given;
use super::sitting::Sitting;
use crate::verdict::Settler;

impl Sitting {
    /// Asks a program all open questions at once. What it says wrongly is noted.
    pub async fn ask(&mut self, adjudicator: &Adjudicator) {
        let open = self.open();
        if open.is_empty() {
            return;
        }
        let places: Vec<usize> = open.iter().map(|(at, _)| *at).collect();
        let questions: Vec<&Question> = open.iter().map(|(_, question)| *question).collect();
        let request = messages::request(self.document(), &questions);
        let said = match adjudicator.ask(&request).await {
            Ok(said) => messages::reply(&said),
            Err(broken) => return self.note(format!("the adjudicator {broken}; the doubts stay")),
        };
        match said {
            Ok(answers) => self.hear(&places, answers),
            Err(problem) => self.note(format!(
                "the adjudicator's answer is not what it should be ({}); the doubts stay",
                harmless(&problem)
            )),
        }
    }

    fn hear(&mut self, places: &[usize], answers: Vec<Result<messages::Answered, String>>) {
        let mut given = Vec::new();
        let (mut heard, mut twice) = (BTreeSet::new(), BTreeSet::new());
        for answer in answers {
            let answer = match answer {
                Ok(answer) => answer,
                Err(problem) => {
                    self.note(format!(
                        "an answer of the adjudicator: {}",
                        harmless(&problem)
                    ));
                    continue;
                }
            };
            let asked = places
                .iter()
                .copied()
                .find(|at| self.questions[*at].id == answer.id);
            match asked {
                None => self.note(format!(
                    "the adjudicator answered `{}`, which was not asked",
                    harmless(&answer.id)
                )),
                Some(at) if !heard.insert(at) => {
                    twice.insert(at);
                }
                Some(at) => given.push((at, answer)),
            }
        }
        for (at, answer) in given.into_iter().filter(|(at, _)| !twice.contains(at)) {
            let given = Given {
                answer: answer.answer,
                quotation: answer.quotation,
                clause: answer.clause,
                by: Settler::Adjudicator,
            };
            if let Err(misquoted) = self.answer(at, &given) {
                self.note(format!(
                    "the adjudicator's answer `{}` on {} does not count: {misquoted}",
                    given.answer.words(),
                    answer.id
                ));
            }
        }
        for at in places {
            let id = &self.questions[*at].id;
            if twice.contains(at) {
                self.note(format!("the adjudicator answered {id} more than once"));
            } else if !heard.contains(at) {
                self.note(format!("the adjudicator did not answer {id}"));
            }
        }
    }
}
