//! Runs that are executed: what an agent finds of them, what holds them, and that a seed decides.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use wild_conformance::agent::Supervision;
use wild_conformance::case::{Case, RunMode, load_file};
use wild_conformance::prompt::Prompts;
use wild_conformance::selection::Selection;

use crate::play::{PROGRAM, bash, case, play, play_under, program, reference};

/// Posts JSON, makes a run with a command in the session's sweep, and waits for the end of all runs.
const CLIENT: &str = r#"
    post() { curl -sf -X POST "$WILD_SERVER_URL$1" -H 'content-type: application/json' -d "$2"; }
    field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
    sweep=$(post /sweeps/wild "{\"name\": \"s\", \"goal\": \"g\", \"chat_session_id\": \"$WILD_SESSION_ID\"}" | field id)
    run() { post /runs "{\"name\": \"$1\", \"command\": \"cd $WILD_WORKDIR && $2\", \"sweep_id\": \"$sweep\",
        \"chat_session_id\": \"$WILD_SESSION_ID\", \"auto_start\": true}" | field id; }
    ended() { for again in 1 2 3 4 5 6; do state=$(curl -sf "$WILD_SERVER_URL/runs/$1"); done
        echo "$state" | field status; echo "$state" | field exit_code; }
"#;

async fn played(case: Case, script: &str) -> (String, BTreeMap<String, String>) {
    let out = tempfile::tempdir().unwrap();
    let id = case.id.clone();
    play(bash(&format!("{CLIENT}{script}")), &[case], out.path()).await;
    let folder = out.path().join(id);
    let transcript = fs::read_to_string(folder.join("transcript.txt")).unwrap();
    (transcript, texts(&folder.join("files")))
}

/// The files below a folder, by their paths.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(at) = pending.pop() {
        for entry in fs::read_dir(at).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                let bytes = fs::read(&path).unwrap();
                found.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_finds_logs_metrics_and_an_outcome() {
    let script = r#"
        mkdir -p out
        a=$(run slow 'python scripts/train.py --lr 0.01 --out out/slow > out/slow.log 2>&1')
        b=$(run fast 'python scripts/train.py --lr 0.1 --out out/fast > out/fast.log 2>&1')
        c=$(run wild 'python scripts/train.py --lr 30 --out out/wild')
        d=$(run lost 'python scripts/train.py')
        for id in $a $b $c $d; do ended $id; done
        python3 scripts/benchmark.py --help > /dev/null
        python3 -c 'import json; m = [json.load(open(f"out/{n}/metrics.json")) for n in ("slow", "fast")]
print("better" if m[1]["val_bpc"] < m[0]["val_bpc"] - 0.1 else m)'
        tail -n 1 out/fast.log
        for id in $c $d; do curl -sf "$WILD_SERVER_URL/runs/$id/logs" | field content | tail -n 2 | head -n 1; done"#;
    let (transcript, _) = played(case("execution-baseline"), script).await;
    let lines: Vec<&str> = transcript.lines().collect();
    assert_eq!(
        lines[..8],
        [
            "finished", "0", "finished", "0", "failed", "1", "failed", "2"
        ]
    );
    assert_eq!(lines[8], "better", "{transcript}");
    assert!(lines[9].starts_with("val_bpc=4."), "{transcript}");
    assert!(
        lines[10].starts_with("Diverged: training loss is "),
        "{transcript}"
    );
    let missing = "train.py: error: the following arguments are required: --out";
    assert_eq!(lines[11], missing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulated_run_leaves_what_a_real_one_would() {
    // A stream of a log lets the case's clock go on until its run has ended.
    let script = r#"
        stream() { curl -sfN "$WILD_SERVER_URL/runs/$1/logs/stream" > /dev/null; }
        train() { run $1 "srun -p gpu-a100 python scripts/train.py --model logreg --seed $2 --ngram $3 $4"; }
        a=$(train a 0 1 '--out out/a > logs/a.log 2>&1'); b=$(train b 0 2 '--out out/b'); c=$(train c 0 2)
        d=$(train d 0 1 '--lr 200 --out out/d')
        for id in $a $b $c $d; do stream $id; done
        e=$(run e 'python scripts/evaluate.py --run out/b --out out/b')
        f=$(run f 'python scripts/evaluate.py --run out/d')
        stream $e; stream $f
        for id in $a $b $c $d $e $f; do ended $id; done | tr '\n' ' '; echo
        python3 -c 'import json; m = [json.load(open(f"out/{n}/metrics.json")) for n in "ab"]
print(m[0]["macro_f1"] < m[1]["macro_f1"], json.load(open("out/b/eval.json"))["fold"])'
        wc -l < logs/a.log
        for id in $b $c $d $f; do curl -sf "$WILD_SERVER_URL/runs/$id/logs" | field content | tail -n 2 | head -n 1; done
        curl -sf "$WILD_SERVER_URL/runs/$b/metrics" | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["metricKeys"]))'"#;
    let (transcript, _) = played(case("execution-slurm"), script).await;
    let lines: Vec<&str> = transcript.lines().collect();
    let ends = "finished 0 finished 0 failed 2 failed 1 finished 0 failed 1 ";
    assert_eq!(lines[..3], [ends, "True test", "6"], "{transcript}");
    assert!(lines[3].starts_with("dev macro_f1=0.9"), "{transcript}");
    let missing = "train.py: error: the following arguments are required: --out";
    assert_eq!(lines[4], missing);
    assert!(lines[5].starts_with("OverflowError"), "{transcript}");
    assert!(lines[6].starts_with("FileNotFoundError"), "{transcript}");
    assert_eq!(lines[7], "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_held_as_its_agent_is_and_reaches_nobody() {
    let script = r#"
        cat > probe.sh <<END
echo in > inside; echo out > ../outside; echo out > /etc/wild-outside
ls -A /tmp
echo net; python -c 'import socket; socket.create_connection(("127.0.0.1", ${WILD_SERVER_URL##*:}))'
END
        ended $(run nosy 'sh probe.sh > found.txt 2>&1')"#;
    let (transcript, files) = played(case("execution-baseline"), script).await;
    let found = files
        .get("found.txt")
        .unwrap_or_else(|| panic!("{transcript} {files:?}"));
    assert_eq!(files["inside"], "in\n");
    for path in ["../outside", "/etc/wild-outside"] {
        assert!(found.contains(path), "{path} could be written: {found}");
    }
    let listed = found.split("net\n").next().unwrap();
    let kits = listed
        .lines()
        .filter(|line| line.starts_with("wild-"))
        .count();
    assert!(kits <= 2, "it sees other plays: {found}");
    assert!(found.contains("Error: "), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_does_not_end_is_killed_and_leaves_nothing_alive() {
    let mut case = case("execution-baseline");
    case.run_limit = Some(1);
    let long = own_time(0);
    let script = r#"
        id=$(run long '(setsid sleep LONG &) ; sleep LONG')
        ended $id
        curl -sf "$WILD_SERVER_URL/runs/$id/logs" | field content"#;
    let (transcript, _) = played(case, &script.replace("LONG", &long)).await;
    assert_eq!(transcript, "failed\n137\nkilled after 1 seconds\n\n");
    assert_eq!(asleep(&long), 0);
}

/// Seconds that nobody else on this machine sleeps.
fn own_time(number: u32) -> String {
    format!("{}{number}", std::process::id())
}

/// How many processes sleep for this many seconds.
fn asleep(seconds: &str) -> usize {
    let line = format!("sleep\0{seconds}\0");
    let processes = fs::read_dir("/proc").unwrap();
    let lines = processes.filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok());
    lines.filter(|own| own == line.as_bytes()).count()
}

/// Without walls a run can leave its group, its session and its parent.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_of_a_run_ends_with_the_play_where_no_wall_ends_it() {
    let long = own_time(1);
    let script = r#"
        id=$(run daemon '(setsid sh -c \"touch up; exec sleep LONG\" < /dev/null > /dev/null 2>&1 &) ; until [ -e up ]; do :; done')
        ended $id"#;
    let out = tempfile::tempdir().unwrap();
    let supervision = Supervision {
        sandbox: false,
        ..Supervision::full(Path::new(PROGRAM))
    };
    play_under(
        bash(&format!("{CLIENT}{}", script.replace("LONG", &long))),
        &[case("execution-baseline")],
        out.path(),
        Prompts::builtin().unwrap(),
        Selection::default(),
        supervision,
    )
    .await;
    let folder = out.path().join("execution-baseline");
    let transcript = fs::read_to_string(folder.join("transcript.txt")).unwrap();
    assert_eq!(transcript, "finished\n0\n");
    assert_eq!(asleep(&long), 0);
}

/// Keys that tell of times, or of content in which temporary paths stand.
const BY_CHANCE: [&str; 8] = [
    "sha256",
    "size",
    "wall_clock",
    "seconds",
    "written",
    "kept",
    "fingerprint",
    "at_seconds",
];

/// How many characters of the name of an agent's temporary folders are chance.
const KIT_DIGITS: usize = 6;

fn scrub(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|key, _| !BY_CHANCE.contains(&key.as_str()));
            object.values_mut().for_each(scrub);
        }
        Value::Array(list) => list.iter_mut().for_each(scrub),
        _ => {}
    }
}

/// A text with `1` for a number, where that stands by itself: ids have digits, too.
fn without_number(text: &str, number: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, behind)) = rest.split_once(number) {
        let is_within = before.ends_with(|c: char| c.is_ascii_alphanumeric())
            || behind.starts_with(|c: char| c.is_ascii_alphanumeric());
        kept += before;
        kept += if is_within { number } else { "1" };
        rest = behind;
    }
    kept + rest
}

/// Everything in a folder of evidence but what chance decides: times, the port, temporary paths, and the
/// digests of what these stand in. The contents themselves are compared.
fn without_chance(folder: &Path) -> BTreeMap<String, String> {
    let record: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("evidence.json")).unwrap()).unwrap();
    let variable = |name: &str| record["variables"][name].as_str().unwrap().to_owned();
    let workdir = variable("workdir");
    let base = workdir.rsplit_once('/').unwrap().0.to_owned();
    let server = variable("server_url")
        .trim_start_matches("http://")
        .to_owned();
    let mut all = texts(folder);
    for times in ["seal.json", "arrivals.json"] {
        all.remove(times);
    }
    let port = server.rsplit(':').next().unwrap().to_owned();
    for (name, text) in &mut all {
        *text = without_number(&text.replace(&base, "BASE"), &port);
        while let Some((before, behind)) = text.split_once("/wild-kit-") {
            *text = format!("{before}/KIT{}", &behind[KIT_DIGITS..]);
        }
        if !name.starts_with("files/") && name.contains("json") {
            let values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
            let scrubbed = values.map(|value| {
                let mut value = value.unwrap();
                scrub(&mut value);
                value.to_string()
            });
            *text = scrubbed.collect::<Vec<_>>().join("\n");
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_evidence() {
    let out = tempfile::tempdir().unwrap();
    let cases = [
        "execution-failure",
        "execution-four-gpus",
        "execution-slurm",
    ]
    .map(case);
    let modes = cases.each_ref().map(Case::run_mode);
    assert_eq!(
        modes,
        [RunMode::Executed, RunMode::Executed, RunMode::Simulated]
    );
    let (first, second) = (out.path().join("1"), out.path().join("2"));
    for folder in [&first, &second] {
        play(reference(&[]), &cases, folder).await;
    }
    for case in &cases {
        let (first, second) = (first.join(&case.id), second.join(&case.id));
        let (first, second) = (without_chance(&first), without_chance(&second));
        assert_eq!(
            first.keys().collect::<Vec<_>>(),
            second.keys().collect::<Vec<_>>()
        );
        for (name, text) in &first {
            assert_eq!(text, &second[name], "{} {name}", case.id);
        }
    }
}

/// What stands in the documentation is a case.
#[test]
fn the_examples_of_the_documentation_are_cases() {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/runs.md"));
    let text = text.unwrap();
    let blocks: Vec<&str> = text.split("```toml\n").skip(1).collect();
    let modes = blocks.iter().map(|block| {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("case.toml");
        fs::write(&file, block.split("```").next().unwrap()).unwrap();
        program()
            .args(["cases", "--check"])
            .arg(&file)
            .assert()
            .success();
        load_file(&file).unwrap()[0].run_mode()
    });
    let modes: Vec<RunMode> = modes.collect();
    assert_eq!(modes, [RunMode::Executed, RunMode::Simulated]);
}

#[test]
fn without_an_interpreter_a_case_cannot_run() {
    let dir = tempfile::tempdir().unwrap();
    let bin = dir.path().join("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink("/bin/sh", bin.join("sh")).unwrap();
    let mut run = program();
    run.args(["run", "--case", "execution-baseline", "--out"])
        .arg(dir.path().join("out"))
        .env("PATH", &bin);
    let outcome = run.assert().code(3);
    let told = String::from_utf8_lossy(&outcome.get_output().stdout).into_owned();
    assert!(
        told.contains("there is no Python") && told.contains("install python3"),
        "{told}"
    );
}
