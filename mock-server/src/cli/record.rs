//! `wild-mock record`.

use std::io::ErrorKind::{PermissionDenied, ResourceBusy};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use wild_mock_server::upstream::diff::read_journal;
use wild_mock_server::upstream::{case, state};
use wild_mock_server::{DropReason, Exchange, ExchangeOutcome, MockServer, Timestamp, Upstream};

use super::{Ending, TOKEN, Token, address, print, serve_control, told};

/// Memory for what is recorded, in bytes.
const JOURNAL_LIMIT: usize = 1024 * 1024 * 1024;

/// What to record.
#[derive(Debug, clap::Args)]
#[command(mut_arg(TOKEN, |arg| arg.help("Token that is replaced in what is written, beside those that clients send")))]
pub struct Record {
    /// Real server that everything is passed on to, as `http://HOST:PORT`.
    #[arg(long, value_name = "URL")]
    upstream: Upstream,
    /// Address to listen on, as HOST:PORT; port 0 takes a free port.
    #[arg(long, default_value = "127.0.0.1:10000", value_name = "ADDR", value_parser = address)]
    listen: SocketAddr,
    /// Case file to write in the end: the cluster, whether a token was needed, and what failed.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["state_out", "journal"])]
    out: Option<PathBuf>,
    /// State to write in the end, as `PUT /state` of the control API takes it.
    #[arg(long, value_name = "FILE")]
    state_out: Option<PathBuf>,
    /// File that every exchange is written to, one JSON document a line, behind those that it has.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Address of the control API: its journal, and `POST /save`, which writes without ending, as SIGHUP
    /// does; not served when absent.
    #[arg(long, value_name = "ADDR", value_parser = address)]
    control: Option<SocketAddr>,
    #[command(flatten)]
    token: Token,
}

impl Record {
    /// Records until it is told to end.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        for file in [&self.out, &self.state_out].into_iter().flatten() {
            // Better now than after an hour of recording.
            let mut options = std::fs::OpenOptions::new();
            let opened = options.create(true).append(true).open(file);
            opened.with_context(|| cannot_write(file))?;
        }
        let mut builder = MockServer::builder()
            .listen(self.listen)
            .journal_limit(JOURNAL_LIMIT)
            .record(self.upstream.clone())
            .secret(&self.token.auth_token);
        if let Some(file) = &self.journal {
            builder = builder.journal_file(file);
        }
        let mut ending = Ending::awaited()?;
        let mut hangup = signal(SignalKind::hangup())?;
        let server = Arc::new(builder.start().await?);
        let (saver, mut wanted) = mpsc::channel(1);
        let control = match self.control {
            Some(addr) => Some(serve_control(&server, addr, Some(saver)).await?),
            None => None,
        };
        print(&format!("listening on {}\n", server.url()))?;
        loop {
            tokio::select! {
                () = ending.told() => break,
                _ = hangup.recv() => {
                    if let Err(error) = self.save(&server, None).await {
                        tracing::error!("nothing was saved: {}", told(&error));
                    }
                }
                Some(done) = wanted.recv() => {
                    let outcome = self.save(&server, None).await;
                    // An error means that whoever asked has gone.
                    let _ = done.send(outcome.map_err(|error| told(&error)));
                }
            }
        }
        // What is under way now does not end by itself.
        let ended_at = server.clock().now();
        drop(control);
        server.shutdown().await;
        self.save(&server, Some(ended_at)).await?;
        Ok(ExitCode::SUCCESS)
    }

    /// Writes what was seen so far.
    async fn save(&self, server: &MockServer, ended_at: Option<Timestamp>) -> anyhow::Result<()> {
        if server.journal().dropped() > 0 {
            tracing::warn!("the recording grew too large; its oldest exchanges are lost");
        }
        let mut seen = server.journal().exchanges();
        let cut_off = |exchange: &Exchange| {
            let gone = ExchangeOutcome::Dropped {
                reason: DropReason::ClientGone,
            };
            exchange.outcome == gone && ended_at.is_some_and(|end| exchange.completed_at >= end)
        };
        seen.retain(|exchange| !cut_off(exchange));
        if let Some(file) = &self.out {
            let id = case_id(file);
            write(file, &case::case_of(&id, &self.upstream, &seen).await?)?;
        }
        if let Some(file) = &self.state_out {
            write(file, &state::state_of(&seen).await?)?;
        }
        server.journal().flush();
        if let (Some(file), Some(_)) = (&self.journal, ended_at) {
            hide_late_tokens(file, server)?;
        }
        Ok(())
    }
}

/// A token that was first seen in the middle may stand in what was written before.
fn hide_late_tokens(file: &Path, server: &MockServer) -> anyhow::Result<()> {
    let written = read_journal(file)?;
    let mut hidden = written.clone();
    for exchange in &mut hidden {
        server.journal().hide(exchange);
    }
    if hidden == written {
        return Ok(());
    }
    let mut text = String::new();
    for exchange in &hidden {
        text += &serde_json::to_string(exchange)?;
        text.push('\n');
    }
    write(file, &text)
}

fn cannot_write(file: &Path) -> String {
    format!("cannot write {}", file.display())
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let is_plain = std::fs::metadata(file).is_ok_and(|metadata| metadata.is_file());
    let replaced = is_plain.then(|| replace(file, text));
    let written = match replaced {
        // A device or a pipe takes the text and stays what it is.
        None => std::fs::write(file, text),
        // Nothing may be put beside the file, or in its place.
        Some(Err(error)) if matches!(error.kind(), PermissionDenied | ResourceBusy) => {
            std::fs::write(file, text)
        }
        Some(written) => written,
    };
    written.with_context(|| cannot_write(file))?;
    tracing::info!("{} is written", file.display());
    Ok(())
}

/// Replaces a file's text. A reader finds either what was there before or all of it; who may read it and
/// which links lead to it stays as it was.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let file = file.canonicalize()?;
    let folder = file.parent().unwrap_or(Path::new("/"));
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(text.as_bytes())?;
    let permissions = std::fs::metadata(&file)?.permissions();
    beside.as_file().set_permissions(permissions)?;
    beside.persist(&file)?;
    Ok(())
}

/// The name of the file in the form of a case's id.
fn case_id(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let word = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let id: String = stem.to_lowercase().chars().map(word).collect();
    match id.trim_matches('-') {
        "" => "recorded".to_owned(),
        id => id.to_owned(),
    }
}
