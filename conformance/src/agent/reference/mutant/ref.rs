//! Mutants of the family REF.

use super::Mutant;
use super::edit::{each, editing, refill, replace};

pub(super) static MUTANTS: &[Mutant] = &[
    editing("REF001", "plans no midpoint reflection", &[], |a| {
        refill(a, "[P3-T4] ", "Copy the numbers of the finished runs");
        replace(a, "analysis/midpoint.md", "analysis/numbers.md");
        replace(
            a,
            "the file states continue or replan with the 2 numbers compared",
            "the file has 2 numbers",
        );
    }),
    editing(
        "REF002",
        "puts a task behind the final reflection",
        &[],
        |a| {
            replace(
                a,
                "\n## Shared Metrics",
                "- [ ] [P5-T3] Archive the tables | deliverable: archive/ | done-when: 3 files\n\n## Shared Metrics",
            );
        },
    ),
    editing("REF002", "plans no final reflection", &[], |a| {
        refill(a, "[P5-T2] ", "Archive the tables");
        replace(a, "analysis/final.md", "analysis/archive.md");
    }),
    editing("REF003", "reflects before anything ran", &[], |a| {
        each(a, |plan| {
            let Some(line) = plan.lines().find(|line| line.contains("[P3-T4]")) else {
                return plan.to_owned();
            };
            let early = line.replace("[P3-T4]", "[P1-T4]");
            let early = early.split(" | depends:").next().unwrap_or_default();
            plan.replacen(&format!("{line}\n"), "", 1).replacen(
                "\n## Phase 2",
                &format!("{early}\n\n## Phase 2"),
                1,
            )
        });
    }),
    editing("REF004", "reflects on nothing in particular", &[], |a| {
        each(a, |plan| {
            between(plan, "Midpoint reflection: ", "add follow-up")
        });
    }),
    editing("REF005", "reflects without follow-ups", &[], |a| {
        each(a, |plan| {
            between(plan, "results/status.csv`; ", "continue if")
        });
    }),
    editing("REF006", "reflects without criteria", &[], |a| {
        each(a, |plan| {
            between(plan, "the seeds disagree", " | deliverable")
        });
    }),
];

/// Leaves out what stands between `from` and the next `to`.
fn between(plan: &str, from: &str, to: &str) -> String {
    let Some((before, behind)) = plan.split_once(from) else {
        return plan.to_owned();
    };
    let rest = behind.find(to).map_or("", |at| &behind[at..]);
    format!("{before}{from}{rest}")
}
