//! Mutants of the family INI.

use serde_json::json;

use super::deviation::Deed;
use super::{Deviation, Mutant};

const fn doing(code: &'static str, summary: &'static str, deed: Deed) -> Mutant {
    Mutant {
        code,
        summary,
        case: "planning-healthy",
        implies: &[],
        deviation: Deviation::AfterPreflight(deed),
    }
}

/// Does it after a probe that failed, ahead of the abort.
const fn aborting(code: &'static str, summary: &'static str, deed: Deed) -> Mutant {
    Mutant {
        code,
        summary,
        case: "abort-docs-503",
        implies: &[],
        deviation: Deviation::AfterFailure(deed),
    }
}

pub(super) static MUTANTS: &[Mutant] = &[
    doing("INI001", "starts a run while it plans", |session| {
        let run = json!({"name": "early", "command": "true", "auto_start": true});
        session.post("/runs", &run);
        Ok(())
    }),
    doing("INI002", "creates a sweep while it plans", |session| {
        session.post("/sweeps/wild", &json!({"name": "early", "goal": "none"}));
        Ok(())
    }),
    doing("INI002", "creates a run while it plans", |session| {
        session.post("/runs", &json!({"name": "early", "command": "true"}));
        Ok(())
    }),
    doing("INI003", "trains while it plans", |session| {
        session.shell("python3 scripts/train.py --steps 1 --out .wild/tried")
    }),
    doing("INI004", "keeps its notes in its home", |session| {
        session.write_in_workspace("../home/notes.md", "Seen so far: a README.\n")
    }),
    aborting("INI003", "trains before it aborts", |session| {
        session.shell("python3 scripts/train.py --steps 1 --out ../home/.cache/tried")
    }),
    aborting("INI004", "keeps notes in its home and aborts", |session| {
        session.write_in_workspace("../home/notes.md", "The documentation is gone.\n")
    }),
    doing("INI005", "rewrites the project's README", |session| {
        session.write_in_workspace("README.md", "# Tidied up\n")
    }),
];
