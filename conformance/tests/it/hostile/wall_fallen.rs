//! Every wall taken away in turn: the play goes on, the others stand, and evidence and report say which
//! one does not and why.

use wild_conformance::agent::walls::granted;
use wild_conformance::evidence::Wall;

use super::{Attack, users};
use crate::play::PROGRAM;

const SCRIPT: &str = "
import os, subprocess, threading, urllib.request
urllib.request.urlopen(os.environ['WILD_SERVER_URL'] + '/docs').read()
thread = threading.Thread(target=lambda: subprocess.run(['true'], check=True))
thread.start(); thread.join()
open('/dev/null', 'w').write('x'); open('own', 'w').write('x')
print('worked')
";

#[test]
fn any_wall_can_be_missing() {
    let grant = granted(std::path::Path::new(PROGRAM), &[]);
    for user in users() {
        for missing in Wall::ALL {
            let outcome = Attack::new(user, SCRIPT).without(&[missing]).play();
            outcome.said(&["worked"]);
            assert!(!outcome.stands(missing), "{missing}");
            let report = &outcome.report;
            let line = format!("no wall `{missing}` in 1 case: taken away by --without-wall");
            assert!(report.contains(&line), "{report}");
            for wall in grant.walls() {
                // The one needs the other's mounts; the namespaces of an ordinary user need its own.
                let needs = match wall {
                    Wall::Pid => missing == Wall::Mount || missing == Wall::User,
                    Wall::Network | Wall::Ipc | Wall::Mount => missing == Wall::User,
                    _ => false,
                };
                let stands = outcome.stands(wall);
                assert!(
                    stands || wall == missing || needs,
                    "{wall} without {missing}"
                );
            }
        }
    }
}

#[test]
fn all_walls_can_be_missing() {
    for user in users() {
        let outcome = Attack::new(user, SCRIPT).without(&Wall::ALL).play();
        outcome.said(&["worked"]);
        assert_eq!(outcome.held["state"], "unavailable");
    }
}

#[test]
fn there_is_no_wall_of_another_name() {
    let outcome = Attack::new(super::User::Own, SCRIPT)
        .option("--without-wall", "moat")
        .play();
    assert_eq!(outcome.code, Some(2));
    assert!(
        outcome.stderr.contains("there is no wall `moat`"),
        "{}",
        outcome.stderr
    );
}
