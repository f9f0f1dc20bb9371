//! Mutants of the family PBK.

use super::edit::{each, editing};
use super::{Deviation, Mutant};
use crate::agent::reference::ReferenceError;
use crate::agent::reference::mistakes::Slip;
use crate::agent::reference::session::{SEARCH, Session};

pub(super) static MUTANTS: &[Mutant] = &[
    Mutant {
        code: "PBK001",
        summary: "never searches the prompt skills",
        case: "planning-healthy",
        implies: &[],
        deviation: Deviation::Skip(SEARCH),
    },
    editing(
        "PBK002",
        "plans the playbook for another folder",
        &[],
        |a| {
            each(a, |plan| {
                let Some((before, behind)) = plan.split_once("deliverable: .agents/wild/") else {
                    return plan.to_owned();
                };
                let name = behind.split_once('/').map_or(behind, |(_, name)| name);
                format!("{before}deliverable: docs/{name}")
            });
        },
    ),
    editing(
        "PBK003",
        "plans a playbook without the protocol",
        &[],
        |a| {
            each(a, |plan| {
                plan.replace(" with a section `Execution Ops Protocol`", "")
                    .replace("grep -c 'Execution Ops Protocol'", "wc -l")
            });
        },
    ),
    Mutant {
        code: "PBK003",
        summary: "writes a playbook without the protocol",
        case: "planning-healthy",
        implies: &[],
        deviation: Deviation::AfterPreflight(|session| {
            write_playbook(
                session,
                "| skill | when | output |\n|---|---|---|\n| wild_v2_reflection | after results | a decision |\n",
            )
        }),
    },
    Mutant {
        code: "PBK003",
        summary: "leaves out the protocol when it writes the playbook later",
        case: "execution-playbook",
        implies: &[],
        deviation: Deviation::Slip(Slip::NoProtocolSection),
    },
    Mutant {
        code: "PBK004",
        summary: "maps no skill when it writes the playbook later",
        case: "execution-playbook",
        implies: &[],
        deviation: Deviation::Slip(Slip::NoSkillMap),
    },
    Mutant {
        code: "PBK004",
        summary: "writes a playbook that maps nothing",
        case: "planning-healthy",
        implies: &[],
        deviation: Deviation::AfterPreflight(|session| {
            write_playbook(session, "## Execution Ops Protocol\n\nBe careful.\n")
        }),
    },
];

fn write_playbook(session: &Session<'_>, text: &str) -> Result<(), ReferenceError> {
    session.write_beside_plan("prompt_skill_playbook.md", text)
}
