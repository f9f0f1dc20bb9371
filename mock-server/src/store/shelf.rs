//! The runs themselves, each with its form in lists.

use std::ops::{Index, IndexMut};

use bytes::Bytes;

use super::run::{FullRun, Run};
use crate::json::to_bytes;

/// All runs, oldest first. What lists show of a run is written once and kept until the run changes, so
/// that a list costs its bytes and nothing else. Whoever gets at a run to change it makes it forget that.
#[derive(Debug, Default)]
pub(super) struct Shelf(Vec<Shelved>);

#[derive(Debug)]
struct Shelved {
    run: Run,
    /// The run as lists show it, once one has.
    shown: Option<Box<[u8]>>,
}

impl Shelf {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn push(&mut self, run: Run) {
        self.0.push(Shelved { run, shown: None });
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Run> + ExactSizeIterator {
        self.0.iter().map(|shelved| &shelved.run)
    }

    /// Takes all runs away.
    pub(super) fn take(&mut self) -> impl Iterator<Item = Run> + use<> {
        let shelved = std::mem::take(&mut self.0);
        shelved.into_iter().map(|shelved| shelved.run)
    }

    /// The list of some runs, in their order.
    pub(super) fn list(&mut self, chosen: impl Iterator<Item = usize> + Clone) -> Bytes {
        let mut size = 2;
        for index in chosen.clone() {
            size += self.0[index].shown().len() + 1;
        }
        let mut list = Vec::with_capacity(size);
        list.push(b'[');
        for index in chosen {
            if list.len() > 1 {
                list.push(b',');
            }
            list.extend_from_slice(self.0[index].shown());
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
        &self.0[index].run
    }
}

impl IndexMut<usize> for Shelf {
    fn index_mut(&mut self, index: usize) -> &mut Run {
        let shelved = &mut self.0[index];
        shelved.shown = None;
        &mut shelved.run
    }
}
