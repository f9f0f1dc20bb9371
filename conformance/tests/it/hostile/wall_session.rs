//! Reads from the user's terminal and types into it.

use std::process::Command;

use wild_conformance::evidence::Wall;

use super::{Attack, User, has, users};

/// Starts its arguments with a terminal of their own, and tells its name.
const TERMINAL: &str = r"
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.environ['TERMINAL'] = os.ttyname(0)
    os.execvp(sys.argv[1], sys.argv[1:])
try:
    while os.read(terminal, 4096): pass
except OSError: pass
os.waitpid(pid, 0)
";

const SCRIPT: &str = "
import fcntl, os, termios
def tries(what, path):
    try: fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    except OSError: return print(what, 'cannot be opened')
    try: fcntl.ioctl(fd, termios.TIOCSTI, b'x'); print(what, 'typed into')
    except OSError: print(what, 'opened')
tries('own', '/dev/tty')
tries('other', os.environ['TERMINAL'])
";

fn at_a_terminal(attack: &Attack<'_>) -> Command {
    let harness = attack.harness();
    let mut command = Command::new("python3");
    command
        .args(["-c", TERMINAL])
        .arg(harness.get_program())
        .args(harness.get_args())
        .args(["--", "python3", "-c", attack.script]);
    command
}

#[test]
fn there_is_no_terminal() {
    if !has(&[Wall::Session, Wall::Mount]) {
        return;
    }
    for user in users() {
        let attack = Attack::new(user, SCRIPT);
        let outcome = attack.end(&mut at_a_terminal(&attack));
        outcome.said(&["own cannot be opened", "other cannot be opened"]);
    }
}

/// The filter keeps it from typing even into a terminal that it gets hold of.
#[test]
fn without_its_wall_it_opens_the_terminal_and_cannot_type() {
    if !has(&[Wall::Seccomp]) {
        return;
    }
    let walls = [Wall::Session, Wall::Mount];
    let attack = Attack::new(User::Own, SCRIPT).without(&walls);
    let outcome = attack.end(&mut at_a_terminal(&attack));
    assert!(outcome.said.starts_with("own opened\n"), "{}", outcome.said);
}
