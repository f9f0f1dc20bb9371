//! What a configuration gives `submit`, and what it gives way to.

use super::*;

/// What a configuration adds to the words behind `submit`.
fn added(text: &str, words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wild-conformance.toml");
    std::fs::write(&file, text).unwrap();
    let head = ["wild-conformance", "submit"].map(OsString::from);
    let config = [OsString::from("--config"), file.into()];
    let argv = head.into_iter().chain(words.iter().map(OsString::from));
    let all = config::completed(argv.chain(config).collect(), &Args::command())
        .unwrap()
        .argv;
    let texts = all.into_iter().map(|word| word.into_string().unwrap());
    let own: Vec<_> = texts.skip(2 + words.len() + 2).collect();
    own.join(" ")
}

#[test]
fn a_configuration_has_a_table_for_each() {
    let text = "repeat = 2\n[submit.slurm]\npartition = \"gpu\"\nsetup = [\"a\", \"b\"]\nrequeue = true\n\
                [submit.kubernetes]\nimage = \"x\"\n[agent]\ncommand = [\"mine\"]\n";
    let completed = |words: &[&str]| added(text, words);
    assert_eq!(
        completed(&["slurm"]),
        "--repeat=2 --partition=gpu --setup=a --setup=b --requeue -- mine"
    );
    assert_eq!(
        completed(&["slurm", "--partition=cpu", "--repeat=1"]),
        "--setup=a --setup=b --requeue -- mine"
    );
    assert_eq!(completed(&["kubernetes"]), "--repeat=2 --image=x -- mine");
}

/// What a file says of a claim that is made, or of an image, is of no use with one that is there, or with none.
#[test]
fn a_configuration_gives_way_to_what_excludes_it() {
    let text = "[submit.slurm]\nimage_args = [\"--nv\"]\n[submit.kubernetes]\nstorage = \"5Gi\"\n\
                storage_class = \"fast\"\n";
    for (words, told) in [
        (&["slurm"][..], ""),
        (&["slurm", "--image", "x"], "--image-arg=--nv"),
        (&["kubernetes", "--claim", "x"], ""),
        (&["kubernetes"], "--storage=5Gi --storage-class=fast"),
    ] {
        assert_eq!(added(text, words), told, "{words:?}");
    }
    let claim = "[submit.kubernetes]\nclaim = \"x\"\n";
    assert_eq!(added(claim, &["kubernetes", "--storage=1Gi"]), "");
    assert_eq!(added(claim, &["kubernetes"]), "--claim=x");
}
