//! Mutants of the family LAY.

use super::Mutant;
use super::edit::{each, editing, refill, replace};

pub(super) static MUTANTS: &[Mutant] = &[
    editing("LAY001", "chooses a root of its own", &[], |a| {
        replace(
            a,
            "layout decision: `.wild/experiments` because there is no `exp/` folder",
            "layout decision: `results/`",
        );
    }),
    editing("LAY001", "delivers below the other root", &[], |a| {
        refill(a, "deliverable: ", "exp/metadata/code_map.md");
    }),
    editing("LAY002", "plans no run naming", &[], |a| {
        refill(a, "[P2-T1] ", "Count the rows of the corpus");
        replace(a, "metadata/naming.md", "metadata/rows.md");
        replace(
            a,
            "two examples in the file map to 2 different run names",
            "the file has 1 number",
        );
    }),
    editing("LAY003", "captures no output", &[], |a| {
        replace(
            a,
            "captures stdout and stderr of each run to a file and takes",
            "takes",
        );
    }),
    editing(
        "LAY004",
        "leaves the commit out of the manifest",
        &[],
        |a| {
            replace(
                a,
                "command, seed, commit and timestamp",
                "command, seed and timestamp",
            );
            replace(
                a,
                "the 4 keys command, seed, commit and timestamp",
                "3 keys",
            );
        },
    ),
    editing(
        "LAY005",
        "says nothing on the paths of run commands",
        &[],
        |a| {
            replace(
                a,
                " and takes its paths only from the layout, so that run commands use the planned script path `.wild/experiments/scripts/launch.sh` and log path `.wild/experiments/logs/` consistently",
                "",
            );
            each(a, |plan| {
                let Some((before, behind)) = plan.split_once(" and the command `cd ") else {
                    return plan.to_owned();
                };
                let rest = behind.find(" |").map_or("", |at| &behind[at..]);
                format!("{before} and the command `python -m tiny_lm`{rest}")
            });
        },
    ),
];
