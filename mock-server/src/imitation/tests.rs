use super::*;

const TRAIN: &str = r#"
name = "scripts/train.py"
arguments = [
    { name = "--lr", number = true, default = "0.01" },
    { name = "--schedule", one_of = ["constant", "cosine"], default = "constant" },
    { name = "--seed", number = true, default = "0" },
    { name = "--out", needed = true },
]
values = [{ name = "loss", base = 2.0, start = 4.0, noise = 0.01, effects = [
    { of = "--lr", log10 = true, around = -2.0, bend = 0.5 },
    { of = "--schedule", table = { cosine = -0.2 } },
] }]
steps = 4
prints = "step {step}/{steps} loss={loss}"
reports = ["loss"]
concludes = "loss={loss}"
writes = [{ path = "{--out}/metrics.json", text = '{"loss": {loss}, "lr": {--lr}}' }]
fails = [{ of = "--lr", above = 1.0, at = 0.5, says = "Traceback:\nDiverged" }]
"#;

const EVALUATE: &str = r#"
name = "scripts/evaluate.py"
arguments = [
    { name = "--run", needed = true },
    { name = "--schedule", one_of = ["constant", "cosine"], default = "constant", inherited = true },
]
follows = { own = "--run", theirs = "--out", file = "metrics.json" }
values = [{ name = "f1", base = 0.5, effects = [{ of = "--schedule", table = { cosine = 0.25 } }] }]
concludes = "f1={f1}"
"#;

fn performed(program: &str, arguments: &str) -> RunProfile {
    let program: Program = toml::from_str(program).unwrap();
    program.check().unwrap();
    let usual = RunProfile {
        duration_seconds: 60.0,
        ..RunProfile::default()
    };
    let command = format!("cd /w && python {} {arguments}", program.name);
    let earlier = |name: &str, path: &str| {
        assert_eq!(name, "--out");
        let train: Program = toml::from_str(TRAIN).unwrap();
        let command = "bash -c \"cd /w; scripts/train.py --out out/a --schedule cosine\"";
        let called = train.called(command).unwrap();
        assert_eq!(called.path(name).as_deref(), Some("/w/out/a"));
        (path == "/w/out/a").then_some(called)
    };
    let run = Launched {
        run_id: "r1",
        command: &command,
    };
    program.perform(&usual, run, &earlier).unwrap()
}

fn texts(profile: &RunProfile) -> Vec<&str> {
    profile.log.iter().map(|line| line.text.as_str()).collect()
}

fn loss(arguments: &str) -> f64 {
    let profile = performed(TRAIN, arguments);
    let last = texts(&profile).pop().unwrap().to_owned();
    last.strip_prefix("loss=").unwrap().parse().unwrap()
}

#[test]
fn a_run_leaves_what_its_arguments_say() {
    let profile = performed(TRAIN, "--lr 0.1 --out out/b > logs/b.log 2>&1");
    assert_eq!((profile.exit_code, profile.duration_seconds), (0, 60.0));
    assert_eq!(profile.log_file.as_deref(), Some("/w/logs/b.log"));
    let texts = texts(&profile);
    assert_eq!(texts.len(), 5);
    assert!(texts[0].starts_with("step 1/4 loss=3."), "{texts:?}");
    let end = loss("--lr 0.1 --out out/b");
    assert_eq!(profile.files[0].path, "/w/out/b/metrics.json");
    assert_eq!(
        profile.files[0].text,
        format!("{{\"loss\": {end:.4}, \"lr\": 0.1}}")
    );
    assert_eq!(profile.metrics.len(), 4);
    assert_eq!(profile.metrics[3].row["loss"], Json::from(end));
}

#[test]
fn numbers_differ_by_configuration_and_are_the_same_each_time() {
    let (near, far) = (loss("--lr 0.01 --out a"), loss("--lr 0.1 --out a"));
    assert!((far - near - 0.5).abs() < 0.1, "{near} {far}");
    let cosine = loss("--lr 0.01 --schedule cosine --out a");
    assert!((near - cosine - 0.2).abs() < 0.1, "{near} {cosine}");
    assert_ne!(loss("--seed 1 --out a"), loss("--seed 2 --out a"));
    // Where it goes, and what a command leaves to defaults, makes no difference.
    assert_eq!(loss("--out elsewhere"), loss("--lr=0.01 --out a"));
}

#[test]
fn a_number_is_the_same_setting_however_it_is_written() {
    let same = |words: &[&str], option: &str| {
        let ends: Vec<f64> = words
            .iter()
            .map(|word| loss(&format!("{option} {word} --out a")))
            .collect();
        assert!(
            ends.iter().all(|end| *end == ends[0]),
            "{words:?}: {ends:?}"
        );
        ends[0]
    };
    let tenth = same(&["0.1", "0.10", "1e-1", ".1", "+0.1"], "--lr");
    assert_ne!(tenth, same(&["0.2", "2e-1"], "--lr"));
    let zero = same(&["0", "0.0", "-0"], "--seed");
    assert_ne!(zero, same(&["1", "1.0", "01"], "--seed"));
    let on_the_way = |lr: &str| texts(&performed(TRAIN, &format!("--lr {lr} --out a"))).join("\n");
    assert_eq!(on_the_way("0.1"), on_the_way("1e-1"));
}

#[test]
fn tables_and_failures_know_numbers_however_they_are_written() {
    let program = "name = 'a.py'\narguments = [{ name = '--n', number = true, default = '3' }]\n\
                   values = [{ name = 'v', base = 1, effects = [{ of = '--n', table = { '2' = 5 } }] }]\n\
                   concludes = '{v}'\nfails = [{ of = '--n', equals = '4', says = 'four' }]";
    for (word, told) in [
        ("2", "6.0000"),
        ("2.0", "6.0000"),
        ("2.5", "1.0000"),
        ("4", "four"),
        ("4.0", "four"),
    ] {
        let profile = performed(program, &format!("--n {word}"));
        assert_eq!(texts(&profile), [told], "{word}");
    }
}

#[test]
fn words_are_told_apart_by_tables_and_failures_as_they_are_written() {
    let program = "name = 'a.py'\n\
                   arguments = [{ name = '--tag', one_of = ['1', '1.0'] }, { name = '--path' }]\n\
                   values = [{ name = 'v', base = 1, effects = [{ of = '--tag', table = { '1' = 5 } }] }]\n\
                   concludes = '{v}'\nfails = [{ of = '--tag', equals = '1', says = 'one {v}' },\n\
                   { of = '--path', equals = '1', says = 'path' }, { of = '--path', above = 2.5, says = 'far' },\n\
                   { of = 'v', equals = '1', says = 'v' }]";
    for (words, told) in [
        ("--tag 1", "one 6.0000"),
        ("--tag 1.0", "v"),
        ("--tag 1.0 --path 1", "path"),
        ("--tag 1.0 --path 1.0", "v"),
        ("--tag 1.0 --path 3", "far"),
    ] {
        let profile = performed(program, words);
        assert_eq!(texts(&profile), [told], "{words}");
    }
}

#[test]
fn bad_arguments_are_refused_as_a_parser_does() {
    for (arguments, told) in [
        ("--lr 0.1", "the following arguments are required: --out"),
        ("--lr much --out a", "argument --lr: invalid number: 'much'"),
        ("--out a --rate 1", "unrecognized arguments: --rate"),
        ("--out a more", "unrecognized arguments: more"),
        ("--out", "argument --out: expected one argument"),
        (
            "--out a --schedule step",
            "argument --schedule: invalid choice: 'step' (choose from 'constant', 'cosine')",
        ),
    ] {
        let profile = performed(TRAIN, arguments);
        assert_eq!((profile.exit_code, profile.duration_seconds), (2, 1.0));
        let texts = texts(&profile);
        assert!(
            texts[0].starts_with("usage: train.py [-h] [--lr LR]"),
            "{texts:?}"
        );
        assert_eq!(texts[1], format!("train.py: error: {told}"));
        assert!(profile.files.is_empty() && profile.metrics.is_empty());
    }
}

#[test]
fn a_setting_that_diverges_fails_half_way() {
    let profile = performed(TRAIN, "--lr 5 --out a");
    assert_eq!((profile.exit_code, profile.duration_seconds), (1, 30.0));
    let texts = texts(&profile);
    assert_eq!(texts[2..], ["Traceback:", "Diverged"]);
    assert!(profile.files.is_empty());
}

#[test]
fn what_follows_a_run_takes_in_its_arguments_and_needs_it() {
    let profile = performed(EVALUATE, "--run out/a");
    assert_eq!(texts(&profile), ["f1=0.7500"]);
    let missing = performed(EVALUATE, "--run out/b");
    assert_eq!(missing.exit_code, 1);
    let last = texts(&missing).pop().unwrap();
    assert!(last.contains("No such file or directory: 'out/b/metrics.json'"));
    assert_eq!(
        performed(EVALUATE, "--run out/a --schedule cosine").exit_code,
        2
    );
}

#[test]
fn what_is_copied_is_left_beside_the_log() {
    let profile = performed(TRAIN, "--out a | tee a.log");
    assert_eq!(profile.log_file, None);
    let copy = profile.files.iter().find(|file| file.path == "/w/a.log");
    assert!(copy.unwrap().text.ends_with('\n'));
}

#[test]
fn a_program_that_names_what_it_has_not_is_told() {
    for (line, told) in [
        ("reports = ['x']", "no value x"),
        (
            "fails = [{ of = 'x', says = '' }]",
            "neither an argument nor a value x",
        ),
        (
            "values = [{ name = 'a', base = 1, effects = [{ of = 'x' }] }]",
            "no argument x",
        ),
        (
            "follows = { own = 'x', theirs = 'y', file = 'z' }",
            "no argument x",
        ),
    ] {
        let program: Program = toml::from_str(&format!("name = 'a.py'\n{line}")).unwrap();
        let error = program.check().unwrap_err();
        assert!(error.contains(told), "{error}");
    }
}

/// An agent's own words are not looked into for more names.
#[test]
fn words_of_a_command_stay_as_they_are() {
    let program = "name = 'a.py'\narguments = [{ name = '--x' }, { name = '--y' }]\n\
                   values = [{ name = 'n', base = 1 }]\nconcludes = '{--x} {--y} {n} {run_id}'";
    let profile = performed(program, "--x '{--y}{n}' --y '{--x}{command}'");
    assert_eq!(texts(&profile), ["{--y}{n} {--x}{command} 1.0000 r1"]);
}
