//! The program that plays a script: an agent of the harness's own.

use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::names::Names;
use super::script::Script;
use super::step::{Sent, Step};
use crate::agent::adapter::{Address, Http, Letter};

/// How long one request may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What of a path is written with percent signs.
const IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// Plays `script` where the environment says, and writes its final text to `out`; what cannot be done
/// goes to `err`.
///
/// # Errors
/// Fails when nothing can be written to `out` or `err`. What fails of a step is told, and the next step
/// is taken, as with an agent that does not look at what it gets.
pub async fn play(script: &Script, out: &mut impl Write, err: &mut impl Write) -> io::Result<()> {
    let mut player = Player::new(script);
    for step in &script.steps {
        if let Err(problem) = player.take(step).await {
            writeln!(err, "{problem}")?;
        }
    }
    out.write_all(player.here(&script.answer).as_bytes())?;
    out.flush()
}

struct Player {
    folder: PathBuf,
    http: Option<Http>,
    token: Option<String>,
    names: Names,
}

impl Player {
    fn new(script: &Script) -> Self {
        let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let mut names = Names::default();
        for (name, was) in &script.places {
            if let Some(now) = value(&format!("WILD_{}", name.to_uppercase())) {
                names.know(was, &now);
            }
        }
        let address: Option<Address> = value("WILD_SERVER_URL").and_then(|url| url.parse().ok());
        Self {
            folder: value("WILD_WORKDIR").map_or_else(|| PathBuf::from("."), PathBuf::from),
            http: address.map(Http::to),
            token: value("WILD_AUTH_TOKEN"),
            names,
        }
    }

    async fn take(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Request(sent) => self.send(sent).await,
            Step::Write { path, text, mode } => {
                let (path, text) = (self.at(path)?, self.here(text));
                written(&path, &text, *mode)
                    .map_err(|error| format!("cannot write {}: {error}", path.display()))
            }
            Step::Folder { path } => {
                let path = self.at(path)?;
                std::fs::create_dir_all(&path)
                    .map_err(|error| format!("cannot make {}: {error}", path.display()))
            }
            Step::Link { path, target } => {
                let (path, target) = (self.at(path)?, self.here(target));
                std::os::unix::fs::symlink(target, &path)
                    .map_err(|error| format!("cannot make {}: {error}", path.display()))
            }
            Step::Remove { path } | Step::Replace { path } => {
                let path = self.at(path)?;
                removed(&path).map_err(|error| format!("cannot remove {}: {error}", path.display()))
            }
            Step::Run(command) => self.run(command),
            Step::Missing(what) => Err(what.clone()),
        }
    }

    /// A path of the workspace.
    fn at(&mut self, path: &str) -> Result<PathBuf, String> {
        let path = self.here(path);
        let is_inside = Path::new(&path)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if is_inside {
            Ok(self.folder.join(path))
        } else {
            Err(format!("{path} lies outside of the workspace"))
        }
    }

    /// A text as it is here.
    fn here(&mut self, text: &str) -> String {
        self.names.applied(text)
    }

    fn run(&self, command: &str) -> Result<(), String> {
        let status = Command::new("bash")
            .args(["-c", command])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .status()
            .map_err(|error| format!("bash: {error}"))?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{command}: {status}"))
        }
    }

    async fn send(&mut self, sent: &Sent) -> Result<(), String> {
        let wanted = format!("{} {}", sent.method, sent.path);
        let failed = |error: &dyn std::fmt::Display| format!("{wanted}: {error}");
        let path = self.here(&sent.path);
        let mut path = utf8_percent_encode(&path, IN_PATH).to_string();
        if let Some(query) = &sent.query {
            path.push('?');
            path.push_str(&self.here(query));
        }
        let body = self.here(&sent.body).into_bytes();
        let mut headers: Vec<(&str, &str)> = Vec::new();
        for (name, value) in &sent.headers {
            headers.push((name, value));
        }
        let token = self.token.as_deref().unwrap_or("a-token");
        match sent.token {
            None => {}
            Some(true) => headers.push(("x-auth-token", token)),
            Some(false) => headers.push(("x-auth-token", "not-the-token")),
        }
        let letter = Letter {
            method: sent.method.parse().map_err(|error| failed(&error))?,
            path: &path,
            headers,
            body,
        };
        let http = self
            .http
            .as_ref()
            .ok_or("WILD_SERVER_URL names no server")?;
        tokio::time::sleep(Duration::from_millis(sent.wait)).await;
        let answer = tokio::time::timeout(PATIENCE, http.exchange(letter)).await;
        let answer = answer.map_err(|error| failed(&error))?;
        let (_, body) = answer.map_err(|error| failed(&error))?;
        if let Ok(now) = serde_json::from_slice(&body) {
            self.names.learn(&sent.answer, &now);
        }
        Ok(())
    }
}

fn written(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

/// Folders are empty by now.
fn removed(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() {
        std::fs::remove_dir(path)
    } else {
        std::fs::remove_file(path)
    }
}

#[cfg(test)]
mod tests {
    use super::super::changes::changes;
    use super::*;
    use crate::evidence::{Entry, EntryKind, FolderSnapshot};
    use std::collections::BTreeMap;

    /// What lies in `folder`, in words.
    fn seen(folder: &Path) -> Vec<String> {
        let mut all = Vec::new();
        let mut pending = vec![folder.to_owned()];
        while let Some(place) = pending.pop() {
            for entry in std::fs::read_dir(place).unwrap() {
                let path = entry.unwrap().path();
                let what = if path.is_symlink() {
                    format!("-> {}", path.read_link().unwrap().display())
                } else if path.is_dir() {
                    pending.push(path.clone());
                    "folder".to_owned()
                } else {
                    std::fs::read_to_string(&path).unwrap()
                };
                let path = path.strip_prefix(folder).unwrap();
                all.push(format!("{} {what}", path.display()));
            }
        }
        all.sort();
        all
    }

    fn entry(kind: EntryKind) -> Entry {
        Entry { kind, mode: 0o755 }
    }

    fn link(target: &str) -> Entry {
        let target = target.to_owned();
        entry(EntryKind::Link { target })
    }

    fn file(size: u64) -> Entry {
        let sha256 = None;
        entry(EntryKind::File { size, sha256 })
    }

    fn snapshot(entries: &[(&str, Entry)]) -> FolderSnapshot {
        let entries = entries.iter().cloned();
        FolderSnapshot(
            entries
                .map(|(path, entry)| (path.to_owned(), entry))
                .collect(),
        )
    }

    #[tokio::test]
    async fn links_and_kinds_change_as_they_did() {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        for path in ["to-file/in", "gone/in"] {
            std::fs::create_dir_all(at(path)).unwrap();
            std::fs::write(at(path).join("deep"), "old").unwrap();
        }
        for path in ["kept", "to-folder"] {
            std::fs::write(at(path), "old").unwrap();
        }
        for path in ["turned", "to-text"] {
            std::os::unix::fs::symlink("kept", at(path)).unwrap();
        }
        let folder = || entry(EntryKind::Folder);
        let before = snapshot(&[
            ("gone", folder()),
            ("gone/in", folder()),
            ("gone/in/deep", file(3)),
            ("kept", file(3)),
            ("to-file", folder()),
            ("to-file/in", folder()),
            ("to-file/in/deep", file(3)),
            ("to-folder", file(3)),
            ("to-text", link("kept")),
            ("turned", link("kept")),
        ]);
        let after = snapshot(&[
            ("kept", file(3)),
            ("to-file", file(4)),
            ("to-folder", folder()),
            ("to-folder/new", file(4)),
            ("to-text", file(4)),
            ("turned", link("to-text")),
        ]);
        let texts = ["to-file", "to-folder/new", "to-text"];
        let texts = texts.map(|path| (path.to_owned(), "text".to_owned()));
        let mut player = Player::new(&Script::default());
        player.folder = dir.path().to_owned();
        for step in changes(&before, &after, &BTreeMap::from(texts)) {
            player.take(&step).await.unwrap();
        }
        assert_eq!(
            seen(dir.path()),
            [
                "kept old",
                "to-file text",
                "to-folder folder",
                "to-folder/new text",
                "to-text text",
                "turned -> to-text",
            ]
        );
    }

    #[test]
    fn nothing_is_written_outside_of_the_workspace() {
        let mut player = Player::new(&Script::default());
        assert!(player.at("a/b").is_ok());
        for wrong in ["/etc/passwd", "../x", "a/../../x"] {
            assert!(player.at(wrong).is_err(), "{wrong}");
        }
    }
}
