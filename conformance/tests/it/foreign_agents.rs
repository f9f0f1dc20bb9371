//! Programs that are not ours.

use std::path::Path;

use wild_conformance::agent::AgentSpec;
use wild_conformance::case::{Kind, builtin_cases};
use wild_conformance::engine::{CaseOutcome, Control};
use wild_conformance::gate::Gate;
use wild_conformance::verdict::Verdict;

use crate::play::{bash, case, play, play_one};

#[tokio::test(flavor = "multi_thread")]
async fn the_bash_agent_is_conformant_wherever_it_plans_experiments() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/agents/curl-agent.sh");
    let agent = AgentSpec::exec(vec!["bash".into(), script.into()]).unwrap();
    let out = tempfile::tempdir().unwrap();
    let mut cases = builtin_cases().unwrap();
    cases.retain(|case| case.experiments && case.kind == Kind::Planning);
    let report = play(agent, &cases, out.path()).await;
    for case in &report.cases {
        assert_eq!(
            case.outcome,
            CaseOutcome::Conformant,
            "{}: {:?}",
            case.id,
            case.violated()
        );
    }
}

#[tokio::test]
async fn an_agent_that_is_not_there_could_not_run() {
    let agent = AgentSpec::exec(vec!["/nowhere/agent".into()]).unwrap();
    let report = play_one(agent, "planning-healthy").await;
    assert!(
        matches!(&report.outcome, CaseOutcome::CouldNotRun(why) if why.contains("/nowhere/agent"))
    );
    assert!(report.verdicts.is_empty());
}

/// Whose failure it is that nothing was sent, its end tells.
#[tokio::test]
async fn an_agent_that_never_reaches_the_server_is_judged_unless_it_says_that_it_failed() {
    let abort = "echo '<summary>Server docs/API preflight failed; planning aborted.</summary>'; \
                 echo '<promise>DONE</promise>'";
    for id in ["planning-healthy", "abort-docs-503", "execution-baseline"] {
        let report = play_one(bash(abort), id).await;
        assert_eq!(report.outcome, CaseOutcome::NonConformant, "{id}");
        assert!(
            report.notes[0].contains("sent no request"),
            "{id}: {:?}",
            report.notes
        );
        let mute = play_one(bash("exit 0"), id).await;
        assert!(
            mute.notes[0].contains("sent no request, printed nothing"),
            "{:?}",
            mute.notes
        );
        let failed = play_one(bash("seq 9 >&2; exit 1"), id).await;
        let CaseOutcome::CouldNotRun(why) = &failed.outcome else {
            panic!("{id}: {:?}", failed.outcome)
        };
        assert!(why.contains("exited with code 1"), "{why}");
        let told = ["5", "6", "7", "8", "9"].map(|line| format!("stderr: {line}"));
        assert_eq!(failed.notes[..5], told, "{id}");
        assert!(failed.notes[5].contains(&format!("{id}/stderr.txt")));
    }
}

#[tokio::test]
async fn planning_without_any_preflight_is_a_violation() {
    let script = "printf '# Tasks\\n\\n## Phase 1 - x\\n- [ ] [P1-T1] y\\n' > $WILD_TASKS_PATH; \
                  echo '<plan>'; cat $WILD_TASKS_PATH; echo '</plan>'";
    let report = play_one(bash(script), "planning-healthy").await;
    let probes: Vec<&str> = report.violated().into_iter().take(5).collect();
    assert_eq!(probes, ["PRE001", "PRE002", "PRE003", "PRE004", "PRE005"]);
}

/// Whoever always aborts passes every abort case, which then proves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_abort_counts_only_beside_a_healthy_twin() {
    let always = crate::play::reference(&["--break", "ABT002"]);
    let out = tempfile::tempdir().unwrap();
    let cases = [case("abort-docs-503"), case("planning-healthy")];
    let report = play(always.clone(), &cases, out.path()).await;
    assert_eq!(report.cases[0].control, Some(Control::Failed));
    assert!(matches!(
        report.cases[0].outcome,
        CaseOutcome::CouldNotRun(_)
    ));
    assert_eq!(report.cases[1].violated(), ["ABT002"]);
    assert_eq!(report.exit_code(), 1);

    let alone = play_one(always, "abort-docs-503").await;
    assert_eq!(
        (alone.control, alone.outcome),
        (Some(Control::Missing), CaseOutcome::Conformant)
    );
}

#[tokio::test]
async fn a_crash_is_not_a_false_abort() {
    let script = "for p in docs openapi.json prompt-skills \
                  prompt-skills/wild_v2_execution_ops_protocol wild/v2/system-health; do \
                  curl -sf $WILD_SERVER_URL/$p >/dev/null; done; echo ouch >&2; kill -SEGV $$";
    let report = play_one(bash(script), "planning-healthy").await;
    assert_eq!(report.violated(), ["OUT001", "OUT002", "OUT007", "PBK001"]);
    // What follows from it comes after what the program wrote last.
    let told = [
        "stderr: ouch",
        "all of it is in planning-healthy/stderr.txt",
    ];
    assert_eq!(report.notes[..2], told);
}

/// What was printed beyond the limit is unknown, so that nothing is concluded from what is missing.
#[tokio::test]
async fn endless_output_is_untestable_and_not_held_in_memory() {
    let script = "curl -sf $WILD_SERVER_URL/docs >/dev/null; yes | head -c 20000000";
    let out = tempfile::tempdir().unwrap();
    let report = play(bash(script), &[case("planning-healthy")], out.path()).await;
    let transcript = out.path().join("planning-healthy/transcript.txt");
    assert_eq!(
        std::fs::metadata(transcript).unwrap().len(),
        16 * 1024 * 1024
    );
    assert_eq!(report.cases[0].outcome, CaseOutcome::NonConformant);
    let untestable = |(rule, verdict): &(&wild_conformance::rules::Rule, Verdict)| {
        matches!(verdict, Verdict::Untestable(_)).then_some(rule.code)
    };
    let codes: Vec<_> = report.cases[0]
        .verdicts
        .iter()
        .filter_map(untestable)
        .collect();
    assert!(
        codes.contains(&"OUT004") && codes.contains(&"OUT006"),
        "{codes:?}"
    );
}

#[tokio::test]
async fn an_agent_that_hangs_is_told_so() {
    let mut slow = case("planning-healthy");
    slow.time_limit = 1;
    let out = tempfile::tempdir().unwrap();
    let script = "curl -sf $WILD_SERVER_URL/docs >/dev/null; exec tail -f /dev/null";
    let report = play(bash(script), &[slow], out.path()).await;
    assert!(report.cases[0].violated().contains(&"OUT007"));
    assert_eq!(report.cases[0].ending, "was still running after 1 s");
}

#[tokio::test]
async fn an_agent_that_sends_the_token_meets_a_preflight_that_passes() {
    let script = "for p in docs openapi.json prompt-skills \
                  prompt-skills/wild_v2_execution_ops_protocol wild/v2/system-health; do \
                  curl -sf -H \"X-Auth-Token: $WILD_AUTH_TOKEN\" $WILD_SERVER_URL/$p >/dev/null \
                  || exit 9; done; printf '# Tasks\\n' > $WILD_TASKS_PATH; \
                  printf '<plan>\\n# Tasks\\n</plan>\\n'";
    let report = play_one(bash(script), "auth-plain-probe").await;
    assert_eq!(report.preflight, "preflight passed");
    let of_preflight = |code: &&str| code.starts_with("PRE") || code.starts_with("ABT");
    assert!(!report.violated().iter().any(of_preflight));
}

#[tokio::test]
async fn parallel_probes_are_judged_fairly() {
    let script = "for p in docs openapi.json prompt-skills \
                  prompt-skills/wild_v2_execution_ops_protocol wild/v2/system-health; do \
                  curl -sf $WILD_SERVER_URL/$p >/dev/null & done; wait; \
                  printf '# Tasks\\n- [x] a\\n- [x] ABORT_EARLY_DOCS_CHECK_FAILED\\n' \
                  > $WILD_TASKS_PATH; \
                  echo '<summary>Server docs/API preflight failed; planning aborted.</summary>'; \
                  echo '<promise>DONE</promise>'";
    for id in ["abort-docs-503", "abort-skills-503", "abort-health-503"] {
        let report = play_one(bash(script), id).await;
        assert_eq!(
            report.outcome,
            CaseOutcome::Conformant,
            "{id}: {:?}",
            report.violated()
        );
    }
}

/// What it did right is not held against it: probes, sweep, one configuration a run, names, paths,
/// working directory, a look at the end, the box and the promise.
#[tokio::test(flavor = "multi_thread")]
async fn a_careless_agent_is_told_what_it_did_wrong_and_nothing_else() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/agents/careless-agent.sh");
    let agent = AgentSpec::exec(vec!["bash".into(), script.into()]).unwrap();
    let report = play_one(agent, "execution-crowd").await;
    assert_eq!(report.violated(), ["TRK001", "TRK004", "CAP001", "CAP002"]);
    let told = wild_conformance::report::run_text(
        &wild_conformance::engine::conclude(vec![report], Gate::default()),
        wild_conformance::report::Detail::Findings,
    );
    for words in [
        "scripts/benchmark.py was started outside of a tracked run",
        "carries no `chat_session_id`",
        "a run was started before `POST /cluster/detect`, `GET /cluster`, `GET /wild/v2/system-health`",
        "seed7 was started while 7 of 1 places were taken (max_new_runs was 0): alive were seed0, seed1",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

/// Runs and boxes of one iteration are there in the next, and each is judged by itself.
#[tokio::test(flavor = "multi_thread")]
async fn iterations_are_chained_over_one_workspace_and_server() {
    let out = tempfile::tempdir().unwrap();
    let report = play(
        crate::play::reference(&[]),
        &[case("execution-chain")],
        out.path(),
    )
    .await;
    let ids: Vec<&str> = report.cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(
        ids,
        [1, 2, 3].map(|n| format!("execution-chain-iteration-{n}"))
    );
    for (case, task) in report.cases.iter().zip(["P2-T2", "P3-T1", "P3-T2"]) {
        assert_eq!(
            case.outcome,
            CaseOutcome::Conformant,
            "{}: {:?}",
            case.id,
            case.violated()
        );
        let transcript = out.path().join(&case.id).join("transcript.txt");
        let said = std::fs::read_to_string(transcript).unwrap();
        assert!(
            said.contains(&format!("I took task {task}.")),
            "{}: {said}",
            case.id
        );
    }
    let last = report.cases[2].tracing.as_ref().unwrap();
    assert_eq!(
        last.tasks
            .iter()
            .map(|traced| traced.runs.len())
            .sum::<usize>(),
        9
    );
}
