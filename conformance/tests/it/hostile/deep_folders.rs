//! Folders in folders in folders.

use super::{CASE, Run};

/// Of ever longer paths no call takes one; whoever goes down by recursion runs out of stack.
fn deep(count: u32) -> String {
    format!(
        "python3 -c \"
import os
for i in range({count}):
    os.mkdir('d'); os.chdir('d')
open('bottom', 'w').close()
\""
    )
}

#[test]
fn thirty_thousand_folders_in_each_other_are_listed_to_a_depth_and_removed() {
    // Landlock walks up from each folder that is made, which would take the agent minutes.
    let run = Run::with(&["--case", CASE, "--no-sandbox"], &deep(30_000));
    let ended = run.in_memory().end();
    ended.assert_judged_and_gone();
    let report = ended.report();
    assert!(
        report.contains("no more than 128 folders in each other"),
        "{report}"
    );
    assert_eq!(ended.entry("d/d/d")["kind"], "folder");
}

#[test]
fn in_the_home_and_in_the_temporary_folder_they_are_no_obstacle_either() {
    let deep = deep(1_000);
    let script = format!("cd $HOME; {deep}; cd $TMPDIR; {deep}");
    Run::of(&script).in_memory().end().assert_judged_and_gone();
}
