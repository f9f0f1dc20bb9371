//! Asking a program: one question sheet in, one sheet of answers out, within bounds.

use std::ffi::OsString;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Notify;

use crate::visible;

/// Most that is read of what an adjudicator prints, in bytes.
const LONGEST_OUTPUT: u64 = 4 * 1024 * 1024;

/// Most characters that are repeated of what an adjudicator complained about.
const LONGEST_COMPLAINT: usize = 200;

/// How long is waited, once a program has ended, for what it said. That lies ready; but what left its
/// process group may hold the pipes open as long as it likes.
const GRACE: Duration = Duration::from_secs(1);

/// A program that answers questions about plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjudicator {
    argv: Vec<OsString>,
    limit: Duration,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The program is not there, or cannot be executed.
    #[error("`{program}` cannot be started: {source}")]
    NotStarted {
        /// The program.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It did not end in time.
    #[error("did not end within {} s and was ended", .0.as_secs_f64())]
    TimedOut(Duration),
    /// It printed too much.
    #[error("printed more than {LONGEST_OUTPUT} bytes and was ended")]
    Flood,
    /// It failed.
    #[error("failed ({status}){complaint}")]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// The last that it said of it.
        complaint: String,
    },
    /// The system failed.
    #[error("cannot be talked to: {0}")]
    System(std::io::Error),
}

impl Adjudicator {
    /// The program with its arguments; none without a program.
    pub fn new(argv: Vec<OsString>, limit: Duration) -> Option<Self> {
        (!argv.is_empty()).then_some(Self { argv, limit })
    }

    /// What the program says to `input`. It is ended with its process group when the time is up, and
    /// when nobody waits for the answer any more.
    pub(super) async fn ask(&self, input: &[u8]) -> Result<Vec<u8>, Broken> {
        let mut argv = self.argv.iter();
        let mut command = Command::new(argv.next().map(OsString::as_os_str).unwrap_or_default());
        command
            .args(argv)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        let program = command
            .as_std()
            .get_program()
            .to_string_lossy()
            .into_owned();
        let started = command.spawn();
        let mut child = started.map_err(|source| Broken::NotStarted { program, source })?;
        let mut group = Group::of(&child);
        let talk = talk(&mut child, &mut group, input);
        let Ok(said) = tokio::time::timeout(self.limit, talk).await else {
            return Err(Broken::TimedOut(self.limit));
        };
        let (status, output, complaint) = said?;
        if status.success() {
            Ok(output)
        } else {
            let complaint = last_line(&complaint);
            Err(Broken::Failed { status, complaint })
        }
    }
}

async fn talk(
    child: &mut Child,
    group: &mut Group,
    input: &[u8],
) -> Result<(ExitStatus, Vec<u8>, Vec<u8>), Broken> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A program need not read everything; what it says decides.
            let _ = stdin.write_all(input).await;
        }
        Ok(())
    };
    let (mut output, mut complaint) = (Vec::new(), Vec::new());
    let has_ended = Notify::new();
    let hear = async {
        let all = async {
            let (said, complained) = (read(stdout, &mut output), read(stderr, &mut complaint));
            tokio::try_join!(feed, said, complained).map(|_| ())
        };
        let silence = async {
            has_ended.notified().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            heard = all => heard,
            () = silence => Ok(()),
        }
    };
    let end = async {
        let status = child.wait().await.map_err(Broken::System)?;
        // What it left behind would hold the pipes open.
        group.kill();
        has_ended.notify_one();
        Ok(status)
    };
    let ((), status) = tokio::try_join!(hear, end)?;
    Ok((status, output, complaint))
}

/// Reads to the end, or as far as it gets before it is dropped.
async fn read(stream: Option<impl AsyncRead + Unpin>, bytes: &mut Vec<u8>) -> Result<(), Broken> {
    if let Some(stream) = stream {
        let mut stream = stream.take(LONGEST_OUTPUT + 1);
        let read = stream.read_to_end(bytes).await;
        read.map_err(Broken::System)?;
    }
    if bytes.len() as u64 > LONGEST_OUTPUT {
        return Err(Broken::Flood);
    }
    Ok(())
}

/// The process group of a program. It does not outlive the question.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().map(|id| Pid::from_raw(id.cast_signed())))
    }

    /// Kills it, once: afterwards the system may give its number to somebody else.
    fn kill(&mut self) {
        if let Some(group) = self.0.take() {
            // It fails where the group is gone, which is what is wanted.
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The last line that says something, made harmless.
fn last_line(complaint: &[u8]) -> String {
    let text = String::from_utf8_lossy(complaint);
    let line = text
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty());
    let Some(line) = line else {
        return String::new();
    };
    format!(": {}", harmless(line))
}

/// What somebody else said, cut short and without control characters.
pub(super) fn harmless(text: &str) -> String {
    let start: String = text.chars().take(LONGEST_COMPLAINT).collect();
    let mut shown = visible::line(&start);
    if text.chars().nth(LONGEST_COMPLAINT).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(script: &str, limit: Duration) -> Result<String, String> {
        let argv = ["bash", "-c", script].map(OsString::from).to_vec();
        let adjudicator = Adjudicator::new(argv, limit).unwrap();
        let said = adjudicator.ask(b"questions").await;
        said.map(|bytes| String::from_utf8(bytes).unwrap())
            .map_err(|broken| broken.to_string())
    }

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn questions_go_in_and_answers_come_out() {
        assert_eq!(ask("cat; echo told >&2", LONG).await.unwrap(), "questions");
        assert_eq!(ask("echo early", LONG).await.unwrap(), "early\n");
    }

    #[tokio::test]
    async fn what_fails_says_so_in_a_line() {
        let failed = ask(
            "echo trace >&2; printf 'no \\e[1mkey\\n\\n' >&2; exit 3",
            LONG,
        )
        .await;
        assert_eq!(failed.unwrap_err(), "failed (exit status: 3): no ␛[1mkey");
        let argv = vec![OsString::from("/nowhere/adjudicator")];
        let absent = Adjudicator::new(argv, LONG).unwrap();
        assert!(matches!(
            absent.ask(b"").await,
            Err(Broken::NotStarted { .. })
        ));
        assert_eq!(Adjudicator::new(Vec::new(), LONG), None);
    }

    #[tokio::test]
    async fn a_flood_is_ended() {
        assert!(
            ask("exec yes", LONG)
                .await
                .unwrap_err()
                .contains("printed more")
        );
        assert!(
            ask("exec yes >&2", LONG)
                .await
                .unwrap_err()
                .contains("printed more")
        );
    }

    #[tokio::test]
    async fn at_the_limit_the_whole_group_is_ended() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = dir.path().join("fifo");
        nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
        // Both processes hold the fifo open; its end shows that neither lives.
        let script = format!(
            "exec 3>{}; tail -f /dev/null & tail -f /dev/null",
            fifo.display()
        );
        let reader = tokio::task::spawn_blocking(move || std::fs::read(fifo));
        let limit = Duration::from_millis(300);
        assert!(ask(&script, limit).await.unwrap_err().contains("0.3 s"));
        reader.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn what_a_program_leaves_behind_keeps_nobody_waiting() {
        let said = ask("tail -f /dev/null & echo done", LONG).await;
        assert_eq!(said.unwrap(), "done\n");
    }

    /// It holds standard error open.
    #[tokio::test]
    async fn what_left_the_group_keeps_nobody_waiting_either() {
        // Without the last redirection tail would notice that nobody reads from it, and end.
        let script = "read pid < <(setsid bash -c 'echo $BASHPID; exec tail -f /dev/null >/dev/null'); echo $pid";
        let said = ask(script, LONG).await.unwrap();
        let stray = Pid::from_raw(said.trim().parse().unwrap());
        nix::sys::signal::kill(stray, Signal::SIGKILL).unwrap();
    }
}
