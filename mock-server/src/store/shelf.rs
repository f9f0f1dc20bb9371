//! The runs themselves, each with its form in lists.

use std::ops::{Index, IndexMut};

use bytes::Bytes;

use super::run::{FullRun, Run};
use crate::json::to_bytes;

/// A list up to this many bytes is kept until a run changes.
const KEPT: usize = 1024 * 1024;

/// All runs, oldest first. What lists show of a run is written once and kept until the run changes, so
/// that a list costs its bytes and nothing else; and the list that was asked for last is kept as a whole.
/// Whoever gets at a run to change it makes it forget that.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    runs: Vec<Shelved>,
    last: Option<(Choice, Bytes)>,
}

/// Which runs a list shows: the newest of all, or of those that are not archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    All(usize),
    Visible(usize),
}

#[derive(Debug)]
struct Shelved {
    run: Run,
    /// The run as lists show it, once one has.
    shown: Option<Box<[u8]>>,
    /// What it weighed when it was weighed last.
    weight: u64,
}

impl Shelf {
    pub(super) fn len(&self) -> usize {
        self.runs.len()
    }

    pub(super) fn push(&mut self, run: Run) {
        self.last = None;
        self.runs.push(Shelved {
            run,
            shown: None,
            weight: 0,
        });
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Run> + ExactSizeIterator {
        self.runs.iter().map(|shelved| &shelved.run)
    }

    /// Weighs a run; tells what it weighed before, and what it weighs.
    pub(super) fn weigh(&mut self, index: usize) -> (u64, u64) {
        let shelved = &mut self.runs[index];
        let now = shelved.run.weight();
        (std::mem::replace(&mut shelved.weight, now), now)
    }

    /// Takes all runs away.
    pub(super) fn take(&mut self) -> impl Iterator<Item = Run> + use<> {
        self.last = None;
        let shelved = std::mem::take(&mut self.runs);
        shelved.into_iter().map(|shelved| shelved.run)
    }

    /// The list of the runs of a choice, which stand at these places.
    pub(super) fn list(
        &mut self,
        choice: Choice,
        places: impl Iterator<Item = usize> + Clone,
    ) -> Bytes {
        if let Some((last, list)) = &self.last
            && *last == choice
        {
            return list.clone();
        }
        let list = self.joined(places);
        self.last = (list.len() <= KEPT).then(|| (choice, list.clone()));
        list
    }

    /// What is shown of some runs, in their order.
    pub(super) fn joined(&mut self, places: impl Iterator<Item = usize> + Clone) -> Bytes {
        let mut size = 2;
        for index in places.clone() {
            size += self.runs[index].shown().len() + 1;
        }
        let mut list = Vec::with_capacity(size);
        list.push(b'[');
        for index in places {
            if list.len() > 1 {
                list.push(b',');
            }
            list.extend_from_slice(self.runs[index].shown());
        }
        list.push(b']');
        list.into()
    }
}

impl Shelved {
    fn shown(&mut self) -> &[u8] {
        let run = &self.run;
        // A copy of the right size: the writer's buffer has room to spare.
        let write = || Box::from(&*to_bytes(&FullRun(run)));
        self.shown.get_or_insert_with(write)
    }
}

impl Index<usize> for Shelf {
    type Output = Run;

    fn index(&self, index: usize) -> &Run {
        &self.runs[index].run
    }
}

impl IndexMut<usize> for Shelf {
    fn index_mut(&mut self, index: usize) -> &mut Run {
        self.last = None;
        let shelved = &mut self.runs[index];
        shelved.shown = None;
        &mut shelved.run
    }
}
