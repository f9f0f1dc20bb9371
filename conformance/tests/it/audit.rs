//! The process audit: what it sees, and that nobody notices it.

use std::path::Path;

use wild_conformance::agent::Supervision;
use wild_conformance::audit::AuditMode;
use wild_conformance::ending::Ending;
use wild_conformance::evidence::{Evidence, Exec, ExecEnd, Mechanism};

use crate::play::{PROGRAM, observe, program, watched};

async fn traced(script: &str) -> Evidence {
    let evidence = observe(script, watched(AuditMode::Ptrace)).await;
    let audit = evidence.record.audit.as_ref().unwrap();
    assert_eq!(audit.mechanism, Mechanism::Ptrace, "{:?}", audit.reason);
    evidence
}

fn execs(evidence: &Evidence) -> &[Exec] {
    &evidence.processes.as_ref().unwrap().execs
}

/// Compiles a C program into the folder and gives its path.
fn compile(folder: &Path, source: &str, flags: &[&str]) -> String {
    let (code, program) = (folder.join("program.c"), folder.join("program"));
    std::fs::write(&code, source).unwrap();
    let compiled = std::process::Command::new("cc")
        .args([&code, Path::new("-o"), &program])
        .args(flags)
        .status()
        .unwrap();
    assert!(compiled.success());
    program.display().to_string()
}

/// Whatever a process can tell about itself is the same with and without a tracer.
#[tokio::test(flavor = "multi_thread")]
async fn signals_stops_and_exit_codes_are_unchanged() {
    let script = r#"
        bash -c 'exit 7'; echo "exit $?"
        bash -c 'kill -KILL $$'; echo "killed $?"
        bash -c 'kill -SEGV $$'; echo "crashed $?"
        bash -c 'trap "echo trapped" TRAP USR1 RTMIN+3; kill -TRAP $$; kill -USR1 $$; kill -RTMIN+3 $$'
        bash -c 'kill -RTMIN+2 $$'; echo "real time $?"
        set -m
        bash -c 'kill -STOP $$; echo woke' & until [[ $(jobs -s) ]]; do :; done
        kill -CONT $!
        code=147; while [ $code = 147 ]; do wait $!; code=$?; done; echo "continued $code"
        bash -c 'kill -TSTP $$; exit 5'; echo "suspended $?"; fg >/dev/null; echo "resumed $?"
        bash -c 'exec 3>&1; (trap "echo child" EXIT); echo parent'
        yes | head -n 1
        exit 9"#;
    let off = Supervision {
        sandbox: false,
        ..watched(AuditMode::Off)
    };
    let plain = observe(script, off).await;
    let traced = traced(script).await;
    assert_eq!(traced.transcript, plain.transcript);
    assert!(
        plain.transcript.contains("resumed 5"),
        "{}",
        plain.transcript
    );
    assert_eq!(traced.record.ending, Some(Ending::Exited { code: 9 }));
    assert_eq!(traced.record.ending, plain.record.ending);
    assert!(execs(&plain).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_execution_is_described() {
    let script = "curl -sf $WILD_SERVER_URL/docs >/dev/null; mkdir sub; cd sub; \
                  CUDA_VISIBLE_DEVICES=3 SECRET=x sh -c 'exit 4' ../README.md; true";
    let evidence = traced(script).await;
    let execs = execs(&evidence);
    assert_eq!(execs[0].argv[0], "bash");
    assert_eq!((execs[0].requests, execs[0].parent), (0, None));
    let sh = execs.iter().find(|exec| exec.argv[0] == "sh").unwrap();
    assert_eq!(sh.argv[1..], ["-c", "exit 4", "../README.md"]);
    assert!(sh.cwd.ends_with("/tiny-lm/sub"), "{}", sh.cwd);
    assert_eq!((sh.requests, sh.end), (1, Some(ExecEnd::Exited(4))));
    assert_eq!(sh.parent, Some(execs[0].process));
    assert_eq!(sh.environment.len(), 1);
    assert_eq!(sh.environment["CUDA_VISIBLE_DEVICES"], "3");
    assert_eq!(sh.files.keys().collect::<Vec<_>>(), ["../README.md"]);
}

/// The kernel's process ids and the scheduler's whims are not in the evidence.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_agent_gives_the_same_processes() {
    // `cat` waits until all have closed their output. Some may then be on their last steps yet, and be
    // ended by the harness, so that how they ended is left out.
    let script = "(for i in 1 2 3; do seq 9 | sort | tail -n 1 | cat; (setsid true &); done; \
                  bash -c 'true; (sort /dev/null & ); wait') | cat";
    let mut seen = Vec::new();
    for _ in 0..3 {
        let evidence = traced(script).await;
        let workdir = &evidence.record.variables["workdir"];
        let lines = execs(&evidence).iter().map(|exec| {
            let exec = Exec {
                wall_clock: 0.0,
                end: None,
                ..exec.clone()
            };
            let line = serde_json::to_string(&exec).unwrap();
            line.replace(workdir, "W")
        });
        seen.push(lines.collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[1], seen[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_processes_are_seen() {
    let evidence = traced("for i in {1..1000}; do /bin/true $i; done").await;
    let count = execs(&evidence).iter().filter(|e| e.argv[0] == "/bin/true");
    assert_eq!(count.count(), 1000);
    assert!(execs(&evidence).iter().all(|exec| exec.end.is_some()));
}

/// 32 threads, each of which starts programs with `vfork`, and one that replaces the whole process.
const THREADS: &str = r#"
    #include <pthread.h>
    #include <spawn.h>
    #include <sys/wait.h>
    #include <unistd.h>
    extern char **environ;
    static void *work(void *last) {
        for (int i = 0; i < 5; i++) {
            char *argv[] = {"/bin/true", "spawned", 0};
            pid_t child;
            if (posix_spawn(&child, argv[0], 0, 0, argv, environ) == 0) waitpid(child, 0, 0);
        }
        if (last) execl("/bin/sh", "sh", "-c", "exit 6", (char *)0);
        return 0;
    }
    int main(void) {
        pthread_t threads[32];
        for (int i = 0; i < 32; i++) pthread_create(&threads[i], 0, work, 0);
        for (int i = 0; i < 32; i++) pthread_join(threads[i], 0);
        pthread_create(&threads[0], 0, work, (void *)1);
        pthread_join(threads[0], 0);
        return 1;
    }"#;

#[tokio::test(flavor = "multi_thread")]
async fn threads_and_statically_linked_programs_are_seen() {
    let dir = tempfile::tempdir().unwrap();
    let program = compile(dir.path(), THREADS, &["-static", "-pthread"]);
    let evidence = traced(&format!("{program}; echo $?")).await;
    assert_eq!(evidence.transcript, "6\n");
    let all = execs(&evidence);
    let spawned = all
        .iter()
        .filter(|exec| exec.argv.len() == 2 && exec.argv[1] == "spawned");
    assert_eq!(spawned.clone().count(), 33 * 5);
    let threads = all.iter().find(|exec| exec.executable == program).unwrap();
    assert!(
        spawned
            .clone()
            .all(|exec| exec.parent == Some(threads.process))
    );
    let replaced = all.iter().find(|exec| exec.argv[0] == "sh").unwrap();
    assert_eq!(
        (replaced.process, replaced.end),
        (threads.process, Some(ExecEnd::Exited(6)))
    );
}

/// What traces others itself gets no special treatment: it is followed like everything else.
#[tokio::test(flavor = "multi_thread")]
async fn what_calls_itself_a_tracer_is_followed() {
    let script = "cp /usr/bin/env $TMPDIR/strace; $TMPDIR/strace sh -c 'exit 3'; echo $?";
    let evidence = traced(script).await;
    assert_eq!(evidence.transcript, "3\n");
    assert!(evidence.record.audit.as_ref().unwrap().is_complete());
    assert!(execs(&evidence).iter().any(|exec| exec.argv[0] == "sh"));
}

/// A harness that is traced itself cannot trace.
#[tokio::test(flavor = "multi_thread")]
async fn where_tracing_is_not_permitted_the_evidence_says_so() {
    let script = format!(
        "{PROGRAM} run --case planning-healthy --no-sandbox --out $TMPDIR/inner -- \
         bash -c 'python3 scripts/train.py --steps 1 --out exp/x' >/dev/null; \
         cat $TMPDIR/inner/planning-healthy/evidence.json; \
         cat $TMPDIR/inner/planning-healthy/announcements.ndjson >&2"
    );
    let evidence = traced(&script).await;
    let record: serde_json::Value = serde_json::from_str(&evidence.transcript).unwrap();
    assert_eq!(record["audit"]["mechanism"], "announcements");
    let reason = record["audit"]["reason"].as_str().unwrap();
    assert!(reason.contains("could not be traced"), "{reason}");
    assert_eq!(record["audit"]["announcements"], true);
}

#[test]
fn what_the_user_switched_off_is_counted_apart_and_fails_only_when_strict() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    for (mode, level, code) in [
        ("off", None, 0),
        ("announcements", None, 0),
        ("off", Some("--strict"), 1),
    ] {
        let run = ["run", "--case", "planning-healthy", "--audit", mode];
        program()
            .args(run)
            .args(level)
            .arg("--out")
            .arg(&out)
            .assert()
            .code(code);
        let report = std::fs::read_to_string(out.join("report.json")).unwrap();
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let case = &report["cases"][0];
        assert_eq!(case["counts"]["not_looked_at"], 1, "{mode}");
        assert_eq!(case["counts"]["untestable"], 0, "{mode}");
        let rules = case["rules"].as_array().unwrap();
        let rule = rules.iter().find(|rule| rule["code"] == "INI003").unwrap();
        assert_eq!(rule["verdict"], "not_looked_at", "{mode}");
        assert!(!rule["reason"].as_str().unwrap().is_empty(), "{mode}");
    }
}

#[test]
fn evidence_of_versions_without_an_audit_is_still_read() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let run = ["run", "--case", "planning-healthy", "--out"];
    program().args(run).arg(&out).assert().code(0);
    let record = out.join("planning-healthy/evidence.json");
    let mut value: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&record).unwrap()).unwrap();
    value["format"] = 1.into();
    for key in ["audit", "sandbox"] {
        value.as_object_mut().unwrap().remove(key).unwrap();
    }
    // The record listed the files then, and nothing was sealed.
    let seal = record.with_file_name("seal.json");
    let sealed: serde_json::Value = serde_json::from_slice(&std::fs::read(&seal).unwrap()).unwrap();
    std::fs::remove_file(seal).unwrap();
    let mut files = sealed["files"].as_object().unwrap().clone();
    for file in ["evidence.json", "processes.ndjson", "announcements.ndjson"] {
        files.remove(file).unwrap();
    }
    value["files"] = files.into();
    std::fs::write(&record, value.to_string()).unwrap();
    // Nobody watched processes then, which is not the agent's fault, and not its credit either.
    let checked = program().arg("check").arg(&out).assert().code(0);
    let text = String::from_utf8_lossy(&checked.get_output().stdout).into_owned();
    assert!(text.contains("1 verdict not looked at"), "{text}");
    assert!(text.contains("1 play is unsealed"), "{text}");
    let strict = ["check", "--strict"];
    let checked = program().args(strict).arg(&out).assert().code(1);
    let text = String::from_utf8_lossy(&checked.get_output().stdout).into_owned();
    assert!(text.contains("unseen      INI003"), "{text}");
    assert!(text.contains("format 1 does not tell"), "{text}");
    assert_eq!(
        Evidence::load(record.parent().unwrap()).unwrap().processes,
        None
    );
}
