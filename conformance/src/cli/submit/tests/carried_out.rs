//! What is written, carried out by a shell.

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
