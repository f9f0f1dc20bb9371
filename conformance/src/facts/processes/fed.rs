//! What interpreters are fed with: a redirected file, or what other programs write into a pipe or FIFO.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use super::context::{StartContext, resolve};
use crate::evidence::{Exec, Form, Opened, Stream};

/// Most streams that are followed from one interpreter.
const MOST: usize = 64;

/// All that was executed and opened.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    execs: HashMap<u64, &'a Exec>,
    /// What an execution opened, by its `seq`, in order.
    opened: HashMap<u64, Vec<&'a Opened>>,
    /// Who writes where, in order.
    writers: HashMap<Source, Vec<&'a Exec>>,
}

/// Where what is read comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

impl<'a> Seen<'a> {
    pub(super) fn new(execs: &'a [Exec], all_opened: &'a [Opened]) -> Self {
        let mut opened: HashMap<u64, Vec<&Opened>> = HashMap::new();
        for own in all_opened {
            opened.entry(own.exec).or_default().push(own);
        }
        let mut writers: HashMap<Source, Vec<&Exec>> = HashMap::new();
        for exec in execs {
            if let Some(source) = Source::of(&exec.stdout) {
                writers.entry(source).or_default().push(exec);
            }
        }
        Self {
            execs: execs.iter().map(|exec| (exec.seq, exec)).collect(),
            opened,
            writers,
        }
    }

    /// The execution numbered `seq`.
    pub(super) fn exec(&self, seq: u64) -> Option<&'a Exec> {
        self.execs.get(&seq).copied()
    }

    /// What an execution opened of experiments.
    pub(super) fn all_opened_by(&self, exec: &Exec) -> &[&'a Opened] {
        self.opened.get(&exec.seq).map_or(&[], Vec::as_slice)
    }

    /// The entry point in what `exec` reads from standard input.
    pub(super) fn through_stdin(&self, exec: &Exec, context: &StartContext<'_>) -> Option<String> {
        let file = match &exec.stdin {
            Stream::File(path) => context.script(path, exec).map(|(entry, _)| entry),
            _ => None,
        };
        let given = || {
            self.given(exec, |file| {
                !file.starts_with("/dev/fd/") || file == "/dev/fd/0"
            })
        };
        let written = || self.written(exec, Source::of(&exec.stdin)?, context);
        file.or_else(given).or_else(written)
    }

    /// The entry point in what `exec` reads from `path`, which is a pipe or a FIFO.
    pub(super) fn through(
        &self,
        path: &str,
        exec: &Exec,
        context: &StartContext<'_>,
    ) -> Option<String> {
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
        given().or_else(|| self.written(exec, source.clone(), context))
    }

    /// The entry point that `exec` found in a descriptor that it was given open.
    fn given(&self, exec: &Exec, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let mut own = self.opened_by(exec).filter(|opened| opened.inherited);
        own.find(|opened| is_it(&opened.file))
            .map(|opened| opened.of.clone())
    }

    /// The entry point that whoever writes to `source` names, opened, or reads itself.
    fn written(&self, reader: &Exec, source: Source, context: &StartContext<'_>) -> Option<String> {
        let mut pending = vec![source];
        let mut known = BTreeSet::new();
        while let Some(source) = pending.pop() {
            if known.len() >= MOST || !known.insert(source.clone()) {
                continue;
            }
            let writers = self.writers.get(&source).into_iter().flatten();
            for writer in writers.filter(|writer| writer.seq != reader.seq) {
                let named = || context.among(writer.argv.get(1..)?, writer);
                let opened = || self.opened_by(writer).next().map(|own| own.of.clone());
                let redirected = || match &writer.stdin {
                    Stream::File(path) => context.script(path, writer).map(|(entry, _)| entry),
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
    fn opened_by(&self, exec: &Exec) -> impl Iterator<Item = &'a Opened> {
        let own = self.all_opened_by(exec).iter().copied();
        own.filter(|own| {
            matches!(own.form, Form::Original | Form::Copy | Form::Compiled) && !own.is_announcer()
        })
    }
}
