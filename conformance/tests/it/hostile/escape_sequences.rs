//! What an agent writes steers no terminal and forges no line, wherever it is repeated.

use std::path::Path;

use crate::play::{PROGRAM, program};

/// Puts escape sequences, line ends and letters that turn text around wherever an agent can: a run's name
/// and command, a request's path, names of files, the plan and what it prints.
const AGENT: &str = r#"
evil=$'\e[2J\e[31mred\a\r\u202e'
get() { curl -s -o /dev/null "$WILD_SERVER_URL$1"; }
for p in /docs /openapi.json /prompt-skills /prompt-skills/wild_v2_execution_ops_protocol /wild/v2/system-health; do
  get $p
done
get '/nowhere%1b%5b2J%0aforged'
curl -s -o /dev/null -X POST "$WILD_SERVER_URL/runs" -H 'content-type: application/json' \
  -d '{"name": "evil\u001b[2J\n✓ planning-healthy  conformant", "command": "\u001b]0;title\u0007", "auto_start": true}'
echo x > "../home/$evil"$'\n✓ forged  conformant'
echo x > "README.md$evil"
printf '# Tasks\n\n## Phase 1 - %s\n\n- [x] [P1-T1] %s <path> | deliverable: %s | done-when: %s\n' \
  "$evil" "$evil" "a$evil.md" "it works $evil" > "$WILD_TASKS_PATH"
echo "<plan>"; cat "$WILD_TASKS_PATH"; echo "</plan>"
echo "<summary>$evil Which GPU should I use $evil?</summary><promise>$evil</promise>"
"#;

fn check(text: &str, what: &str) {
    let steers = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}')
    };
    let found: Vec<char> = text.chars().filter(|c| steers(*c)).collect();
    assert!(found.is_empty(), "{what}: {found:?} in {text}");
    assert!(
        !text.lines().any(|line| line.starts_with("✓ ")),
        "{what} has a forged line: {text}"
    );
}

#[test]
fn no_report_repeats_what_steers_a_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let output = program()
        .args(["run", "--case", "planning-healthy", "--out"])
        .arg(&out)
        .args(["--", "bash", "-c", AGENT])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    check(&text, "run");
    check(&String::from_utf8(output.stderr).unwrap(), "stderr");
    // All of it was noticed, and is shown.
    for code in ["OUT004", "INI001", "INI004", "SEC003"] {
        assert!(text.contains(code), "{code}: {text}");
    }
    assert!(
        text.contains('␛') && text.contains('␊') && text.contains("‹U+202E›"),
        "{text}"
    );
    let folder = out.join("planning-healthy");
    for kept in ["report.txt", "report.json"] {
        check(&std::fs::read_to_string(out.join(kept)).unwrap(), kept);
    }
    for args in [
        &["check", "--report", "full"][..],
        &["check", "--report", "json"],
        &["doubts"],
    ] {
        told(args, &folder);
    }
    let tasks = std::fs::read_dir(folder.join("files/.agents/wild")).unwrap();
    let session = tasks.map(|entry| entry.unwrap().path()).next().unwrap();
    for args in [
        &["plan"][..],
        &["plan", "--coverage"],
        &["plan", "--report", "json"],
        &["plan", "--why", "PLN012"],
    ] {
        told(args, &session.join("tasks.md"));
    }
}

fn told(args: &[&str], path: &Path) {
    let mut command = std::process::Command::new(PROGRAM);
    let output = command
        .args(args)
        .arg(path)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let what = format!("{args:?}");
    check(&String::from_utf8(output.stdout).unwrap(), &what);
    check(&String::from_utf8(output.stderr).unwrap(), &what);
}

#[test]
fn a_path_that_steers_is_shown_in_errors() {
    for args in [
        &["check", "/nowhere\u{1b}[2J\u{202e}"][..],
        &["plan", "/nowhere\u{1b}[2J"],
        &["cases", "--check", "/nowhere\u{1b}[2J.toml"],
        &["run", "--case", "none\u{1b}[2J"],
    ] {
        let output = program().args(args).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        check(&text, args[0]);
        assert!(text.contains('␛'), "{args:?}: {text}");
    }
}
