//! Looks into `/tmp`, uses sockets that others have there, and leaves files in it and in `/dev/shm`.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;

use wild_conformance::evidence::Wall;

use super::{Attack, has, users};

/// The name comes in parts, so that the command line does not name a file.
const SCRIPT: &str = r#"
import os, socket
folder = '/'.join(['', 'tmp', os.environ['FOREIGN']])
def tries(name, work):
    try: work(); print(name, 'works')
    except OSError: print(name, 'fails')
def connects():
    socket.socket(socket.AF_UNIX).connect(folder + '/socket')
tries('read', lambda: open(folder + '/precious').read())
tries('connect', connects)
for own in ('/tmp', '/dev/shm'):
    tries('write', lambda: open(f"{own}/{os.environ['FOREIGN']}-left", 'w').write('x'))
tries('run', lambda: open('/run/x', 'w'))
tries('reveal', lambda: os.execvp('sh', ['sh', '-c', 'exit 0']) if os.system('umount /tmp 2>/dev/null || unshare -Urm umount -l /tmp 2>/dev/null') == 0 else open('/nowhere'))
"#;

#[test]
fn it_finds_nothing_of_others_and_leaves_nothing() {
    if !has(&[Wall::Mount]) {
        return;
    }
    for user in users() {
        let foreign = foreign();
        let name = foreign.path().file_name().unwrap().to_string_lossy();
        let _listener = UnixListener::bind(foreign.path().join("socket")).unwrap();
        open_up(&foreign.path().join("socket"));
        let outcome = Attack::new(user, SCRIPT).env("FOREIGN", &*name).play();
        outcome.said(&[
            "read fails",
            "connect fails",
            "write works",
            "write works",
            "run fails",
            "reveal fails",
        ]);
        for own in ["/tmp", "/dev/shm"] {
            assert!(!Path::new(own).join(format!("{name}-left")).exists());
        }
    }
}

#[test]
fn without_its_wall_it_finds_them_and_the_evidence_says_so() {
    for user in users() {
        let foreign = foreign();
        let name = foreign.path().file_name().unwrap().to_string_lossy();
        let outcome = Attack::new(user, SCRIPT)
            .env("FOREIGN", &*name)
            .without(&[Wall::Mount])
            .play();
        assert!(outcome.said.starts_with("read works\n"), "{}", outcome.said);
        let open = outcome.held["open"].to_string();
        assert!(open.contains("other files in /tmp"), "{open}");
        let report = &outcome.report;
        assert!(
            report.contains("no wall `mount` in 1 play: taken away"),
            "{report}"
        );
        let _ = std::fs::remove_file(format!("/dev/shm/{name}-left"));
    }
}

/// What somebody else has in `/tmp`, and everybody may read.
fn foreign() -> tempfile::TempDir {
    let foreign = tempfile::tempdir_in("/tmp").unwrap();
    let mut file = std::fs::File::create(foreign.path().join("precious")).unwrap();
    file.write_all(b"text").unwrap();
    open_up(foreign.path());
    foreign
}

fn open_up(path: &Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
}
