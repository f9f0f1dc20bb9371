//! `model`: a scripted model endpoint.

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc::channel;

use super::Failure;
use super::runtime::runtime;
use super::signals::raise_on_signal;
use crate::cancel::Cancel;
use crate::model::{Played, Script, serve, shipped};
use crate::visible;

/// How many requests can wait for being told.
const MOST_UNTOLD: usize = 1_000;

/// How long after the wish to end somebody may take to read what is still told. It is longer than connections
/// that stall are waited for.
const LAST_WORDS: Duration = Duration::from_millis(1_500);

/// Options of `model`.
#[derive(Debug, clap::Args)]
pub(super) struct ModelOptions {
    /// Serve at this address; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    listen: SocketAddr,
    /// What the model does: a built-in script, or a file with one
    #[arg(long, default_value = "conforming", value_name = "NAME|FILE")]
    script: String,
    /// List the built-in scripts instead
    #[arg(long)]
    list: bool,
    /// Tell the address alone, and not every request
    #[arg(long)]
    quiet: bool,
}

/// Lists the scripts, or serves one until it is told to end.
pub(super) fn model(options: &ModelOptions, out: &mut impl Write) -> Result<u8, Failure> {
    if options.list {
        return list(out);
    }
    let script =
        Script::find(&options.script).map_err(|error| Failure::usage(error.to_string()))?;
    let cancel = Cancel::new();
    runtime()?.block_on(async {
        raise_on_signal(cancel.clone())?;
        tokio::spawn(end_at_last(cancel.clone()));
        let listener = TcpListener::bind(options.listen).await.map_err(|error| {
            Failure::usage(format!("cannot listen on {}: {error}", options.listen))
        })?;
        let address = listener.local_addr()?;
        writeln!(out, "listening on http://{address}")?;
        out.flush()?;
        let (onlooker, mut played) = channel(MOST_UNTOLD);
        // A terminal or a pipe that takes nothing more keeps nobody waiting for an answer.
        let mut served =
            tokio::spawn(async move { serve(listener, script, onlooker, &cancel).await });
        let mut teller = Teller::new(options.quiet, out);
        let served = loop {
            tokio::select! {
                Some(played) = played.recv() => teller.tell(played),
                // Connections that stall have not ended by now, and nobody waits for them.
                served = &mut served => break served,
            }
        };
        while let Ok(played) = played.try_recv() {
            teller.tell(played);
        }
        served
            .map_err(|error| Failure::harness(error.to_string()))?
            .map_err(|error| Failure::harness(format!("cannot serve on {address}: {error}")))
    })?;
    Ok(0)
}

/// Ends the program where it is kept from ending by a pipe that is full and that nobody reads: what waits there to
/// be written cannot be called back, and nothing else is left to be done.
async fn end_at_last(cancel: Cancel) {
    cancel.raised().await;
    tokio::time::sleep(LAST_WORDS).await;
    std::process::exit(0);
}

/// Tells every request, for as long as somebody reads it.
struct Teller<'o, W> {
    out: &'o mut W,
    number: u64,
    is_read: bool,
}

impl<'o, W: Write> Teller<'o, W> {
    fn new(is_quiet: bool, out: &'o mut W) -> Self {
        Self {
            out,
            number: 0,
            is_read: !is_quiet,
        }
    }

    fn tell(&mut self, played: Played) {
        self.number += 1;
        let what = match played.dialect {
            Some(dialect) => format!("{dialect}, {} tool results", played.results),
            None => played.request,
        };
        let line = visible::text(&format!("#{} {what}; {}", self.number, played.told));
        let mut write = || writeln!(self.out, "{line}").and_then(|()| self.out.flush());
        self.is_read = self.is_read && write().is_ok();
    }
}

fn list(out: &mut impl Write) -> Result<u8, Failure> {
    for name in shipped() {
        let script = Script::find(name).map_err(|error| Failure::harness(error.to_string()))?;
        let breaks = if script.breaks.is_empty() {
            "conforms".to_owned()
        } else {
            format!("{} in {}", script.breaks.join(", "), script.case)
        };
        writeln!(out, "{name:<22} {breaks:<34} {}", script.about)?;
    }
    Ok(0)
}
