//! Mutants of the family ANA.

use super::Mutant;
use super::edit::{cut, each, editing, refill, replace};

pub(super) static MUTANTS: &[Mutant] = &[
    editing("ANA001", "defines no contract", &[], |a| {
        each(a, |plan| {
            let end = plan.find("\n## Shared Metrics").unwrap_or(plan.len());
            format!("{}\n", plan[..end].trim_end())
        });
    }),
    editing("ANA002", "agrees on no statistical checks", &[], |a| {
        each(a, |plan| {
            let line = plan
                .lines()
                .find(|line| line.starts_with("- Statistical checks"));
            plan.replacen(&format!("{}\n", line.unwrap_or_default()), "", 1)
        });
    }),
    editing("ANA003", "plans no ablation", &[], |a| {
        refill(a, "[P4-T2] ", "Draw the learning curves");
        replace(
            a,
            "deliverable: .wild/experiments/analysis/ablation.md",
            "deliverable: .wild/experiments/analysis/curves.md",
        );
    }),
    editing("ANA004", "names artifacts without paths", &[], |a| {
        cut(
            a,
            "- Required artifacts:",
            "- Required artifacts: a table and a plot",
        );
    }),
];
