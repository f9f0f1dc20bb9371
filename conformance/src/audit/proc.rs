//! What `/proc` gives of a process, up to a bound: its arguments, its environment, and texts of either.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;

use nix::unistd::Pid;

/// Most bytes of an argument list that are read.
const MOST_ARGV_BYTES: u64 = 64 * 1024;

/// Most arguments of a program that are kept.
const MOST_ARGUMENTS: usize = 256;

/// Most characters of an argument or variable that are kept.
const LONGEST_TEXT: usize = 8 * 1024;

/// Most bytes of an environment that are read.
const MOST_ENVIRONMENT_BYTES: u64 = 512 * 1024;

/// Bytes of most argument lists and environments.
const USUAL_BYTES: usize = 8 * 1024;

/// The arguments of a process, and how many more it has.
pub(super) fn arguments(pid: Pid) -> (Vec<String>, u64) {
    split(&read(pid, "cmdline", MOST_ARGV_BYTES))
}

/// The environment with which a process has executed its program, as the kernel gives it.
pub(super) fn environment(pid: Pid) -> Vec<u8> {
    read(pid, "environ", MOST_ENVIRONMENT_BYTES)
}

fn read(pid: Pid, name: &str, limit: u64) -> Vec<u8> {
    // The kernel gives all of what is usual at once.
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    if let Ok(file) = File::open(format!("/proc/{pid}/{name}")) {
        // A process that vanishes meanwhile leaves what was read so far.
        let _ = file.take(limit).read_to_end(&mut bytes);
    }
    bytes
}

fn split(block: &[u8]) -> (Vec<String>, u64) {
    let block = block.strip_suffix(&[0]).unwrap_or(block);
    if block.is_empty() {
        return (Vec::new(), 0);
    }
    let all = block.split(|byte| *byte == 0);
    let kept: Vec<String> = all.clone().take(MOST_ARGUMENTS).map(text).collect();
    (kept, all.count().saturating_sub(MOST_ARGUMENTS) as u64)
}

/// Text of bounded length. Bytes that are not UTF-8 become replacement characters.
pub(super) fn text(bytes: &[u8]) -> String {
    let whole = OsStr::from_bytes(bytes).to_string_lossy();
    match whole.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &whole[..end]),
        None => whole.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_may_be_empty_and_are_bounded() {
        assert_eq!(split(b"a\0\0b\0").0, ["a", "", "b"]);
        assert_eq!(split(b"").0, [""; 0]);
        let (kept, omitted) = split(&b"x\0".repeat(300));
        assert_eq!((kept.len(), omitted), (256, 44));
    }
}
