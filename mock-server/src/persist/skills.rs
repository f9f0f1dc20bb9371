//! Skills in the saved state: those that clients have changed.

use crate::skills::SkillSet;
use crate::store::StateRecord;

/// The skills that clients have changed, to be saved.
pub(crate) fn skill_records(skills: &SkillSet) -> impl Iterator<Item = StateRecord> {
    let changes = skills.changes();
    changes.map(|(id, skill)| StateRecord::skill(id, skill))
}

/// Puts the saved skills into a set.
pub(crate) fn restore_skills(skills: &mut SkillSet, records: &[StateRecord]) {
    if let Err(error) = skills.reset() {
        tracing::warn!("the skills stay as they are: {error}");
    }
    for record in records {
        match record {
            StateRecord::Skill(skill) => skills.restore((**skill).clone()),
            StateRecord::SkillDeleted(id) => {
                skills.delete(id);
            }
            _ => {}
        }
    }
}
