//! Calls of shims and stubs, as `fixtures/stubs/call-log.sh` writes them down.

use std::io;
use std::path::Path;

use crate::door;
use crate::evidence::{Exec, ExecSource, Stream};

/// The variable that names the file.
pub const CALL_LOG: &str = "WILD_CALL_LOG";

/// Most calls that are kept.
const MOST: usize = 100_000;

/// Most bytes of the file that are read.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Longest word that is kept, in characters.
const LONGEST: usize = 8 * 1024;

/// Reads the calls in `file`, and how many there were beyond those that are kept.
///
/// The process number is the position: a shim knows nothing of other processes. Nor does it know how
/// many requests the server has seen.
///
/// # Errors
/// Fails when something is there that cannot be read.
pub(crate) fn read(file: &Path) -> io::Result<(Vec<Exec>, u64)> {
    let bytes = door::beginning(file, MOST_BYTES)?;
    let mut fields = bytes.split(|byte| *byte == 0).map(text);
    let (mut calls, mut dropped) = (Vec::new(), 0);
    while let Some(call) = fields.next().and_then(|count| call(&count, &mut fields)) {
        if calls.len() < MOST {
            calls.push(call);
        } else {
            dropped += 1;
        }
    }
    for (call, seq) in calls.iter_mut().zip(1_u32..) {
        call.seq = u64::from(seq);
        call.process = seq;
    }
    Ok((calls, dropped))
}

/// One record, whose number of words was read already. Anything that is none ends the reading.
fn call(count: &str, fields: &mut impl Iterator<Item = String>) -> Option<Exec> {
    let count: usize = count.parse().ok()?;
    let _pid = fields.next()?;
    let cwd = fields.next()?;
    let run = fields.next()?;
    let argv: Vec<String> = fields.take(count).collect();
    let environment = (!run.is_empty()).then(|| ("WILD_RUN_ID".to_owned(), run));
    (argv.len() == count).then(|| Exec {
        seq: 0,
        source: ExecSource::Shim,
        process: 0,
        parent: None,
        executable: argv.first().cloned().unwrap_or_default(),
        argv,
        argv_omitted: 0,
        cwd,
        environment: environment.into_iter().collect(),
        stdin: Stream::Other,
        stdout: Stream::Other,
        files: std::collections::BTreeMap::new(),
        copies: std::collections::BTreeMap::new(),
        pipes: std::collections::BTreeMap::new(),
        program: None,
        filtered: false,
        requests: 0,
        end: None,
        wall_clock: 0.0,
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .take(LONGEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_be_anything_and_a_torn_record_ends_the_reading() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("calls");
        let log = b"3\x007\0/w\0\0python\0-c\0a\nb\x002\x008\0/w\0run-1\0sbatch\0\x003\x009\0/w";
        std::fs::write(&file, log).unwrap();
        let (calls, dropped) = read(&file).unwrap();
        assert_eq!((calls.len(), dropped), (2, 0));
        assert_eq!(calls[0].argv, ["python", "-c", "a\nb"]);
        assert_eq!(calls[1].argv, ["sbatch", ""]);
        assert_eq!(calls[1].environment["WILD_RUN_ID"], "run-1");
    }
}
