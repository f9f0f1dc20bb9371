//! Tests of how experiments are recognised.

use super::*;
use crate::evidence::{ExecEnd, ExecSource, Stream};

const TRAIN: &str = "scripts/train.py";

fn exec(seq: u64, cwd: &str, argv: &[&str]) -> Exec {
    Exec {
        seq,
        source: ExecSource::Ptrace,
        process: u32::try_from(seq).unwrap(),
        parent: None,
        executable: format!("/usr/bin/{}", argv[0].rsplit('/').next().unwrap()),
        argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        argv_omitted: 0,
        cwd: cwd.to_owned(),
        environment: std::collections::BTreeMap::new(),
        stdin: Stream::Other,
        stdout: Stream::Other,
        files: std::collections::BTreeMap::new(),
        copies: std::collections::BTreeMap::new(),
        pipes: std::collections::BTreeMap::new(),
        program: None,
        filtered: false,
        requests: 0,
        end: Some(ExecEnd::Exited(0)),
        wall_clock: 0.0,
    }
}

#[test]
fn programs_that_the_agent_may_have_put_in_place_may_be_interpreters() {
    let entry_points = [TRAIN.to_owned()];
    let context = StartContext {
        workdir: "/w",
        writable: &["/tmp".to_owned()],
        entry_points: &entry_points,
        ..StartContext::default()
    };
    for (seq, executable, expected) in [
        (2, "/tmp/cli/bin/agent", true),
        (2, "/usr/bin/agent", false),
        (2, "/usr/bin/python3", true),
        // The agent's own was there before it.
        (1, "/tmp/cli/bin/agent", false),
        (1, "/w/agent", true),
    ] {
        let mut own = exec(seq, "/w", &["agent"]);
        own.executable = executable.to_owned();
        assert_eq!(context.runs_python(&own), expected, "{seq} {executable}");
    }
}

fn starts(execs: &[Exec], announcements: &[Announcement]) -> Starts {
    let entry_points = [TRAIN.to_owned()];
    let context = StartContext {
        workdir: "/w",
        writable: &[],
        entry_points: &entry_points,
        hashes: [(TRAIN, "abc")].into(),
        runs: ["run-1"].into(),
    };
    find(execs, announcements, &[], &context)
}

fn how(exec: Exec) -> Option<How> {
    let starts = starts(&[exec], &[]);
    starts.direct.first().map(|start| start.how)
}

fn announcement(process: Option<u32>, run: Option<&str>) -> Announcement {
    Announcement {
        script: TRAIN.to_owned(),
        argv: Vec::new(),
        cwd: "/w".to_owned(),
        run: run.map(str::to_owned),
        process,
    }
}

#[test]
fn scripts_are_recognised_however_they_are_named() {
    for (cwd, argv, expected) in [
        ("/w", &["python", TRAIN, "--lr", "1"][..], How::Script),
        ("/w/scripts", &["python3.11", "./train.py"], How::Script),
        ("/", &["python", "/w/docs/../scripts/train.py"], How::Script),
        ("/w", &["python", "-m", "scripts.train"], How::Module),
        ("/w/scripts", &["python", "-um", "train"], How::Module),
        (
            "/w",
            &["python", "-c", "exec(open('scripts/train.py').read())"],
            How::Code,
        ),
        (
            "/w",
            &[
                "python",
                "-c",
                "import runpy; runpy.run_module('scripts.train')",
            ],
            How::Code,
        ),
        (
            "/w",
            &["python", "-c", "from scripts.train import main; main()"],
            How::Code,
        ),
    ] {
        assert_eq!(how(exec(1, cwd, argv)), Some(expected), "{argv:?}");
    }
}

#[test]
fn looking_is_allowed() {
    for argv in [
        &["python", TRAIN, "--help"][..],
        &["python", "-m", "py_compile", TRAIN],
        &["python", "-m", "pytest", "tests"],
        &["python", "-c", "import scripts.train"],
        &["python", "-c", "print(open('scripts/train.py').read())"],
        &["cat", TRAIN],
        &["git", "add", TRAIN],
        &["ruff", "check", TRAIN],
        &["bash", "-c", "python scripts/train.py"],
        &["python", "scripts/other.py"],
    ] {
        assert_eq!(how(exec(1, "/w", argv)), None, "{argv:?}");
    }
}

#[test]
fn a_copy_is_known_by_its_content() {
    let mut copy = exec(1, "/w", &["python", "/tmp/x.py"]);
    copy.files.insert("/tmp/x.py".to_owned(), "abc".to_owned());
    assert_eq!(how(copy.clone()), Some(How::Copy));
    copy.files
        .insert("/tmp/x.py".to_owned(), "other".to_owned());
    assert_eq!(how(copy), None);
}

#[test]
fn names_of_programs_can_be_faked() {
    let mut renamed = exec(1, "/w", &["less", TRAIN]);
    renamed.executable = "/usr/bin/python3.11".to_owned();
    assert_eq!(how(renamed), Some(How::Script));
    let mut foreign = exec(1, "/w", &["./snake", TRAIN]);
    foreign.executable = "/w/snake".to_owned();
    assert_eq!(how(foreign), Some(How::Script));
}

#[test]
fn what_is_piped_into_an_interpreter_is_run() {
    let mut cat = exec(1, "/w", &["cat", TRAIN]);
    cat.stdout = Stream::Pipe(4);
    let mut python = exec(2, "/w", &["python", "-"]);
    python.stdin = Stream::Pipe(4);
    assert_eq!(
        starts(&[cat, python.clone()], &[]).direct[0].how,
        How::Stdin
    );
    python.stdin = Stream::File("/w/scripts/train.py".to_owned());
    assert_eq!(how(python), Some(How::Stdin));
}

#[test]
fn launchers_and_schedulers_are_told_with_what_they_start() {
    let torchrun = ["python", "/venv/bin/torchrun", "--nproc_per_node=2", TRAIN];
    let calls = [
        exec(1, "/w", &torchrun),
        exec(2, "/w", &["sbatch", "job.sh"]),
        exec(3, "/w", &["sbatch", "--version"]),
    ];
    let found = starts(&calls, &[]).schedulers;
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].entry_point.as_deref(), Some(TRAIN));
    assert_eq!((found[1].exec, found[1].program.as_str()), (2, "sbatch"));
}

#[test]
fn an_announcement_confirms_or_reveals() {
    let python = exec(1, "/w", &["python", TRAIN]);
    let confirmed = starts(
        std::slice::from_ref(&python),
        &[announcement(Some(1), None)],
    )
    .direct;
    assert_eq!((confirmed.len(), confirmed[0].announcement), (1, Some(0)));
    let revealed = starts(&[exec(1, "/w", &["./odd"])], &[announcement(Some(1), None)]).direct;
    assert_eq!(
        (revealed[0].how, revealed[0].exec),
        (How::Announced, Some(1))
    );
}

#[test]
fn tracked_runs_are_no_direct_starts_and_nobody_can_pretend_to_be_one() {
    let tracked = announcement(None, Some("run-1"));
    assert_eq!(starts(&[], &[tracked]), Starts::default());
    let unknown = announcement(None, Some("run-9"));
    assert_eq!(starts(&[], &[unknown]).direct.len(), 1);
    let descends = announcement(Some(1), Some("run-1"));
    assert_eq!(starts(&[], &[descends]).direct.len(), 1);

    let mut shim = exec(1, "/w", &["python", TRAIN]);
    let run = ("WILD_RUN_ID".to_owned(), "run-1".to_owned());
    shim.environment.extend([run]);
    assert_eq!(how(shim.clone()), Some(How::Script));
    shim.source = ExecSource::Shim;
    assert_eq!(how(shim), None);
}

#[test]
fn announcements_belong_to_one_start_each() {
    let execs = [
        exec(1, "/w", &["python", TRAIN]),
        exec(2, "/w", &["python", TRAIN]),
        exec(3, "/w", &["python", TRAIN]),
    ];
    let said = [
        announcement(Some(2), None),
        announcement(None, None),
        announcement(Some(2), None),
        announcement(None, None),
    ];
    let direct = starts(&execs, &said).direct;
    let found = direct.iter().map(|start| (start.exec, start.announcement));
    let expected = [
        (Some(1), Some(1)),
        (Some(2), Some(0)),
        (Some(3), Some(3)),
        (Some(2), Some(2)),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

/// What an agent can make many of is gone through once.
#[test]
fn many_executions_and_announcements_are_judged_soon() {
    const MANY: u64 = 3000;
    let starting = (1..=MANY).map(|seq| exec(seq, "/w", &["python", TRAIN]));
    let mut execs: Vec<Exec> = starting.collect();
    execs.extend((MANY + 1..=2 * MANY).map(|seq| {
        let mut reader = exec(seq, "/w", &["python", "-"]);
        let pipe = u32::try_from(seq).unwrap();
        (reader.stdin, reader.stdout) = (Stream::Pipe(pipe), Stream::Pipe(pipe + 1));
        reader
    }));
    let said = (1..=MANY).map(|seq| announcement(u32::try_from(seq).ok(), None));
    let said: Vec<Announcement> = said.collect();
    let began = std::time::Instant::now();
    let direct = starts(&execs, &said).direct;
    assert_eq!(direct.len() as u64, MANY);
    assert!(began.elapsed() < std::time::Duration::from_secs(10));
}
