//! Every wall taken away in turn: the play goes on, the others stand, evidence and report say which one
//! does not and why, and an agent that tries everything gets through nowhere else.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};

use wild_conformance::agent::walls::granted;
use wild_conformance::evidence::Wall;

use super::{Attack, AttackOutcome, User, users};
use crate::containment::alive;
use crate::play::PROGRAM;

/// Works, tries what walls keep it from and prints what it could do, and leaves a daemon behind that
/// nothing ties to it.
const SCRIPT: &str = r"
import os, resource, socket, subprocess, threading, urllib.request
urllib.request.urlopen(os.environ['WILD_SERVER_URL'] + '/docs').read()
thread = threading.Thread(target=lambda: subprocess.run(['true'], check=True))
thread.start(); thread.join()
open('/dev/null', 'w').write('x'); open('own', 'w').write('x')
print('worked')
tcp, mark, elsewhere, ipc = os.environ['TARGETS'].split()
def harness():
    pid = os.getpid()
    while pid > 0:
        if '\0run\0--case\0' in open(f'/proc/{pid}/cmdline').read(): return pid
        status = open(f'/proc/{pid}/status').read().split()
        pid = int(status[status.index('PPid:') + 1])
    raise ProcessLookupError
def holds(condition):
    if not condition: raise PermissionError
def limits():
    core = resource.RLIMIT_CORE
    resource.prlimit(harness(), core, resource.prlimit(harness(), core))
def leaves():
    open('/dev/shm/' + mark, 'w').write('x')
    holds(os.stat('/dev/shm').st_dev == int(os.environ['SHARED']))
def abstract(): socket.socket(socket.AF_UNIX).connect('\0' + mark)
def rights():
    status = open('/proc/self/status').read().split()
    holds(int(status[status.index('CapEff:') + 1], 16))
def fast():
    try: socket.socket().sendto(b'x', 0x20000000, ('127.0.0.1', 1))
    except OSError as error: holds(error.errno != 95)
for name, work in {
    'finds': harness,
    'signals': lambda: os.kill(harness(), 0),
    'limits': limits,
    'environment': lambda: open(f'/proc/{harness()}/environ').read(),
    'writes': lambda: open(elsewhere + '/x', 'w'),
    'leaves': leaves,
    'connects': lambda: socket.create_connection(('127.0.0.1', int(tcp)), 5),
    'abstract': abstract,
    'shares': lambda: holds(os.readlink('/proc/self/ns/ipc') == ipc),
    'users': lambda: holds(open('/proc/self/uid_map').read().split()[2] != '1'),
    'rights': rights,
    'fast': fast,
}.items():
    if name in os.environ['UNTRIED'].split(): continue
    try: work(); print(name)
    except OSError: pass
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(3): os.close(fd)
        os.execv('/usr/bin/tail', [mark, '-f', '/dev/null'])
    os._exit(0)
os.wait()
";

/// What it tries, and the walls each of which keeps it from that.
const TRIES: &[(&str, &[Wall])] = &[
    ("finds", &[Wall::Pid]),
    ("signals", &[Wall::Pid, Wall::Landlock]),
    ("limits", &[Wall::Pid, Wall::Seccomp]),
    (
        "environment",
        &[Wall::Pid, Wall::Landlock, Wall::User, Wall::Capabilities],
    ),
    ("writes", &[Wall::Landlock]),
    ("leaves", &[Wall::Mount]),
    ("connects", &[Wall::Network, Wall::Landlock]),
    ("abstract", &[Wall::Network, Wall::Landlock]),
    ("shares", &[Wall::Ipc]),
    ("users", &[Wall::User]),
    ("rights", &[Wall::Capabilities]),
    ("fast", &[Wall::Seccomp]),
];

/// What the machine may not have in the first place: the client's side of TCP Fast Open.
const FAST: &str = "fast";

/// What of the table cannot be tried on this machine.
fn untried() -> &'static str {
    let setting = std::fs::read_to_string("/proc/sys/net/ipv4/tcp_fastopen").unwrap_or_default();
    let is_set = setting.trim().parse().is_ok_and(|bits: u32| bits & 1 != 0);
    if is_set { "" } else { FAST }
}

/// What an ordinary user has not got in the first place.
const ROOTS: &str = "rights";

/// What it aims at.
struct Targets {
    _tcp: std::net::TcpListener,
    _abstract: UnixListener,
    /// Where the wall `mount` is not in the way.
    elsewhere: tempfile::TempDir,
    mark: String,
    words: String,
}

impl Targets {
    fn new(user: User, without: &str) -> Self {
        let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mark = format!("wild-{without}-{user:?}-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&mark).unwrap();
        let elsewhere = tempfile::tempdir_in("/var/tmp").unwrap();
        let everybody = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(elsewhere.path(), everybody).unwrap();
        let port = tcp.local_addr().unwrap().port();
        let ipc = std::fs::read_link("/proc/self/ns/ipc").unwrap();
        let words = format!(
            "{port} {mark} {} {}",
            elsewhere.path().display(),
            ipc.display()
        );
        Self {
            _tcp: tcp,
            _abstract: UnixListener::bind_addr(&address).unwrap(),
            elsewhere,
            mark,
            words,
        }
    }

    fn shared(&self) -> PathBuf {
        Path::new("/dev/shm").join(&self.mark)
    }

    /// Plays without `missing`, and fails where the agent got through another wall or left something.
    fn attacked(&self, user: User, missing: &[Wall]) -> AttackOutcome {
        let attack = Attack::new(user, SCRIPT);
        let tmp = attack.folder.path().join("tmp");
        std::fs::create_dir(&tmp).unwrap();
        std::fs::set_permissions(&tmp, std::fs::Permissions::from_mode(0o777)).unwrap();
        let device = nix::sys::stat::stat("/dev/shm").unwrap().st_dev;
        let attack = attack
            .env("TARGETS", &self.words)
            .env("SHARED", device.to_string())
            .env("UNTRIED", untried())
            .env("TMPDIR", tmp.to_str().unwrap())
            .without(missing);
        let outcome = attack.play();
        let expected: Vec<&str> = TRIES
            .iter()
            .filter(|(name, walls)| {
                let holds = |wall: &Wall| outcome.holds(*wall, name);
                let is_tried = *name != untried() && (*name != ROOTS || is_root(user));
                is_tried && !walls.iter().any(holds)
            })
            .map(|(name, _)| *name)
            .collect();
        outcome.said(&[&["worked"], &expected[..]].concat());
        assert_eq!(alive(&self.mark), [""; 0], "{user:?} without {missing:?}");
        let left = std::fs::read_dir(&tmp).unwrap().flatten();
        assert_eq!(left.count(), 0, "{user:?} without {missing:?}");
        self.assert_shared_memory(&outcome);
        outcome
    }

    /// What lies there is named, and nothing lies there that is not the machine's.
    fn assert_shared_memory(&self, outcome: &AttackOutcome) {
        let (path, told) = (self.shared(), &outcome.stderr);
        let is_named = told.contains(&format!("{} appeared", path.display()));
        assert_eq!(path.exists(), is_named, "{told}");
        assert_eq!(path.exists(), outcome.said.contains("leaves"), "{told}");
        let _ = std::fs::remove_file(path);
        let written = self.elsewhere.path().join("x").exists();
        assert_eq!(written, outcome.said.contains("writes"));
    }
}

impl AttackOutcome {
    /// Whether a wall stands and keeps the agent from this: older kernels' Landlock does less.
    fn holds(&self, wall: Wall, attempt: &str) -> bool {
        let confines = match attempt {
            "signals" | "abstract" => "confines_signals",
            "connects" => "confines_connections",
            _ => "confines_writes",
        };
        self.stands(wall) && (wall != Wall::Landlock || self.held[confines] == true)
    }
}

fn is_root(user: User) -> bool {
    user == User::Own && nix::unistd::geteuid().is_root()
}

#[test]
fn any_wall_can_be_missing_and_the_others_hold() {
    let grant = granted(Path::new(PROGRAM), &[]);
    for user in users() {
        for missing in Wall::ALL {
            let outcome = Targets::new(user, missing.word()).attacked(user, &[missing]);
            assert!(!outcome.stands(missing), "{missing}");
            let report = &outcome.report;
            let line = format!("no wall `{missing}` in 1 play: taken away by --without-wall");
            assert!(report.contains(&line), "{report}");
            for wall in grant.walls() {
                // The one needs the other's mounts; the namespaces of an ordinary user need its own.
                let needs = match missing {
                    Wall::Mount => wall == Wall::Pid,
                    Wall::User => wall.is_inner(),
                    _ => false,
                };
                let stands = outcome.stands(wall);
                assert!(
                    stands || wall == missing || needs,
                    "no {wall} without {missing}; where it needs that, `needs` says so"
                );
            }
        }
    }
}

/// A terminal is tried in a file of its own.
#[test]
fn every_wall_is_tried() {
    for wall in Wall::ALL.into_iter().filter(|wall| *wall != Wall::Session) {
        let is_tried = TRIES.iter().any(|(_, walls)| walls.contains(&wall));
        assert!(
            is_tried,
            "`{wall}` stands in no row of TRIES in wall_fallen.rs"
        );
    }
}

/// With all of them nothing works, and without any everything does, which keeps the table honest.
#[test]
fn none_and_all_walls_can_be_missing() {
    for user in users() {
        let outcome = Targets::new(user, "nothing").attacked(user, &[]);
        if granted(Path::new(PROGRAM), &[]).walls().len() == Wall::ALL.len() {
            outcome.said(&["worked"]);
        }
        let outcome = Targets::new(user, "everything").attacked(user, &Wall::ALL);
        let tries = TRIES.iter().map(|(name, _)| *name);
        let tries = tries.filter(|name| *name != untried() && (*name != ROOTS || is_root(user)));
        let all: Vec<&str> = std::iter::once("worked").chain(tries).collect();
        outcome.said(&all);
        assert_eq!(outcome.held["state"], "unavailable");
    }
}

#[test]
fn there_is_no_wall_of_another_name() {
    let outcome = Attack::new(User::Own, SCRIPT)
        .option("--without-wall", "moat")
        .play();
    assert_eq!(outcome.code, Some(2));
    assert!(
        outcome.stderr.contains("there is no wall `moat`"),
        "{}",
        outcome.stderr
    );
}
