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

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::Path;

    use super::*;
    use crate::agent::{AgentSpec, Supervision};
    use crate::prompt::Prompts;
    use crate::runner::Harness;

    fn setup(args: &[&str]) -> Setup {
        Setup {
            agent: AgentSpec::exec(args.iter().map(OsString::from).collect()).unwrap(),
            prompts: Prompts::builtin().unwrap(),
            seed: 1,
            time_limit: None,
            supervision: Supervision::full(Path::new("/nowhere/program")),
            harness: Harness::default(),
        }
    }

    /// Machines have their checkouts in different places.
    #[test]
    fn where_an_agent_lies_makes_no_other_run() {
        let file = std::env::current_dir().unwrap().join("src/lib.rs");
        let here = setup(&["bash", "src/lib.rs"]).conditions();
        let there = setup(&["bash", file.to_str().unwrap()]).conditions();
        assert_ne!(here.agent, there.agent);
        assert_eq!(here.difference(&there), None);
        assert_eq!(here.digest(), there.digest());
        let other = setup(&["bash", "src/main.rs"]).conditions();
        let told = here.difference(&other).unwrap();
        assert_eq!(told, "agent `bash src/lib.rs` and agent `bash src/main.rs`");
        assert_ne!(here.digest(), other.digest());
    }
}
