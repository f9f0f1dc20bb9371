//! More entries than are listed.

use super::Run;

const MAKE: &str = "python3 -c \"
import os
for name in ('a', 'z'):
    os.makedirs(name + '/deep')
os.chdir('a')
for i in range(200100): os.mknod(str(i), 0o644)
\"; ";

#[test]
fn two_hundred_thousand_entries_are_listed_and_the_bound_is_told() {
    let script = format!("{MAKE} echo '# Plan' > $WILD_TASKS_PATH; rm README.md");
    let ended = Run::of(&script).in_memory().end();
    ended.assert_judged_and_gone();
    let report = ended.report();
    assert!(
        report.contains("no more than 200000 entries are listed"),
        "{report}"
    );
    // What was there before is looked at first: it is not told to be gone, and what is gone is.
    assert!(
        report.contains("README.md came with the project and was removed"),
        "{report}"
    );
    assert_eq!(
        report.matches("came with the project").count(),
        1,
        "{report}"
    );
    // The plan is judged like any other.
    assert!(report.contains("PLN0"), "{report}");
    let after = ended.kept("workspace-after.json");
    assert_eq!(after.matches("\"mode\"").count(), 200_000);
    let (code, again, _) = ended.check();
    assert_eq!((code, again), (Some(1), report));
}
