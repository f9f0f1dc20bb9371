//! Connections of traced processes: where to, and what the kernel said.
//!
//! The filter of system calls stops a process that is about to connect. What it wants is read from its
//! memory then, and the answer when the call is over; nothing else of its calls is looked at.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use nix::errno::Errno;
use nix::libc;
use nix::unistd::Pid;

use super::memory;
use crate::evidence::Refusal;

/// Most addresses that are told apart.
const MOST_ADDRESSES: usize = 1000;

/// Longest address that is read, in bytes: a Unix socket's.
const LONGEST_ADDRESS: usize = 110;

/// Answers by which a connection was refused, and not merely begun.
const REFUSALS: [Errno; 6] = [
    Errno::EACCES,
    Errno::EPERM,
    Errno::ENETUNREACH,
    Errno::EHOSTUNREACH,
    Errno::ENETDOWN,
    Errno::ECONNREFUSED,
];

/// Connections that were refused so far.
#[derive(Debug, Default)]
pub(super) struct Refused(BTreeMap<(String, String), u64>);

impl Refused {
    fn note(&mut self, to: String, error: Errno) {
        let key = (to, format!("{error:?}"));
        if self.0.len() < MOST_ADDRESSES || self.0.contains_key(&key) {
            *self.0.entry(key).or_default() += 1;
        }
    }

    /// All of them, in order.
    pub(super) fn conclude(&self) -> Vec<Refusal> {
        let all = self.0.iter();
        all.map(|((to, error), times)| Refusal {
            to: to.clone(),
            error: error.clone(),
            times: *times,
        })
        .collect()
    }
}

/// Calls that have begun and not ended.
#[derive(Debug, Default)]
pub(super) struct Connecting(HashMap<Pid, String>);

impl Connecting {
    /// Looks at what `pid` is about to do, by the call's arguments; tells whether its end is of interest.
    pub(super) fn begins(&mut self, pid: Pid, arguments: &[u64; 6]) -> bool {
        let [_, address, length, ..] = *arguments;
        match target(pid, address, length) {
            Some(to) => {
                self.0.insert(pid, to);
                true
            }
            None => false,
        }
    }

    /// Notes the answer that `pid` gets; tells whether it was waited for.
    pub(super) fn ends(&mut self, pid: Pid, answer: Option<i64>, refused: &mut Refused) -> bool {
        let Some(to) = self.0.remove(&pid) else {
            return false;
        };
        // An error is told as a negative number.
        let number = answer.and_then(|value| i32::try_from(-value).ok());
        let error = number.map(Errno::from_raw);
        if let Some(error) = error.filter(|error| REFUSALS.contains(error)) {
            refused.note(to, error);
        }
        true
    }

    /// Forgets a process or thread that is gone.
    pub(super) fn forget(&mut self, pid: Pid) {
        self.0.remove(&pid);
    }
}

/// The address in the memory of `pid`; nothing where it is none that walls know.
fn target(pid: Pid, address: u64, length: u64) -> Option<String> {
    let length = usize::try_from(length).ok()?.min(LONGEST_ADDRESS);
    Target(&memory::read(pid, address, length)?).words()
}

/// A socket's address as the kernel is given it.
struct Target<'a>(&'a [u8]);

impl Target<'_> {
    fn words(&self) -> Option<String> {
        let bytes = self.0;
        let family = i32::from(u16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?));
        let port =
            || -> Option<u16> { Some(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)) };
        match family {
            libc::AF_INET => {
                let host: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
                Some(format!("{}:{}", Ipv4Addr::from(host), port()?))
            }
            libc::AF_INET6 => {
                let host: [u8; 16] = bytes.get(8..24)?.try_into().ok()?;
                Some(format!("[{}]:{}", Ipv6Addr::from(host), port()?))
            }
            libc::AF_UNIX => Some(format!("unix:{}", UnixPath(bytes.get(2..)?))),
            _ => None,
        }
    }
}

/// A path, or a name behind `@` that is no file's.
struct UnixPath<'a>(&'a [u8]);

impl fmt::Display for UnixPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, name) = match self.0.split_first() {
            Some((0, rest)) => ("@", rest),
            _ => ("", self.0),
        };
        let end = name
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(name.len());
        write!(f, "{mark}{}", String::from_utf8_lossy(&name[..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(bytes: &[u8]) -> String {
        Target(bytes).words().unwrap_or_default()
    }

    #[test]
    fn addresses_are_told_as_people_write_them() {
        let family = |family: i32| (family as u16).to_ne_bytes();
        let [a, b] = family(libc::AF_INET);
        assert_eq!(words(&[a, b, 1, 187, 10, 0, 0, 1, 0, 0]), "10.0.0.1:443");
        let [a, b] = family(libc::AF_INET6);
        let mut six = vec![a, b, 0, 80, 0, 0, 0, 0];
        six.extend([0; 15]);
        assert_eq!(words(&six), "");
        six.push(1);
        assert_eq!(words(&six), "[::1]:80");
        let [a, b] = family(libc::AF_UNIX);
        assert_eq!(words(&[a, b, b'/', b'x', 0, b'y']), "unix:/x");
        assert_eq!(words(&[a, b, 0, b'x']), "unix:@x");
        assert_eq!(words(&[a]), "");
    }

    #[test]
    fn refusals_are_counted_by_address_and_answer() {
        let mut refused = Refused::default();
        for _ in 0..14 {
            refused.note("10.0.0.1:443".to_owned(), Errno::ENETUNREACH);
        }
        refused.note("10.0.0.1:443".to_owned(), Errno::EACCES);
        let told: Vec<String> = refused.conclude().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "connect 10.0.0.1:443 refused once (EACCES)",
                "connect 10.0.0.1:443 refused 14 times (ENETUNREACH)"
            ]
        );
    }
}
