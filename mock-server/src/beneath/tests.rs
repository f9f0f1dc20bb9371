use std::io::Read;
use std::os::unix::fs::symlink;

use super::*;

#[test]
fn what_lies_beneath_is_written_and_read() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let way = Path::new("a/./b/file");
    folder.create(way).unwrap().write_all(b"one").unwrap();
    folder.append(way).unwrap().write_all(b" two").unwrap();
    let mut text = String::new();
    let mut file = folder.regular(way).unwrap();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "one two");
    folder.make_all(Path::new("a/b/c")).unwrap();
    let inner = folder.enter(Path::new("a/b")).unwrap();
    let mut names = inner.names(9).unwrap();
    names.sort();
    assert_eq!(names, ["c", "file"]);
    assert_eq!(inner.names(1).unwrap().len(), 1);
}

#[test]
fn links_and_ways_out_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (inside, outside) = (dir.path().join("inside"), dir.path().join("outside"));
    std::fs::create_dir(&inside).unwrap();
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret"), "s").unwrap();
    symlink(&outside, inside.join("folder")).unwrap();
    symlink(outside.join("secret"), inside.join("file")).unwrap();
    symlink(outside.join("new"), inside.join("dangling")).unwrap();
    let folder = Folder::open(&inside).unwrap();
    for way in [
        "folder/secret",
        "file",
        "dangling",
        "../outside/secret",
        "/etc/passwd",
        "",
    ] {
        let way = Path::new(way);
        assert!(folder.regular(way).is_err(), "{}", way.display());
        assert!(folder.create(way).is_err(), "{}", way.display());
        assert!(folder.append(way).is_err(), "{}", way.display());
    }
    assert!(folder.make_all(Path::new("folder/new")).is_err());
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1);
    assert!(Folder::open(&inside.join("folder")).is_err());
    assert!(Folder::reached(&inside.join("folder")).is_ok());
}

#[test]
fn only_regular_files_are_opened_and_the_rest_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    nix::unistd::mkfifo(&at("fifo"), Mode::S_IRWXU).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    std::fs::write(at("file"), "text").unwrap();
    symlink(at("file"), at("link")).unwrap();
    std::fs::create_dir(at("folder")).unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    for (name, word) in [
        ("fifo", "a FIFO"),
        ("socket", "a socket"),
        ("link", "a symbolic link"),
        ("folder", "a folder"),
    ] {
        for opened in [
            open_regular(&at(name)),
            folder.regular(Path::new(name)),
            folder.append(Path::new(name)),
        ] {
            let told = opened.unwrap_err().to_string();
            assert!(told.contains(word), "{name}: {told}");
        }
    }
    let told = open_regular(Path::new("/dev/zero"))
        .unwrap_err()
        .to_string();
    assert!(told.contains("a device"), "{told}");
    assert!(open_regular(&at("file")).is_ok());
}
