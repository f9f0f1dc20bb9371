//! `model`: a scripted model endpoint.

use std::io::Write;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::Failure;
use super::run::runtime;
use super::signals::raise_on_signal;
use crate::cancel::Cancel;
use crate::model::{Played, Script, serve, shipped};
use crate::visible;

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
        let (onlooker, played) = unbounded_channel();
        let served = serve(listener, script, onlooker, &cancel);
        let (served, told) = tokio::join!(served, tell(played, options.quiet, out));
        served.map_err(|error| Failure::harness(format!("cannot serve on {address}: {error}")))?;
        told?;
        Ok::<(), Failure>(())
    })?;
    Ok(0)
}

async fn tell(
    mut played: UnboundedReceiver<Played>,
    is_quiet: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut number = 0_u64;
    while let Some(played) = played.recv().await {
        number += 1;
        if is_quiet {
            continue;
        }
        let what = match played.dialect {
            Some(dialect) => format!("{dialect}, {} tool results", played.results),
            None => played.request,
        };
        let line = format!("#{number} {what}; {}", played.told);
        writeln!(out, "{}", visible::text(&line))?;
        out.flush()?;
    }
    Ok(())
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
