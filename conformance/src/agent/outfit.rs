//! What an agent's program finds beside its prompt: environment and files of its scratch `HOME`.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use std::borrow::Cow;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;

use super::fill::fill;

/// Largest file of credentials that is copied, in bytes.
const LARGEST_LOGIN: u64 = 1024 * 1024;

/// The variable with the `PATH` that login shells put back.
pub(super) const PATH_VARIABLE: &str = "WILD_PATH";

/// What login shells read after `/etc/profile`, which sets `PATH` anew on many systems.
const PROFILE: &str = "\
# The system's profile sets PATH anew, and what stands first in it is part of the case.
if [ -n \"$WILD_PATH\" ]; then
    case \":$PATH:\" in
        *\":$WILD_PATH:\"*) ;;
        *) PATH=\"$WILD_PATH:$PATH\"; export PATH ;;
    esac
fi
";

/// The files that bash, other Bourne shells and zsh read as login shells.
const PROFILES: [&str; 3] = [".bash_profile", ".profile", ".zprofile"];

/// A scratch `HOME` knows no name to commit under.
const GIT_CONFIG: &str = "\
[user]
\tname = Agent
\temail = agent@example.invalid
[init]
\tdefaultBranch = main
";

/// Variables that an agent inherits even where it is told which to keep.
const ALWAYS_KEPT: [&str; 9] = [
    "PATH", "LANG", "LANGUAGE", "LC_*", "TERM", "TZ", "USER", "LOGNAME", "SHELL",
];

/// Variables that no agent inherits: tokens of the user's own session, and what would lead git or tmux
/// out of the case.
pub(super) const NEVER_KEPT: [&str; 8] = [
    "WILD_AUTH_TOKEN",
    "RESEARCH_AGENT_USER_AUTH_TOKEN",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "TMUX",
    "TMUX_PANE",
];

/// What a program finds in its environment and its `HOME`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outfit {
    /// Variables; `{home}`, `{tmp}` and `{workdir}` in a value stand for folders of the case.
    pub environment: Vec<(String, String)>,
    /// Files below `HOME` with their text, in which `{home}` and `{workdir}` stand for folders.
    pub files: Vec<(PathBuf, String)>,
    /// Files of the user that are copied below `HOME`.
    pub logins: Vec<Login>,
    /// Which variables of the user's are inherited, all where nothing is said; `NAME*` is a beginning.
    pub keep: Option<Vec<String>>,
}

/// A file with credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user's file.
    pub from: PathBuf,
    /// Where its copy is, below `HOME`.
    pub to: PathBuf,
}

impl Outfit {
    /// Whether a variable of the user's is inherited.
    pub(super) fn inherits(&self, name: &OsStr) -> bool {
        let Some(name) = name.to_str() else {
            return self.keep.is_none();
        };
        let fits = |pattern: &str| match pattern.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == pattern,
        };
        let is_kept = self.keep.as_ref().is_none_or(|keep| {
            let mut all = ALWAYS_KEPT
                .into_iter()
                .chain(keep.iter().map(String::as_str));
            all.any(fits)
        });
        is_kept && !NEVER_KEPT.contains(&name)
    }

    /// The variables of the user's that are inherited, with their values.
    pub(crate) fn inherited(&self) -> impl Iterator<Item = (OsString, OsString)> {
        std::env::vars_os().filter(|(name, _)| self.inherits(name))
    }

    /// Puts everything into `home`, which nobody else has seen yet.
    ///
    /// # Errors
    /// Fails when a file cannot be written or copied, with its path.
    pub(crate) fn lay_out(&self, home: &Path, workdir: &Path) -> io::Result<()> {
        let value = |name: &str| match name {
            "home" => Some(home.to_string_lossy()),
            "workdir" => Some(workdir.to_string_lossy()),
            _ => None,
        };
        for name in PROFILES {
            put(home, Path::new(name), PROFILE.as_bytes(), 0o600)?;
        }
        put(home, Path::new(".gitconfig"), GIT_CONFIG.as_bytes(), 0o600)?;
        for (path, text) in &self.files {
            put(home, path, fill(text, value).as_bytes(), 0o600)?;
        }
        for login in &self.logins {
            let bytes = crate::bounded::read_file(&login.from, LARGEST_LOGIN);
            let bytes = bytes.and_then(|bytes| {
                bytes.ok_or_else(|| io::Error::other("it is too large for credentials"))
            });
            let bytes = bytes.map_err(|error| at(&login.from, &error))?;
            put(home, &login.to, &bytes, 0o400)?;
        }
        Ok(())
    }

    /// The variables with their values in a case.
    pub(super) fn variables<'a>(
        &'a self,
        value: impl Fn(&str) -> Option<Cow<'a, str>> + Copy + 'a,
    ) -> impl Iterator<Item = (&'a str, String)> {
        let all = self.environment.iter();
        all.map(move |(name, text)| (name.as_str(), fill(text, value)))
    }
}

fn put(home: &Path, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let target = home.join(path);
    let folder = target.parent().unwrap_or(home);
    let folders = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    let written = folders.and_then(|()| {
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&target)?;
        file.write_all(bytes)?;
        file.set_permissions(std::fs::Permissions::from_mode(mode))
    });
    written.map_err(|error| at(&target, &error))
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_the_named_and_the_needed() {
        let all = Outfit::default();
        assert!(all.inherits(OsStr::new("ANYTHING")) && !all.inherits(OsStr::new("TMUX")));
        let some = Outfit {
            keep: Some(vec!["MY_KEY".to_owned(), "AWS_*".to_owned()]),
            ..Outfit::default()
        };
        let kept = ["MY_KEY", "AWS_REGION", "PATH", "LC_ALL"];
        assert!(kept.into_iter().all(|name| some.inherits(OsStr::new(name))));
        let gone = ["MY_KEYS", "HISTFILE", "GIT_DIR"];
        assert!(!gone.into_iter().any(|name| some.inherits(OsStr::new(name))));
    }

    #[test]
    fn credentials_are_copied_read_only_and_files_know_their_home() {
        let dir = tempfile::tempdir().unwrap();
        let (user, home) = (dir.path().join("user"), dir.path().join("home"));
        std::fs::create_dir(&home).unwrap();
        std::fs::write(&user, "token").unwrap();
        let outfit = Outfit {
            files: vec![(".a/b.toml".into(), "x = \"{home}/{y}\"".to_owned())],
            logins: vec![Login {
                from: user.clone(),
                to: ".a/auth.json".into(),
            }],
            ..Outfit::default()
        };
        outfit.lay_out(&home, Path::new("/w")).unwrap();
        let text = std::fs::read_to_string(home.join(".a/b.toml")).unwrap();
        assert_eq!(text, format!("x = \"{}/{{y}}\"", home.display()));
        let copy = home.join(".a/auth.json");
        assert_eq!(std::fs::read_to_string(&copy).unwrap(), "token");
        assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o400);
        std::fs::remove_file(user).unwrap();
        let error = outfit
            .lay_out(&home, Path::new("/w"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("/user"), "{error}");
    }
}
