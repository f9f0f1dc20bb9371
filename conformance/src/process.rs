//! What `/proc` tells of processes.

use nix::unistd::Pid;

/// A process, as it is at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: Pid,
    pub(crate) parent: Pid,
    /// Its process group.
    pub(crate) group: Pid,
    /// Whether it is dead, and its parent has not collected it.
    pub(crate) is_zombie: bool,
    /// Whether somebody stopped it.
    pub(crate) is_stopped: bool,
    /// Whether it belongs to a terminal.
    pub(crate) has_terminal: bool,
    /// When it began, in ticks since the machine did. Numbers are given again, and this tells two
    /// processes of one number apart.
    pub(crate) began: u64,
}

/// All processes of the system; empty where there is no `/proc`.
pub(crate) fn all() -> Vec<Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| of(Pid::from_raw(pid)))
        .collect()
}

/// The process of a number, if there is one.
pub(crate) fn of(pid: Pid) -> Option<Process> {
    parse(pid, &std::fs::read(format!("/proc/{pid}/stat")).ok()?)
}

/// How many fields stand between the terminal and the beginning.
const TO_BEGINNING: usize = 14;

/// Reads `PID (NAME) STATE PPID PGRP SESSION TTY ...`. The name may contain anything, so that the fields are
/// counted from its last closing parenthesis.
pub(crate) fn parse(pid: Pid, stat: &[u8]) -> Option<Process> {
    let after_name = stat.iter().rposition(|byte| *byte == b')')? + 1;
    let rest = std::str::from_utf8(&stat[after_name..]).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    let mut number = || Some(Pid::from_raw(fields.next()?.parse().ok()?));
    let (parent, group) = (number()?, number()?);
    let (_, terminal) = (number()?, number()?);
    Some(Process {
        pid,
        parent,
        group,
        is_zombie: matches!(state, "Z" | "X"),
        is_stopped: state == "T",
        has_terminal: terminal.as_raw() != 0,
        began: fields.nth(TO_BEGINNING)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_contain_anything() {
        let stat = b"7 (a) b) (c) S 3 5 5 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 8812 0 0";
        let process = parse(Pid::from_raw(7), stat).unwrap();
        assert_eq!((process.parent.as_raw(), process.group.as_raw()), (3, 5));
        assert_eq!((process.is_zombie, process.began), (false, 8812));
        assert!(!process.is_stopped && !process.has_terminal);
        assert!(parse(Pid::from_raw(7), b"7 (x").is_none());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_is_listed() {
        let me = of(nix::unistd::getpid()).unwrap();
        assert!(all().contains(&me));
    }
}
