use super::*;

const BENCH: &str = "scripts/benchmark.py";

fn found(executable: &str, argv: &[&str], text: Option<&str>) -> Option<bool> {
    let left = Leftover {
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        executable: executable.to_owned(),
        cwd: "/w".to_owned(),
        texts: text.map(str::to_owned).into_iter().collect(),
        process: None,
    };
    let entry_points = [BENCH.to_owned()];
    let context = StartContext {
        workdir: "/w",
        entry_points: &entry_points,
        ..StartContext::default()
    };
    let found = outlived(&[left], &[], &context);
    found.first().map(|outlived| outlived.has_begun)
}

#[test]
fn an_entry_point_has_begun() {
    let python = "/usr/bin/python3.11";
    assert_eq!(
        found(python, &["python3", BENCH, "--n", "1"], None),
        Some(true)
    );
    assert_eq!(
        found(python, &["python3", "-m", "scripts.benchmark"], None),
        Some(true)
    );
}

#[test]
fn what_waits_to_start_one_is_found() {
    let bash = "/usr/bin/bash";
    for text in [
        "sleep 1; python3 scripts/benchmark.py",
        "while sleep 1; do (cd scripts && exec python3 ./benchmark.py); done",
        "sleep 9 && $(which python3) -m scripts.benchmark",
        "sleep 9; cat scripts/benchmark.py | python3 -",
        "sleep 9; python3 -c 'exec(open(\"scripts/benchmark.py\").read())'",
        "sleep 9; bash -c 'nohup python3 scripts/benchmark.py'",
    ] {
        assert_eq!(
            found(bash, &["sh", "-c", text], None),
            Some(false),
            "{text}"
        );
        assert_eq!(
            found(bash, &["bash", "wait.sh"], Some(text)),
            Some(false),
            "{text}"
        );
    }
    let code = "import subprocess, time; time.sleep(9); subprocess.run(['python3', 'scripts/benchmark.py'])";
    assert_eq!(
        found("/usr/bin/python3", &["python3", "-c", code], None),
        Some(false)
    );
    assert_eq!(
        found("/usr/bin/python3", &["python3", "x.py"], Some(code)),
        Some(false)
    );
}

#[test]
fn what_is_about_to_execute_is_taken_for_what_it_executes() {
    let setsid = "/usr/bin/setsid";
    let text = "sleep 1; python3 scripts/benchmark.py";
    assert_eq!(
        found(setsid, &["setsid", "sh", "-c", text], None),
        Some(false)
    );
    assert_eq!(
        found(setsid, &["setsid", "python3", BENCH], None),
        Some(false)
    );
    assert_eq!(found(setsid, &["setsid", "tail", "-f", BENCH], None), None);
}

#[test]
fn what_others_have_a_shell_or_themselves_start_is_found() {
    for (program, argv) in [
        (
            "perl",
            &["-e", "sleep 9; exec qw(python3 scripts/benchmark.py)"][..],
        ),
        (
            "mawk",
            &["BEGIN { system(\"sleep 9; python3 scripts/benchmark.py\") }"],
        ),
        (
            "watch",
            &["-n", "9", "test -e x && python3 scripts/benchmark.py"],
        ),
        ("watch", &["--interval", "9", "-g", "python3", BENCH]),
        (
            "find",
            &[
                "/w", "-execdir", "sleep", "9", ";", "-ok", "python3", BENCH, ";",
            ],
        ),
        (
            "gawk",
            &[
                "-F",
                ":",
                "-e",
                "BEGIN { system(\"python3 scripts/benchmark.py\") }",
            ],
        ),
        ("find", &[BENCH, "-exec", "python3", "{}", "+"]),
        (
            "find",
            &[
                ".",
                "-name",
                "benchmark.py",
                "-exec",
                "sh",
                "-c",
                "python3 $0",
                "{}",
                ";",
            ],
        ),
        (
            "find",
            &[".", "-exec", "timeout", "9", "python3", BENCH, ";"],
        ),
        ("dash", &["-c", "sleep 9; exec python3 \"$0\"", BENCH]),
    ] {
        let executable = format!("/usr/bin/{program}");
        let argv = [&[program], argv].concat();
        assert_eq!(found(&executable, &argv, None), Some(false), "{argv:?}");
    }
    let makefile = "go:\n\tsleep 9\n\t@python3 scripts/benchmark.py --n 1\n";
    let make = "/usr/bin/make";
    assert_eq!(found(make, &["make", "go"], Some(makefile)), Some(false));
    let other = "go:\n\tsleep 9\n\twc -l scripts/benchmark.py\n";
    assert_eq!(found(make, &["make", "go"], Some(other)), None);
}

#[test]
fn what_has_imported_one_and_waits_is_found() {
    let left = Leftover {
        argv: ["python3", "w.py"].map(str::to_owned).to_vec(),
        executable: "/usr/bin/python3".to_owned(),
        process: Some(4),
        ..Leftover::default()
    };
    let opened = |form| Opened {
        exec: 9,
        process: 4,
        file: "/w/scripts/benchmark.py".to_owned(),
        of: BENCH.to_owned(),
        form,
        announces: true,
        inherited: false,
    };
    let context = StartContext::default();
    let found = |opened| outlived(std::slice::from_ref(&left), &[opened], &context);
    assert_eq!(found(opened(Form::Original)), []);
    let imported = found(opened(Form::Sought));
    assert!(imported[0].has_imported && !imported[0].has_begun);
}

#[test]
fn what_looks_or_makes_a_tracked_run_is_not() {
    let bash = "/usr/bin/bash";
    for text in [
        "sleep 9; grep steps scripts/benchmark.py",
        "sleep 9; cat scripts/benchmark.py | wc -l",
        "sleep 9; git add scripts/benchmark.py",
        "curl -d '{\"command\": \"cd /w && python scripts/benchmark.py\"}' $S/runs; sleep 9",
        "while sleep 1; do date; done",
    ] {
        assert_eq!(found(bash, &["sh", "-c", text], None), None, "{text}");
    }
    assert_eq!(found("/usr/bin/tail", &["tail", "-f", BENCH], None), None);
    assert_eq!(found("/usr/bin/vim", &["vim", "-c", BENCH], None), None);
    for line in [
        "watch wc -l scripts/benchmark.py",
        "watch -n 9 -d cat scripts/benchmark.py",
        "find scripts/benchmark.py -exec wc -l {} ;",
        "find . -newer scripts/benchmark.py -exec true {} + -path scripts/benchmark.py",
        "find . -name benchmark.py -exec grep -n main {} +",
        "gawk -F: -v n=1 {print} scripts/benchmark.py",
        "mawk /benchmark.py/ notes.txt",
    ] {
        let argv: Vec<&str> = line.split(' ').collect();
        let executable = format!("/usr/bin/{}", argv[0]);
        assert_eq!(found(&executable, &argv, None), None, "{line}");
    }
}
