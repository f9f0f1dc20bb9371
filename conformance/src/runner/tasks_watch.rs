//! When `tasks_path` was first changed, on the scale of the requests.
//!
//! The server calls [`TasksWatch::request_arrived`] when a request's head has arrived and before it
//! is handled. If the file is changed by then, it was changed before that request was answered,
//! whatever the machine's clocks say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use wild_mock_server::Seq;
use wild_mock_server::beneath::Folder;

use crate::door;
use crate::evidence::TasksChange;

/// Most requests whose arrival is noted.
const MOST_ARRIVALS: usize = 100_000;

/// Watches one file.
#[derive(Debug)]
pub(super) struct TasksWatch {
    workdir: PathBuf,
    file: String,
    placeholder: String,
    first: Mutex<Option<Seq>>,
    requests: AtomicU64,
    since: Instant,
    arrivals: Mutex<BTreeMap<Seq, f64>>,
}

impl TasksWatch {
    /// Watches `file` in `workdir`, which was seeded with `placeholder`.
    pub(super) fn new(workdir: &Path, file: &str, placeholder: &str) -> Self {
        Self {
            workdir: workdir.to_owned(),
            file: file.to_owned(),
            placeholder: placeholder.to_owned(),
            first: Mutex::new(None),
            requests: AtomicU64::new(0),
            since: Instant::now(),
            arrivals: Mutex::default(),
        }
    }

    /// Looks at the file while request `seq` waits.
    pub(super) fn request_arrived(&self, seq: Seq) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.note_arrival(seq);
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        if first.is_none_or(|noticed| seq < noticed) && self.is_changed() {
            *first = Some(seq);
        }
    }

    fn note_arrival(&self, seq: Seq) {
        let now = self.since.elapsed().as_secs_f64();
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        if arrivals.len() < MOST_ARRIVALS {
            arrivals.insert(seq, now);
        }
    }

    /// When requests arrived, in seconds since the watch began, by the wall clock.
    pub(super) fn arrivals(&self) -> BTreeMap<Seq, f64> {
        self.arrivals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many requests have arrived so far.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Looks at the file for the last time.
    pub(super) fn conclude(&self) -> TasksChange {
        let first = *self.first.lock().unwrap_or_else(PoisonError::into_inner);
        match first {
            Some(seq) => TasksChange::BeforeRequest { seq },
            None if self.is_changed() => TasksChange::AfterLastRequest,
            None => TasksChange::Never,
        }
    }

    /// Content decides, not the time of modification: rewriting the placeholder is no plan. What is
    /// reached by a link only, or is no regular file, is not what was seeded.
    fn is_changed(&self) -> bool {
        let content = Folder::open(&self.workdir).and_then(|workdir| {
            door::read(
                &workdir,
                Path::new(&self.file),
                self.placeholder.len() as u64,
            )
        });
        !matches!(content, Ok(Some(content)) if content == self.placeholder.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch(dir: &tempfile::TempDir) -> TasksWatch {
        std::fs::write(dir.path().join("tasks.md"), "seed").unwrap();
        TasksWatch::new(dir.path(), "tasks.md", "seed")
    }

    #[test]
    fn the_first_request_that_meets_the_change_is_noted() {
        let dir = tempfile::tempdir().unwrap();
        let watch = watch(&dir);
        watch.request_arrived(1);
        std::fs::write(dir.path().join("tasks.md"), "plan").unwrap();
        watch.request_arrived(2);
        watch.request_arrived(3);
        assert_eq!(watch.conclude(), TasksChange::BeforeRequest { seq: 2 });
    }

    #[test]
    fn a_change_that_is_taken_back_was_a_change() {
        let dir = tempfile::tempdir().unwrap();
        let watch = watch(&dir);
        std::fs::remove_file(dir.path().join("tasks.md")).unwrap();
        watch.request_arrived(1);
        std::fs::write(dir.path().join("tasks.md"), "seed").unwrap();
        assert_eq!(watch.conclude(), TasksChange::BeforeRequest { seq: 1 });
    }

    #[test]
    fn a_change_after_the_last_request_is_told_apart_from_none() {
        let dir = tempfile::tempdir().unwrap();
        let watch = watch(&dir);
        watch.request_arrived(1);
        assert_eq!(watch.conclude(), TasksChange::Never);
        std::fs::write(dir.path().join("tasks.md"), "plan").unwrap();
        assert_eq!(watch.conclude(), TasksChange::AfterLastRequest);
    }
}
