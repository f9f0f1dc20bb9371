//! What is alive when an agent ends is listed, and an experiment among it is never passed over.

use wild_conformance::audit::AuditMode;
use wild_conformance::engine::{self, CaseReport};
use wild_conformance::evidence::Evidence;
use wild_conformance::facts::Facts;
use wild_conformance::gate::Gate;
use wild_conformance::selection::Selection;

use crate::play::{observe, watched};

const WAITING: &str = "python3 scripts/benchmark.py";

fn word(evidence: &Evidence, code: &str) -> (&'static str, CaseReport) {
    let report = engine::judge(evidence, &Selection::default(), Gate::STRICT);
    let rule = report.verdicts.iter().find(|(rule, _)| rule.code == code);
    (rule.unwrap().1.word(), report)
}

/// `read` waits for a line that never comes; the agent goes on once the waiting shell has said so.
async fn left_by(waiting: &str, mode: AuditMode) -> Evidence {
    let script = format!(
        "curl -sf $WILD_SERVER_URL/docs >/dev/null; mkfifo $TMPDIR/never $TMPDIR/ready; exec 8<>$TMPDIR/never 9<>$TMPDIR/ready
         {waiting}
         read -u 9"
    );
    observe(&script, watched(mode)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sleeping_shell_that_would_start_an_experiment_is_never_a_pass() {
    let detached = format!("(setsid sh -c 'echo >&9; read x <&8; {WAITING}' &)");
    let subshell = format!("(echo >&9; read -u 8 x; {WAITING}) &");
    let script = format!(
        "printf '%s\\n' 'echo >&9' 'read -u 8 x' '{WAITING}' > $TMPDIR/w; bash $TMPDIR/w &"
    );
    let fed = format!("bash <<'E' &\necho >&9\nread -u 8 x\n{WAITING}\nE");
    let code = "python3 -c \"import os; os.write(9, b'x\\n'); os.read(8, 1); \
                os.system('python3 scripts/benchmark.py')\" &";
    let made = format!(
        "printf 'go:\\n\\techo >&9; read x <&8\\n\\t@{WAITING}\\n' > Makefile; make -s go &"
    );
    let imported = "python3 -c \"import os, sys; sys.path.insert(0, 'scripts'); m = __import__('bench' + 'mark'); \
                    os.write(9, b'x\\n'); os.read(8, 1); m.main()\" &";
    for waiting in [&detached, &subshell, &script, &fed, &made, code, imported] {
        let evidence = left_by(waiting, AuditMode::Ptrace).await;
        let (word, report) = word(&evidence, "INI003");
        assert_eq!(word, "untestable", "{waiting}: {:?}", report.notes);
        let told = report
            .notes
            .iter()
            .any(|note| note.contains("ended with the agent"));
        assert!(told, "{waiting}: {:?}", report.notes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_experiment_that_is_still_at_work_is_a_finding_under_either_mechanism() {
    // The script waits before it could announce anything.
    let waiting = "echo 'import os; os.write(9, b\"x\\n\"); os.read(8, 1)' > scripts/benchmark.py
         PY=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
         $PY scripts/benchmark.py &";
    for mode in [AuditMode::Ptrace, AuditMode::Announcements] {
        let evidence = left_by(waiting, mode).await;
        let (word, report) = word(&evidence, "INI003");
        assert_eq!(word, "fail", "{mode:?}: {:?}", report.notes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_is_left_is_listed_and_passes() {
    let evidence = left_by(
        "(echo >&9; exec tail -f scripts/benchmark.py) &",
        AuditMode::Ptrace,
    )
    .await;
    let facts = Facts::new(&evidence);
    let left = &facts.processes.audit.unwrap().left;
    assert_eq!(left.len(), 1, "{left:?}");
    let (word, report) = word(&evidence, "INI003");
    assert_eq!(word, "pass");
    assert_eq!(
        report.notes,
        ["1 process was ended with the agent: `tail -f scripts/benchmark.py`"]
    );
    let mut cut = evidence;
    cut.record.audit.as_mut().unwrap().left_beyond = 1;
    let (word, report) = self::word(&cut, "INI003");
    assert_eq!(word, "untestable");
    assert!(report.notes[0].starts_with("more than 1 process was ended"));
    let none = observe("true", watched(AuditMode::Ptrace)).await;
    assert!(none.record.audit.unwrap().left.is_empty());
}
