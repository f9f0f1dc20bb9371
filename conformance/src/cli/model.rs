//! `model`: a scripted model endpoint.

use std::io::Write;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, channel};

use super::Failure;
use super::run::runtime;
use super::signals::raise_on_signal;
use crate::cancel::Cancel;
use crate::model::{Played, Script, serve, shipped};
use crate::visible;

/// How many requests can wait for being told.
const MOST_UNTOLD: usize = 1_000;

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
        let listener = TcpListener::bind(options.listen).await.map_err(|error| {
            Failure::usage(format!("cannot listen on {}: {error}", options.listen))
        })?;
        let address = listener.local_addr()?;
        writeln!(out, "listening on http://{address}")?;
        out.flush()?;
        let (onlooker, played) = channel(MOST_UNTOLD);
        // A terminal or a pipe that takes nothing more keeps nobody waiting for an answer.
        let served = tokio::spawn(async move { serve(listener, script, onlooker, &cancel).await });
        tell(played, options.quiet, out).await;
        let served = served
            .await
            .map_err(|error| Failure::harness(error.to_string()))?;
        served.map_err(|error| Failure::harness(format!("cannot serve on {address}: {error}")))
    })?;
    Ok(0)
}

/// Tells every request, for as long as somebody reads it.
async fn tell(mut played: Receiver<Played>, is_quiet: bool, out: &mut impl Write) {
    let mut number = 0_u64;
    let mut is_read = !is_quiet;
    while let Some(played) = played.recv().await {
        number += 1;
        let what = match played.dialect {
            Some(dialect) => format!("{dialect}, {} tool results", played.results),
            None => played.request,
        };
        let line = visible::text(&format!("#{number} {what}; {}", played.told));
        is_read = is_read && writeln!(out, "{line}").and_then(|()| out.flush()).is_ok();
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
