use std::sync::Mutex;

use super::*;
use crate::locks::lock;

/// An executor of commands that have no time beyond their launch, and the exit codes of those that ended.
fn executor(dir: &Path, start: Start) -> (Executor, Arc<Mutex<Vec<i64>>>) {
    let codes: Arc<Mutex<Vec<i64>>> = Arc::default();
    let told = Arc::clone(&codes);
    let report: Reporter = Arc::new(move |event| {
        if let RunEvent::Ended { exit_code, .. } = event {
            lock(&told).push(exit_code);
        }
    });
    (Executor::new(report, dir.to_owned(), start), codes)
}

fn spawn(dir: &Path, run_id: &str, command: &str) -> Errand {
    Errand::Spawn {
        run_id: run_id.to_owned(),
        command: command.to_owned(),
        workdir: dir.display().to_string(),
        run_dir: dir.join(run_id).display().to_string(),
    }
}

fn log(dir: &Path, run_id: &str) -> String {
    std::fs::read_to_string(dir.join(run_id).join("run.log")).unwrap_or_default()
}

#[tokio::test]
async fn a_turn_is_waited_for_within_the_own_time() {
    let dir = tempfile::tempdir().unwrap();
    let start = Start {
        limit: Some(Duration::ZERO),
        ..Start::default()
    };
    let (mut executor, codes) = executor(dir.path(), start);
    executor.places = Arc::new(Semaphore::new(1));
    executor.handle(spawn(dir.path(), "first", "sleep 600"));
    executor.handle(spawn(dir.path(), "second", "touch made; sleep 600"));
    executor.all_ended().await;
    assert_eq!(*lock(&codes), [137, 137]);
    assert_eq!(log(dir.path(), "first"), "killed after 0 seconds\n");
    let told = "never began: other runs took all places for 0 seconds\n";
    assert_eq!(log(dir.path(), "second"), told);
    assert!(!dir.path().join("made").exists());
}

#[tokio::test]
async fn what_a_command_has_written_stands_before_how_it_was_ended() {
    let dir = tempfile::tempdir().unwrap();
    let start = Start {
        limit: Some(Duration::from_millis(100)),
        ..Start::default()
    };
    let mut job = Job {
        run_id: "r".to_owned(),
        command: "echo begun; sleep 600".to_owned(),
        workdir: dir.path().display().to_string(),
        root: dir.path().to_owned(),
        way: "r".into(),
        run_dir: dir.path().join("r"),
        ends_by: None,
        start: Arc::new(start),
    };
    let (child, group) = job.begin(true, &Jobs::default()).unwrap().unwrap();
    while log(dir.path(), "r").is_empty() {
        tokio::task::yield_now().await;
    }
    job.ends_by = Some(Instant::now());
    assert_eq!(job.wait(child, group).await, KILLED);
    assert_eq!(log(dir.path(), "r"), "begun\nkilled after 0.1 seconds\n");
}

#[tokio::test]
async fn a_command_finds_the_environment_that_it_is_given_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let start = Start {
        environment: Some(vec![("PATH".into(), path), ("GIVEN".into(), "1".into())]),
        variables: vec![("MORE".to_owned(), "2".into())],
        ..Start::default()
    };
    let (executor, codes) = executor(dir.path(), start);
    executor.handle(spawn(dir.path(), "r", "env"));
    executor.all_ended().await;
    assert_eq!(*lock(&codes), [0]);
    let told = log(dir.path(), "r");
    let mut names: Vec<&str> = told
        .lines()
        .filter_map(|line| line.split('=').next())
        .collect();
    names.sort_unstable();
    // The shell itself may add `_` and its like.
    names.retain(|name| !["_", "OLDPWD", "SHLVL"].contains(name));
    assert_eq!(
        names,
        [
            "GIVEN",
            "MORE",
            "PATH",
            "PWD",
            "WILD_RUN_DIR",
            "WILD_RUN_ID"
        ]
    );
}
