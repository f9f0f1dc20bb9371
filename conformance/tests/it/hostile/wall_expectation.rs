//! Looks for what it is judged by: the case's expectation and seed, in the evidence, in the command
//! line and environment of the harness, and in descriptors that were left open.

use std::process::Command;

use wild_conformance::evidence::Wall;

use super::{Attack, User, has, users};

const SCRIPT: &str = r#"
import os
def text(path):
    try: return open(path, errors='replace').read()
    except OSError: return ''
def everything(folder):
    for at, _, names in os.walk(folder):
        for name in names: yield text(os.path.join(at, name))
pids = [pid for pid in os.listdir('/proc') if pid.isdigit() and pid != str(os.getpid())]
places = {
    'evidence': everything(os.environ['OUT']),
    'case file': [text(os.environ['CASE'])],
    'command line': [text(f'/proc/{pid}/cmdline') for pid in pids],
    'environment': [text(f'/proc/{pid}/environ') for pid in pids] + [repr(os.environ)],
    'memory map': [text(f'/proc/{pid}/maps') for pid in pids],
    'descriptors': [os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd')
                    if os.path.lexists(f'/proc/self/fd/{fd}')],
}
for place, found in places.items():
    found = '\n'.join(found)
    # In parts, because the command line of this process is among what is looked at.
    for secret in ('42' + '42', '"se' + 'ed"', 'canary-' + 'token', 'beq' + 'uest'):
        if secret in found: print(place, 'tells', secret)
print('looked')
"#;

fn attack(user: User) -> Attack<'static> {
    let attack = Attack::new(user, SCRIPT).option("--seed", "4242");
    let out = attack.out().display().to_string();
    // It lies in a folder that the agent is meant to see.
    let folder = attack.folder.path().display().to_string();
    let case = format!("{folder}/own.toml");
    let text = "id = \"own\"\ntitle = \"4242\"\ntwin = \"planning-healthy\"\n";
    std::fs::write(&case, text).unwrap();
    attack
        .option("--case", &case)
        .option("--allow-read", folder)
        .env("OUT", out)
        .env("CASE", case)
        .env("RESEARCH_AGENT_USER_AUTH_TOKEN", "canary-token")
}

/// The harness as somebody starts it who forgot an open file.
fn with_a_file(attack: &Attack<'_>) -> Command {
    let bequest = attack.folder.path().join("bequest");
    std::fs::write(&bequest, "").unwrap();
    let harness = attack.harness();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "exec 9< \"$0\"; exec \"$@\""])
        .arg(bequest)
        .arg(harness.get_program())
        .args(harness.get_args())
        .args(["--", "python3", "-c", attack.script])
        .envs(
            harness
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    shell
}

#[test]
fn it_finds_neither_expectation_nor_seed_nor_token() {
    if !has(&[Wall::Pid, Wall::Mount]) {
        return;
    }
    for user in users() {
        let attack = attack(user);
        attack.end(&mut with_a_file(&attack)).said(&["looked"]);
    }
}

#[test]
fn without_walls_it_finds_them_and_the_evidence_says_so() {
    for user in users() {
        let attack = attack(user).without(&[Wall::Pid, Wall::Mount]);
        let outcome = attack.end(&mut with_a_file(&attack));
        let said = &outcome.said;
        assert!(said.contains("command line tells 4242"), "{said}");
        assert!(said.contains("evidence tells"), "{said}");
        assert!(said.contains("case file tells 4242"), "{said}");
        // That takes no wall, but a program that was built with some.
        let is_shut = !outcome.stands(Wall::Capabilities);
        assert_eq!(said.contains("descriptors tells"), is_shut, "{said}");
        let open = outcome.held["open"].to_string();
        assert!(open.contains("the evidence of this run"), "{open}");
    }
}
