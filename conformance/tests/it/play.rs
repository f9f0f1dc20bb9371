//! Playing cases within a test.

use std::ffi::OsString;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use wild_conformance::agent::{AgentSpec, Supervision};
use wild_conformance::audit::AuditMode;
use wild_conformance::baseline::Day;
use wild_conformance::cancel::Cancel;
use wild_conformance::case::{Case, builtin_cases};
use wild_conformance::engine::{self, CaseReport, RunReport};
use wild_conformance::evidence::Evidence;
use wild_conformance::gate::Gate;
use wild_conformance::prompt::Prompts;
use wild_conformance::runner::{Brake, Conduct, Harness, Play, Playlist, Setup, run_all, run_case};
use wild_conformance::selection::Selection;

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
    static BUILTIN: LazyLock<Vec<Case>> = LazyLock::new(|| builtin_cases().unwrap());
    let found = BUILTIN.iter().find(|case| case.id == id);
    found.unwrap().clone()
}

/// Plays cases with an agent, strictly judged, evidence in `out`.
pub(crate) async fn play(agent: AgentSpec, cases: &[Case], out: &Path) -> RunReport {
    play_with(
        agent,
        cases,
        out,
        Prompts::builtin().unwrap(),
        Selection::default(),
    )
    .await
}

/// The same with prompts and a selection of one's own.
pub(crate) async fn play_with(
    agent: AgentSpec,
    cases: &[Case],
    out: &Path,
    prompts: Prompts,
    selection: Selection,
) -> RunReport {
    let supervision = Supervision::full(Path::new(PROGRAM));
    play_under(agent, cases, out, prompts, selection, supervision).await
}

/// The same, watched and confined as told.
pub(crate) async fn play_under(
    agent: AgentSpec,
    cases: &[Case],
    out: &Path,
    prompts: Prompts,
    selection: Selection,
    supervision: Supervision,
) -> RunReport {
    let conduct = Conduct {
        selection,
        setup: Setup {
            agent,
            prompts,
            seed: 1,
            time_limit: None,
            supervision,
            harness: Harness::default(),
        },
        gate: Gate::STRICT,
        adjudicator: None,
        jobs: 4,
        out: out.to_owned(),
        kept: std::sync::Arc::default(),
        cancel: Cancel::new(),
        brake: Brake::default(),
        baseline: Arc::default(),
        today: Day::today(),
        listener: Arc::new(|_| {}),
    };
    engine::conclude(
        run_all(&Playlist::new(cases, 1), &conduct).await,
        Gate::STRICT,
    )
}

/// What was observed of a script in `planning-healthy`, watched and confined as told.
pub(crate) async fn observe(script: &str, supervision: Supervision) -> Evidence {
    let out = tempfile::tempdir().unwrap();
    let setup = Setup {
        agent: bash(script),
        prompts: Prompts::builtin().unwrap(),
        seed: 1,
        time_limit: None,
        supervision,
        harness: Harness::default(),
    };
    let play = Play {
        case: case("planning-healthy"),
        repetition: 1,
    };
    let folder = out.path().join("case");
    run_case(&play, &setup, &folder, &Cancel::new())
        .await
        .unwrap();
    Evidence::load(&folder).unwrap()
}

/// Watched in this way, and confined.
pub(crate) fn watched(audit: AuditMode) -> Supervision {
    Supervision {
        audit,
        ..Supervision::full(Path::new(PROGRAM))
    }
}

/// Plays one case and gives its report.
pub(crate) async fn play_one(agent: AgentSpec, id: &str) -> CaseReport {
    let out = tempfile::tempdir().unwrap();
    play(agent, &[case(id)], out.path()).await.cases.remove(0)
}
