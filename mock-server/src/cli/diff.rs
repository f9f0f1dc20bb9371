//! `wild-mock diff`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use wild_mock_server::upstream::diff::{Comparison, compare, read_journal};
use wild_mock_server::{ClusterProfile, MockServer, StateSnapshot, Upstream};

use super::{TOKEN, Token, print};

/// Exit code when the answers differ.
const DIFFERENT: u8 = 1;

/// What to compare.
#[derive(Debug, clap::Args)]
#[command(mut_arg(TOKEN, |arg| arg.help("Token that is sent where the journal tells that one was, and that the mock demands")))]
pub struct Diff {
    /// Real server to compare with, as `http://HOST:PORT`. Its state changes as the journal's
    /// requests say.
    #[arg(long, value_name = "URL")]
    upstream: Upstream,
    /// Journal to replay, as --journal of `serve` and `record` writes it.
    #[arg(long, value_name = "FILE")]
    journal: PathBuf,
    #[command(flatten)]
    token: Token,
    /// Cluster of the mock, as for `serve`.
    #[arg(long, value_name = "TYPE[:GPUS]")]
    cluster: Option<ClusterProfile>,
    /// State that the mock starts from, as `record --state-out` or `GET /state` of the control API gives
    /// it.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Field that may differ: a key at any depth, or a place as it is told, such as `content-type` or
    /// `$.cluster`. Can be given several times.
    #[arg(long, value_name = "FIELD")]
    ignore: Vec<String>,
    /// Working directory that the mock reports; give the real server's.
    #[arg(long, value_name = "DIR")]
    workdir: Option<PathBuf>,
}

impl Diff {
    /// Compares.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let journal = read_journal(&self.journal)?;
        let mut builder = MockServer::builder().auth_token(&self.token.auth_token);
        if let Some(cluster) = self.cluster {
            builder = builder.cluster(cluster);
        }
        if let Some(dir) = self.workdir {
            builder = builder.workdir(dir);
        }
        let server = builder.start().await.context("the mock does not start")?;
        if let Some(file) = &self.state {
            server.restore(read_state(file)?)?;
        }
        let token = Some(self.token.auth_token.as_str()).filter(|token| !token.is_empty());
        let mock = Upstream::from(&server);
        let comparison = compare(&journal, &mock, &self.upstream, token, &self.ignore).await?;
        print(&told(&comparison))?;
        if comparison.differences.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        Ok(ExitCode::from(DIFFERENT))
    }
}

/// What a comparison has shown, for people and programs alike: a line for each difference, and for what was not
/// compared, and the numbers.
fn told(comparison: &Comparison) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for difference in &comparison.differences {
        let _ = writeln!(text, "{difference}");
    }
    for skipped in &comparison.skipped {
        let _ = writeln!(text, "not replayed: {skipped}");
    }
    let (replayed, differences) = (comparison.replayed, comparison.differences.len());
    let _ = writeln!(
        text,
        "{} replayed, {}",
        counted(replayed, "request"),
        counted(differences, "difference")
    );
    text
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn read_state(file: &Path) -> anyhow::Result<StateSnapshot> {
    let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    StateSnapshot::from_json(&text).with_context(|| {
        let file = file.display();
        format!("{file} is no exported state, as `GET /state` or `record --state-out` gives it")
    })
}
