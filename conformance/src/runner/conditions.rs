//! Under what the plays of a run are played.

use super::Setup;
use crate::evidence::{Conditions, short_digest};

impl Setup {
    /// What a play has in common with others of the same case that are of the same run.
    pub fn conditions(&self) -> Conditions {
        let prompts = &self.prompts;
        Conditions {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            agent: self.agent.label().to_owned(),
            driving: self.agent.identity(),
            prompts: short_digest(&format!(
                "{}\0{}",
                prompts.planning.text(),
                prompts.execution.text()
            )),
            seed: self.seed,
            time_limit: self.time_limit,
        }
    }
}
