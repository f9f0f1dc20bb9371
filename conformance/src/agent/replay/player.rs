//! The program that plays a script: an agent of the harness's own.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use aho_corasick::{AhoCorasick, MatchKind};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

use super::script::{Script, Sent, Step};
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

/// Ids shorter than this stand in other words by chance.
const SHORTEST_ID: usize = 4;

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

/// What stood for something in the recording, and what stands for it here.
#[derive(Default)]
struct Names {
    all: BTreeMap<String, String>,
    /// Finds the longest of them; none before it is needed.
    search: Option<AhoCorasick>,
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
            Step::Remove { path } => {
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

impl Names {
    fn know(&mut self, was: &str, now: &str) {
        if was.len() >= SHORTEST_ID && was != now {
            self.all.insert(was.to_owned(), now.to_owned());
            self.search = None;
        }
    }

    /// `text` with all names as they are here, replaced in one pass.
    fn applied(&mut self, text: &str) -> String {
        if self.search.is_none() && !self.all.is_empty() {
            let mut builder = AhoCorasick::builder();
            builder.match_kind(MatchKind::LeftmostLongest);
            self.search = builder.build(self.all.keys()).ok();
        }
        match &self.search {
            Some(search) => {
                let names: Vec<&String> = self.all.values().collect();
                search.replace_all(text, &names)
            }
            None => text.to_owned(),
        }
    }

    /// Learns which id here stands for which one of the recording, from two answers to the same
    /// request.
    fn learn(&mut self, was: &Value, now: &Value) {
        match (was, now) {
            (Value::Object(was), Value::Object(now)) => {
                for (name, was) in was {
                    let Some(now) = now.get(name) else { continue };
                    match (was.as_str(), now.as_str()) {
                        (Some(was), Some(now)) if name == "id" || name.ends_with("_id") => {
                            self.know(was, now);
                        }
                        _ => self.learn(was, now),
                    }
                }
            }
            (Value::Array(was), Value::Array(now)) => {
                for (was, now) in was.iter().zip(now) {
                    self.learn(was, now);
                }
            }
            _ => {}
        }
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
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_are_learnt_where_answers_differ() {
        let mut names = Names::default();
        let was = json!({"id": "run-1", "name": "one", "runs": [{"sweep_id": "sw-1", "n": 1}]});
        let now = json!({"id": "run-7", "name": "two", "runs": [{"sweep_id": "sw-9", "n": 2}]});
        names.learn(&was, &now);
        assert_eq!(
            names.applied("/runs/run-1?of=sw-1&n=one"),
            "/runs/run-7?of=sw-9&n=one"
        );
        // The longest counts, and what was put in is not looked at again.
        names.know("/w/run-1", "/v/run-1");
        assert_eq!(names.applied("/w/run-1"), "/v/run-1");
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
