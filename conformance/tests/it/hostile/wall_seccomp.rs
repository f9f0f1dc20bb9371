//! Uses system calls that lead around the tracer and the other walls.

use wild_conformance::evidence::Wall;

use super::{Attack, User, has, users};

const SCRIPT: &str = "
import ctypes, errno, os, platform, resource, signal, socket
libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == 'x86_64'
CLONE, PTRACE, KEYCTL, SETNS = (56, 101, 250, 308) if x86 else (220, 117, 219, 268)
def call(*arguments):
    ctypes.set_errno(0)
    result = libc.syscall(*map(ctypes.c_long, arguments))
    return result, errno.errorcode.get(ctypes.get_errno(), 'ok')
def forks(flags):
    pid, error = call(CLONE, flags | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0: os._exit(0)
    if pid > 0: os.waitpid(pid, 0)
    return error
def opens(*arguments):
    try: socket.socket(*arguments); return 'ok'
    except OSError as error: return errno.errorcode[error.errno]
def fast():
    own = socket.socket()
    try: own.sendto(b'x', 0x20000000, ('127.0.0.1', 1)); return 'ok'
    except OSError as error: return errno.errorcode[error.errno]
print('plain', forks(0))
print('untraced', forks(0x00800000))
print('clone3', call(435, 0, 0)[1])
print('rings', call(425, 1, 0)[1])
print('trace', call(PTRACE, 0, 0, 0, 0)[1])
print('attach', call(PTRACE, 16, 1, 0, 0)[1])
print('keys', call(KEYCTL, 0, -3, 0)[1])
print('enter', call(SETNS, 0, 0)[1])
print('answers', call(317 if x86 else 277, 1, 8, 0)[1])
print('multipath', opens(2, 1, 262))
print('sctp', opens(2, 1, 132))
print('host', opens(40, 1, 0))
print('crypto', opens(38, 5, 0))
print('inet', opens(2, 1, 0), opens(10, 2, 0), opens(1, 1, 0), opens(16, 3, 0))
def limits(pid):
    own = resource.getrlimit(resource.RLIMIT_CORE)
    try: resource.prlimit(pid, resource.RLIMIT_CORE, own); return 'ok'
    except OSError as error: return errno.errorcode[error.errno]
print('fast', fast())
resource.prlimit(os.getppid(), resource.RLIMIT_CORE)
print('limits', limits(0), limits(os.getppid()))
if x86:
    pid = os.fork()
    if pid == 0:
        libc.syscall(0x40000000 | 39)
        os._exit(0)
    print('foreign', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
else:
    print('foreign -31')
";

#[test]
fn it_gets_the_answers_of_an_older_kernel() {
    if !has(&[Wall::Seccomp]) {
        return;
    }
    for user in users() {
        Attack::new(user, SCRIPT).play().said(&[
            "plain ok",
            "untraced EPERM",
            "clone3 ENOSYS",
            "rings ENOSYS",
            "trace EPERM",
            "attach EPERM",
            "keys ENOSYS",
            "enter EPERM",
            "answers EPERM",
            "multipath EPROTONOSUPPORT",
            "sctp EPROTONOSUPPORT",
            "host EAFNOSUPPORT",
            "crypto EAFNOSUPPORT",
            "inet ok ok ok ok",
            "fast ENOTSUP",
            "limits ok EPERM",
            "foreign -31",
        ]);
    }
}

#[test]
fn without_its_wall_it_gets_out_of_sight_and_the_evidence_says_so() {
    let outcome = Attack::new(User::Own, SCRIPT)
        .without(&[Wall::Seccomp])
        .play();
    let said = &outcome.said;
    assert!(said.contains("untraced ok"), "{said}{}", outcome.stderr);
    let open = outcome.held["open"].to_string();
    assert!(open.contains("the tracer does not see"), "{open}");
}

/// Programs that trace others say so, and what they were to start does not run.
#[test]
fn debuggers_do_not_start_anything() {
    if !has(&[Wall::Seccomp]) {
        return;
    }
    let script = "
import shutil, subprocess
for program in (['strace', 'echo', 'ran'], ['gdb', '-batch', '-ex', 'run', '--args', 'echo', 'ran']):
    if shutil.which(program[0]):
        print('ran' in subprocess.run(program, capture_output=True, text=True).stdout.split())
";
    let outcome = Attack::new(User::Own, script).play();
    assert!(
        outcome.said.lines().all(|line| line == "False"),
        "{}",
        outcome.said
    );
}
