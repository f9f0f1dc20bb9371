//! Mutants of the family OUT.

use super::{Deviation, Mutant};
use crate::agent::reference::answer::Answer;

const fn editing(code: &'static str, summary: &'static str, edit: fn(&mut Answer)) -> Mutant {
    let deviation = Deviation::Edit(edit);
    Mutant {
        code,
        summary,
        case: "planning-healthy",
        implies: &[],
        deviation,
    }
}

pub(super) static MUTANTS: &[Mutant] = &[
    editing(
        "OUT001",
        "prints the plan and leaves tasks_path as it was",
        |answer| {
            answer.tasks_file = None;
        },
    ),
    editing("OUT002", "prints a draft ahead of the plan", |answer| {
        let draft = "# Tasks\n\nStill to be thought about.\n".to_owned();
        answer.plans.insert(0, draft);
    }),
    editing("OUT003", "prints a shorter plan than it wrote", |answer| {
        for plan in &mut answer.plans {
            *plan = plan
                .lines()
                .filter(|line| !line.contains("[P2-T1]"))
                .collect::<Vec<_>>()
                .join("\n");
        }
    }),
    editing(
        "OUT004",
        "makes a promise that is neither DONE nor WAITING",
        |answer| {
            answer.promise = Some("PROBABLY".to_owned());
        },
    ),
    editing("OUT005", "promises DONE after planning alone", |answer| {
        answer.promise = Some("DONE".to_owned());
    }),
    editing("OUT006", "ends with a question", |answer| {
        answer
            .last_words
            .push_str("\nShall I go on with these settings?\n");
    }),
    editing("OUT007", "exits with code 1", |answer| answer.exit_code = 1),
];
