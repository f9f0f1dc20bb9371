//! What the audit and the walls cost.
//!
//! `cargo run --release -p wild-conformance --example audit_cost -- PATH/TO/wild-conformance [ROUNDS [WORD]]`
//! plays a case with three agents: a shell that starts `/bin/true` 2,000 times, one that starts Python
//! 20 times, and the reference agent. Python is the interpreter itself: what is called `python3` in `PATH` may be
//! a shell script of a version manager that starts forty programs before it. Every way of holding them is played once a
//! round, so that a busy machine is unfair to none, and the fastest of each is printed. With a word, only agents are
//! played whose name has it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its user"
)]

use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use wild_conformance::agent::{AgentSpec, Supervision};
use wild_conformance::audit::AuditMode;
use wild_conformance::cancel::Cancel;
use wild_conformance::case;
use wild_conformance::evidence::Evidence;
use wild_conformance::prompt::Prompts;
use wild_conformance::runner::{Harness, Play, Setup, run_case};

/// How agents are held: watched, and behind walls.
const WAYS: [(&str, AuditMode, bool); 4] = [
    ("neither", AuditMode::Off, false),
    ("walls", AuditMode::Off, true),
    ("ptrace", AuditMode::Ptrace, false),
    ("both", AuditMode::Ptrace, true),
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1);
    let Some(launcher) = args.next() else {
        return Err("the first argument is the path of wild-conformance".into());
    };
    // Agents are started from other folders.
    let launcher = PathBuf::from(launcher).canonicalize()?;
    let rounds = match args.next() {
        Some(count) => count.to_string_lossy().parse()?,
        None => 5,
    };
    let shell = |script: &str| {
        AgentSpec::exec(["bash", "-c", script].map(OsString::from).to_vec()).ok_or("no program")
    };
    let agents = [
        (
            "2,000 x /bin/true",
            shell("for ((i = 0; i < 2000; i++)); do /bin/true; done")?,
        ),
        (
            "20 x python3",
            shell(&format!(
                "for ((i = 0; i < 20; i++)); do '{}' -c 'import json'; done",
                interpreter()?
            ))?,
        ),
        ("the reference agent", AgentSpec::reference(&launcher)),
    ];
    let word = args.next().unwrap_or_default();
    let word = word.to_string_lossy();
    for (name, agent) in agents.iter().filter(|(name, _)| name.contains(&*word)) {
        println!("{name}: seconds of the agent, of the whole play");
        let mut least = [(f64::INFINITY, f64::INFINITY); WAYS.len()];
        for _ in 0..rounds {
            for (best, (_, audit, sandbox)) in least.iter_mut().zip(WAYS) {
                let (own, whole) = measure(agent, &launcher, audit, sandbox).await?;
                *best = (best.0.min(own), best.1.min(whole));
            }
        }
        for ((own, whole), (way, ..)) in least.into_iter().zip(WAYS) {
            let times = own / least[0].0;
            println!("  {way:8} {own:.3}, {times:.2} times; {whole:.3}");
        }
    }
    Ok(())
}

/// The path of the Python interpreter.
fn interpreter() -> Result<String, Box<dyn Error>> {
    let asked = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output()?;
    Ok(String::from_utf8(asked.stdout)?.trim().to_owned())
}

/// Seconds that the agent took, and the whole play.
async fn measure(
    agent: &AgentSpec,
    launcher: &Path,
    audit: AuditMode,
    sandbox: bool,
) -> Result<(f64, f64), Box<dyn Error>> {
    let setup = Setup {
        agent: agent.clone(),
        prompts: Prompts::builtin()?,
        seed: 1,
        time_limit: None,
        supervision: Supervision {
            audit,
            sandbox,
            ..Supervision::full(launcher)
        },
        harness: Harness::default(),
    };
    let play = Play {
        case: case::select(&["planning-healthy".to_owned()])?.remove(0),
        repetition: 1,
    };
    let folder = tempfile::tempdir()?;
    let folder = folder.path().join("case");
    let started = Instant::now();
    run_case(&play, &setup, &folder, &Cancel::new()).await?;
    let whole = started.elapsed().as_secs_f64();
    let evidence = Evidence::load(&folder)?;
    Ok((evidence.record.wall_clock.agent_seconds, whole))
}
