//! What is written, carried out by a shell.

use std::path::Path;

use super::{assert_is_script, slurm};

/// A shell gives the agent the words that were given, whatever is in them.
#[test]
fn words_reach_the_agent_as_they_are() {
    let odd = [
        "it's", "$(id)", "`id`", "a\nb", "\\", "", "{a,b}", "*", "~", "#x", "!x", "a  b",
    ];
    let mut words = vec!["slurm", "--"];
    words.extend(odd);
    let (array, _) = slurm(&words, "/o").unwrap();
    // The program is replaced by one that tells its words.
    let told = array.replace("exec /opt/wild-conformance", "exec printf '<%s>'");
    let output = std::process::Command::new("bash")
        .args(["-c", &told])
        .env("SLURM_ARRAY_TASK_ID", "1")
        .envs([
            ("WILD_SHARD", "2"),
            ("CI_NODE_INDEX", "3"),
            ("WILD_SHARDS", "9"),
        ])
        .output()
        .unwrap();
    let expected: String = odd.iter().flat_map(|word| ["<", word, ">"]).collect();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.ends_with(&format!("<-->{expected}")), "{text}");
    assert!(text.contains("<--out></o/shard-1>"), "{text}");
    // What else counts shards where it was submitted changes nothing.
    assert!(text.contains("<--shard><1/4>"), "{text}");
}

/// A job goes on in the shell that its setup prepared, or not at all.
#[test]
fn a_setup_that_fails_ends_the_job() {
    let carried_out = |lines: &[&str]| {
        let mut words = vec!["slurm"];
        words.extend(lines.iter().flat_map(|line| ["--setup", *line]));
        let (array, merge) = slurm(&words, "/o").unwrap();
        [array, merge].map(|script| {
            assert_is_script(&script);
            let told = script.replace("exec /opt/wild-conformance", "exec echo \"$PREPARED\"");
            let output = std::process::Command::new("bash")
                .args(["-c", &told])
                .env("SLURM_ARRAY_TASK_ID", "1")
                .output()
                .unwrap();
            let [out, err] =
                [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
            (output.status.code(), out, err)
        })
    };
    for (code, out, err) in carried_out(&["# a comment", "PREPARED='it is' # so", ""]) {
        assert_eq!((code, err.as_str()), (Some(0), ""));
        assert!(out.starts_with("it is "), "{out}");
    }
    let told = "setup failed (exit code 7): (echo it\\'s; exit 7) # why";
    for (code, out, err) in carried_out(&["(echo it\\'s; exit 7) # why", "echo never"]) {
        assert_eq!((code, out.as_str()), (Some(3), "it's\n"));
        assert!(err.contains(told), "{err}");
    }
}

/// Carries a script of a pod out with a program that ends with this code; the script's own.
fn ends(script: &str, name: &str, code: i32, out: &Path) -> i32 {
    let script = format!("program() {{ return {code}; }}\n{script}");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-uc", &script, name]).arg(out).arg("program");
    let variables = [
        "JOB_COMPLETION_INDEX",
        "WILD_ATTEMPT",
        "WILD_RETRIES",
        "WILD_WAIT",
    ];
    shell.envs(variables.map(|name| (name, "0")));
    let status = shell.env("WILD_SHARDS", "1").status().unwrap();
    status.code().unwrap()
}

/// A merge waits for what another pod goes on with, and after one without a verdict not for what is done.
#[test]
fn what_is_done_is_marked_until_there_is_a_verdict() {
    let dir = tempfile::tempdir().unwrap();
    let mark = dir.path().join("ended/0");
    for (code, told, is_marked) in [
        (0, 0, true),
        (130, 130, false),
        (1, 0, true),
        (2, 2, true),
        (3, 3, true),
    ] {
        let own = ends(include_str!("../shard.sh"), "shard", code, dir.path());
        assert_eq!((own, mark.exists()), (told, is_marked), "{code}");
    }
    for (code, is_marked) in [(2, true), (3, true), (1, false)] {
        let own = ends(include_str!("../merge.sh"), "merge", code, dir.path());
        assert_eq!((own, mark.exists()), (code, is_marked));
    }
}
