//! The forms in which files are written that are read again, each with a number. It grows when a program that
//! knows the form before could not read the new one, or would take it for something else.
//!
//! This is the one list of them; `docs/src/formats.md` tells it, and `fixtures/formats` has files of each
//! that programs of their time have written.

use serde::Deserialize;
use serde_json::Value;

/// Version of this program.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Longest version of a program that is repeated.
const LONGEST_VERSION: usize = 32;

/// A kind of file, and which forms of it are read.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    /// What errors call it, and its folder below `fixtures/formats`.
    pub name: &'static str,
    /// The oldest form that is read.
    pub oldest: u32,
    /// The newest, which is written.
    pub newest: u32,
    /// What to do with a file of another form.
    pub advice: &'static str,
}

/// `evidence.json`, and with it the files that lie beside it.
pub const EVIDENCE: Format = Format {
    name: "evidence",
    oldest: 1,
    newest: 4,
    advice: "judge it with the program that wrote it, or play the case again",
};

/// `seal.json`.
pub const SEAL: Format = Format {
    name: "seal",
    oldest: 1,
    newest: 1,
    advice: "judge it with the program that wrote it, or play the case again",
};

/// `run.json`.
pub const RUN: Format = Format {
    name: "run",
    oldest: 1,
    newest: 1,
    advice: "use the program that wrote it, or name the folders of single plays",
};

/// `report.json`, and what `--report json` tells of a run. Since the second form, rules that passed or do not
/// apply are listed only where everything is told.
pub const REPORT: Format = Format {
    name: "report",
    oldest: 1,
    newest: 2,
    advice: "use the program that wrote it, or have the evidence judged again: \
             wild-conformance check DIR --report json=FILE",
};

/// Answers of adjudicators, below `adjudications/`.
pub const ADJUDICATION: Format = Format {
    name: "adjudication",
    oldest: 1,
    newest: 1,
    advice: "use the program that wrote it, or move the file away to ask again",
};

/// All that this program reads. Cases, journals and states of the server are `wild_mock_server`'s.
pub const ALL: [&Format; 5] = [&EVIDENCE, &SEAL, &RUN, &REPORT, &ADJUDICATION];

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// It is nothing that could say of which form it is.
    #[error("{0}")]
    Parse(#[from] serde_json::Error),
    /// It does not say of which form it is.
    #[error("it states no format version")]
    Missing,
    /// It is of a form that is not read.
    #[error("{0}")]
    Other(String),
}

/// What a file says of itself, whatever its form.
#[derive(Deserialize)]
struct Head {
    format: Option<Value>,
    tool_version: Option<Value>,
    tool: Option<Value>,
}

impl Head {
    /// The version of the program that wrote it, where it tells one.
    fn program(&self) -> Option<&str> {
        let of_tool = || self.tool.as_ref().and_then(|tool| tool.get("version"));
        let told = self.tool_version.as_ref().or_else(of_tool)?.as_str()?;
        let is_version = |letter: char| letter.is_ascii_alphanumeric() || ".+-".contains(letter);
        (told.len() <= LONGEST_VERSION && told.chars().all(is_version)).then_some(told)
    }
}

impl Format {
    /// The number of a file's form, which is one that is read.
    ///
    /// # Errors
    /// Fails when it is none of them, or the file does not tell.
    pub fn of(&self, json: &[u8]) -> Result<u32, FormatError> {
        let head: Head = serde_json::from_slice(json)?;
        let stated = head.format.as_ref().ok_or(FormatError::Missing)?;
        let Some(found) = stated.as_u64() else {
            return Err(FormatError::Other(self.refusal("its format is no number")));
        };
        let read = u64::from(self.oldest)..=u64::from(self.newest);
        if read.contains(&found) {
            return Ok(found as u32);
        }
        let by = head.program().map(|program| match program {
            PROGRAM => String::new(),
            other => format!(", written by wild-conformance {other},"),
        });
        let newer = if found > u64::from(self.newest) {
            " newer than this program reads"
        } else {
            " not read any more"
        };
        let by = by.unwrap_or_default();
        let told = format!("{} format {found}{by} is{newer}", self.name);
        Err(FormatError::Other(self.refusal(&told)))
    }

    fn refusal(&self, told: &str) -> String {
        let forms = if self.oldest == self.newest {
            format!("format {}", self.newest)
        } else {
            format!("formats {} to {}", self.oldest, self.newest)
        };
        format!(
            "{told}: wild-conformance {PROGRAM} reads {forms}; {}",
            self.advice
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A format as it may be some day, whatever is written now.
    const LATER: Format = Format {
        newest: 4,
        ..EVIDENCE
    };

    #[test]
    fn what_is_not_read_is_told_with_what_is() {
        let told = |json: &str| LATER.of(json.as_bytes()).map_err(|error| error.to_string());
        assert_eq!(told(r#"{"format": 1}"#), Ok(1));
        assert_eq!(told(r#"{"odd": [], "format": 4, "tool": 1}"#), Ok(4));
        let rest = format!(
            "wild-conformance {PROGRAM} reads formats 1 to 4; judge it with the program that wrote it, or play the \
             case again"
        );
        for (json, words) in [
            (
                r#"{"format": 5, "tool_version": "7.1.0"}"#,
                "evidence format 5, written by wild-conformance 7.1.0, is newer than this program reads",
            ),
            (
                r#"{"format": 5, "tool_version": "\u001b[2J"}"#,
                "evidence format 5 is newer than this program reads",
            ),
            (r#"{"format": 0}"#, "evidence format 0 is not read any more"),
            (r#"{"format": "4"}"#, "its format is no number"),
        ] {
            assert_eq!(told(json), Err(format!("{words}: {rest}")));
        }
        assert!(told("{}").unwrap_err().contains("no format version"));
        assert!(told("[").is_err());
        let report = REPORT.of(br#"{"format": 9, "tool": {"version": "2.0.0-beta.1"}}"#);
        let report = report.unwrap_err().to_string();
        assert!(
            report.contains("by wild-conformance 2.0.0-beta.1, is newer"),
            "{report}"
        );
    }
}
