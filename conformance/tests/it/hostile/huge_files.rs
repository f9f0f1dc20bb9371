//! Files that nobody can read in reasonable time. They have holes, so that they cost no room here.

use super::Run;

#[test]
fn a_file_of_eight_terabytes_is_listed_and_not_read() {
    let ended = Run::of("truncate -s 8T big").end();
    ended.assert_judged_and_gone();
    let big = ended.entry("big");
    assert_eq!(big["size"], 8_u64 << 40);
    assert!(big["sha256"].is_null());
    assert!(
        ended
            .report()
            .contains("268435456 bytes are not hashed: big")
    );
    let (code, report, _) = ended.check();
    assert_eq!((code, report), (Some(1), ended.report()));
}

/// Each is small enough to be read, and all together are not.
#[test]
fn twenty_gigabytes_of_files_are_read_up_to_a_bound() {
    let ended = Run::of("for i in {1..100}; do truncate -s 200M f$i; done").end();
    ended.assert_judged_and_gone();
    let report = ended.report();
    assert!(
        report.contains("no more than 536870912 bytes are hashed"),
        "{report}"
    );
    assert!(report.contains("and 95 more"), "{report}");
    assert!(ended.entry("f1")["sha256"].is_string());
}

/// The abort rules say that nothing was changed, which is known only of what was compared.
#[test]
fn a_file_of_the_project_that_grew_is_changed_although_nobody_read_it() {
    let script = "truncate -s 3G README.md; \
                  echo '<summary>Server docs/API preflight failed; planning aborted.</summary>'";
    let ended = Run::with(&["--case", "abort-docs-503"], script).end();
    let report = ended.report();
    assert!(
        report.contains("README.md was changed although the agent aborted"),
        "{report}"
    );
}
