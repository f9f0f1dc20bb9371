//! Many plays at once: what each costs while its agent is slow.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, mkfifo};

use crate::play::PROGRAM;

/// How many plays go on.
const PLAYS: usize = 24;

/// What a play may take, in KiB, where what processes share counts once.
const MOST: u64 = 12 * 1024;

/// The name and the parent of each process.
fn processes() -> BTreeMap<u32, (String, u32)> {
    let entries = fs::read_dir("/proc").unwrap();
    let told = entries.filter_map(|entry| {
        let process: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let (head, tail) = stat.rsplit_once(')')?;
        let name = head.split_once('(')?.1.to_owned();
        Some((
            process,
            (name, tail.split_whitespace().nth(1)?.parse().ok()?),
        ))
    });
    told.collect()
}

/// The processes below `root`, and itself, with their names.
fn below(root: u32) -> Vec<(u32, String)> {
    let all = processes();
    let is_below = |mut process: u32| loop {
        match all.get(&process) {
            _ if process == root => return true,
            Some((_, parent)) => process = *parent,
            None => return false,
        }
    };
    let own = all.iter().filter(|(process, _)| is_below(**process));
    own.map(|(process, (name, _))| (*process, name.clone()))
        .collect()
}

/// How much memory a process takes, with its part of what it shares.
fn share(process: u32) -> u64 {
    let Ok(text) = fs::read_to_string(format!("/proc/{process}/smaps_rollup")) else {
        return 0;
    };
    let line = text.lines().find(|line| line.starts_with("Pss:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The names of a process's threads.
fn threads(process: u32) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let names =
        tasks.map(|task| fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default());
    names.map(|name| name.trim().to_owned()).collect()
}

#[test]
fn a_play_whose_agent_sleeps_costs_little_and_no_thread_but_its_tracer() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("asleep");
    mkfifo(&fifo, Mode::S_IRWXU).unwrap();
    // Held open for writing, too, so that reading waits for the next agent.
    let mut asleep = fs::File::options()
        .read(true)
        .write(true)
        .open(&fifo)
        .unwrap();
    let script = format!("echo > {}; exec sleep 600", fifo.display());
    let plays = PLAYS.to_string();
    let mut run = Command::new(PROGRAM)
        .args([
            "run",
            "--case",
            "planning-healthy",
            "--repeat",
            &plays,
            "--jobs",
            &plays,
            "--out",
        ])
        .arg(dir.path().join("out"))
        .arg("--allow-write")
        .arg(dir.path())
        .args(["--", "sh", "-c", &script])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let root = run.id();
    asleep.read_exact(&mut [0; PLAYS]).unwrap();
    // What set the plays up waits a second for more to do.
    let workers = std::thread::available_parallelism().unwrap().get();
    let beside = |names: &[String]| names.iter().filter(|name| *name != "tracer").count();
    let most = workers + 4;
    while beside(&threads(root)) > most {
        assert_eq!(run.try_wait().unwrap(), None, "{:?}", threads(root));
        std::thread::yield_now();
    }
    let names = threads(root);
    assert!(names.len() - beside(&names) <= PLAYS, "{names:?}");
    let own = below(root).into_iter().filter(|(_, name)| name != "sleep");
    let memory: u64 = own.map(|(process, _)| share(process)).sum();
    assert!(
        memory <= MOST * PLAYS as u64,
        "{} KiB a play",
        memory / PLAYS as u64
    );
    kill(Pid::from_raw(root.cast_signed()), Signal::SIGTERM).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(130));
}
