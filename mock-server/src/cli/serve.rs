//! `wild-mock serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::ValueEnum;
use wild_mock_server::scenario::Scenario;
use wild_mock_server::{Clock, ClusterProfile, MockServer, RunMode, SkillSource, Upstream};

use super::{Ending, TOKEN, Token, address, print, serve_control};

/// How to serve.
#[derive(Debug, clap::Args)]
#[command(mut_arg(TOKEN, |arg| arg.help("Token that protected paths need in `X-Auth-Token`")))]
pub struct Serve {
    /// Address to listen on, as HOST:PORT; port 0 takes a free port.
    #[arg(long, default_value = "127.0.0.1:10000", value_name = "ADDR", value_parser = address)]
    listen: SocketAddr,
    /// Address of the control API (journal, faults, state, clock); not served when absent.
    #[arg(long, value_name = "ADDR", value_parser = address)]
    control: Option<SocketAddr>,
    #[command(flatten)]
    token: Token,
    /// Working directory that the server reports; the current one when absent.
    #[arg(long, value_name = "DIR")]
    workdir: Option<PathBuf>,
    /// Directory of prompt skills to serve in place of the built-in ones.
    #[arg(long, value_name = "DIR")]
    skills: Option<PathBuf>,
    /// Case whose cluster, token, faults and runs are served: a built-in case's id, or a file.
    /// The other options win over what it says.
    #[arg(long, value_name = "FILE|ID")]
    case: Option<String>,
    /// Cluster that detection finds: unknown, slurm, local_gpu, kubernetes, ray or
    /// shared_head_node, with the number of GPUs, as in `local_gpu:4`.
    #[arg(long, value_name = "TYPE[:GPUS]")]
    cluster: Option<ClusterProfile>,
    /// Seed of the ids.
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
    /// How fast the server's clock runs: 60 lets a minute pass in a second.
    #[arg(long, default_value_t = 1.0, value_name = "F")]
    time_scale: f64,
    /// Seconds of real time after which a stall ends for which no clock says when.
    #[arg(long, default_value_t = 30.0, value_name = "SECS")]
    stall_limit: f64,
    /// What happens to the commands of launched runs.
    #[arg(long, value_enum, default_value_t = Runs::Simulated)]
    runs: Runs,
    /// File that every exchange is written to, one JSON document a line, behind those that it has.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// File that the state is kept in over restarts; also one that the control API or `record --state-out` has
    /// written, of which it makes a state file.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// MiB that are held at most of what clients send; what is beyond is refused with 507.
    #[arg(long, default_value_t = 1024, value_name = "MIB",
        value_parser = clap::value_parser!(u64).range(1..=1024 * 1024))]
    state_limit: u64,
    /// Real server that requests for unknown paths are passed on to, as `http://HOST:PORT`.
    #[arg(long, value_name = "URL")]
    upstream: Option<Upstream>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Runs {
    /// Runs pass through their states by a schedule; nothing is executed.
    Simulated,
    /// Commands are really executed on this machine.
    Executed,
}

impl Serve {
    /// Serves until it is told to end. Each option becomes a call of the builder, one after the other.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        if !(self.time_scale.is_finite() && self.time_scale > 0.0) {
            anyhow::bail!(
                "--time-scale must be above 0, and {} is not",
                self.time_scale
            );
        }
        let Ok(stall_limit) = Duration::try_from_secs_f64(self.stall_limit) else {
            anyhow::bail!(
                "--stall-limit must be a number of seconds from 0 on, and {} is not",
                self.stall_limit
            );
        };
        let mut builder = MockServer::builder()
            .stall_limit(stall_limit)
            .state_limit(self.state_limit * 1024 * 1024)
            .listen(self.listen)
            .seed(self.seed)
            .clock(Clock::scaled(self.time_scale))
            .runs(match self.runs {
                Runs::Simulated => RunMode::Simulated,
                Runs::Executed => RunMode::Executed,
            });
        if let Some(case) = &self.case {
            builder = Scenario::load(case)?.apply(builder);
        }
        if !self.token.auth_token.is_empty() {
            builder = builder.auth_token(self.token.auth_token);
        }
        if let Some(cluster) = self.cluster {
            builder = builder.cluster(cluster);
        }
        if let Some(dir) = self.workdir {
            let dir = dir
                .canonicalize()
                .with_context(|| format!("--workdir {} is no directory", dir.display()))?;
            builder = builder.workdir(dir);
        }
        if let Some(dir) = self.skills {
            builder = builder.skills(SkillSource::Dir(dir));
        }
        if let Some(file) = self.journal {
            builder = builder.journal_file(file);
        }
        if let Some(file) = self.state {
            builder = builder.state_file(file);
        }
        if let Some(upstream) = self.upstream {
            builder = builder.upstream(upstream);
        }
        let mut ending = Ending::awaited()?;
        let server = Arc::new(builder.start().await?);
        let control = match self.control {
            Some(addr) => Some(serve_control(&server, addr, None).await?),
            None => None,
        };
        print(&format!("listening on {}\n", server.url()))?;
        ending.told().await;
        drop(control);
        server.shutdown().await;
        Ok(ExitCode::SUCCESS)
    }
}
