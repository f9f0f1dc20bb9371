//! Leaves the machine or reaches what listens on it: TCP, UDP, and sockets with abstract names.

use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};

use wild_conformance::evidence::Wall;

use super::{Attack, User, has, users};

const SCRIPT: &str = r"
import os, socket
tcp, udp, name = os.environ['TARGETS'].split()
def tries(what, work):
    try: work(); print(what, 'works')
    except OSError as error: print(what, 'fails')
def abstract():
    socket.socket(socket.AF_UNIX).connect('\0' + name)
def datagram():
    socket.socket(type=socket.SOCK_DGRAM).sendto(b'hello', ('127.0.0.1', int(udp)))
tries('server', lambda: socket.create_connection(('127.0.0.1', int(os.environ['WILD_SERVER_URL'].rsplit(':', 1)[1]))))
tries('tcp', lambda: socket.create_connection(('127.0.0.1', int(tcp)), 5))
tries('abstract', abstract)
datagram()
for _ in range(14):
    try: socket.create_connection(('10.0.0.1', 443), 5)
    except OSError: pass
";

struct Targets {
    tcp: TcpListener,
    udp: UdpSocket,
    _abstract: UnixListener,
    words: String,
}

impl Targets {
    fn new(mark: &str) -> Self {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        udp.set_nonblocking(true).unwrap();
        let name = format!("wild-{mark}-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let words = format!(
            "{} {} {name}",
            tcp.local_addr().unwrap().port(),
            udp.local_addr().unwrap().port()
        );
        Self {
            tcp,
            udp,
            _abstract: UnixListener::bind_addr(&address).unwrap(),
            words,
        }
    }

    fn heard(&self) -> bool {
        self.udp.recv(&mut [0; 8]).is_ok()
    }
}

fn attack(user: User, targets: &Targets) -> Attack<'static> {
    Attack::new(user, SCRIPT).env("TARGETS", &targets.words)
}

#[test]
fn it_reaches_nothing_but_the_server_and_the_report_tells_what_it_tried() {
    if !has(&[Wall::Network]) {
        return;
    }
    for user in users() {
        let targets = Targets::new("kept");
        let outcome = attack(user, &targets).play();
        outcome.said(&["server works", "tcp fails", "abstract fails"]);
        assert!(!targets.heard());
        let told = outcome.report.lines();
        let told: Vec<_> = told.filter(|line| line.contains("10.0.0.1:443")).collect();
        assert_eq!(told.len(), 1, "{}", outcome.report);
        let begin = "    note: connect 10.0.0.1:443 refused 14 times (";
        assert!(told[0].starts_with(begin), "{}", told[0]);
        let port = targets.tcp.local_addr().unwrap();
        let refused = outcome.held["refused"].to_string();
        assert!(refused.contains(&port.to_string()), "{refused}");
    }
}

/// The namespace alone holds what Landlock alone holds, and UDP.
#[test]
fn each_of_two_walls_holds_without_the_other() {
    if !has(&[Wall::Network, Wall::Landlock]) {
        return;
    }
    for user in users() {
        let targets = Targets::new("single");
        let outcome = attack(user, &targets).without(&[Wall::Landlock]).play();
        outcome.said(&["server works", "tcp fails", "abstract fails"]);
        assert!(!targets.heard());
        let outcome = attack(user, &targets).without(&[Wall::Network]).play();
        outcome.said(&["server works", "tcp fails", "abstract fails"]);
        assert!(targets.heard());
        let open = outcome.held["open"].to_string();
        assert!(open.contains("UDP"), "{open}");
    }
}

#[test]
fn without_both_it_reaches_everything() {
    for user in users() {
        let targets = Targets::new("open");
        let walls = [Wall::Network, Wall::Landlock];
        let outcome = attack(user, &targets).without(&walls).play();
        outcome.said(&["server works", "tcp works", "abstract works"]);
        assert!(targets.heard());
    }
}
