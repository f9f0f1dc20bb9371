//! Running an agent's program: its environment, its time limit, and the end of all its processes.

use std::time::Duration;

use super::adapter::{self, Adapter};
use super::answer::{self, Answer};
use super::assignment::Assignment;
use super::command::command;
use super::launch_report::LaunchReport;
use super::outcome::AgentOutcome;
use super::running::Running;
use super::spec::AgentSpec;
use super::streams::Streams;
use super::tree::{Tree, next_tag};
use super::waiting::wait;
use crate::cancel::Cancel;
use crate::ending::Ending;
use crate::evidence::{LeftBehind, Wall};

/// How long what an agent leaves behind may go on, so that it is seen what it begins: a program may be reached by way
/// of several others.
const SETTLE: Duration = Duration::from_secs(2);

/// How long processes may take to end after they were asked to.
const GRACE: Duration = Duration::from_secs(2);

/// How long the collection of ended processes may take.
const COLLECT: Duration = Duration::from_secs(10);

/// Runs the agent until it ends, its time is up, or `cancel` is raised. When this returns, the
/// processes that it started have been ended, too. From start to end in one function: what is held on the way
/// (the tree, its leader, the streams) must not be let go of before the last line.
///
/// # Errors
/// Fails when its output cannot be written to its files. That the program cannot be started is an
/// [`Ending`], not an error.
pub async fn run(
    spec: &AgentSpec,
    task: Assignment<'_>,
    cancel: &Cancel,
) -> std::io::Result<AgentOutcome> {
    let answer = Answer::of(spec, &task);
    // Both files exist even when nothing is ever printed or started.
    std::fs::File::create(&task.transcript)?;
    std::fs::File::create(&task.stderr)?;
    if let Some(server) = spec.adapter().elsewhere() {
        return Box::pin(adapter::attach(server, &task, cancel)).await;
    }
    let input = match spec.input(task.case, task.prompt) {
        Ok(input) => input,
        Err(error) => return Ok(AgentOutcome::could_not_start(spec.label(), &error)),
    };
    Tree::adopt_orphans();
    let tag = next_tag();
    let custody = &task.custody;
    let traced = custody
        .traced
        .then(|| (custody.requests.clone(), custody.originals.clone()));
    let started = match command(spec, &task, &tag) {
        Ok(command) => Running::start(command, traced).await,
        Err(error) => Err(error),
    };
    let mut agent = match started {
        Ok(agent) => agent,
        Err(error) => return Ok(task.not_started(spec, &error.to_string())),
    };
    let mut tree = agent
        .id()
        .map(|root| Tree::new(root, tag, agent.is_collected_elsewhere()));
    let _held = agent.id().map(|leader| cancel.hold(leader));
    let (spoken, streams) = match spec.adapter() {
        Adapter::Stdio => {
            let streams = Streams::start(agent.pipes()?, input, [answer.stdout(), &task.stderr]);
            let spoken = adapter::Spoken {
                ending: wait(&mut agent, &task, cancel).await?,
                usage: None,
            };
            (spoken, streams)
        }
        adapter => {
            let conversation = adapter::Conversation {
                task: &task,
                tree: tree.as_ref(),
                cancel,
            };
            Box::pin(conversation.hold(adapter, &mut agent)).await?
        }
    };
    let mut left = LeftBehind::default();
    // Also after a regular exit: what the agent left running must not touch the next case.
    if let Some(tree) = &mut tree {
        let grant = task.custody.grant.as_ref();
        let is_inside = grant.is_some_and(|grant| grant.has(Wall::Pid));
        left = match spoken.ending {
            Ending::TimedOut { .. } | Ending::Interrupted => tree.left(is_inside),
            _ => tree.left_in_the_end(is_inside, SETTLE, cancel).await,
        };
        end(&mut agent, tree).await;
    }
    let mut output = answer::read(&answer, &streams.finish().await?)?;
    output.usage = spoken
        .usage
        .or_else(|| answer::usage(spec, &task, answer.stdout()));
    let report = LaunchReport::read(&task.custody.report);
    if let Some(error) = report.not_started {
        return Ok(task.not_started(spec, &error));
    }
    let watched = agent.watched();
    for own in &mut left.processes {
        let pid = own.process.take().and_then(|pid| i32::try_from(pid).ok());
        let pids = watched.as_ref().map(|watched| &watched.pids);
        own.process = pids
            .zip(pid)
            .and_then(|(pids, pid)| pids.get(&pid).copied());
    }
    left.processes.sort();
    Ok(AgentOutcome {
        unfound: task.unfound(spec, &spoken.ending),
        ending: spoken.ending,
        output,
        watched,
        left,
        sandbox: report.sandbox,
        opens: report.opens,
    })
}

async fn end(agent: &mut Running, tree: &mut Tree) {
    tokio::join!(tree.end(GRACE), agent.collected(COLLECT));
    if !agent.is_collected_elsewhere() {
        tree.reap_after_tracer().await;
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::Path;

    use super::*;
    use crate::agent::{Custody, Supervision};

    struct TestAgent {
        dir: tempfile::TempDir,
        spec: AgentSpec,
        limit: u64,
    }

    impl TestAgent {
        fn new(script: &str) -> Self {
            let argv = ["bash", "-c", script]
                .into_iter()
                .map(OsString::from)
                .collect();
            Self {
                dir: tempfile::tempdir().unwrap(),
                spec: AgentSpec::exec(argv).unwrap(),
                limit: 30,
            }
        }

        async fn play(&self, cancel: &Cancel) -> (AgentOutcome, String) {
            let at = self.dir.path();
            let assignment = Assignment {
                case: "any",
                prompt: "the prompt",
                prompt_file: &at.join("prompt.md"),
                workdir: at,
                home: at,
                tmp: at,
                bin: None,
                custody: Custody {
                    supervision: &Supervision::default(),
                    traced: false,
                    requests: crate::audit::Requests::none(),
                    originals: crate::audit::Originals::default(),
                    grant: None,
                    room: None,
                    writable: Vec::new(),
                    readable: Vec::new(),
                    evidence: at.to_owned(),
                    hosts: None,
                    channel: None,
                    server_port: None,
                    report: at.join("report"),
                    forbidden: at.join("forbidden"),
                },
                environment: vec![("WILD_SESSION_ID", "s".into())],
                time_limit: self.limit,
                transcript: at.join("out"),
                stdout: at.join("raw"),
                stderr: at.join("err"),
                session: at.join("session"),
            };
            let outcome = run(&self.spec, assignment, cancel).await.unwrap();
            let text = std::fs::read_to_string(at.join("out")).unwrap();
            (outcome, text)
        }
    }

    #[tokio::test]
    async fn prompt_environment_and_exit_code_go_through() {
        let agent = TestAgent::new(r#"cat; echo " $WILD_SESSION_ID $HOME"; exit 3"#);
        let (outcome, text) = agent.play(&Cancel::new()).await;
        assert_eq!(outcome.ending, Ending::Exited { code: 3 });
        assert_eq!(
            text,
            format!("the prompt s {}\n", agent.dir.path().display())
        );
        assert_eq!(outcome.output.transcript.kept, text.len() as u64);
    }

    #[tokio::test]
    async fn a_signal_is_not_an_exit() {
        let (outcome, _) = TestAgent::new("kill -9 $$").play(&Cancel::new()).await;
        assert_eq!(outcome.ending, Ending::Signalled { signal: 9 });
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_could_not_start() {
        let mut agent = TestAgent::new("");
        agent.spec = AgentSpec::exec(vec!["/nowhere/agent".into()]).unwrap();
        let (outcome, _) = agent.play(&Cancel::new()).await;
        let Ending::CouldNotStart { error } = outcome.ending else {
            panic!("{outcome:?}")
        };
        assert_eq!(error, "/nowhere/agent: there is no /nowhere/agent");
    }

    /// The script tells the numbers of its processes, one of which ignores SIGTERM and one of which
    /// has left group, session and parent.
    #[tokio::test]
    async fn at_the_time_limit_the_whole_tree_is_ended() {
        let mut agent = TestAgent::new(
            "bash -c 'trap \"\" TERM; echo $BASHPID; while :; do read -t 1 < <(:); done' &
             (setsid bash -c 'echo $BASHPID; exec tail -f /dev/null' &)
             echo $BASHPID; wait; tail -f /dev/null",
        );
        agent.limit = 1;
        let (outcome, text) = agent.play(&Cancel::new()).await;
        assert_eq!(outcome.ending, Ending::TimedOut { limit: 1 });
        let pids: Vec<&str> = text.lines().collect();
        assert_eq!(pids.len(), 3, "{text}");
        for pid in pids {
            assert!(
                !Path::new("/proc").join(pid).exists(),
                "process {pid} lives"
            );
        }
    }

    #[tokio::test]
    async fn what_an_exited_agent_leaves_behind_is_ended() {
        let agent = TestAgent::new("(setsid tail -f /dev/null & echo $!)");
        let (outcome, text) = agent.play(&Cancel::new()).await;
        assert_eq!(outcome.ending, Ending::Exited { code: 0 });
        assert!(!Path::new("/proc").join(text.trim()).exists());
    }

    #[tokio::test]
    async fn what_is_left_behind_comes_to_what_it_was_about_to_do() {
        let agent =
            TestAgent::new("(setsid sh -c 'sleep 0.3; echo begun > late' > /dev/null 2>&1 &)");
        let (outcome, _) = agent.play(&Cancel::new()).await;
        assert_eq!(outcome.ending, Ending::Exited { code: 0 });
        assert!(agent.dir.path().join("late").exists() && outcome.left == LeftBehind::default());
    }

    #[tokio::test]
    async fn a_raised_cancel_interrupts() {
        let cancel = Cancel::new();
        cancel.raise();
        let (outcome, _) = TestAgent::new("tail -f /dev/null").play(&cancel).await;
        assert_eq!(outcome.ending, Ending::Interrupted);
    }
}
