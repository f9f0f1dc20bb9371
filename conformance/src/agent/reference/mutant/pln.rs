//! Mutants of the family PLN.

use super::Mutant;
use super::edit::{cut, each, editing, refill, replace};

pub(super) static MUTANTS: &[Mutant] = &[
    editing("PLN001", "heads its plan with another title", &[], |a| {
        replace(a, "# Tasks", "# Plan");
    }),
    editing("PLN002", "puts the goal into other words", &[], |a| {
        replace(a, "Find out whether", "See whether");
    }),
    editing("PLN003", "writes notes without a word on risks", &[], |a| {
        cut(a, "- Key risks and assumptions:", "");
    }),
    editing("PLN004", "plans a seventh phase", &[], |a| {
        let more: String = (6..=7)
            .map(|n| {
                format!(
                    "## Phase {n} - More\n\n\
                     - [ ] [P{n}-T1] Tidy the notes | deliverable: notes-{n}.md | done-when: 1 page\n\
                     - [ ] [P{n}-T2] Index the notes | deliverable: index-{n}.md | done-when: 1 page\n\n"
                )
            })
            .collect::<Vec<_>>()
            .concat();
        each(a, |plan| {
            plan.replacen("## Phase 5 - Reflection", "## Phase 7 - Reflection", 1)
                .replace("[P5-T", "[P7-T")
                .replace("depends: P5-T1", "depends: P7-T1")
                .replacen(
                    "## Phase 7 - Reflection",
                    &format!(
                        "{}## Phase 7 - Reflection",
                        more.replace("Phase 6", "Phase 5")
                            .replace("P6-", "P5-")
                            .replace("Phase 7", "Phase 6")
                            .replace("P7-", "P6-")
                    ),
                    1,
                )
        });
    }),
    editing("PLN005", "puts seven tasks into a phase", &[], |a| {
        let more: String = (4..=7)
            .map(|n| {
                format!(
                    "- [ ] [P1-T{n}] Note step {n} | deliverable: n{n}.md | done-when: 1 page\n"
                )
            })
            .collect::<Vec<_>>()
            .concat();
        replace(a, "\n## Phase 2", &format!("{more}\n## Phase 2"));
    }),
    editing("PLN006", "plans twenty-six tasks", &[], |a| {
        let more = |phase: u8, from: u8| -> String {
            (from..=6)
                .map(|n| {
                    format!(
                        "- [ ] [P{phase}-T{n}] Note step {n} | deliverable: p{phase}n{n}.md \
                         | done-when: 1 page\n"
                    )
                })
                .collect::<Vec<_>>()
                .concat()
        };
        for (phase, from) in [(1, 4), (2, 6), (3, 5), (4, 4)] {
            let next = format!("\n## Phase {}", phase + 1);
            replace(a, &next, &format!("{}{next}", more(phase, from)));
        }
    }),
    editing("PLN007", "heads a phase on another level", &[], |a| {
        replace(a, "## Phase 3 -", "### Phase 3 -");
    }),
    editing("PLN008", "writes a task without a box", &[], |a| {
        replace(a, "- [ ] [P1-T1]", "- [P1-T1]");
    }),
    editing("PLN009", "gives an id twice", &[], |a| {
        replace(a, "- [ ] [P1-T3]", "- [ ] [P1-T2]");
    }),
    editing("PLN010", "ticks a task off while planning", &[], |a| {
        replace(a, "- [ ] [P1-T1]", "- [x] [P1-T1]");
    }),
    editing("PLN011", "delivers an endpoint", &[], |a| {
        refill(a, "deliverable: ", "`GET /cluster`");
    }),
    editing("PLN012", "calls a task done when it works", &[], |a| {
        each(a, |plan| {
            let line = plan.lines().find(|line| line.contains("[P1-T1]"));
            let line = line.unwrap_or_default();
            let kept = line.split("done-when:").next().unwrap_or_default();
            plan.replacen(line, &format!("{kept}done-when: it works"), 1)
        });
    }),
    editing("PLN013", "depends on a task that is not there", &[], |a| {
        replace(a, "depends: P5-T1", "depends: P5-T1, P9-T9");
    }),
    editing("PLN014", "leaves dots of the template", &[], |a| {
        cut(
            a,
            "- Secondary diagnostics:",
            "- Secondary diagnostics: ...",
        );
    }),
    editing("PLN015", "puts the notes ahead of the goal", &[], |a| {
        each(a, |plan| {
            let Some((before, rest)) = plan.split_once("## Goal") else {
                return plan.to_owned();
            };
            let (goal, rest) = rest.split_once("## Planning Notes").unwrap_or((rest, ""));
            let (notes, rest) = rest.split_once("## Phase 1").unwrap_or((rest, ""));
            format!("{before}## Planning Notes{notes}## Goal{goal}## Phase 1{rest}")
        });
    }),
    editing("PLN016", "delivers into another directory", &[], |a| {
        refill(a, "deliverable: ", "/var/tmp/code_map.md");
    }),
    editing("PLN017", "plans no baseline", &[], |a| {
        replace(a, "and the baseline runs with", "and the first runs with");
        replace(a, "Experiment Design and Baselines", "Experiment Design");
        replace(a, "every baseline run", "every first run");
        replace(
            a,
            "results/baseline.csv | done-when",
            "results/first.csv | done-when",
        );
    }),
    editing("PLN018", "notes findings that name nothing", &[], |a| {
        cut(
            a,
            "- Key codebase findings:",
            "- Key codebase findings: the code is small and well structured",
        );
    }),
    editing("PLN019", "plans no environment", &[], |a| {
        refill(a, "[P1-T3] ", "Count the lines of all scripts");
    }),
    editing(
        "PLN020",
        "starts experiments first of all",
        &["PLN019"],
        |a| {
            refill(a, "[P1-T1] ", "Launch the control runs with `POST /runs`");
        },
    ),
];
