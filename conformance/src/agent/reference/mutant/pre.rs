//! Mutants of the family PRE.

use serde_json::json;

use super::{Deviation, Mutant};

const HEALTHY: &str = "planning-healthy";

const fn skipping(code: &'static str, summary: &'static str, path: &'static str) -> Mutant {
    Mutant {
        code,
        summary,
        case: HEALTHY,
        implies: &[],
        deviation: Deviation::Skip(path),
    }
}

pub(super) static MUTANTS: &[Mutant] = &[
    skipping("PRE001", "never asks for the documentation", "/docs"),
    skipping(
        "PRE002",
        "never asks for the OpenAPI document",
        "/openapi.json",
    ),
    skipping(
        "PRE003",
        "never asks for the list of skills",
        "/prompt-skills",
    ),
    skipping(
        "PRE004",
        "never asks for the execution protocol",
        "/prompt-skills/wild_v2_execution_ops_protocol",
    ),
    skipping(
        "PRE005",
        "never asks for the system's health",
        "/wild/v2/system-health",
    ),
    Mutant {
        code: "PRE006",
        summary: "writes a draft to tasks_path and probes then",
        case: HEALTHY,
        implies: &[],
        deviation: Deviation::BeforePreflight(|session| session.write_tasks("# Tasks\n\nDraft.\n")),
    },
    Mutant {
        code: "PRE007",
        summary: "detects the cluster and probes then",
        case: HEALTHY,
        implies: &[],
        deviation: Deviation::BeforePreflight(|session| {
            session.post("/cluster/detect", &json!({}));
            Ok(())
        }),
    },
];
