//! Signals from the user and from the system.

use std::io::Write;
use std::sync::mpsc::{Sender, channel};

use nix::sys::signal::Signal;
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

use super::Failure;
use crate::cancel::Cancel;

/// Exit code of a program that had to end at once, as a shell reports SIGINT.
const INTERRUPTED: i32 = 130;

/// The first Ctrl-C or SIGTERM stops the run in an orderly way, a second one ends the program at once.
///
/// They are waited for on a thread of their own, which nothing that is being played can keep busy.
pub(super) fn raise_on_signal(cancel: Cancel) -> Result<(), Failure> {
    let deaf = |error: &dyn std::fmt::Display| {
        Failure::harness(format!("cannot listen for signals: {error}"))
    };
    let (ready, is_ready) = channel();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            match runtime {
                Ok(runtime) => runtime.block_on(listen(&cancel, &ready)),
                // Nobody waits any more where this fails.
                Err(error) => drop(ready.send(Err(error))),
            }
        })
        .map_err(|error| deaf(&error))?;
    match is_ready.recv() {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(deaf(&error)),
        Err(error) => Err(deaf(&error)),
    }
}

async fn listen(cancel: &Cancel, ready: &Sender<std::io::Result<()>>) {
    let (mut interrupt, mut terminate) = match streams() {
        Ok(streams) => {
            let _ = ready.send(Ok(()));
            streams
        }
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    either(&mut interrupt, &mut terminate).await;
    cancel.raise();
    either(&mut interrupt, &mut terminate).await;
    cancel.kill_held();
    // A terminal that is gone is no reason to stay.
    let _ = writeln!(
        std::io::stderr(),
        "ended at once by a second signal: what was being played is lost, and its folders \
         (wild-*) may remain in {}",
        std::env::temp_dir().display()
    );
    std::process::exit(INTERRUPTED);
}

fn streams() -> std::io::Result<(Stream, Stream)> {
    // A file that grows beyond the limit is an error to whoever writes it, and not the end of the
    // program. Unlike a signal that is ignored, one that is handled has its usual effect on agents.
    let _ = signal(SignalKind::from_raw(Signal::SIGXFSZ as i32))?;
    let interrupt = signal(SignalKind::interrupt())?;
    Ok((interrupt, signal(SignalKind::terminate())?))
}

async fn either(interrupt: &mut Stream, terminate: &mut Stream) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
