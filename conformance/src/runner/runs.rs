//! How the commands of a case's runs are executed: in the workspace, behind the agent's walls, without a
//! network, and with a socket of their own on which scripts announce themselves. What is said there is
//! said by runs, whoever has which number by then.

use std::ffi::OsString;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use wild_mock_server::{Builder, MockServer, RunMode};

use super::harness_folders::HarnessFolders;
use super::held::Held;
use super::interpreter::Interpreter;
use super::play_folder::PlayFolder;
use super::{RunError, Setup};
use crate::agent::{Custody, Supervision, TAG_VARIABLE, Tree, next_tag, path_with, scratch_home};
use crate::audit::channel::{Channel, Said};
use crate::audit::{Originals, Requests, WORK_SOCKET};
use crate::case::{self, Case};
use crate::secrets::is_secret;

/// What commands find so that the same command does the same: no compiled modules are left, and sets have
/// the same order.
const STEADY: [(&str, &str); 4] = [
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("PYTHONHASHSEED", "0"),
    ("PYTHONNOUSERSITE", "1"),
    ("LC_ALL", "C.UTF-8"),
];

/// How long processes that outlived their runs may take to end once they are asked to.
const GRACE: Duration = Duration::from_millis(200);

/// How much longer than they may take runs are waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The folders and the socket of a case's executed runs.
#[derive(Debug)]
pub(super) struct Runs {
    /// Where scripts announce themselves, or why they cannot.
    channel: Result<Channel, String>,
    socket: PathBuf,
    bin: PathBuf,
    tmp: PathBuf,
    /// What belongs to the interpreter, if there is one.
    library: Vec<PathBuf>,
    limit: Duration,
    /// Stands in the environment of all processes of runs, wherever they went.
    tag: String,
}

impl Runs {
    /// Makes what the runs of `case` need; nothing where they are simulated.
    pub(super) async fn prepare(
        case: &Case,
        folders: &HarnessFolders,
    ) -> Result<Option<Self>, RunError> {
        if case.run_mode() == case::RunMode::Simulated {
            return Ok(None);
        }
        let (bin, tmp, work) = folders.make_runs().map_err(RunError::HarnessFolders)?;
        let mut library = Vec::new();
        if case.runs_python() {
            let asked = tokio::task::spawn_blocking(Interpreter::find).await;
            let found = asked.map_err(|error| RunError::HarnessFolders(io::Error::other(error)))?;
            let python = found.map_err(|error| RunError::Interpreter(error.to_owned()))?;
            for name in ["python", "python3"] {
                symlink(&python.program, bin.join(name)).map_err(RunError::HarnessFolders)?;
            }
            let folder = python.program.parent().map(Path::to_owned);
            library.extend(folder);
            library.push(python.prefix.clone());
        }
        let socket = work.join("socket");
        Ok(Some(Self {
            channel: Channel::open(&socket).map_err(|error| error.to_string()),
            socket,
            bin,
            tmp,
            library,
            limit: Duration::from_secs(case.run_limit()),
            tag: next_tag(),
        }))
    }

    /// Has `server` execute the commands of runs.
    pub(super) fn extend(
        &self,
        server: Builder,
        setup: &Setup,
        place: &PlayFolder,
        held: &Held,
        evidence: &Path,
    ) -> Result<Builder, RunError> {
        let mut server = server
            .runs(RunMode::Scheduled)
            .run_limit(self.limit)
            .run_environment(inherited(setup))
            .run_variable(TAG_VARIABLE, &self.tag)
            .run_variable("PATH", path_with(&self.bin))
            .run_variable("TMPDIR", &self.tmp)
            .run_variable(WORK_SOCKET, &self.socket);
        for (name, value) in scratch_home(place.home()) {
            server = server.run_variable(name, value);
        }
        for (name, value) in STEADY {
            server = server.run_variable(name, value);
        }
        // What they do follows from the workspace alone, and not from who answers when.
        let supervision = Supervision {
            allow_net: Vec::new(),
            ..setup.supervision.clone()
        };
        let custody = self.custody(&supervision, place, held, evidence);
        let shell = [OsString::from("sh")];
        let Some((launcher, order)) = custody.order(&shell, place.workdir()) else {
            return Ok(server);
        };
        let begins_session = order.begins_session();
        let (argv, (name, value)) = order.prefix(launcher).map_err(RunError::HarnessFolders)?;
        Ok(server
            .run_variable(name, value)
            .run_through(argv, begins_session))
    }

    fn custody<'a>(
        &self,
        supervision: &'a Supervision,
        place: &PlayFolder,
        held: &Held,
        evidence: &Path,
    ) -> Custody<'a> {
        let mut readable = vec![place.base().to_owned(), self.bin.clone()];
        readable.extend(self.library.iter().cloned());
        let writable = [place.workdir(), place.home(), self.tmp.as_path()];
        Custody {
            supervision,
            grant: held.grant.clone(),
            room: None,
            traced: false,
            requests: Requests::none(),
            originals: Originals::default(),
            writable: writable.map(Path::to_owned).into(),
            readable,
            evidence: evidence.to_owned(),
            hosts: None,
            channel: self.channel.is_ok().then(|| self.socket.clone()),
            server_port: None,
            report: PathBuf::from("/dev/null"),
            forbidden: self.tmp.join("../forbidden"),
        }
    }

    /// Waits until the runs of `server` have ended. That is soon, because no run may take longer than its
    /// limit from its launch on; tells whether it was not.
    pub(super) async fn ended(&self, server: &MockServer) -> bool {
        let waited = tokio::time::timeout(self.limit + PATIENCE, server.runs_ended());
        waited.await.is_ok()
    }

    /// Ends what runs started and what went its own way, such as a daemon. The server has ended the runs.
    pub(super) async fn sweep(&self) {
        Tree::tagged(self.tag.clone()).end(GRACE).await;
    }

    /// What runs announced, in an order that does not depend on which was faster, and how much of that
    /// was not kept.
    pub(super) fn announced(&self) -> (Vec<Said>, u64) {
        let Ok(channel) = &self.channel else {
            return Default::default();
        };
        let (mut said, dropped) = channel.heard();
        said.sort_by(|a, b| {
            let key = |said: &Said| {
                let own = &said.announcement;
                (own.run.clone(), own.script.clone(), own.argv.clone())
            };
            key(a).cmp(&key(b))
        });
        (said, dropped)
    }
}

/// What runs inherit: what the agent does, but for keys. Without a network nothing is done with these but
/// telling them.
fn inherited(setup: &Setup) -> impl Iterator<Item = (OsString, OsString)> {
    let all = setup.agent.outfit().inherited();
    all.filter(|(name, value)| !is_secret(name, value))
}
