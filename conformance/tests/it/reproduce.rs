//! The commands `reproduce` and `minimize`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::play::{PROGRAM, program};

/// A reproduction that waits for somebody.
struct Held {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    server: String,
    script: String,
}

fn held(dir: &Path, args: &[&str]) -> Held {
    let mut child = Command::new(PROGRAM)
        .arg("reproduce")
        .args(args)
        .current_dir(dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut script = String::new();
    while !script.contains("# Ctrl-C") {
        assert!(stdout.read_line(&mut script).unwrap() > 0, "{script}");
    }
    let server = script.split("# server http://").nth(1).unwrap();
    let server = server.lines().next().unwrap().to_owned();
    Held {
        child,
        stdout,
        server,
        script,
    }
}

impl Held {
    /// The whole answer to a GET.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.server).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Ctrl-C; gives the exit code, the report, and what was shown meanwhile.
    fn end(mut self) -> (i32, String, String) {
        kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGINT).unwrap();
        let mut report = String::new();
        self.stdout.read_to_string(&mut report).unwrap();
        let mut shown = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut shown)
            .unwrap();
        (self.child.wait().unwrap().code().unwrap(), report, shown)
    }
}

#[test]
fn a_case_is_served_as_it_is_judged_until_somebody_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    let held = held(dir.path(), &["abort-docs-503"]);
    for part in [
        "export WILD_TASKS_PATH='",
        "# prompt /",
        "curl -sf 'http://",
        "/wild/v2/system-health $?",
    ] {
        assert!(held.script.contains(part), "{part}: {}", held.script);
    }
    assert!(held.get("/docs").starts_with("HTTP/1.1 503"));
    let (code, report, shown) = held.end();
    assert_eq!(code, 1);
    assert!(shown.contains("#1 GET /docs -> 503"), "{shown}");
    assert!(
        report.contains("agent by hand") && report.contains("ABT006"),
        "{report}"
    );
    assert!(
        dir.path()
            .join("wild-reproduction/abort-docs-503/evidence.json")
            .is_file()
    );
}

#[test]
fn what_is_handed_in_is_judged_as_the_output() {
    let dir = tempfile::tempdir().unwrap();
    let said = dir.path().join("said.txt");
    let abort = "<summary>Server docs/API preflight failed; planning aborted.</summary>\n<promise>DONE</promise>\n";
    std::fs::write(&said, abort).unwrap();
    let held = held(dir.path(), &["abort-docs-503", "--transcript", "said.txt"]);
    held.get("/docs");
    let (code, report, _) = held.end();
    assert_eq!(code, 0, "{report}");
}

#[test]
fn saved_evidence_brings_back_case_and_seed_and_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let run = [
        "run",
        "--case",
        "planning-tiny-lm-one-gpu",
        "--seed",
        "77",
        "--out",
        "saved",
    ];
    program().current_dir(dir.path()).args(run).assert().code(0);
    let answers = |out: &str| {
        let held = held(
            dir.path(),
            &["saved/planning-tiny-lm-one-gpu", "--out", out],
        );
        assert!(held.script.contains("with seed 77"), "{}", held.script);
        let paths = [
            "/docs",
            "/openapi.json",
            "/cluster",
            "/wild/v2/system-health",
            "/runs",
        ];
        let answers = paths.map(|path| held.get(path));
        let journal = dir
            .path()
            .join(out)
            .join("planning-tiny-lm-one-gpu/journal.ndjson");
        held.end();
        (answers, std::fs::read_to_string(journal).unwrap())
    };
    let (first, second) = (answers("a"), answers("b"));
    // The date is the machine's.
    let dateless = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with("date:"));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        first.0.map(|text| dateless(&text)),
        second.0.map(|text| dateless(&text))
    );
    assert_eq!(first.1, second.1);
}

#[test]
fn an_agent_may_play_the_case() {
    let dir = tempfile::tempdir().unwrap();
    let assert = program()
        .current_dir(dir.path())
        .args(["reproduce", "abort-docs-503", "--", PROGRAM, "agent"])
        .assert()
        .code(0);
    let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    assert!(text.contains("1 conformant"), "{text}");
    let assert = program().args(["reproduce", "abort-*"]).assert().code(2);
    assert!(String::from_utf8_lossy(&assert.get_output().stderr).contains("several cases"));
    program().args(["reproduce", "nowhere"]).assert().code(2);
}

#[test]
fn the_fault_that_matters_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let case = "id = \"several\"\ntitle = \"Several faults\"\ntwin = \"planning-healthy\"\n\
        expect.preflight = \"failed\"\n\
        faults = [\n  { path = \"/openapi.json\", action = \"no_content\" },\n  \
        { path = \"/docs\", action = \"status\", status = 503 },\n  \
        { path = \"/prompt-skills\", action = \"invalid_json\" },\n]\n";
    std::fs::write(dir.path().join("case.toml"), case).unwrap();
    let minimize = |breaks: &str, code: i32| {
        let mut command = program();
        command.current_dir(dir.path());
        command.args(["minimize", "case.toml", "--out", "small.toml", "--"]);
        command.args([PROGRAM, "agent", "--break", breaks]);
        let output = command.assert().code(code).get_output().clone();
        String::from_utf8(output.stderr).unwrap()
    };
    let told = minimize("ABT006", 0);
    assert!(
        told.contains("1 of 3 faults are enough for ABT006"),
        "{told}"
    );
    let small = std::fs::read_to_string(dir.path().join("small.toml")).unwrap();
    assert_eq!(small.matches("[[faults]]").count(), 1);
    assert!(small.contains("503"), "{small}");
    let checked = ["run", "--case", "small.toml", "--", PROGRAM, "agent"];
    program()
        .current_dir(dir.path())
        .args(checked)
        .assert()
        .code(0);
    assert!(minimize("PLN001", 2).contains("violates no rule"));
}

#[test]
fn an_agent_that_could_not_run_is_none_that_violates_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for (agent, told) in [
        (&["no-such-agent"][..], "no program `no-such-agent` in PATH"),
        (&["sh", "-c", "exit 7"], "never reached the server"),
    ] {
        let mut command = program();
        command.current_dir(dir.path());
        command.args(["minimize", "abort-docs-503", "--"]);
        let output = command.args(agent).assert().code(3).get_output().clone();
        let error = String::from_utf8(output.stderr).unwrap();
        let begin = "error: `abort-docs-503` could not run, so that nothing was found out: ";
        assert!(error.contains(begin) && error.contains(told), "{error}");
    }
}
