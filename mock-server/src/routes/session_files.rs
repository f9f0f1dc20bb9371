//! The files of a session of the wild loop, which its agent writes and the server shows.

use std::path::PathBuf;

use crate::app::Tx;
use crate::error::ApiResult;
use crate::plain;

/// Most bytes that are read of a file that a client writes.
const LONGEST_FILE: u64 = 16 * 1024 * 1024;

/// Where a session's files are, and what they hold before anybody has written them.
pub(super) struct Files {
    pub(super) dir: String,
    pub(super) workdir: String,
    initial_plan: String,
    initial_log: String,
}

impl Files {
    pub(super) fn of(tx: &Tx, chat: Option<&str>) -> ApiResult<Option<Self>> {
        tx.store(|store, _| {
            store.session(chat).map(|session| Self {
                dir: session.dir(store.workdir()),
                workdir: store.workdir().to_owned(),
                initial_plan: session.initial_plan(),
                initial_log: session.initial_log(),
            })
        })
    }

    pub(super) async fn plan(&self) -> String {
        read_or(&format!("{}/tasks.md", self.dir), &self.initial_plan).await
    }

    pub(super) async fn log(&self) -> String {
        read_or(&format!("{}/iteration_log.md", self.dir), &self.initial_log).await
    }
}

/// A file that is something else, or cannot be read, is as good as not written.
async fn read_or(path: &str, initial: &str) -> String {
    let path = PathBuf::from(path);
    let read = tokio::task::spawn_blocking(move || plain::beginning(&path, LONGEST_FILE));
    match read.await {
        Ok(Ok(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
        Ok(Err(_)) | Err(_) => initial.to_owned(),
    }
}
