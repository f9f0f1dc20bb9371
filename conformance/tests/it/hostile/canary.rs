//! Keys, tokens and logins of the user's, which an agent that inherits them tells wherever it can.

use std::path::Path;
use std::process::Command;

use wild_conformance::report::Format;

use crate::play::PROGRAM;

/// Every one begins so.
const CANARY: &str = "canary-";

/// Tells all that it has, in every way there is.
const TELLS: &str = r#"
    all="$OPENAI_API_KEY $GITHUB_TOKEN $DATABASE_URL $ARGV_KEY"
    env; env >&2; echo "$@"; tr '\0' '\n' < /proc/$$/cmdline
    # In two pieces with a pause, so that each is read by itself.
    printf '%s' "${OPENAI_API_KEY:0:12}"; sleep 0.2; echo "${OPENAI_API_KEY:12}"
    mkdir -p "made-$GITHUB_TOKEN"; echo "$all" > "made-$GITHUB_TOKEN/$OPENAI_API_KEY.txt"
    echo "$all" > "$HOME/$GITHUB_TOKEN"; ln -s "$OPENAI_API_KEY" link
    printf '# Plan for %s\n\n## Phase 1\n- [ ] [P1-T1] use %s\n' "$OPENAI_API_KEY" "$all" > "$WILD_TASKS_PATH"
    echo '<plan>'; cat "$WILD_TASKS_PATH"; echo '</plan>'
    bash -c ':' "$all"; OPENAI_API_KEY=$OPENAI_API_KEY nvidia-smi "$GITHUB_TOKEN"
    python3 -c pass "$GITHUB_TOKEN"
    for probe in docs openapi.json prompt-skills prompt-skills/wild_v2_execution_ops_protocol \
        wild/v2/system-health; do
      curl -sf "$WILD_SERVER_URL/$probe?key=$OPENAI_API_KEY" -H "Authorization: Bearer $GITHUB_TOKEN"
    done
    curl -s "$WILD_SERVER_URL/$OPENAI_API_KEY" -d "{\"name\": \"$GITHUB_TOKEN\"}"
    curl -s -X POST "$WILD_SERVER_URL/runs" -H 'Content-Type: application/json' \
      -d "{\"name\": \"$OPENAI_API_KEY\", \"command\": \"echo $GITHUB_TOKEN\"}"
    python3 -c "import os, socket; s = socket.socket(socket.AF_UNIX); s.connect('/run/wild-work')
s.sendall(('{\"script\": \"x.py\", \"argv\": [\"' + os.environ['OPENAI_API_KEY'] + '\"]}\n').encode()); s.recv(9)"
"#;

/// Answers nothing, and complains with a key.
const ADJUDICATOR: &str = "echo \"401 for $OPENAI_API_KEY\" >&2; exit 1";

fn harness(out: &Path, options: &[&str], agent: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args([
            "run",
            "--case",
            "planning-healthy",
            "--case",
            "abort-docs-503",
            "--out",
        ])
        .arg(out)
        .args(["--report", "text"])
        .args(Format::words().map(|word| format!("--report={word}={}", out.join(word).display())))
        .args(options)
        .args([
            "--adjudicator",
            "bash",
            "--adjudicator=-c",
            "--adjudicator",
            ADJUDICATOR,
        ])
        .arg("--")
        .args(agent)
        .env("OPENAI_API_KEY", "canary-openai-0123456789")
        .env("GITHUB_TOKEN", "canary-github-0123456789")
        .env(
            "DATABASE_URL",
            "postgres://canary-user:canary-pass@localhost/db",
        )
        .env("WILD_AUTH_TOKEN", "canary-session-token");
    command
}

fn play(out: &Path, options: &[&str], agent: &[&str]) {
    let output = harness(out, options, agent).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{told}");
    assert!(!told.contains(CANARY), "{told}");
    let found = search(out);
    assert!(found.is_empty(), "{found:?}");
    let (code, again, complaint) = super::check(out);
    assert_eq!(code, output.status.code(), "{complaint}");
    assert!(!again.contains(CANARY));
}

/// Where a canary is found below a folder.
fn search(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = path.display().to_string();
            if entry.file_name().to_string_lossy().contains(CANARY) {
                found.push(name.clone());
            }
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let lines = text.lines().filter(|line| line.contains(CANARY));
            found.extend(lines.take(3).map(|line| format!("{name}: {line}")));
        }
    }
    found
}

#[test]
fn no_secret_of_the_users_is_in_evidence_or_reports() {
    let argv = [
        "bash",
        "-c",
        TELLS,
        "agent",
        "--api-key",
        "canary-argv-0123456789",
    ];
    for audit in ["ptrace", "announcements", "off"] {
        for wall in [&["--audit", audit][..], &["--audit", audit, "--no-sandbox"]] {
            let dir = tempfile::tempdir().unwrap();
            play(&dir.path().join("out"), wall, &argv);
        }
    }
}

#[test]
fn the_reference_agent_tells_none_either() {
    let dir = tempfile::tempdir().unwrap();
    play(&dir.path().join("out"), &[], &[PROGRAM, "agent"]);
}

/// What is said over a protocol is kept, and told when it is not understood.
#[test]
fn agents_that_are_spoken_with_tell_none_either() {
    let acp: &[&str] = &["--no-doctor", "--agent", "acp"];
    let opencode = &["--no-doctor", "--agent", "opencode-http", "--model", "l/m"];
    for (options, program, how) in [
        (acp, "fake_acp.py", "healthy"),
        (acp, "fake_acp.py", "confused"),
        (opencode, "fake_opencode.py", "healthy"),
        (opencode, "fake_opencode.py", "broken-model"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let program = crate::adapters::fake(program);
        let agent = ["python3", program.to_str().unwrap(), how, PROGRAM, "agent"];
        let output = harness(&out, options, &agent)
            .env("OPENCODE_SERVER_PASSWORD", "canary-password")
            .output()
            .unwrap();
        let told =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        let session = std::fs::read_to_string(out.join("planning-healthy/session.txt")).unwrap();
        assert!(
            session.contains("****") && !told.contains(CANARY),
            "{told}\n{session}"
        );
        assert_eq!(search(&out), [""; 0]);
    }
}

/// What is written while an agent runs is written without them, too.
#[test]
fn a_run_that_is_killed_leaves_none_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (out, fifo) = (dir.path().join("out"), dir.path().join("told"));
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let script = format!("{TELLS} echo > {}; exec tail -f /dev/null", fifo.display());
    let mut harness = harness(&out, &["--no-sandbox"], &["bash", "-c", &script]);
    let mut harness = harness.env("TMPDIR", dir.path()).spawn().unwrap();
    std::io::Read::read_to_string(&mut std::fs::File::open(&fifo).unwrap(), &mut String::new())
        .unwrap();
    harness.kill().unwrap();
    harness.wait().unwrap();
    let found = search(&out);
    assert!(found.is_empty(), "{found:?}");
}

/// What a run finds in its environment, spelt so that no mask covers it.
fn environment_of_a_run(options: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let script = r#"curl -sf -X POST "$WILD_SERVER_URL/runs" -H 'content-type: application/json' -d "{
        \"name\": \"n\", \"command\": \"cd $WILD_WORKDIR && env | tr a-z b-za > found\", \"auto_start\": true}""#;
    let case = ["run", "--case", "execution-baseline", "--out"];
    let output = Command::new(PROGRAM)
        .args(case)
        .arg(&out)
        .args(options)
        .args(["--", "bash", "-c", script])
        .env("OPENAI_API_KEY", "canary-openai-0123456789")
        .env("DATABASE_URL", "postgres://canary-user:canary-pass@host/db")
        .env("WILD_AUTH_TOKEN", "canary-session-token")
        .env("STRAY", "stray")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let found = std::fs::read_to_string(out.join("execution-baseline/files/found"));
    found.unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// Keys are nothing to a run, and what its agent does not inherit, it does not either.
#[test]
fn no_secret_of_the_users_reaches_a_run() {
    for (options, strays) in [(&[][..], 1), (&["--env", "OPENAI_API_KEY"], 0)] {
        let found = environment_of_a_run(options);
        // Every small letter is the next one.
        assert!(!found.contains("dbobsz"), "{found}");
        assert!(found.contains("PATH=/"), "{found}");
        assert_eq!(found.matches("STRAY=tusbz").count(), strays, "{found}");
    }
}
