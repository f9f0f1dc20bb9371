//! Something else in the place of the files of a session, which the server shows.

use super::{Run, SOON};

/// Starts a session of the agent's own, and replaces its files.
const REPLACE: &str = r#"
    post() { curl -s -X POST "$WILD_SERVER_URL$1" -H 'Content-Type: application/json' -d "$2"; }
    id=$(post /wild/v2/start '{"goal": "x"}' | tr ',' '\n' | sed -n 's/.*"session_id": *"\([^"]*\)".*/\1/p')
    [ -n "$id" ] || exit
    mkdir -p ".agents/wild/$id"; cd ".agents/wild/$id"; echo "session $id"
"#;

#[test]
fn a_fifo_and_three_gigabytes_keep_nobody_waiting() {
    for make in ["mkfifo", "truncate -s 3G", "ln -s /dev/zero"] {
        let script = format!(
            "{REPLACE} {make} tasks.md; {make} iteration_log.md; \
             for what in plan iteration-log; do \
               curl -s -m 20 \"$WILD_SERVER_URL/wild/v2/$what/$id\" | wc -c; echo \"$what ${{PIPESTATUS[0]}}\"; \
             done"
        );
        let ended = Run::of(&script).end();
        assert!(ended.took < SOON);
        let told = ended.kept("transcript.txt");
        assert!(
            told.contains("session ") && told.contains("plan 0"),
            "{make}: {told}"
        );
        assert!(told.contains("iteration-log 0"), "{make}: {told}");
        ended.assert_judged_and_gone();
    }
}
