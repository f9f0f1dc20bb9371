//! Mutants of the family ABT.

use serde_json::json;

use super::{Deviation, Mutant};
use crate::agent::reference::abort::AbortMode;

const FAILING: &str = "abort-docs-503";

const fn failing(code: &'static str, summary: &'static str, deviation: Deviation) -> Mutant {
    Mutant {
        code,
        summary,
        case: FAILING,
        implies: &[],
        deviation,
    }
}

pub(super) static MUTANTS: &[Mutant] = &[
    failing(
        "ABT001",
        "plans after a failed preflight",
        Deviation::IgnoreFailure,
    ),
    Mutant {
        code: "ABT002",
        summary: "aborts after a preflight that passed",
        case: "planning-healthy",
        implies: &[],
        deviation: Deviation::AbortAlways,
    },
    Mutant {
        code: "ABT003",
        summary: "creates a sweep before it aborts",
        case: FAILING,
        // What creates a sweep is a request that is no probe.
        implies: &["ABT009"],
        deviation: Deviation::AfterFailure(|session| {
            session.post(
                "/sweeps/wild",
                &json!({"name": "left-over", "goal": "none"}),
            );
            Ok(())
        }),
    },
    failing(
        "ABT004",
        "leaves an item of the abort checklist open",
        Deviation::Edit(|answer| {
            if let Some(text) = &mut answer.tasks_file {
                *text = text.replacen("- [x] Stopped", "- [ ] Stopped", 1);
            }
        }),
    ),
    failing(
        "ABT005",
        "prints a plan beside the abort checklist",
        Deviation::Edit(|answer| {
            let plan = "# Tasks\n\n## Phase 1 - Retry\n\n- [ ] [P1-T1] Probe the server again";
            answer.plans.push(plan.to_owned());
        }),
    ),
    failing(
        "ABT006",
        "words the abort summary in its own way",
        Deviation::Edit(|answer| answer.summary = Some("The server is not ready.".to_owned())),
    ),
    failing(
        "ABT007",
        "aborts without a promise",
        Deviation::Edit(|answer| answer.promise = None),
    ),
    failing(
        "ABT008",
        "aborts without a checklist",
        Deviation::AbortMode(AbortMode::Silent),
    ),
    failing(
        "ABT009",
        "looks at the runs before it aborts",
        Deviation::AfterFailure(|session| {
            let url = format!("{}/runs", session.briefing.server_url);
            session.client.get_json(&url);
            Ok(())
        }),
    ),
    failing(
        "ABT010",
        "leaves a note in the workspace when it aborts",
        Deviation::AfterFailure(|session| {
            session.write_in_workspace("notes.md", "The server was down.\n")
        }),
    ),
];
