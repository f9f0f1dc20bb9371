//! What the audit and the sandbox cost an agent that does nothing but start programs.
//!
//! `cargo run --release -p wild-conformance --example audit_cost -- PATH/TO/wild-conformance [COUNT]`
//! plays a case whose agent runs `/bin/true` COUNT times (2,000 by default) from a shell loop, three
//! times in each way, and prints the fastest of each.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its user"
)]

use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use wild_conformance::agent::{AgentSpec, Supervision};
use wild_conformance::audit::AuditMode;
use wild_conformance::cancel::Cancel;
use wild_conformance::case;
use wild_conformance::evidence::Evidence;
use wild_conformance::prompt::Prompts;
use wild_conformance::runner::{Harness, Play, Setup, run_case};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1);
    let Some(launcher) = args.next().map(PathBuf::from) else {
        return Err("the first argument is the path of wild-conformance".into());
    };
    let count = match args.next() {
        Some(count) => count.to_string_lossy().parse()?,
        None => 2000,
    };
    let plain = measure(count, &launcher, AuditMode::Off, false).await?;
    println!("neither           {plain:.2} s");
    for (name, audit, sandbox) in [
        ("sandbox           ", AuditMode::Off, true),
        ("ptrace            ", AuditMode::Ptrace, false),
        ("ptrace and sandbox", AuditMode::Ptrace, true),
    ] {
        let seconds = measure(count, &launcher, audit, sandbox).await?;
        let each = (seconds - plain) / f64::from(count) * 1e6;
        let share = seconds / plain;
        println!("{name} {seconds:.2} s, {share:.2} times, {each:.0} us a program");
    }
    Ok(())
}

/// Seconds that the agent took, the least of three attempts.
async fn measure(
    count: u32,
    launcher: &Path,
    audit: AuditMode,
    sandbox: bool,
) -> Result<f64, Box<dyn Error>> {
    let script = format!("for ((i = 0; i < {count}; i++)); do /bin/true; done");
    let argv = ["bash", "-c", &script].map(OsString::from).to_vec();
    let setup = Setup {
        agent: AgentSpec::exec(argv).ok_or("no program")?,
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
    let mut least = f64::INFINITY;
    for _ in 0..3 {
        let folder = tempfile::tempdir()?;
        let folder = folder.path().join("case");
        run_case(&play, &setup, &folder, &Cancel::new()).await?;
        let evidence = Evidence::load(&folder)?;
        least = least.min(evidence.record.wall_clock.agent_seconds);
    }
    Ok(least)
}
