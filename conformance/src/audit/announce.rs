//! Start announcements: what scripts of our workspaces say when their work begins.
//!
//! A script appends one JSON document a line to the file that the variable [`WORK_LOG`] names. The
//! agent could write there, too; an announcement that it invents would only accuse itself.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::door;
use crate::evidence::Announcement;

/// The variable that names the file.
pub const WORK_LOG: &str = "WILD_WORK_LOG";

/// Most announcements that are kept.
const MOST: usize = 100_000;

/// Most bytes of the file that are read.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Deserialize)]
struct Line {
    pid: Option<i32>,
    #[serde(flatten)]
    announcement: Announcement,
}

/// Reads the announcements in `file`, and how many there were beyond those that are kept. `pids`
/// tells the number of the process that had an id. What is no announcement is left out.
///
/// # Errors
/// Fails when something is there that cannot be read.
pub(crate) fn read(file: &Path, pids: &BTreeMap<i32, u32>) -> io::Result<(Vec<Announcement>, u64)> {
    let text = door::beginning(file, MOST_BYTES)?;
    let lines = text.split(|byte| *byte == b'\n');
    let mut all = lines.filter_map(|line| serde_json::from_slice::<Line>(line).ok());
    let kept = all.by_ref().take(MOST).map(|line| Announcement {
        process: line.pid.and_then(|pid| pids.get(&pid).copied()),
        ..line.announcement
    });
    let kept = kept.collect();
    Ok((kept, all.count() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_are_read_and_rubbish_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("log");
        let text = "{\"script\": \"train.py\", \"argv\": [\"--lr\", \"1\"], \"pid\": 7}\n\
                    rubbish\n\
                    {\"script\": \"bench.py\", \"cwd\": \"/w\", \"pid\": 8, \"run\": \"run-1\"}\n";
        std::fs::write(&file, text).unwrap();
        let (read, dropped) = read(&file, &BTreeMap::from([(7, 2)])).unwrap();
        assert_eq!((read.len(), dropped), (2, 0));
        assert_eq!((read[0].process, read[1].process), (Some(2), None));
        assert_eq!(read[1].run.as_deref(), Some("run-1"));
    }

    #[test]
    fn no_file_is_no_announcement() {
        let none = read(Path::new("/nowhere"), &BTreeMap::new());
        assert!(none.unwrap().0.is_empty());
        assert!(read(Path::new("/dev/zero"), &BTreeMap::new()).is_err());
    }
}
