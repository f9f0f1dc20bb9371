//! The commands, one a file.

mod address;
mod diff;
mod failure;
mod record;
mod serve;

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use address::address;
use anyhow::Context as _;
use clap::Subcommand;
pub use failure::{exit_code, told};
use tokio::signal::unix::{Signal, SignalKind, signal};
use wild_mock_server::control::Saver;
use wild_mock_server::{ControlServer, MockServer, openapi};

/// What clap calls the argument of [`Token`].
const TOKEN: &str = "auth_token";

/// The token, which all commands take alike; each says what for.
#[derive(Debug, clap::Args)]
struct Token {
    #[arg(
        long,
        value_name = "T",
        env = "RESEARCH_AGENT_USER_AUTH_TOKEN",
        hide_env_values = true,
        default_value = ""
    )]
    auth_token: String,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve until SIGINT or SIGTERM. Prints a line to stdout once connections are accepted, and before
    /// it where the control API is.
    Serve(Box<serve::Serve>),
    /// Pass everything on to a real server until SIGINT or SIGTERM, then write what was seen as a
    /// case, a state, or both. SIGHUP writes it without ending.
    Record(Box<record::Record>),
    /// Replay a journal against the mock and a real server, and tell where their answers differ.
    ///
    /// Exits with 0 when they do not, 1 when they do, 2 for a usage error, 3 when the real server cannot be
    /// reached.
    Diff(diff::Diff),
    /// Print the OpenAPI document.
    Openapi,
}

impl Command {
    /// Does it.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let runtime = || {
            tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
        };
        match self {
            Self::Serve(serve) => runtime()?.block_on(serve.run()),
            Self::Record(record) => runtime()?.block_on(record.run()),
            Self::Diff(diff) => runtime()?.block_on(diff.run()),
            Self::Openapi => print(&openapi::document_text()).map(|()| ExitCode::SUCCESS),
        }
    }
}

/// The signals that end a server.
struct Ending {
    terminate: Signal,
    interrupt: Signal,
}

impl Ending {
    /// Asked for before a server tells that it is ready, so that a signal right after that is not
    /// missed.
    fn awaited() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Serves the control API and tells where.
async fn serve_control(
    server: &Arc<MockServer>,
    addr: SocketAddr,
    saver: Option<Saver>,
) -> anyhow::Result<ControlServer> {
    let control = ControlServer::start_with(Arc::clone(server), addr, saver).await;
    let control = control.with_context(|| format!("cannot serve the control API on {addr}"))?;
    print(&format!("control on http://{}\n", control.addr()))?;
    Ok(control)
}

/// Writes to stdout; a reader that has gone is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
