//! The built-in skills, compiled in from `fixtures/skills`.

use super::front_matter;

/// Ids of the built-in skills, in order.
pub const BUILTIN_IDS: [&str; 13] = [
    "alert_handler",
    "fastvideo_model_porting_alignment",
    "ra_mode_agent",
    "ra_mode_plan",
    "wild_v2_execution_ops_protocol",
    "wild_v2_gpu_discovery_parallel_scheduling",
    "wild_v2_idea",
    "wild_v2_iteration",
    "wild_v2_planning",
    "wild_v2_reflection",
    "wild_v2_steer",
    "wild_v2_sweep_run_audit_protocol",
    "wild_v2_system",
];

const TEXTS: [&str; BUILTIN_IDS.len()] = [
    include_str!("../../../fixtures/skills/alert_handler/SKILL.md"),
    include_str!("../../../fixtures/skills/fastvideo_model_porting_alignment/SKILL.md"),
    include_str!("../../../fixtures/skills/ra_mode_agent/SKILL.md"),
    include_str!("../../../fixtures/skills/ra_mode_plan/SKILL.md"),
    include_str!("../../../fixtures/skills/wild_v2_execution_ops_protocol/SKILL.md"),
    include_str!("../../../fixtures/skills/wild_v2_gpu_discovery_parallel_scheduling/SKILL.md"),
    include_str!("../../../fixtures/skills/wild_v2_idea/SKILL.md"),
    include_str!("../../../fixtures/skills/wild_v2_iteration/SKILL.md"),
    include_str!("../../../fixtures/skills/wild_v2_planning/SKILL.md"),
    include_str!("../../../fixtures/skills/wild_v2_reflection/SKILL.md"),
    include_str!("../../../fixtures/skills/wild_v2_steer/SKILL.md"),
    include_str!("../../../fixtures/skills/wild_v2_sweep_run_audit_protocol/SKILL.md"),
    include_str!("../../../fixtures/skills/wild_v2_system/SKILL.md"),
];

/// The `SKILL.md` of a built-in skill.
pub fn builtin_skill_md(id: &str) -> Option<&'static str> {
    BUILTIN_IDS
        .iter()
        .position(|known| *known == id)
        .map(|at| TEXTS[at])
}

/// The template of a built-in skill: its `SKILL.md` without the front matter.
pub fn builtin(id: &str) -> Option<&'static str> {
    builtin_skill_md(id).map(|text| front_matter::split(text).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builtin_has_front_matter_and_a_template() {
        for id in BUILTIN_IDS {
            assert!(
                front_matter::split(builtin_skill_md(id).unwrap())
                    .0
                    .is_some(),
                "{id}"
            );
            assert!(builtin(id).unwrap().len() > 200, "{id}");
        }
        assert_eq!(builtin("nope"), None);
    }

    #[test]
    fn ids_are_the_folders_in_order() {
        let mut folders: Vec<String> =
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/skills"))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
        folders.sort();
        assert_eq!(folders, BUILTIN_IDS);
    }
}
