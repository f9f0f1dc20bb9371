//! Campaigns: what stands between their iterations, how they end, and what is judged of the whole.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::play::program;

const CASE: &str = r##"
id = "short"
title = "A short campaign"
kind = "campaign"
goal = "Compare lr in {0.1, 0.2}."
workspace = "tiny-lm"
cluster = "local_gpu:1"
placeholder = "# Tasks\n"
log = "# Iteration log\n\n"
experiments = true
grid = [{ name = "lr", values = ["0.1", "0.2"] }]
entry_points = ["scripts/train.py"]
time_limit = 60
iterations = 3
"##;

/// Plans two tasks, ticks one in each iteration, and keeps what it finds.
const AGENT: &str = r#"
for probe in docs openapi.json prompt-skills prompt-skills/wild_v2_execution_ops_protocol wild/v2/system-health; do
    curl -sf "$WILD_SERVER_URL/$probe" >/dev/null
done
if grep -q P1-T1 "$WILD_TASKS_PATH"; then
    sed -i '0,/- \[ \]/s//- [x]/' "$WILD_TASKS_PATH"
else
    printf '# Tasks\n\n## Phase 1 - Work\n\n- [ ] [P1-T1] a\n- [ ] [P1-T2] b\n' > "$WILD_TASKS_PATH"
fi
mkdir -p seen
cp "$WILD_LOG_PATH" "seen/log-$(ls seen | wc -l).md"
cp .git/refs/heads/main "seen/head-$(ls seen | wc -l)"
echo '{"read": 5, "written": 2}' > "$TMPDIR/cost"
printf 'lr,val_bpc\n0.1,4.2\n' > seen/table.csv
echo "<summary>I did a part.</summary>$PROMISE" > "$TMPDIR/answer"
"#;

/// The report of the case with this promise in every iteration, and the evidence below `out`.
fn play(out: &Path, promise: &str) -> Value {
    let case = out.join("case.toml");
    fs::write(&case, CASE).unwrap();
    let preset = format!(
        "title = 'Mine'\ninstall = 'x'\nfinal_text = 'file:{{tmp}}/answer'\napi_key_env = 'K'\n\
         argv = ['bash', '-c', '''PROMISE='{promise}'{AGENT}''']\n\
         [usage]\nfile = '{{tmp}}/cost'\ninput = ['.read']\noutput = ['.written']\n"
    );
    let presets = out.join("presets");
    fs::create_dir(&presets).unwrap();
    fs::write(presets.join("mine.toml"), preset).unwrap();
    let mut command = program();
    command
        .args(["run", "--report", "full-json", "--case"])
        .arg(&case);
    command.arg("--out").arg(out.join("evidence"));
    let output = command
        .args(["--no-doctor", "--agent", "preset:mine", "--presets"])
        .arg(&presets)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}"))
}

fn ids(report: &Value) -> Vec<&str> {
    let cases = report["cases"].as_array().unwrap().iter();
    cases.map(|case| case["id"].as_str().unwrap()).collect()
}

fn verdict<'r>(report: &'r Value, id: &str, code: &str) -> &'r Value {
    let mut cases = report["cases"].as_array().unwrap().iter();
    let case = cases.find(|case| case["id"] == id).unwrap();
    let mut rules = case["rules"].as_array().unwrap().iter();
    rules.find(|rule| rule["code"] == code).unwrap()
}

#[test]
fn iterations_share_a_ground_with_a_log_and_commits_and_the_whole_is_judged() {
    let dir = tempfile::tempdir().unwrap();
    let report = play(dir.path(), "");
    let iterations = [
        "short-iteration-0",
        "short-iteration-1",
        "short-iteration-2",
    ];
    assert_eq!(ids(&report), [&["short"], &iterations[..]].concat());
    for play in ids(&report) {
        let own = fs::read(dir.path().join("evidence").join(play).join("report.json"));
        let own: Value = serde_json::from_slice(&own.unwrap()).unwrap();
        assert_eq!(ids(&own), [play]);
    }
    // What an iteration cost counts there, and in the sum once.
    let cost = json!({"input_tokens": 5, "output_tokens": 2});
    let costs = json!([null, cost, cost, cost]);
    let cases = report["cases"].as_array().unwrap().iter();
    let told: Value = cases.map(|case| case["usage"].clone()).collect();
    assert_eq!(told, costs);
    assert_eq!(report["usage"]["input_tokens"], 15);
    let whole = fs::read_to_string(dir.path().join("evidence/short/evidence.json")).unwrap();
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(
        (&whole["usage"], &whole["final_text"]),
        (&Value::Null, &Value::Null)
    );
    let left = |path: &str| {
        let file = dir.path().join("evidence/short/files").join(path);
        fs::read_to_string(file).unwrap()
    };
    assert_eq!(left("seen/log-0.md"), "# Iteration log\n\n");
    let log = "# Iteration log\n\n- 0: I did a part.\n- 1: I did a part.\n";
    let last = fs::read_dir(dir.path().join("evidence/short/files/seen")).unwrap();
    let mut names: Vec<String> = last
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let of = |start: &str| {
        names
            .iter()
            .filter(|name| name.starts_with(start))
            .collect::<Vec<_>>()
    };
    assert_eq!(left(&format!("seen/{}", of("log").last().unwrap())), log);
    // What each iteration left is committed before the next.
    let heads: std::collections::BTreeSet<String> = of("head")
        .into_iter()
        .map(|name| left(&format!("seen/{name}")))
        .collect();
    assert_eq!(heads.len(), 3, "{heads:?}");

    let missing = verdict(&report, "short", "CMP001");
    let told = missing.to_string();
    assert!(
        told.contains("2 of 2 configurations have no ended run"),
        "{told}"
    );
    let numbers = verdict(&report, "short", "CMP002").to_string();
    assert!(
        numbers.contains("not_applicable"),
        "no run reported val_bpc: {numbers}"
    );
    assert!(
        verdict(&report, "short", "TRK017")
            .to_string()
            .contains("judged by themselves")
    );
    assert!(
        verdict(&report, iterations[1], "CMP001")
            .to_string()
            .contains("single iteration")
    );

    // What was saved is judged alike.
    let mut check = program();
    let check = check
        .args(["check", "--report", "full-json"])
        .arg(dir.path().join("evidence"));
    let output = check.output().unwrap();
    let again: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(again["cases"], report["cases"]);
}

#[test]
fn done_ends_a_campaign_and_an_abort_of_planning_does_too() {
    let dir = tempfile::tempdir().unwrap();
    let report = play(dir.path(), "<promise>DONE</promise>");
    assert_eq!(ids(&report), ["short", "short-iteration-0"]);
    let told = report["cases"][0]["preflight"].as_str().unwrap();
    assert_eq!(told, "DONE after 1 iterations");
    let dir = tempfile::tempdir().unwrap();
    let abort = "<summary>Server docs/API preflight failed; planning aborted.</summary>\n<promise>DONE</promise>";
    let report = play(dir.path(), abort);
    assert_eq!(ids(&report), ["short", "short-iteration-0"]);
    let told = report["cases"][0]["preflight"].as_str().unwrap();
    assert_eq!(told, "not DONE after 1 iterations: it was aborted");
    assert_eq!(
        verdict(&report, "short", "CMP001")["verdict"],
        "not_applicable"
    );
}

/// In the first iteration takes its voice from what experiments announce themselves by, and then imports one.
const SILENCER: &str = r#"
for probe in docs openapi.json prompt-skills prompt-skills/wild_v2_execution_ops_protocol wild/v2/system-health; do
    curl -sf "$WILD_SERVER_URL/$probe" >/dev/null
done
if [ -e silenced ]; then
    python3 -c 'import sys; sys.path.insert(0, "scripts"); sys.argv = ["t", "--steps", "1", "--out", "exp"]
import train; getattr(train, "ma" + "in")()' >/dev/null && touch ran
else
    echo 'def work_begins(script): return None  # so nobody hears of it' > scripts/announce.py && touch silenced
    printf '# Tasks\n\n## Phase 1 - Work\n\n- [ ] [P1-T1] a\n' > "$WILD_TASKS_PATH"
fi
echo "<summary>I did a part.</summary>"
"#;

#[test]
fn what_an_iteration_silenced_is_silent_in_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let case = dir.path().join("case.toml");
    fs::write(&case, CASE.replace("iterations = 3", "iterations = 2")).unwrap();
    let output = program()
        .args(["run", "--report", "json", "--audit", "ptrace", "--case"])
        .arg(&case)
        .arg("--out")
        .arg(dir.path().join("evidence"))
        .args(["--", "bash", "-c", SILENCER])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ran = dir.path().join("evidence/short-iteration-1/files/ran");
    assert!(ran.exists(), "{}", String::from_utf8_lossy(&output.stderr));
    let verdict = verdict(&report, "short-iteration-1", "TRK001").to_string();
    assert!(verdict.contains("untestable"), "{verdict}");
    assert!(verdict.contains("announce.py"), "{verdict}");
}
