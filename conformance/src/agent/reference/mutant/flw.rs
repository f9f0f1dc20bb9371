//! Mutants of the family FLW.

use super::Mutant;
use super::edit::{each, editing, refill, replace};

/// Where evolutionary mode is on.
const EVO: &str = "planning-tiny-lm-evo";

/// Where the workspace shows a partition and an account.
const SLURM: &str = "planning-slurm-nlp";

pub(super) static MUTANTS: &[Mutant] = &[
    editing("FLW001", "creates no sweep", &[], |a| {
        replace(a, "with `POST /sweeps/wild`", "in the user interface");
    }),
    editing("FLW002", "creates no runs", &[], |a| {
        each(a, |plan| {
            plan.replace("with `POST /runs`", "in the user interface")
        });
    }),
    editing("FLW003", "asks for no capacity", &[], |a| {
        replace(
            a,
            "`POST /cluster/detect`, `GET /cluster`, `GET /wild/v2/system-health`",
            "ask the administrator",
        );
    }),
    editing("FLW004", "never looks at its runs", &[], |a| {
        each(a, |plan| plan.replace("`GET /runs`", "`tail -f`"));
    }),
    editing("FLW005", "loops over the grid in one run", &[], |a| {
        replace(
            a,
            "every configuration of the comparison is its own run, attached to the sweep, never a loop within one command",
            "one script loops over the values",
        );
        replace(
            a,
            "the file has one run id for each configuration and seed",
            "the file has 1 run id",
        );
        replace(a, ", one run for each seed, with", ", with");
        replace(a, ", each variant as its own tracked run", "");
    }),
    editing("FLW006", "plans to train by hand", &[], |a| {
        refill(
            a,
            "[P1-T1] ",
            "Understand the code: run `python scripts/train.py --lr 0.1` and read its output",
        );
    }),
    super::edit::in_case(
        EVO,
        editing(
            "FLW007",
            "plans no evolutionary sweep though the mode is on",
            &[],
            |a| {
                each(a, |plan| {
                    let line = plan.lines().find(|line| line.contains("<evo_sweep>"));
                    plan.replacen(&format!("{}\n", line.unwrap_or_default()), "", 1)
                });
            },
        ),
    ),
    editing(
        "FLW007",
        "relies on evolutionary sweeps though the mode is off",
        &[],
        |a| {
            refill(
                a,
                "[P4-T1] ",
                "Start an `<evo_sweep>` over the learning rate",
            );
        },
    ),
    editing("FLW008", "assigns no devices", &[], |a| {
        each(a, |plan| {
            plan.replace("CUDA_VISIBLE_DEVICES=0 ", "")
                .replace(", each with its own `CUDA_VISIBLE_DEVICES` from 0 to 1", "")
        });
    }),
    super::edit::in_case(
        SLURM,
        editing("FLW009", "asks for another account", &[], |a| {
            each(a, |plan| {
                let Some((before, behind)) = plan.split_once("--account=") else {
                    return plan.to_owned();
                };
                let rest =
                    behind.trim_start_matches(|c: char| c.is_alphanumeric() || "-_".contains(c));
                format!("{before}--account=nobody{rest}")
            });
        }),
    ),
    editing("FLW010", "starts one run after the other", &[], |a| {
        replace(
            a,
            ", up to max_new_runs and 2 in parallel in the same iteration",
            " one after the other",
        );
        replace(a, "; compute g, r, q and max_new_runs", "");
        replace(a, "the numbers g, r, q and max_new_runs", "3 numbers");
    }),
];
