//! Something else in the place of `tasks_path`.

use super::{CASE, Run};

/// The file's path in the workspace.
const FIND: &str = "T=${WILD_TASKS_PATH#$PWD/}; rm -f $T; echo $T; ";

/// What the report says of the file, and what the evidence has.
fn replaced(by: &str) -> (String, String) {
    // Requests look at the file, too.
    let ended = Run::of(&format!(
        "{FIND} {by}; curl -s $WILD_SERVER_URL/runs >/dev/null"
    ))
    .end();
    ended.assert_judged_and_gone();
    let path = ended.kept("transcript.txt");
    let entry = ended.entry(path.trim());
    (ended.report(), entry.to_string())
}

#[test]
fn a_fifo_a_socket_a_link_and_a_folder_are_told_as_what_they_are() {
    let socket = "python3 -c \"import socket, os; \
                  os.chdir(os.path.dirname('$T')); \
                  socket.socket(socket.AF_UNIX).bind('tasks.md')\"";
    for (by, kind, words) in [
        ("mkfifo $T", "fifo", "is a FIFO"),
        (socket, "socket", "is a socket"),
        (
            "ln -s /etc/passwd $T",
            "link",
            "is a symbolic link to /etc/passwd",
        ),
        (
            "ln -s /dev/zero $T",
            "link",
            "is a symbolic link to /dev/zero",
        ),
        ("mkdir $T", "folder", "is a folder"),
    ] {
        let (report, entry) = replaced(by);
        assert!(report.contains(words), "{by}: {report}");
        assert!(entry.contains(kind), "{by}: {entry}");
    }
}

#[test]
fn a_device_is_not_opened() {
    let options = ["--case", CASE, "--no-sandbox"];
    let script = format!("{FIND} mknod $T c 1 5 || echo refused");
    let ended = Run::with(&options, &script).end();
    ended.assert_judged_and_gone();
    if ended.kept("transcript.txt").contains("refused") {
        eprintln!("skipped: this user can make no devices");
        return;
    }
    assert!(ended.report().contains("is a device"), "{}", ended.report());
}

#[test]
fn three_gigabytes_are_not_read() {
    let (report, entry) = replaced("truncate -s 3G $T");
    assert!(
        report.contains("(3221225472 bytes) is too large"),
        "{report}"
    );
    assert!(entry.contains("3221225472"), "{entry}");
}

/// The last name of the path is a regular file, and somebody else's.
#[test]
fn a_link_above_it_leads_nowhere() {
    let ended = Run::of(
        "mkdir -p $HOME/other/tasks; S=$(dirname $WILD_TASKS_PATH); \
         echo '# Secret' > $HOME/other/tasks.md; rm -r $S; ln -s $HOME/other $S",
    )
    .end();
    ended.assert_judged_and_gone();
    assert!(
        !ended
            .out()
            .join(CASE)
            .join("files")
            .join(".agents")
            .exists()
    );
    assert!(!ended.report().contains("Secret"));
}

/// The next iteration reads what the one before left.
#[test]
fn between_iterations_it_is_not_waited_for() {
    let options = ["--case", "execution-chain"];
    let script = "rm -f $WILD_TASKS_PATH; mkfifo $WILD_TASKS_PATH";
    let ended = Run::with(&options, script).end();
    assert_eq!(
        ended.code(),
        Some(1),
        "{}{}",
        ended.report(),
        ended.complaint()
    );
    ended.assert_gone();
}
