//! What interpreters are fed with: a redirected file, or what other programs write into a pipe or FIFO.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::starts::{Ground, resolve};
use crate::evidence::{Exec, Form, Opened, Stream};

/// Most streams that are followed from one interpreter.
const MOST: usize = 64;

/// All that was executed and opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) execs: &'a [Exec],
    pub(super) opened: &'a [Opened],
}

/// Where what is read comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Pipe(u32),
    File(PathBuf),
}

impl Source {
    fn of(stream: &Stream) -> Option<Self> {
        match stream {
            Stream::Pipe(pipe) => Some(Self::Pipe(*pipe)),
            Stream::File(path) => Some(Self::File(PathBuf::from(path))),
            Stream::Other => None,
        }
    }
}

impl Seen<'_> {
    /// The entry point in what `exec` reads from standard input.
    pub(super) fn through_stdin(&self, exec: &Exec, ground: &Ground<'_>) -> Option<String> {
        let file = match &exec.stdin {
            Stream::File(path) => ground.script(path, exec).map(|(entry, _)| entry),
            _ => None,
        };
        let given = || {
            self.given(exec, |file| {
                !file.starts_with("/dev/fd/") || file == "/dev/fd/0"
            })
        };
        let written = || self.written(exec, Source::of(&exec.stdin)?, ground);
        file.or_else(given).or_else(written)
    }

    /// The entry point in what `exec` reads from `path`, which is a pipe or a FIFO.
    pub(super) fn through(&self, path: &str, exec: &Exec, ground: &Ground<'_>) -> Option<String> {
        let source = match exec.pipes.get(path) {
            Some(stream) => Source::of(stream)?,
            None => Source::File(resolve(&exec.cwd, path)),
        };
        let number = path.rsplit('/').next().unwrap_or_default();
        let piped = format!("/dev/fd/{number}");
        let given = || match source {
            Source::Pipe(_) => self.given(exec, |file| file == piped),
            Source::File(_) => None,
        };
        given().or_else(|| self.written(exec, source.clone(), ground))
    }

    /// The entry point that `exec` found in a descriptor that it was given open.
    fn given(&self, exec: &Exec, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let mut own = self.opened_by(exec).filter(|opened| opened.inherited);
        own.find(|opened| is_it(&opened.file))
            .map(|opened| opened.of.clone())
    }

    /// The entry point that whoever writes to `source` names, opened, or reads itself.
    fn written(&self, reader: &Exec, source: Source, ground: &Ground<'_>) -> Option<String> {
        let mut pending = vec![source];
        let mut known = BTreeSet::new();
        while let Some(source) = pending.pop() {
            if known.len() >= MOST || !known.insert(source.clone()) {
                continue;
            }
            let writers = self.execs.iter().filter(|other| {
                other.seq != reader.seq && Source::of(&other.stdout).as_ref() == Some(&source)
            });
            for writer in writers {
                let named = || ground.among(writer.argv.get(1..)?, writer);
                let opened = || self.opened_by(writer).next().map(|own| own.of.clone());
                let redirected = || match &writer.stdin {
                    Stream::File(path) => ground.script(path, writer).map(|(entry, _)| entry),
                    _ => None,
                };
                if let Some(entry) = named().or_else(opened).or_else(redirected) {
                    return Some(entry);
                }
                pending.extend(Source::of(&writer.stdin));
            }
        }
        None
    }

    /// The entry points and their copies that were opened by `exec`.
    fn opened_by(&self, exec: &Exec) -> impl Iterator<Item = &Opened> {
        let own = self.opened.iter().filter(|own| own.exec == exec.seq);
        own.filter(|own| {
            matches!(own.form, Form::Original | Form::Copy | Form::Compiled) && !own.is_announcer()
        })
    }
}
