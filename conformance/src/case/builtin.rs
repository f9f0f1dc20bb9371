//! The cases that are built into the program, so that an installed binary needs no checkout.

use wild_mock_server::cases;

use super::Case;
use super::file::{self, CaseError};

/// All built-in cases, sorted by id.
///
/// # Errors
/// Fails when a built-in file is not a valid case, which a test of this crate rules out.
pub fn builtin_cases() -> Result<Vec<Case>, CaseError> {
    cases::builtin()?.iter().map(file::typed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Workspace;

    #[test]
    fn entry_points_exist_in_their_workspace() {
        for case in builtin_cases().unwrap() {
            let workspace = Workspace::find(&case.workspace).unwrap();
            for script in &case.entry_points {
                assert!(workspace.has_file(script), "{}: {script}", case.id);
            }
        }
    }

    /// Two cases tell of the same scripts; in one of them a node fails.
    #[test]
    fn a_workspace_has_the_same_programs_in_every_case() {
        const NODE: &str = "bad_luck";
        let cases = builtin_cases().unwrap();
        let runs = |id: &str| &cases.iter().find(|case| case.id == id).unwrap().runs.0;
        let (all, campaign) = (runs("execution-slurm"), runs("campaign-slurm-nlp"));
        assert_eq!(all.len(), campaign.len());
        for (all, campaign) in all.iter().zip(campaign) {
            let mut program = campaign.program.as_deref().cloned();
            if let Some(program) = &mut program {
                program.values.retain(|value| value.name != NODE);
                program.fails.retain(|failure| failure.of != NODE);
            }
            assert_eq!(all.command, campaign.command);
            assert_eq!(all.program.as_deref(), program.as_ref());
        }
    }
}
