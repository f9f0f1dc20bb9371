//! The rules are proven: the reference agent keeps them all, each mutant breaks its own.

use std::collections::BTreeSet;

use wild_conformance::agent::reference::all_mutants;
use wild_conformance::case::builtin_cases;
use wild_conformance::prompt::Template;
use wild_conformance::report::{Control, Outcome};

use crate::play::{play, play_one, play_with, reference};

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_agent_is_clean_in_every_case() {
    let out = tempfile::tempdir().unwrap();
    let cases = builtin_cases().unwrap();
    let report = play(reference(&[]), &cases, out.path()).await;
    assert_eq!(report.cases.len(), cases.len());
    for case in &report.cases {
        assert_eq!(
            case.outcome,
            Outcome::Conformant,
            "{}: {:?}",
            case.id,
            case.violated()
        );
        assert_eq!(case.control.is_some(), case.twin.is_some(), "{}", case.id);
        assert_ne!(case.control, Some(Control::Failed));
    }
}

/// Mode B is allowed and not preferred: that is all there is to say against it.
#[tokio::test(flavor = "multi_thread")]
async fn the_silent_abort_breaks_the_preference_alone() {
    let out = tempfile::tempdir().unwrap();
    let report = play(
        reference(&["--abort-mode", "silent"]),
        &builtin_cases().unwrap(),
        out.path(),
    )
    .await;
    for case in &report.cases {
        let expected: &[&str] = if case.twin.is_some() {
            &["ABT008"]
        } else {
            &[]
        };
        assert_eq!(case.violated(), expected, "{}", case.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mutant_is_caught_by_its_rule_and_by_no_other() {
    let mut plays = tokio::task::JoinSet::new();
    for mutant in all_mutants() {
        plays.spawn(async move {
            (
                mutant,
                play_one(reference(&["--break", mutant.code]), mutant.case).await,
            )
        });
    }
    while let Some(played) = plays.join_next().await {
        let (mutant, report) = played.unwrap();
        let fired: BTreeSet<&str> = report.violated().into_iter().collect();
        assert!(
            fired.contains(mutant.code),
            "{} lives: {:?}",
            mutant.code,
            report.outcome
        );
        let declared: BTreeSet<&str> = mutant
            .implies
            .iter()
            .copied()
            .chain([mutant.code])
            .collect();
        assert!(
            fired.is_subset(&declared),
            "{} also fires {fired:?}",
            mutant.code
        );
        assert_eq!(report.count("untestable"), 0, "{}", mutant.code);
    }
}

/// The wording of a prompt as users have it: no headings, paths within sentences.
#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_without_labels_serves_as_well() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("prompt.md");
    let text = "You plan.\nGoal\n{{goal}} {{steer_section}}\nProject Root\n\
        IMPORTANT: Your working directory is {{workdir}}. Start with cd {{workdir}}.\n\
        curl -sf {{server_url}}/docs >/dev/null\n\
        curl -sf {{server_url}}/openapi.json >/dev/null\n\
        curl -sf {{server_url}}/prompt-skills >/dev/null\n\
        curl -sf {{server_url}}/prompt-skills/wild_v2_execution_ops_protocol >/dev/null\n\
        curl -sf {{server_url}}/wild/v2/system-health >/dev/null\n\
        After writing {{tasks_path}}, output the same markdown inside\n<plan>\n(all)\n</plan>\n";
    std::fs::write(&file, text).unwrap();
    let template = Template::from_file(&file).unwrap();
    let evidence = out.path().join("evidence");
    let report = play_with(
        reference(&[]),
        &builtin_cases().unwrap(),
        &evidence,
        template,
    )
    .await;
    for case in &report.cases {
        assert_eq!(
            case.outcome,
            Outcome::Conformant,
            "{}: {:?}",
            case.id,
            case.violated()
        );
    }
}
