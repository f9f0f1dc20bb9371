//! Where an agent's final text comes from in a play, and how it gets into the transcript.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use wild_mock_server::beneath::Folder;

use super::capture::KEPT;
use super::fill::fill;
use super::streams::Printed;
use super::{Adapter, AgentSpec, Assignment, Output};
use crate::door;
use crate::evidence::{Captured, FinalTextRecord};
use crate::final_text::FinalText;
use crate::secrets::Secrets;
use crate::usage::Usage;

/// How the transcript of a play is made.
pub(super) enum Answer<'a> {
    /// It is standard output.
    Stdout(&'a Path),
    /// It is taken out of something when the agent has ended.
    Taken(Source<'a>),
}

/// What the final text is taken out of.
pub(super) struct Source<'a> {
    final_text: &'a FinalText,
    /// The file, if it is not standard output.
    file: Option<Place>,
    stdout: &'a Path,
    transcript: &'a Path,
}

impl<'a> Answer<'a> {
    /// As `spec` says.
    pub(super) fn of(spec: &'a AgentSpec, task: &'a Assignment<'_>) -> Self {
        let final_text = spec.final_text();
        if *final_text == FinalText::Stdout || *spec.adapter() != Adapter::Stdio {
            return Self::Stdout(&task.transcript);
        }
        Self::Taken(Source {
            final_text,
            file: final_text.file().map(|path| located(path, task)),
            stdout: &task.stdout,
            transcript: &task.transcript,
        })
    }

    /// Where standard output is written.
    pub(super) fn stdout(&self) -> &Path {
        match self {
            Self::Stdout(path) => path,
            Self::Taken(source) => source.stdout,
        }
    }
}

/// Where a file of the agent's is: a folder that is no work of its own, and the way from there.
struct Place {
    base: PathBuf,
    way: PathBuf,
}

impl Place {
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        door::read(&Folder::open(&self.base)?, &self.way, KEPT)
    }
}

/// The place of `path`. `$TMPDIR` and `$HOME` are what the agent knows these folders by.
fn located(path: &str, task: &Assignment<'_>) -> Place {
    let spelt = [("$TMPDIR", "{tmp}"), ("$HOME", "{home}"), ("~/", "{home}/")];
    let found = spelt.iter().find(|(from, _)| path.starts_with(from));
    let path = found.map_or(Cow::from(path), |(from, to)| {
        path.replacen(from, to, 1).into()
    });
    let places = task.places();
    let path = task.workdir.join(fill(&path, |name| places.value(name)));
    for base in [task.tmp, task.home, task.workdir] {
        if let Ok(way) = path.strip_prefix(base) {
            return Place {
                base: base.to_owned(),
                way: way.to_owned(),
            };
        }
    }
    Place {
        base: path.parent().unwrap_or(Path::new("/")).to_owned(),
        way: path.file_name().unwrap_or_default().into(),
    }
}

/// What the program says that the play cost. That it says nothing is no failure.
pub(super) fn usage(spec: &AgentSpec, task: &Assignment<'_>, stdout: &Path) -> Option<Usage> {
    let source = spec.usage()?;
    let bytes = match &source.file {
        Some(path) => located(path, task).read(),
        None => door::read_regular(stdout, KEPT),
    };
    source.of(&String::from_utf8_lossy(&bytes.ok()??))
}

/// Makes the transcript, now that the agent has ended.
///
/// # Errors
/// Fails when it cannot be written.
pub(super) fn read(answer: &Answer<'_>, printed: &Printed) -> io::Result<Output> {
    let Printed { stdout, stderr } = *printed;
    let source = match answer {
        Answer::Stdout(_) => {
            return Ok(Output {
                transcript: stdout,
                stderr,
                ..Output::default()
            });
        }
        Answer::Taken(source) => source,
    };
    let taken = source
        .content()
        .and_then(|text| source.final_text.of(&text));
    let (text, problem) = match taken {
        Ok(text) => (text, None),
        Err(problem) => (String::new(), Some(problem)),
    };
    let text = Secrets::of_this_process().covered(&text);
    std::fs::write(source.transcript, &text)?;
    let kept = text.len() as u64;
    // Where the end of the output is missing, the last message may be.
    let lost = match source.file {
        None => stdout.written - stdout.kept,
        Some(_) => 0,
    };
    Ok(Output {
        transcript: Captured {
            written: kept + lost,
            kept,
        },
        stderr,
        final_text: Some(FinalTextRecord {
            source: source.final_text.to_string(),
            stdout,
            problem,
        }),
        usage: None,
    })
}

impl Source<'_> {
    /// What the final text is taken out of. An agent may have put anything in the place of its file.
    fn content(&self) -> Result<String, String> {
        let (bytes, name) = match &self.file {
            Some(place) => (place.read(), "its file"),
            None => (door::read_regular(self.stdout, KEPT), "its output"),
        };
        match bytes {
            Ok(Some(bytes)) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Ok(None) => Err(format!("{name} has more than {KEPT} bytes")),
            Err(error) => Err(format!("{name} cannot be read: {error}")),
        }
    }
}
