//! The rules are proven: the reference agent keeps them all, each mutant breaks its own.

use std::path::Path;

use wild_conformance::cancel::Cancel;
use wild_conformance::case::{Kind, builtin_cases};
use wild_conformance::engine::CaseOutcome;
use wild_conformance::prompt::{Prompts, Template};
use wild_conformance::rules::FAMILIES;
use wild_conformance::selection::{RulePrefix, Selection};
use wild_conformance::selftest;

use crate::play::{PROGRAM, play_with, reference};

#[tokio::test(flavor = "multi_thread")]
async fn the_kill_matrix_is_sound() {
    let matrix = selftest::run(Path::new(PROGRAM), 4, &Cancel::new())
        .await
        .unwrap();
    assert!(matrix.is_sound(), "{}", selftest::text(&matrix));
    let cases = builtin_cases().unwrap();
    let (campaigns, cases): (Vec<_>, Vec<_>) = cases.iter().partition(|case| case.is_campaign());
    let cases: usize = cases.iter().map(|case| case.iterations as usize).sum();
    let [checklist, silent] = &matrix.reference[..] else {
        panic!("there are two abort modes");
    };
    let of_campaigns = |played: &&selftest::Played| {
        let mut ids = campaigns.iter().map(|case| case.id.as_str());
        ids.any(|id| played.case.starts_with(id))
    };
    let whole = checklist.cases.iter().filter(of_campaigns).count();
    assert_eq!(checklist.cases.len() - whole, cases);
    assert!(whole > 12 * campaigns.len(), "{whole}");
    assert!(silent.is_abort_only() && silent.cases.len() < cases);
    let planned = |id| silent.cases.iter().any(|played| played.case == id);
    assert!(planned("planning-healthy") && planned("abort-docs-reset"));
}

/// A matrix is worth something only if it can be unsound.
#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_shows() {
    let mut matrix = selftest::run(Path::new("/bin/false"), 4, &Cancel::new())
        .await
        .unwrap();
    assert!(!matrix.is_sound());
    let text = selftest::text(&matrix);
    for word in ["SURVIVES", "not judged", "NOT SOUND"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert_eq!(selftest::json(&matrix)["sound"], false);
    matrix.unproven.push("PRE001");
    assert!(selftest::text(&matrix).contains("PRE001 has no mutant"));
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
    let mut prompts = Prompts::builtin().unwrap();
    prompts.planning = Template::from_file(&file, Kind::Planning).unwrap();
    let evidence = out.path().join("evidence");
    // Such a prompt has no section on evolutionary sweeps.
    let mut cases = builtin_cases().unwrap();
    cases.retain(|case| !case.evo_sweep && case.kind == Kind::Planning);
    // It tells little, and the agent does everything all the same.
    let all: Vec<RulePrefix> = FAMILIES.iter().map(|f| f.name.parse().unwrap()).collect();
    let selection = Selection::new(&all, &[]).unwrap();
    let report = play_with(reference(&[]), &cases, &evidence, prompts, selection).await;
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
