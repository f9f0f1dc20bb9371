//! Playing again what was recorded.

use std::path::Path;

use super::{Played, could_not_run, play, violated};

/// Has the reference agent play, perhaps with faults of its own, and plays that again.
fn twice(cases: &[&str], first: &[&str], again: &[&str]) -> (Played, Played) {
    let cases: Vec<&str> = cases.iter().flat_map(|case| ["--case", case]).collect();
    let reference = [&[crate::play::PROGRAM, "agent"], first].concat();
    let recorded = play(&cases, &reference);
    let agent = format!("replay:{}", recorded.dir.path().join("out").display());
    let replayed = play(&[&["--agent", &agent], again].concat(), &[]);
    (recorded, replayed)
}

/// What each case came to, and which rules were violated.
fn verdicts(played: &Played) -> Vec<String> {
    let cases = played.report["cases"].as_array().unwrap();
    let told = cases.iter().map(|case| {
        let codes = violated(case);
        format!("{} {} {codes:?}", case["id"], case["outcome"])
    });
    told.collect()
}

#[test]
fn what_an_agent_did_is_done_again_and_judged_alike() {
    let cases = ["planning-healthy", "abort-docs-503", "execution-grid"];
    let (recorded, replayed) = twice(&cases, &[], &[]);
    assert_eq!(recorded.code(), Some(0), "{}", recorded.words());
    assert_eq!(replayed.code(), Some(0), "{}", replayed.words());
    assert_eq!(verdicts(&replayed), verdicts(&recorded));
    assert_eq!(verdicts(&replayed).len(), 3);
}

#[test]
fn a_violation_is_one_again_also_where_ids_are_others() {
    let cases = ["execution-grid"];
    let (recorded, replayed) = twice(&cases, &["--break", "TRK004"], &["--seed", "7"]);
    assert_eq!(recorded.code(), Some(1), "{}", recorded.words());
    assert_eq!(
        verdicts(&replayed),
        verdicts(&recorded),
        "{}",
        replayed.words()
    );
}

#[test]
fn a_case_that_was_not_recorded_could_not_be_run() {
    let again = ["--case", "abort-docs-503"];
    let (_, replayed) = twice(&["planning-healthy", "proceed-docs-created"], &[], &again);
    let why = could_not_run(&replayed);
    assert!(
        why.contains("nothing was recorded of the case `abort-docs-503`"),
        "{why}"
    );
}

/// It goes on with what the one before it left on the server.
#[test]
fn an_iteration_is_not_played_without_the_one_before() {
    let recorded = play(&["--case", "planning-healthy"], &[]);
    let folder = recorded.dir.path().join("out/planning-healthy");
    let file = folder.join("evidence.json");
    let mut record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    record["case"]["id"] = "planning-healthy-iteration-2".into();
    record["case"]["iterations"] = 3.into();
    std::fs::write(&file, record.to_string()).unwrap();
    let agent = format!("replay:{}", folder.display());
    // Whoever names a case is told the same.
    for case in [&[][..], &["--case", "planning-healthy"]] {
        let refused = play(&[case, &["--agent", &agent]].concat(), &[]);
        let told = String::from_utf8_lossy(&refused.output.stderr);
        assert_eq!(refused.code(), Some(2), "{told}");
        assert!(told.contains("one iteration of several"), "{told}");
    }
    record["case"]["id"] = "planning-healthy-iteration-1".into();
    let first = recorded.dir.path().join("first");
    std::fs::create_dir(&first).unwrap();
    std::fs::write(first.join("evidence.json"), record.to_string()).unwrap();
    let refused = std::process::Command::new(crate::play::PROGRAM)
        .arg("reproduce")
        .arg(&folder)
        .args(["--agent", &format!("replay:{}", first.display()), "--out"])
        .arg(recorded.dir.path().join("again"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(told.contains("left on the server"), "{told}");
}

#[test]
fn a_list_of_commands_is_an_agent() {
    let list = Path::new(env!("CARGO_TARGET_TMPDIR")).join("commands.txt");
    let abort = "# An abort.\n\
        curl -sf $WILD_SERVER_URL/docs || printf '# Tasks\\n\\n- [x] Ran the server preflight; a request \
        failed\\n- [x] ABORT_EARLY_DOCS_CHECK_FAILED\\n' > $WILD_TASKS_PATH\n\
        echo '<summary>Server docs/API preflight failed; planning aborted.</summary>'\n\
        echo '<promise>DONE</promise>'\n";
    std::fs::write(&list, abort).unwrap();
    let agent = format!("replay:{}", list.display());
    let played = play(&["--case", "abort-docs-503", "--agent", &agent], &[]);
    assert_eq!(played.case()["outcome"], "conformant", "{}", played.words());
    assert!(played.file("processes.ndjson").contains("curl"));
}
