//! What an adjudicator is told, and what it says; the module above has the shape of both.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::Document;
use super::question::Question;
use crate::verdict::Answer;

/// Version of the questions' shape.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Request<'r> {
    version: u32,
    plan: PlanForm<'r>,
    questions: Vec<QuestionForm<'r>>,
}

#[derive(Serialize)]
struct PlanForm<'r> {
    path: &'r str,
    clauses: Vec<ClauseForm<'r>>,
}

#[derive(Serialize)]
struct ClauseForm<'r> {
    number: usize,
    line: usize,
    zone: &'static str,
    text: &'r str,
}

#[derive(Serialize)]
struct QuestionForm<'r> {
    id: &'r str,
    code: &'static str,
    question: &'r str,
    nearest: Option<usize>,
}

/// One answer of an adjudicator.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Answered {
    pub(super) id: String,
    pub(super) answer: Answer,
    #[serde(default)]
    pub(super) quotation: Option<String>,
    #[serde(default)]
    pub(super) clause: Option<usize>,
}

/// The questions as JSON.
pub(super) fn request(document: &Document, questions: &[&Question]) -> Vec<u8> {
    let clauses = document.clauses.iter().map(|clause| ClauseForm {
        number: clause.number,
        line: clause.line,
        zone: clause.zone.word(),
        text: &clause.text,
    });
    let questions = questions.iter().map(|question| QuestionForm {
        id: &question.id,
        code: question.code,
        question: &question.question,
        nearest: question.clause,
    });
    let request = Request {
        version: VERSION,
        plan: PlanForm {
            path: &document.path,
            clauses: clauses.collect(),
        },
        questions: questions.collect(),
    };
    // Strings, numbers and lists always have a JSON form.
    serde_json::to_vec(&request).unwrap_or_default()
}

/// The answers, each by itself, or what is wrong with it.
///
/// # Errors
/// Fails where the whole is not what it should be.
pub(super) fn reply(bytes: &[u8]) -> Result<Vec<Result<Answered, String>>, String> {
    #[derive(Deserialize)]
    struct Reply {
        answers: Vec<Value>,
    }
    let reply: Reply = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let answers = reply
        .answers
        .into_iter()
        .map(|answer| serde_json::from_value(answer).map_err(|error| error.to_string()));
    Ok(answers.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_left_out_may_be_null_and_more_is_ignored() {
        let text = r#"{"model": "m", "answers": [
            {"id": "A-1", "answer": "not_met"},
            {"id": "A-2", "answer": "met", "quotation": "q", "clause": 3, "why": "so"},
            {"id": "A-3", "answer": "unsure", "quotation": null, "clause": null},
            {"id": "A-4", "answer": "maybe"},
            7
        ]}"#;
        let answers = reply(text.as_bytes()).unwrap();
        assert_eq!(answers[0].as_ref().unwrap().answer, Answer::NotMet);
        assert_eq!(answers[1].as_ref().unwrap().clause, Some(3));
        assert_eq!(answers[2].as_ref().unwrap().quotation, None);
        assert!(answers[3].as_ref().unwrap_err().contains("maybe"));
        assert!(answers[4].is_err());
        assert!(reply(b"{}").unwrap_err().contains("answers"));
        assert!(reply(b"I think that").is_err());
    }
}
