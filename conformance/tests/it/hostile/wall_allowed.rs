//! Goes through what `--allow-net` opens: to one host at one port, and to nothing beside it.

use std::io::{Read, Write};
use std::net::TcpListener;

use wild_conformance::evidence::Wall;

use super::{Attack, has, users};

const SCRIPT: &str = r"
import os, socket
for host, port in (end.rsplit(':', 1) for end in os.environ['ENDS'].split()):
    try:
        with socket.create_connection((host, int(port)), 5) as to:
            to.sendall(b'\x16\x03\x01\x00hello'); to.shutdown(socket.SHUT_WR)
            print(host, b''.join(iter(lambda: to.recv(99), b'')))
    except OSError as error: print(host, 'fails')
";

/// Opens a port itself and connects to it.
const OWN: &str = r"
import socket
own = socket.create_server(('127.0.0.1', 0))
try: socket.create_connection(own.getsockname(), 5); print('works')
except OSError: print('fails')
";

/// Answers one connection with what it got, backwards.
fn backwards() -> (u16, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let work = move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes.reverse();
        stream.write_all(&bytes).unwrap();
    };
    (port, std::thread::spawn(work))
}

#[test]
fn bytes_pass_untouched_to_what_is_allowed_and_to_nothing_else() {
    if !has(&[Wall::Network]) {
        return;
    }
    for user in users() {
        let (port, answered) = backwards();
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let foreign = other.local_addr().unwrap();
        let outcome = Attack::new(user, SCRIPT)
            .option("--allow-net", format!("127.0.0.1:{port}"))
            .env("ENDS", format!("127.0.0.1:{port} {foreign}"))
            .play();
        outcome.said(&[r"127.0.0.1 b'olleh\x00\x01\x03\x16'", "127.0.0.1 fails"]);
        answered.join().unwrap();
    }
}

/// A name leads to an address of loopback inside, and out of there to whatever the name means here.
#[test]
fn names_are_found_inside() {
    if !has(&[Wall::Network, Wall::Mount]) {
        return;
    }
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let name = name.trim();
    for user in users() {
        let outcome = Attack::new(user, "print(open('/etc/hosts').read())")
            .option("--allow-net", format!("{name}.invalid:443"))
            .option("--allow-net", "10.9.8.7:80")
            .play();
        let expected = format!("127.77.0.1 {name}.invalid\n");
        assert!(outcome.said.contains(&expected), "{}", outcome.said);
        let outcome = Attack::new(user, SCRIPT)
            .option("--allow-net", format!("{name}.invalid:443"))
            .env("ENDS", format!("{name}.invalid:443"))
            .play();
        // It is nowhere, and the agent's connection ends as one that was reset.
        outcome.said(&[&format!("{name}.invalid fails")]);
        let refused = &outcome.held["refused"][0];
        assert_eq!(refused["to"], format!("{name}.invalid:443"));
    }
}

#[test]
fn own_ports_are_open_where_they_are_the_agents_alone() {
    if !has(&[Wall::Network]) {
        return;
    }
    for user in users() {
        Attack::new(user, OWN).play().said(&["fails"]);
        let all = |attack: Attack<'static>| attack.option("--allow-net", "127.0.0.1:*");
        all(Attack::new(user, OWN)).play().said(&["works"]);
        let refused = all(Attack::new(user, OWN)).without(&[Wall::Network]).play();
        assert_eq!(refused.code, Some(2), "{}", refused.stderr);
        let stderr = &refused.stderr;
        assert!(
            stderr.contains("needs a network namespace: taken away"),
            "{stderr}"
        );
    }
}
