//! Files in the machine's shared memory, which no folder of the play holds.

use super::Run;

#[test]
fn nothing_stays_in_shared_memory_or_it_is_named() {
    let name = format!("wild-left-{}", std::process::id());
    let ended = Run::of(&format!("echo x > /dev/shm/{name} && echo made")).end();
    ended.assert_judged_and_gone();
    assert!(ended.kept("transcript.txt").contains("made"));
    let path = std::path::Path::new("/dev/shm").join(&name);
    let complaint = ended.complaint();
    // Where the agent's shared memory is not its own, others may have put it there.
    assert!(!path.exists() || complaint.contains(&name), "{complaint}");
    if path.exists() {
        std::fs::remove_file(path).unwrap();
    }
}
