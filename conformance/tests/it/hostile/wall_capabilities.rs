//! Wants rights: of root, of a user namespace of its own, of programs that have some.

use wild_conformance::evidence::Wall;

use super::{Attack, has, users};

const SCRIPT: &str = "
import ctypes, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
print({int(status[name], 16) for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb')})
print('no new privileges', status['NoNewPrivs'].strip())
print('same user', os.getuid() == int(os.environ['WHO']))
def tries(what, outcome): print(what, 'fails' if outcome else 'works')
tries('mount', libc.mount(b'none', b'/mnt', b'tmpfs', 0, None))
tries('chroot', libc.chroot(b'/tmp'))
tries('host name', libc.sethostname(b'x', 1))
tries('raise', libc.prctl(24, 0, 0, 0, 0) and 0 or 0 if libc.prctl(47, 2, 21, 0, 0) == 0 else 1)
inner = 'mount -t tmpfs none /mnt || umount -l /tmp'
tries('nested', subprocess.run(['unshare', '-Urm', 'sh', '-c', inner], capture_output=True).returncode)
";

#[test]
fn it_has_no_rights_and_gains_none() {
    if !has(&[Wall::Capabilities, Wall::User]) {
        return;
    }
    for user in users() {
        let who = match user {
            super::User::Own => nix::unistd::getuid().to_string(),
            super::User::Ordinary => super::NOBODY.to_owned(),
        };
        let outcome = Attack::new(user, SCRIPT).env("WHO", who).play();
        outcome.said(&[
            "{0}",
            "no new privileges 1",
            "same user True",
            "mount fails",
            "chroot fails",
            "host name fails",
            "raise fails",
            "nested fails",
        ]);
    }
}

/// Then it has those of its own user namespace, which are worth nothing outside; Landlock still
/// refuses to mount.
#[test]
fn without_its_wall_it_has_some() {
    if !has(&[Wall::User, Wall::Mount]) {
        return;
    }
    for user in users() {
        let outcome = Attack::new(user, SCRIPT)
            .env("WHO", "0")
            .without(&[Wall::Capabilities])
            .play();
        assert!(!outcome.said.starts_with("{0}\n"), "{}", outcome.said);
        assert!(!outcome.stands(Wall::Capabilities));
    }
}
