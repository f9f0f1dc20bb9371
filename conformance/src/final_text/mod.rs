//! Where an agent's final text is: what its tags are read from.
//!
//! Programs print their answer alone, everything that was said, a log, or JSON. What is not plain text
//! on standard output is taken out of what the program left, and standard output is kept beside it.

mod pointer;
mod shapes;

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

pub(crate) use pointer::{Filter, Pointer};
pub(crate) use shapes::fitting;

/// A source of the final text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FinalText {
    /// Standard output as it is.
    #[default]
    Stdout,
    /// The last message in a JSON output of a known shape.
    LastMessage,
    /// A place in the JSON document on standard output.
    Json(Pointer),
    /// A place in the last fitting line of JSON on standard output.
    JsonLines(Filter, Pointer),
    /// A file.
    File(String),
    /// A place in a file of JSON.
    FileJson(String, Pointer),
}

impl FinalText {
    /// The file that it is taken from, if it is none of the program's streams.
    pub(crate) fn file(&self) -> Option<&str> {
        match self {
            Self::File(path) | Self::FileJson(path, _) => Some(path),
            _ => None,
        }
    }

    /// Takes it out of `content`, of standard output or of the file.
    ///
    /// # Errors
    /// Fails when it is not there, with the reason.
    pub(crate) fn of(&self, content: &str) -> Result<String, String> {
        match self {
            Self::Stdout | Self::File(_) => Ok(content.to_owned()),
            Self::LastMessage => shapes::fitting(content).map(|(_, text)| text).ok_or_else(|| {
                "standard output is JSON of no shape that is known; say where in it the text is \
                 (json:POINTER, jsonl:FILTER:POINTER)"
                    .to_owned()
            }),
            Self::Json(pointer) | Self::FileJson(_, pointer) => {
                let value = document(content).ok_or("there is no JSON document")?;
                let text = pointer.text(&value);
                text.ok_or_else(|| format!("there is no text at {pointer} of the JSON document"))
            }
            Self::JsonLines(filter, pointer) => {
                let fitting = lines(content).filter(|value| filter.fits(value));
                let text = fitting.filter_map(|value| pointer.text(&value)).last();
                text.ok_or_else(|| format!("no line of JSON with {filter} has a text at {pointer}"))
            }
        }
    }
}

/// The JSON document in `content`; lines of something else may stand before it.
pub(crate) fn document(content: &str) -> Option<Value> {
    let parse = |text: &str| serde_json::from_str(text.trim()).ok();
    parse(content).or_else(|| {
        if content.trim_start().starts_with(['{', '[']) {
            return None;
        }
        let mut starts = content.match_indices('\n').map(|(at, _)| at + 1);
        let start = starts.find(|start| content[*start..].starts_with(['{', '[']))?;
        parse(&content[start..])
    })
}

/// The lines that are JSON objects.
pub(crate) fn lines(content: &str) -> impl Iterator<Item = Value> {
    let candidates = content.lines().filter(|line| line.starts_with('{'));
    candidates.filter_map(|line| serde_json::from_str(line).ok())
}

/// Whether an output is JSON all through, and no text that a person would read.
pub(crate) fn is_json(content: &str) -> bool {
    let content = content.trim();
    if !content.starts_with(['{', '[']) {
        return false;
    }
    if serde_json::from_str::<Value>(content).is_ok() {
        return true;
    }
    let written = content.lines().filter(|line| !line.trim().is_empty());
    let (all, parsed) = (written.count(), lines(content).count());
    all >= 2 && parsed * 10 >= all * 9
}

impl FromStr for FinalText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, rest) = text
            .split_once(':')
            .map_or((text, None), |(k, r)| (k, Some(r)));
        let rest = rest.filter(|rest| !rest.is_empty());
        match (kind, rest) {
            ("stdout", None) => Ok(Self::Stdout),
            ("last-message", None) => Ok(Self::LastMessage),
            ("json", Some(pointer)) => Ok(Self::Json(pointer.parse()?)),
            ("jsonl", Some(rest)) => {
                let (filter, pointer) = rest.rsplit_once(':').ok_or_else(|| wrong(text))?;
                Ok(Self::JsonLines(filter.parse()?, pointer.parse()?))
            }
            ("file", Some(path)) => Ok(Self::File(path.to_owned())),
            ("file+json", Some(rest)) => {
                let (path, pointer) = rest.rsplit_once(':').ok_or_else(|| wrong(text))?;
                Ok(Self::FileJson(path.to_owned(), pointer.parse()?))
            }
            _ => Err(wrong(text)),
        }
    }
}

fn wrong(text: &str) -> String {
    format!(
        "`{text}` is no source of a final text; there are: stdout, last-message, json:POINTER, \
         jsonl:FILTER:POINTER, file:PATH, file+json:PATH:POINTER"
    )
}

impl fmt::Display for FinalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("stdout"),
            Self::LastMessage => f.write_str("last-message"),
            Self::Json(pointer) => write!(f, "json:{pointer}"),
            Self::JsonLines(filter, pointer) => write!(f, "jsonl:{filter}:{pointer}"),
            Self::File(path) => write!(f, "file:{path}"),
            Self::FileJson(path, pointer) => write!(f, "file+json:{path}:{pointer}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(source: &str, content: &str) -> Result<String, String> {
        source.parse::<FinalText>().unwrap().of(content)
    }

    #[test]
    fn sources_are_told_as_they_are_written() {
        for source in [
            "stdout",
            "last-message",
            "json:.result",
            "jsonl:type=text:.part.text",
            "jsonl::.text",
            "file:{tmp}/out.md",
            "file+json:$TMPDIR/traj.json:.info.submission",
        ] {
            assert_eq!(source.parse::<FinalText>().unwrap().to_string(), source);
        }
        for wrong in [
            "", "json", "json:", "json:x", "jsonl:.x", "stdout:x", "xml:.a", "file:",
        ] {
            assert!(wrong.parse::<FinalText>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_text_is_taken_out_of_json() {
        assert_eq!(taken("json:.r", "{\"r\": \"x\"}\n").unwrap(), "x");
        assert_eq!(
            taken("json:.r", "Loading...\n{\"r\":\n \"x\"}").unwrap(),
            "x"
        );
        let lines =
            "{\"t\":\"m\",\"x\":\"a\"}\nnoise\n{\"t\":\"m\",\"x\":\"b\"}\n{\"t\":\"end\"}\n";
        assert_eq!(taken("jsonl:t=m:.x", lines).unwrap(), "b");
        let missing = taken("jsonl:t=z:.x", lines).unwrap_err();
        assert!(
            missing.contains("t=z") && missing.contains(".x"),
            "{missing}"
        );
        assert!(taken("json:.r", "plain").unwrap_err().contains("no JSON"));
    }

    #[test]
    fn json_is_told_from_text() {
        for json in ["{\"a\": 1}", " [1, 2]\n", "{\"a\":1}\n{\"a\":2}\n"] {
            assert!(is_json(json), "{json}");
        }
        for text in [
            "",
            "words",
            "{\"a\": 1}\nwords\n",
            "{a plan}",
            "<plan>\n{\"a\": 1}\n</plan>",
        ] {
            assert!(!is_json(text), "{text}");
        }
    }
}
