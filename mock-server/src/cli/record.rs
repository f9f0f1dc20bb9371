//! `wild-mock record`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use wild_mock_server::upstream::{case, state};
use wild_mock_server::{MockServer, Upstream};

use super::{Ending, address, print};

/// Memory for what is recorded, in bytes.
const JOURNAL_LIMIT: usize = 1024 * 1024 * 1024;

/// What to record.
#[derive(Debug, clap::Args)]
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
    /// File that every exchange is written to, one JSON document a line.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
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
            .record(self.upstream.clone());
        if let Some(file) = self.journal {
            builder = builder.journal_file(file);
        }
        let ending = Ending::awaited()?;
        let server = builder.start().await?;
        print(&format!("listening on {}\n", server.url()))?;
        ending.told().await;
        server.shutdown().await;
        if server.journal().dropped() > 0 {
            tracing::warn!("the recording grew too large; its oldest exchanges are lost");
        }
        let seen = server.journal().exchanges();
        if let Some(file) = &self.out {
            let id = case_id(file);
            write(file, &case::case_of(&id, &self.upstream, &seen).await?)?;
        }
        if let Some(file) = &self.state_out {
            write(file, &state::state_of(&seen).await?)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn cannot_write(file: &Path) -> String {
    format!("cannot write {}", file.display())
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).with_context(|| cannot_write(file))?;
    tracing::info!("{} is written", file.display());
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
