//! What an agent is kept from, and that nothing of it stays.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use wild_conformance::agent::Supervision;
use wild_conformance::audit::AuditMode;
use wild_conformance::evidence::SandboxState;

use crate::play::{PROGRAM, observe, program, watched};

/// Tries everything, and prints what worked.
const TRIES: &str = r#"
    try() { if eval "$2" 2>/dev/null; then echo "$1"; fi; }
    try workspace 'echo x > x'
    try home 'echo x > "$HOME/x"'
    try tmpdir 'echo x > "$(mktemp)"'
    try null 'echo x > /dev/null'
    try shm 'echo x > /dev/shm/wild-$$ && rm /dev/shm/wild-$$'
    try stdout 'echo -n > /dev/stdout'
    try around 'echo x > ../x'
    try elsewhere 'echo x > "$ELSEWHERE/x"'
    try truncate ': > "$ELSEWHERE/precious"'
    try remove 'rm -f "$ELSEWHERE/precious"'
    try read 'cat "$ELSEWHERE/precious" > /dev/null'
    try server 'curl -sf "$WILD_SERVER_URL/docs" > /dev/null'
    try connect 'exec 3<> "/dev/tcp/127.0.0.1/$PORT"'
    try signal 'kill -0 $OUTSIDER'
"#;

async fn works(supervision: impl FnOnce(&Path, u16) -> Supervision) -> (String, SandboxState) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("precious"), "text").unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = format!(
        "ELSEWHERE={} PORT={port} OUTSIDER={}\n{TRIES}",
        dir.path().display(),
        std::process::id()
    );
    let evidence = observe(&script, supervision(dir.path(), port)).await;
    let state = evidence.record.sandbox.unwrap().state;
    (evidence.transcript.replace('\n', " "), state)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_confines_writes_connections_and_signals() {
    let inside = "workspace home tmpdir null shm stdout ";
    let outside = "around elsewhere truncate remove read server connect signal ";
    let (worked, state) = works(|_, _| watched(AuditMode::Auto)).await;
    if state != SandboxState::Enforced {
        // This kernel has no Landlock, or an old one; the evidence says so, and nothing is refused
        // that would have to be.
        assert!(worked.starts_with(inside), "{worked}");
        return;
    }
    // What is in /tmp can be read here because the command line names it.
    assert_eq!(worked, format!("{inside}read server "));
    let (worked, _) = works(|_, _| watched(AuditMode::Announcements)).await;
    assert_eq!(worked, format!("{inside}read server "));
    let (worked, _) = works(|elsewhere, port| Supervision {
        allow_write: vec![elsewhere.to_owned()],
        allow_net: vec![format!("127.0.0.1:{port}").parse().unwrap()],
        ..watched(AuditMode::Auto)
    })
    .await;
    // What was removed cannot be read.
    let allowed = "elsewhere truncate remove server connect ";
    assert_eq!(worked, format!("{inside}{allowed}"));
    let (worked, state) = works(|_, _| Supervision {
        sandbox: false,
        ..watched(AuditMode::Auto)
    })
    .await;
    assert_eq!(worked, format!("{inside}{outside}").replace("read ", ""));
    assert_eq!(state, SandboxState::Off);
}

#[test]
fn an_endpoint_has_a_host_and_a_port() {
    for wrong in ["443", ":443", "host:0", "host:https"] {
        program()
            .args(["run", "--allow-net", wrong])
            .assert()
            .code(2);
    }
    program()
        .args(["run", "--no-sandbox", "--allow-net", "host:443"])
        .assert()
        .code(2);
    program()
        .args(["run", "--audit", "sometimes"])
        .assert()
        .code(2);
}

/// The command lines of all processes that contain `mark`.
pub(crate) fn alive(mark: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|entry| {
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).replace('\0', " "))
    });
    lines.filter(|line| line.contains(mark)).collect()
}

/// Begins a session, loses its parent twice and lets go of everything, the environment included. A child
/// of its own with a session of its own is dead, and it never waits for it.
const DAEMON: &str = "(setsid bash -c '(exec env -i PATH=$PATH bash -c \"setsid true & exec -a MARK tail -f /dev/null\" \
                      <&- >&- 2>&- & disown) & disown' &);";

/// Every agent leaves processes behind in every way there is, and every one looks whether the harness
/// holds the remains of earlier ones. What is about to be collected is waited for, and not looked for again: others
/// beside it end meanwhile.
fn messy(mark: &str, last: &str) -> String {
    let daemon = DAEMON.replace("MARK", mark);
    format!(
        "remains() {{ for stat in /proc/[0-9]*/stat; do read -r pid comm state parent _ < $stat; \
           [ \"$state $parent\" != \"Z $HARNESS\" ] || return 0; done 2>/dev/null; return 1; }}; \
         is_clean=; for _ in {{1..100}}; do remains || {{ is_clean=1; break; }}; sleep 0.1; done; \
         [ \"$is_clean\" ] || echo zombie $pid $comm; \
         idle() {{ exec -a {mark} tail -f /dev/null; }}; export -f idle; \
         (setsid bash -c idle &) ; idle & (trap '' TERM; idle) & {daemon} \
         mktemp >/dev/null; true; {last}"
    )
}

fn leaves_nothing(mark: &str, last: &str, options: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let tmp = dir.path().join("tmp");
    std::fs::create_dir(&tmp).unwrap();
    let mark = format!("{mark}-{}", std::process::id());
    // The verdict does not matter here.
    assert_cmd::Command::new("bash")
        .args(["-c", "HARNESS=$$ exec \"$0\" \"$@\"", PROGRAM])
        .env("TMPDIR", &tmp)
        .args(["run", "--case", "planning-healthy", "--out"])
        .arg(dir.path().join("out"))
        .args(options)
        .args(["--", "bash", "-c", &messy(&mark, last)])
        .output()
        .unwrap();
    let left: Vec<_> = std::fs::read_dir(&tmp).unwrap().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(alive(&mark), [""; 0]);
    let out = std::fs::read_dir(dir.path().join("out")).unwrap().flatten();
    for case in out.filter(|entry| entry.path().is_dir()) {
        let transcript = std::fs::read_to_string(case.path().join("transcript.txt")).unwrap();
        assert_eq!(transcript, "", "{options:?} {}", case.path().display());
    }
}

/// How agents are watched and confined. Without namespaces and without a tracer, whose an orphan is can
/// only be known where the launcher keeps them.
const WAYS: &[&[&str]] = &[
    &["--audit", "ptrace"],
    #[cfg(feature = "walls")]
    &["--audit", "announcements"],
    &["--audit", "ptrace", "--no-sandbox"],
    #[cfg(feature = "walls")]
    &["--audit", "announcements", "--no-sandbox"],
];

/// Half of them end, half of them are killed. What ignores SIGTERM takes two seconds to be killed, hence
/// it is gone before.
#[test]
fn nothing_is_left_of_a_hundred_cases() {
    for way in WAYS {
        for last in ["exit 0", "kill -KILL $$"] {
            let options = [&["--repeat", "13", "--jobs", "1"], *way].concat();
            leaves_nothing("quick", &format!("kill -KILL %2 %3; {last}"), &options);
        }
    }
}

#[test]
fn nothing_is_left_of_agents_that_were_killed() {
    for way in WAYS {
        let options = [&["--repeat", "4", "--jobs", "4", "--time-limit", "1"], *way].concat();
        leaves_nothing("slow", "exec tail -f /dev/null", &options);
    }
}

/// What is to become an agent and waits for its tracer ends with that: nobody else knows of it.
#[test]
fn who_waits_for_a_tracer_that_is_killed_ends() {
    let script = r#"
        WILD_LAUNCH_ORDER="{\"launch\":{\"report\":\"/dev/null\",\"tracer\":$TRACER,\"fence\":null}}" "$0" launch -- true &
        echo $!
        wait
    "#;
    // The shell itself, and somebody who is not its parent.
    for (tracer, is_stopped) in [("$$", true), ("1", false)] {
        let mut shell = Command::new("sh")
            .args(["-c", &script.replace("$TRACER", tracer), PROGRAM])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(shell.stdout.take().unwrap());
        let mut pid = String::new();
        told.read_line(&mut pid).unwrap();
        if is_stopped {
            let stat = format!("/proc/{}/stat", pid.trim());
            while !std::fs::read_to_string(&stat).unwrap().contains(") T ") {
                std::thread::yield_now();
            }
            shell.kill().unwrap();
        }
        // It holds its end of the pipe until it is gone.
        let (sender, ended) = mpsc::channel();
        std::thread::spawn(move || sender.send(told.read_to_end(&mut Vec::new())));
        let ended = ended.recv_timeout(Duration::from_mins(1));
        assert!(ended.is_ok(), "{tracer}: {} is still there", pid.trim());
        shell.wait().unwrap();
    }
}
