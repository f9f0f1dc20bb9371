//! What a journal file has from servers that wrote into it before.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{JOURNAL_FORMAT, Seq};
use crate::version::Version;

/// What an exchange is written with first, by which one is known that was not written completely.
const BEGINNING: &[u8] = br#"{"format":"#;

/// Why a journal file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum JournalFileError {
    /// The system refuses to open or read it.
    #[error("cannot write the journal file {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It has something else in it than exchanges.
    #[error(
        "{} is no journal (line {line}: {problem}); it is left as it is: give another file, or move it away",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

/// A journal file, to be gone on with.
pub(super) struct Earlier {
    /// Writes behind what is there.
    pub(super) file: File,
    /// The greatest number of its exchanges, 0 without any.
    pub(super) last: Seq,
}

/// As much of an exchange as tells that it is one.
#[derive(Deserialize)]
struct Line {
    #[serde(default, rename = "format")]
    _format: Version<JOURNAL_FORMAT>,
    seq: Seq,
    #[serde(rename = "outcome")]
    _outcome: IgnoredAny,
}

impl Earlier {
    /// Opens a file, which is created when it is missing. A last line that was not written completely is cut
    /// off. What is no journal is left as it is; what is no regular file has nothing from before.
    pub(super) fn of(path: &Path) -> Result<Self, JournalFileError> {
        let refuse = |source| JournalFileError::Io {
            path: path.to_owned(),
            source,
        };
        let mut options = OpenOptions::new();
        let opened = options.create(true).append(true).open(path);
        let file = opened.map_err(refuse)?;
        let metadata = file.metadata().map_err(refuse)?;
        let last = if metadata.is_file() && metadata.len() > 0 {
            go_on(path, &file)?
        } else {
            0
        };
        Ok(Self { file, last })
    }
}

/// Has a file end with a whole line; tells the greatest number in it.
fn go_on(path: &Path, mut file: &File) -> Result<Seq, JournalFileError> {
    let refuse = |source| JournalFileError::Io {
        path: path.to_owned(),
        source,
    };
    let mut reader = BufReader::new(File::open(path).map_err(refuse)?);
    let (mut last, mut length, mut line) = (0, 0, Vec::new());
    for number in 1.. {
        line.clear();
        let read = reader.read_until(b'\n', &mut line).map_err(refuse)?;
        if line.trim_ascii().is_empty() {
            if read == 0 {
                break;
            }
            length += read as u64;
            continue;
        }
        match serde_json::from_slice::<Line>(&line) {
            Ok(exchange) => {
                last = last.max(exchange.seq);
                if !line.ends_with(b"\n") {
                    file.write_all(b"\n").map_err(refuse)?;
                }
            }
            Err(error) if !(error.is_eof() && is_torn(&line)) => {
                return Err(JournalFileError::Foreign {
                    path: path.to_owned(),
                    line: number,
                    problem: error.to_string(),
                });
            }
            Err(_) => {
                cut(path, file, length, read).map_err(refuse)?;
                break;
            }
        }
        length += read as u64;
    }
    Ok(last)
}

/// Whether a line is what is left of an exchange that was being written.
fn is_torn(line: &[u8]) -> bool {
    !line.ends_with(b"\n") && (line.starts_with(BEGINNING) || BEGINNING.starts_with(line))
}

fn cut(path: &Path, file: &File, length: u64, torn: usize) -> io::Result<()> {
    tracing::warn!(
        "{}: the last {torn} bytes were not written completely",
        path.display()
    );
    file.set_len(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a file.
    fn opened(content: &str) -> (Result<Seq, String>, String) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        std::fs::write(&path, content).unwrap();
        let last = Earlier::of(&path).map(|earlier| earlier.last);
        let left = std::fs::read_to_string(&path).unwrap();
        (last.map_err(|error| error.to_string()), left)
    }

    const FIRST: &str = r#"{"format":1,"seq":7,"outcome":{}}"#;
    /// The first journals did not tell their form.
    const OLD: &str = r#"{"seq":3,"outcome":{}}"#;

    #[test]
    fn numbers_go_on_behind_whole_lines() {
        let whole = format!("{FIRST}\n{OLD}\n");
        assert_eq!(opened(""), (Ok(0), String::new()));
        assert_eq!(opened(&whole), (Ok(7), whole.clone()));
        assert_eq!(opened(&format!("{OLD}\n{FIRST}")).0, Ok(7));
        assert_eq!(opened(whole.trim_end()).1, whole);
        for cut in 1..FIRST.len() {
            let torn = format!("{whole}{}", &FIRST[..cut]);
            assert_eq!(opened(&torn), (Ok(7), whole.clone()), "{torn}");
            assert_eq!(opened(&FIRST[..cut]), (Ok(0), String::new()), "{cut}");
        }
    }

    #[test]
    fn what_is_no_journal_is_left_as_it_is() {
        let newer = FIRST.replace("\"format\":1", "\"format\":9");
        for (content, told) in [
            ("Some notes".to_owned(), "line 1: "),
            ("[1]\n".to_owned(), "is no journal"),
            (r#"{"a":1}"#.to_owned(), "move it away"),
            (format!("{FIRST}\nnotes\n"), "line 2: "),
            (format!("{FIRST}\nnotes"), "line 2: "),
            (format!("{newer}\n"), "it has format 9"),
            (newer, "it has format 9"),
        ] {
            let (last, left) = opened(&content);
            let error = last.unwrap_err();
            assert!(error.contains(told), "{error}");
            assert_eq!(left, content, "{error}");
        }
    }
}
