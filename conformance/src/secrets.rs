//! What identifies the user, and must not get into evidence or reports: keys, tokens and logins of this
//! process's environment and command line.
//!
//! An agent inherits them, because it needs some to reach its model, and may tell them anywhere. They
//! are covered with a mask of the same length, so that sizes and places stay what they are.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::sync::{OnceLock, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, MatchKind};

/// Words in the names of variables and options whose values are secret.
const TELLING: [&str; 14] = [
    "KEY",
    "KEYS",
    "APIKEY",
    "TOKEN",
    "TOKENS",
    "SECRET",
    "SECRETS",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "CREDENTIAL",
    "CREDENTIALS",
    "AUTH",
    "PAT",
];

/// Shorter values are no secrets, and stand everywhere by chance.
const SHORTEST: usize = 8;

/// Shorter values made of small letters only may be words of the evidence's own.
const SHORTEST_WORD: usize = 16;

/// Shorter words of a file of credentials may be names and dates.
const SHORTEST_TOKEN: usize = 20;

/// What was learnt after the process began.
static LEARNT: RwLock<Option<&Secrets>> = RwLock::new(None);

/// Longer values are looked for in pieces.
const LONGEST: usize = 256;

/// The secrets of a process. They are not shown.
pub(crate) struct Secrets {
    /// None where there is no secret.
    search: Option<AhoCorasick>,
    needles: Vec<Vec<u8>>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.needles.len())
    }
}

impl Secrets {
    /// Those of this process, and what else it was told to keep.
    pub(crate) fn of_this_process() -> &'static Self {
        static SECRETS: OnceLock<Secrets> = OnceLock::new();
        let learnt = LEARNT.read().unwrap_or_else(PoisonError::into_inner);
        learnt.unwrap_or_else(|| {
            SECRETS.get_or_init(|| Self::gather(std::env::vars_os(), std::env::args_os()))
        })
    }

    /// Keeps `values` from now on, too. What is known lives as long as the process, as it is asked for
    /// everywhere; a command learns once.
    pub(crate) fn learn(values: impl Iterator<Item = Vec<u8>>) {
        let known = Self::of_this_process();
        let mut all: BTreeSet<Vec<u8>> = values.collect();
        if all.is_empty() {
            return;
        }
        all.extend(known.needles.iter().cloned());
        let mut learnt = LEARNT.write().unwrap_or_else(PoisonError::into_inner);
        *learnt = Some(Box::leak(Box::new(Self::new(&all))));
    }

    /// What in a file of credentials may be one: long words with digits in them.
    pub(crate) fn tokens_in(content: &[u8]) -> Vec<Vec<u8>> {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.+/=".contains(byte);
        let words = content.split(|byte| !is_part(byte));
        let is_token =
            |word: &&[u8]| word.len() >= SHORTEST_TOKEN && word.iter().any(u8::is_ascii_digit);
        words.filter(is_token).map(<[u8]>::to_owned).collect()
    }

    fn gather(
        variables: impl Iterator<Item = (OsString, OsString)>,
        words: impl Iterator<Item = OsString>,
    ) -> Self {
        let mut values = BTreeSet::new();
        for (name, value) in variables {
            if is_telling(&name.to_string_lossy()) {
                values.insert(value.as_bytes().to_owned());
            }
            values.extend(login(value.as_bytes()));
        }
        let mut is_next = false;
        for word in words {
            let bytes = word.as_bytes();
            values.extend(login(bytes));
            values.extend(bearer(bytes));
            let is_option = bytes.starts_with(b"-");
            if is_next && !is_option {
                values.insert(bytes.to_owned());
            }
            let (name, value) = match bytes.iter().position(|byte| matches!(byte, b'=' | b':')) {
                Some(at) => (&bytes[..at], Some(&bytes[at + 1..])),
                None => (bytes, None),
            };
            let is_told = is_telling(&String::from_utf8_lossy(name));
            is_next = is_told && is_option && value.is_none();
            if let Some(value) = value.filter(|_| is_told) {
                values.insert(value.trim_ascii().to_owned());
            }
        }
        Self::new(&values)
    }

    fn new(values: &BTreeSet<Vec<u8>>) -> Self {
        let pieces = values
            .iter()
            .flat_map(|value| value.split(|byte| *byte == b'\n'))
            .flat_map(|line| line.trim_ascii().chunks(LONGEST));
        let needles: BTreeSet<Vec<u8>> = pieces
            .filter(|piece| is_findable(piece))
            .flat_map(|piece| [piece.to_owned(), in_json(piece)])
            .collect();
        let needles: Vec<Vec<u8>> = needles.into_iter().collect();
        let build = || {
            let mut builder = AhoCorasick::builder();
            builder.match_kind(MatchKind::LeftmostLongest);
            builder.build(&needles).ok()
        };
        let search = if needles.is_empty() { None } else { build() };
        Self { search, needles }
    }

    /// Covers every secret.
    pub(crate) fn cover(&self, bytes: &mut [u8]) {
        let Some(search) = &self.search else {
            return;
        };
        let found: Vec<_> = search
            .find_iter(&*bytes)
            .map(|found| found.range())
            .collect();
        for range in found {
            let secret = &mut bytes[range];
            // What may stand as a number must remain one.
            let is_number = secret.iter().all(u8::is_ascii_digit);
            secret.fill(if is_number { b'1' } else { b'*' });
        }
    }

    /// The same for a text.
    pub(crate) fn covered(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_owned();
        self.cover(&mut bytes);
        match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }
    }

    /// How many bytes at the end may be the beginning of a secret that goes on.
    pub(crate) fn unfinished(&self, bytes: &[u8]) -> usize {
        let begun = |needle: &Vec<u8>| {
            let most = bytes.len().min(needle.len().saturating_sub(1));
            let longest = (1..=most).rev();
            longest
                .into_iter()
                .find(|length| bytes.ends_with(&needle[..*length]))
        };
        self.needles.iter().filter_map(begun).max().unwrap_or(0)
    }
}

/// Whether a variable holds a secret.
pub(crate) fn is_secret(name: &OsStr, value: &OsStr) -> bool {
    is_telling(&name.to_string_lossy()) || login(value.as_bytes()).is_some()
}

/// Whether a name, such as `OPENAI_API_KEY` or `--api-key`, says that its value is secret.
fn is_telling(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| TELLING.contains(&word))
}

fn is_findable(value: &[u8]) -> bool {
    let is_word = value
        .iter()
        .all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
    value.len() >= if is_word { SHORTEST_WORD } else { SHORTEST }
}

/// The login in an address, as in `https://name:password@host`.
fn login(value: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(value).ok()?;
    let (_, behind) = text.split_once("://")?;
    let authority = behind.split(['/', '?', '#']).next()?;
    let (login, _) = authority.rsplit_once('@')?;
    Some(login.as_bytes().to_owned())
}

/// What stands behind `Bearer` in a header.
fn bearer(word: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(word).ok()?;
    let (_, token) = text.split_once("Bearer ")?;
    Some(token.trim().as_bytes().to_owned())
}

/// How a value is spelt within a JSON string.
fn in_json(value: &[u8]) -> Vec<u8> {
    let quoted = serde_json::Value::from(String::from_utf8_lossy(value)).to_string();
    quoted.as_bytes()[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(variables: &[(&str, &str)], words: &[&str]) -> Secrets {
        let variables = variables.iter().map(|(n, v)| (n.into(), v.into()));
        Secrets::gather(variables, words.iter().map(Into::into))
    }

    #[test]
    fn names_tell_what_is_secret_and_the_mask_is_as_long() {
        let secrets = secrets(
            &[
                ("OPENAI_API_KEY", "sk-123456"),
                ("DATABASE_URL", "postgres://me:hunter2@host/db"),
                ("PATH", "/usr/local/bin"),
                ("MONKEY", "not-a-secret"),
                ("RETRY_TOKEN", "short"),
                ("APP_PASSWORD", "12345678"),
                ("SESSION_SECRET", "workspace"),
            ],
            &[
                "agent",
                "--api-key",
                "argv-key-1",
                "--token=argv-token",
                "X_KEY=argv-value",
                "Authorization: Bearer tok.en.1",
                "--key",
                "--verbose",
            ],
        );
        for (text, covered) in [
            ("a sk-123456 b", "a ********* b"),
            ("me:hunter2@", "**********@"),
            ("/usr/local/bin not-a-secret short workspace --verbose", ""),
            ("{\"n\": 12345678}", "{\"n\": 11111111}"),
            (
                "argv-key-1 argv-token argv-value",
                "********** ********** **********",
            ),
            ("tok.en.1", "********"),
        ] {
            let expected = if covered.is_empty() { text } else { covered };
            assert_eq!(secrets.covered(text), expected);
        }
    }

    #[test]
    fn tokens_of_a_login_are_found() {
        let file = br#"{"tokens": {"access_token": "eyJhbGciOiJIUzI1NiJ9.x_y-1"}, "mode": "chatgpt-login-of-a-user",
            "last": "2026-01-01"}"#;
        assert_eq!(
            Secrets::tokens_in(file),
            [b"eyJhbGciOiJIUzI1NiJ9.x_y-1".to_vec()]
        );
    }

    #[test]
    fn a_secret_that_comes_in_two_pieces_is_waited_for() {
        let secrets = secrets(&[("KEY", "abcd-efgh")], &[]);
        assert_eq!(secrets.unfinished(b"xyz"), 0);
        assert_eq!(secrets.unfinished(b"xyz abcd-"), 5);
        assert_eq!(secrets.unfinished(b"abcd-efgh"), 0);
        assert_eq!(secrets.unfinished(b"a"), 1);
    }

    #[test]
    fn long_keys_and_odd_characters_are_found() {
        let key = format!(
            "-----BEGIN-----\n{}\nquo\"ted\\{}\n",
            "A".repeat(600),
            "x".repeat(9)
        );
        let secrets = secrets(&[("SSH_KEY", &key)], &[]);
        let json = serde_json::Value::from(key).to_string();
        let covered = secrets.covered(&json);
        assert!(
            !covered.contains('A') && !covered.contains("ted"),
            "{covered}"
        );
        serde_json::from_str::<serde_json::Value>(&covered).unwrap();
    }
}
