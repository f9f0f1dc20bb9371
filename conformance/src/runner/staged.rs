//! A case that is set up: its workspace is laid out and its server listens. It is then played by an
//! agent, or by hand, and concluded.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use wild_mock_server::{Builder, Clock, Exchange, MockServer};

use super::account::{blank_record, incomplete, note_outcome};
use super::case_server::{CLOCK_STEP, exchanges_of, server_for};
use super::changed::keep_changed_files;
use super::held::Held;
use super::play_folder::PlayFolder;
use super::starting_point::StartingPoint;
use super::surveillance::Surveillance;
use super::tasks_watch::TasksWatch;
use super::view::View;
use super::vigil::Vigil;
use super::{Harness, Play, RunError, Setup, environment};
use crate::agent::{self, AgentOutcome, Assignment};
use crate::cancel::Cancel;
use crate::case::Case;
use crate::ending::Ending;
use crate::evidence::{
    AuditRecord, BY_HAND, Captured, Completeness, FolderSnapshot, PlayRecord, Processes, Writer,
};
use crate::prompt::Variables;

/// A case that is set up. Its workspace is removed when it is dropped.
pub struct Staged {
    case: Case,
    place: PlayFolder,
    watch: Arc<TasksWatch>,
    surveillance: Surveillance,
    held: Held,
    writer: Writer,
    server: MockServer,
    prompt: String,
    prompt_file: PathBuf,
    environment: Vec<(&'static str, OsString)>,
    before: View,
    origin: FolderSnapshot,
    harness: Harness,
    record: PlayRecord,
}

impl Staged {
    /// Lays out the workspace, starts the server, at `listen` or at a free port of this machine, and
    /// begins the evidence in `folder`.
    ///
    /// # Errors
    /// Fails when the harness cannot do its work.
    pub async fn set_up(
        play: &Play,
        setup: &Setup,
        folder: &Path,
        listen: Option<SocketAddr>,
    ) -> Result<Self, RunError> {
        let start = StartingPoint::fresh(play, setup, listen.is_none()).await?;
        Self::set_up_from(start, play, setup, folder, listen).await
    }

    /// The same from where an earlier iteration left off. The order counts: what is looked at `before` must be
    /// what the agent finds, and the server listens ahead of the prompt that names it.
    ///
    /// # Errors
    /// Fails when the harness cannot do its work.
    pub async fn set_up_from(
        start: StartingPoint,
        play: &Play,
        setup: &Setup,
        folder: &Path,
        listen: Option<SocketAddr>,
    ) -> Result<Self, RunError> {
        let StartingPoint {
            place,
            state,
            now,
            held,
            origin,
            left: _,
        } = start;
        let case = &play.case;
        let watch = Arc::new(TasksWatch::new(
            place.workdir(),
            place.tasks_file(),
            &case.placeholder,
        ));
        let surveillance = Surveillance::prepare(case, setup).await?;
        let mut writer = Writer::create(folder)?;
        let builder = server_for(case, setup.seed, &place, &watch, &mut writer)?;
        let builder = builder.clock(Clock::stepped(now, CLOCK_STEP));
        let builder = listen.into_iter().fold(builder, Builder::listen);
        let builder = surveillance.extend(builder, setup, &place, &held, folder)?;
        let server = match &held.room {
            Some(room) => {
                let listener = room.listener().await.map_err(RunError::Room)?;
                builder.start_on(listener).await?
            }
            None => builder.start().await?,
        };
        if let Some(state) = state {
            server.restore(state)?;
        }
        writer.state_before(&server.snapshot())?;
        let url = server.url();
        let variables = Variables::new(case, place.session_values(&url));
        let prompt = setup.prompts.for_case(case)?.render(&variables);
        let prompt_file = place.prompt_file(&prompt)?.to_owned();
        let reach = setup.harness.reach;
        let before = View::of(&place, &View::default(), reach, &Cancel::new()).await?;
        writer.prompt(&prompt)?;
        writer.before(&before.inside.snapshot)?;
        let mut record = blank_record(play, setup, &place, variables)?;
        record.unseen = before.unseen();
        writer.record(&record)?;
        let mut environment = environment(case, place.session_values(&url), place.log_path());
        environment.extend(surveillance.environment());
        Ok(Self {
            case: case.clone(),
            place,
            watch,
            surveillance,
            held,
            writer,
            server,
            prompt,
            prompt_file,
            environment,
            origin: origin.unwrap_or_else(|| before.inside.snapshot.clone()),
            before,
            harness: setup.harness.clone(),
            record,
        })
    }

    /// Base address of the server.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The agent's working directory.
    pub fn workdir(&self) -> &Path {
        self.place.workdir()
    }

    /// The file that holds the prompt.
    pub fn prompt_file(&self) -> &Path {
        &self.prompt_file
    }

    /// The environment that an agent finds itself in, beside the prompt.
    pub fn environment(&self) -> &[(&'static str, OsString)] {
        &self.environment
    }

    /// The exchanges behind the one numbered `seq` that have ended.
    pub fn exchanges_after(&self, seq: u64) -> Vec<Exchange> {
        let mut exchanges = self.server.journal().exchanges();
        exchanges.retain(|exchange| exchange.seq > seq);
        exchanges
    }

    /// Lets the agent of `setup` play, until it ends, its time is up or `cancel` is raised.
    ///
    /// # Errors
    /// Fails when the agent's output cannot be kept.
    pub async fn perform(&mut self, setup: &Setup, cancel: &Cancel) -> Result<(), RunError> {
        let started = Instant::now();
        self.record.wall_clock.started_at = seconds_since_epoch();
        let (tmp, bin) = (self.surveillance.tmp(), self.surveillance.bin());
        let server = self.server.addr();
        let folder = self.writer.folder().to_owned();
        let assignment = Assignment {
            case: &self.case.id,
            prompt: &self.prompt,
            prompt_file: &self.prompt_file,
            workdir: self.place.workdir(),
            home: self.place.home(),
            tmp: &tmp,
            bin: bin.as_deref(),
            custody: self.surveillance.custody(
                setup,
                &self.place,
                &self.watch,
                &self.held,
                &folder,
                server.port(),
            )?,
            environment: self.environment.clone(),
            time_limit: setup.time_limit.unwrap_or(self.case.time_limit),
            transcript: self.writer.transcript_path(),
            stdout: self.writer.stdout_path(),
            stderr: self.writer.stderr_path(),
            session: self.writer.session_path(),
        };
        let launcher = setup.supervision.launcher.as_deref();
        let vigil = Vigil::begin(&self.harness, &self.held, launcher)?;
        let ran = vigil
            .over(agent::run(&setup.agent, assignment, cancel))
            .await;
        let performed = match (ran.map_err(RunError::Output), vigil.end()) {
            (_, Some(error)) | (Err(error), None) => Err(error),
            (Ok(outcome), None) => self.note(outcome, started.elapsed()),
        };
        performed.inspect_err(|error| self.give_up(error))
    }

    fn note(&mut self, outcome: AgentOutcome, took: Duration) -> Result<(), RunError> {
        self.record.wall_clock.agent_seconds = took.as_secs_f64();
        let (server, held, record) = (self.server.addr(), &self.held, &mut self.record);
        let processes = self.surveillance.conclude(&outcome, held, server, record);
        self.writer.processes(&processes)?;
        note_outcome(&mut self.record, outcome);
        Ok(())
    }

    /// Says in the evidence why there is no more of it, as far as that can still be written.
    fn give_up(&mut self, error: &RunError) {
        self.record.completeness = incomplete(&error.to_string());
        let _ = self.writer.record(&self.record);
    }

    /// Takes what was done by hand for the agent's work, with `transcript` for its output. Processes
    /// are not observed then, and the evidence says so.
    ///
    /// # Errors
    /// Fails when the transcript cannot be kept.
    pub fn performed_by_hand(&mut self, transcript: &str) -> Result<(), RunError> {
        std::fs::write(self.writer.transcript_path(), transcript).map_err(RunError::Output)?;
        std::fs::write(self.writer.stderr_path(), "").map_err(RunError::Output)?;
        self.writer.processes(&Processes::default())?;
        let size = transcript.len() as u64;
        self.record.transcript = Captured {
            written: size,
            kept: size,
        };
        self.record.audit = Some(AuditRecord {
            reason: Some(BY_HAND.to_owned()),
            ..AuditRecord::default()
        });
        "by hand".clone_into(&mut self.record.agent);
        self.record.ending = Some(Ending::Exited { code: 0 });
        self.record.completeness = Completeness::Complete;
        Ok(())
    }

    /// Stops the server, gathers the rest of the evidence, and tells where a next iteration starts.
    /// When `cancel` is raised, what is there is looked at in haste.
    ///
    /// # Errors
    /// Fails when the evidence cannot be gathered or written.
    pub async fn conclude(mut self, cancel: &Cancel) -> Result<StartingPoint, RunError> {
        match self.gather(cancel).await {
            Ok(left) => Ok(StartingPoint {
                state: Some(self.server.snapshot()),
                now: self.server.clock().now(),
                place: self.place,
                held: self.held,
                origin: Some(self.origin),
                left,
            }),
            Err(error) => {
                self.give_up(&error);
                Err(error)
            }
        }
    }

    async fn gather(&mut self, cancel: &Cancel) -> Result<FolderSnapshot, RunError> {
        if let Some(runs) = self.surveillance.runs() {
            // What they leave is whole then, and the same every time.
            let ended = tokio::select! {
                biased;
                ended = runs.ended(&self.server) => ended,
                () = cancel.raised() => false,
            };
            if !ended && self.record.completeness == Completeness::Complete {
                let why = "runs had not ended when the harness stopped waiting for them";
                self.record.completeness = incomplete(why);
            }
        }
        self.record.tasks_change = self.watch.conclude();
        // First, so that exchanges whose client was just ended are closed, too.
        self.server.shutdown().await;
        if let Some(runs) = self.surveillance.runs() {
            runs.sweep().await;
        }
        let writer = &mut self.writer;
        writer.journal(exchanges_of(self.server.journal()))?;
        writer.arrivals(&self.watch.arrivals())?;
        self.record.journal_dropped = self.server.journal().dropped();
        writer.state(&self.server.snapshot())?;

        let reach = self.harness.reach;
        let after = View::of(&self.place, &self.before, reach, cancel).await?;
        self.record.unseen.extend(after.unseen());
        if after.was_stopped() {
            self.record.completeness =
                incomplete("the run was interrupted before the workspace was looked at");
        }
        writer.after(&after.inside.snapshot)?;
        writer.outside(&self.before.around.snapshot, &after.around.snapshot)?;
        writer.loose_effects(&self.server.loose_effects())?;
        let (before, after) = (&self.before.inside.snapshot, after.inside.snapshot);
        keep_changed_files(writer, &self.place, before, &after, &mut self.record)?;
        writer.record(&self.record)?;
        Ok(after)
    }
}

fn seconds_since_epoch() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}
