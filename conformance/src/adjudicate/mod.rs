//! Settling doubts: what no fair reader could be sure of, somebody else may answer.
//!
//! A [`Verdict::Doubtful`](crate::verdict::Verdict::Doubtful) carries questions. An [`Adjudicator`],
//! which is a program, or a person at `wild-conformance doubts` answers them; a [`Sitting`] accepts
//! what holds water, and [`Kept`] keeps it beside the evidence. What was certain is never touched.
//!
//! # The adjudicator's JSON
//!
//! The program is started once a play, or once a plan, without a shell. On its standard input:
//!
//! ```json
//! {
//!   "version": 1,
//!   "plan": {
//!     "path": ".wild/tasks.md",
//!     "clauses": [
//!       {"number": 1, "line": 12, "zone": "task", "text": "Run the grid with three seeds"}
//!     ]
//!   },
//!   "questions": [
//!     {"id": "REF005-1", "code": "REF005", "question": "Does it say when to add tasks?", "nearest": 1}
//!   ]
//! }
//! ```
//!
//! `number` counts from 1 without gaps, `line` counts from 1, `zone` is one of the words of
//! [`Zone::word`](crate::prose::Zone::word), and `nearest` is the number of the clause that comes
//! nearest to the matter, or null. On its standard output, with exit code 0:
//!
//! ```json
//! {
//!   "answers": [
//!     {"id": "REF005-1", "answer": "met", "quotation": "with three seeds", "clause": 1}
//!   ]
//! }
//! ```
//!
//! `answer` is `met`, `not_met` or `unsure`. `quotation` and `clause` may be null or left out beside
//! the latter two; `clause` says which clause is meant where the quotation stands in several. Further
//! keys are ignored.
//!
//! # What an answer is worth
//!
//! - `met` counts where the quotation stands in the plan, verbatim but for white space, and all of it
//!   in zones that [belong to a task](crate::prose::Zone::is_task) or
//!   [prescribe](crate::prose::Zone::is_standing). It has at least eight letters or digits, or is a
//!   whole clause.
//! - `not_met` makes the doubt a finding, at the quotation or else at the nearest sentence. A quotation
//!   that stands nowhere in the plan makes the answer worthless.
//! - Everything else leaves the doubt, and a note of the report says why.
//!
//! # Answers that are kept
//!
//! One file a play, `adjudications/<folder of the play>.json` beside the folder of the evidence:
//!
//! ```json
//! {
//!   "format": 1,
//!   "digest": "<SHA-256 of evidence.json, or of the plan>",
//!   "answers": [
//!     {
//!       "code": "REF005",
//!       "question": "Does it say when to add tasks?",
//!       "nearest": {"line": 12, "text": "Run the grid with three seeds"},
//!       "answer": "met",
//!       "quotation": "with three seeds",
//!       "clause": 1,
//!       "by": "person"
//!     }
//!   ]
//! }
//! ```
//!
//! An answer counts again only where digest, rule, question and nearest sentence are the same, and its
//! quotation is looked up again.

mod ask;
mod case;
mod document;
mod folded;
mod hearing;
mod kept;
mod messages;
mod question;
mod settle;
mod sitting;
#[cfg(test)]
mod tests;

pub use ask::{Adjudicator, Broken};
pub use case::{judge, open_case};
pub use document::{Clause, Document, Misquoted};
pub use kept::{Kept, KeptError, beside};
pub use question::{Nearby, Question};
pub use settle::Given;
pub use sitting::Sitting;
