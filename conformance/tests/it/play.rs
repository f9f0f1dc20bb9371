//! Playing cases within a test.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use wild_conformance::agent::{AgentSpec, Supervision};
use wild_conformance::case::{Case, builtin_cases};
use wild_conformance::engine;
use wild_conformance::prompt::Prompts;
use wild_conformance::report::{CaseReport, RunReport};
use wild_conformance::runner::{Cancel, Conduct, Plan, Setup, Shard, run_all};

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_wild-conformance");

/// The command line of the program under test.
pub(crate) fn program() -> assert_cmd::Command {
    assert_cmd::Command::new(PROGRAM)
}

/// The reference agent with further arguments.
pub(crate) fn reference(args: &[&str]) -> AgentSpec {
    args.iter()
        .fold(AgentSpec::reference(Path::new(PROGRAM)), |agent, arg| {
            agent.with_arg(arg)
        })
}

/// A script run by bash.
pub(crate) fn bash(script: &str) -> AgentSpec {
    let argv = ["bash", "-c", script]
        .into_iter()
        .map(OsString::from)
        .collect();
    AgentSpec::exec(argv).unwrap()
}

/// A built-in case.
pub(crate) fn case(id: &str) -> Case {
    builtin_cases()
        .unwrap()
        .into_iter()
        .find(|case| case.id == id)
        .unwrap()
}

/// Plays cases with an agent, strictly judged, evidence in `out`.
pub(crate) async fn play(agent: AgentSpec, cases: &[Case], out: &Path) -> RunReport {
    play_with(agent, cases, out, Prompts::builtin().unwrap()).await
}

/// The same with a prompt of one's own.
pub(crate) async fn play_with(
    agent: AgentSpec,
    cases: &[Case],
    out: &Path,
    prompts: Prompts,
) -> RunReport {
    let conduct = Conduct {
        setup: Setup {
            agent,
            prompts,
            seed: 1,
            time_limit: None,
            supervision: Supervision::full(Path::new(PROGRAM)),
        },
        strict: true,
        jobs: 4,
        out: out.to_owned(),
        cancel: Cancel::new(),
        listener: Arc::new(|_| {}),
    };
    engine::conclude(
        run_all(&Plan::new(cases, 1, Shard::WHOLE), &conduct).await,
        true,
    )
}

/// Plays one case and gives its report.
pub(crate) async fn play_one(agent: AgentSpec, id: &str) -> CaseReport {
    let out = tempfile::tempdir().unwrap();
    play(agent, &[case(id)], out.path()).await.cases.remove(0)
}
