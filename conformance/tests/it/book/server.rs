//! Programs that serve until they are ended.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A program that serves, and the addresses that the page gives to it.
pub(super) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    pub(super) stands_for: Vec<(String, String)>,
}

impl Server {
    /// Ends it as Ctrl-C does, and gives its exit code and what it printed last.
    pub(super) fn end(mut self) -> (i32, String) {
        self.interrupt();
        let mut out = String::new();
        self.out.read_to_string(&mut out).unwrap();
        let status = self.child.wait().unwrap();
        (status.code().unwrap_or(-1), out)
    }

    fn interrupt(&self) {
        let _ = kill(Pid::from_raw(self.child.id() as i32), Signal::SIGINT);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its number is its own until it was waited for.
        if let Ok(None) = self.child.try_wait() {
            self.interrupt();
            let _: io::Result<_> = self.child.wait();
        }
    }
}

/// Whether a command goes on until it is ended.
pub(super) fn is_server(words: &str) -> bool {
    if words.contains("--help") {
        return false;
    }
    let is_model = words.starts_with("wild-conformance model")
        && !words.contains("--list ")
        && !words.ends_with("--list");
    let is_reproduction =
        words.starts_with("wild-conformance reproduce") && !words.contains(" -- ");
    is_reproduction
        || is_model
        || words.starts_with("wild-mock serve")
        || words.starts_with("wild-mock record")
}

/// The command with port 0 in place of each address at which it listens, and these addresses in the order in which the
/// program prints them. What listens without being told where has an address of its own, or the usual one.
pub(super) fn at_free_ports(command: &str) -> (String, Vec<String>) {
    if command.starts_with("wild-conformance reproduce") {
        return (
            command.to_owned(),
            vec!["the server of the case".to_owned()],
        );
    }
    let (mut command, mut told) = (command.to_owned(), Vec::new());
    for option in ["--control ", "--listen "] {
        if let Some((before, rest)) = command.clone().split_once(option) {
            let (address, behind) = rest.split_once(' ').unwrap_or((rest, ""));
            told.push(address.to_owned());
            command = format!("{before}{option}127.0.0.1:0 {behind}");
        }
    }
    if !command.contains("--listen ") {
        let (before, comment) = command.split_once(" #").unwrap_or((&command, ""));
        command = format!("{before} --listen 127.0.0.1:0 #{comment}");
        told.push("127.0.0.1:10000".to_owned());
    }
    (command, told)
}

/// Starts a server, and reads until it has told its addresses, which it does in the order of `told`. What it printed where
/// it ended ahead of that is the error.
pub(super) fn start(mut command: Command, told: Vec<String>) -> Result<(Server, String), String> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut err = child.stderr.take().unwrap();
    let mut server = Server {
        child,
        out,
        stands_for: Vec::new(),
    };
    let mut lines = String::new();
    for told in told {
        let address = loop {
            let from = lines.len();
            if server.out.read_line(&mut lines).unwrap() == 0 {
                err.read_to_string(&mut lines).unwrap();
                return Err(lines);
            }
            if let Some((_, address)) = lines[from..].trim_end().split_once(" http://") {
                break address.to_owned();
            }
        };
        server.stands_for.push((told, address));
    }
    // Nobody reads what it says of its work, and a full pipe must not stop it.
    thread::spawn(move || io::copy(&mut err, &mut io::sink()));
    Ok((server, lines))
}
