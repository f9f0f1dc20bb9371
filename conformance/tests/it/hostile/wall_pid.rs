//! Looks for processes that are not its own, signals everything, and leaves daemons behind.

use wild_conformance::evidence::Wall;

use super::{Attack, User, has, users};
use crate::containment::alive;

const SCRIPT: &str = "
import os, signal, sys
def lines():
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try: yield int(pid), open(f'/proc/{pid}/cmdline').read()
        except OSError: pass
foreign = [line for pid, line in lines() if '--' + 'case' in line]
print('sees the harness' if foreign else 'sees nobody')
print('first' if os.getppid() == 1 else 'not first')
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            for fd in range(3): os.close(fd)
            os.execv('/bin/sh', ['MARK', '-c', 'while :; do read x < /dev/zero; done'])
        os._exit(0)
    os.wait()
for which in (signal.SIGKILL, signal.SIGSTOP):
    try: os.kill(1, which)
    except OSError as error: print(error.strerror)
print('alive', flush=True)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if KILLS: os.kill(-1, signal.SIGKILL)
";

fn script(user: User, kills: bool, test: &str) -> (String, String) {
    let mark = format!("daemon-{test}-{user:?}-{kills}-{}", std::process::id());
    let kills = if kills { "True" } else { "False" };
    (SCRIPT.replace("MARK", &mark).replace("KILLS", kills), mark)
}

#[test]
fn it_sees_nobody_and_leaves_nothing() {
    if !has(&[Wall::Pid, Wall::Landlock]) {
        return;
    }
    for user in users() {
        for kills in [false, true] {
            let (script, mark) = script(user, kills, "held");
            let outcome = Attack::new(user, &script).play();
            let refused = "Operation not permitted";
            outcome.said(&["sees nobody", "first", refused, refused, "alive"]);
            assert!(outcome.stands(Wall::Pid));
            assert_eq!(alive(&mark), [""; 0]);
        }
    }
}

#[test]
fn without_its_wall_it_sees_the_harness_and_still_leaves_nothing() {
    for user in users() {
        let (script, mark) = script(user, false, "free");
        let script = script.replace("os.kill(1, which)", "pass");
        let outcome = Attack::new(user, &script).without(&[Wall::Pid]).play();
        outcome.said(&["sees the harness", "not first", "alive"]);
        assert!(!outcome.stands(Wall::Pid));
        let open = outcome.held["open"].to_string();
        assert!(open.contains("command lines"), "{open}");
        assert_eq!(alive(&mark), [""; 0]);
    }
}
