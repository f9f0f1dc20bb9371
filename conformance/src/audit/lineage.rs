//! Who descends from whom, and numbers for processes that do not depend on chance.
//!
//! The kernel's process ids differ from run to run, and of two processes of a pipeline either may
//! execute its program first. The place in the tree is the same every time: the parent, and which of
//! its children a process is.

use std::collections::BTreeMap;

use nix::unistd::Pid;

/// Most processes whose place is remembered. Beyond that, processes count as their parents.
const MOST_NODES: usize = 1_000_000;

/// A process's place in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Node(u32);

impl Node {
    /// Where the node stands in lists of all nodes.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug, Clone, Copy)]
struct Place {
    parent: u32,
    children: u32,
}

/// The tree of all processes that there ever were.
#[derive(Debug)]
pub(crate) struct Lineage {
    /// A child comes after its parent, and the children of one parent come in order.
    places: Vec<Place>,
}

impl Lineage {
    /// A tree that consists of its root.
    pub(crate) fn new() -> Self {
        Self {
            places: vec![Place {
                parent: 0,
                children: 0,
            }],
        }
    }

    /// The agent itself.
    pub(crate) const ROOT: Node = Node(0);

    /// A new child of `parent`.
    pub(crate) fn child(&mut self, parent: Node) -> Node {
        if self.places.len() >= MOST_NODES {
            return parent;
        }
        let node = Node(u32::try_from(self.places.len()).unwrap_or(u32::MAX));
        if let Some(place) = self.places.get_mut(parent.0 as usize) {
            place.children += 1;
        }
        self.places.push(Place {
            parent: parent.0,
            children: 0,
        });
        node
    }

    /// Numbers the processes in `wanted` from 1 in the order of a walk through the tree that visits
    /// parents before children, and gives each with the number of its nearest wanted ancestor.
    pub(crate) fn number(&self, wanted: &[Node]) -> BTreeMap<Node, (u32, Option<u32>)> {
        let mut is_wanted = vec![false; self.places.len()];
        for node in wanted {
            is_wanted[node.0 as usize] = true;
        }
        let mut numbers = BTreeMap::new();
        // A stack of nodes with the number of their nearest wanted ancestor; children are pushed in
        // reverse, so that the first comes off first.
        let children = self.children();
        let mut pending = vec![(0_u32, None)];
        let mut next = 1;
        while let Some((at, above)) = pending.pop() {
            let mut nearest = above;
            if is_wanted[at as usize] {
                numbers.insert(Node(at), (next, above));
                nearest = Some(next);
                next += 1;
            }
            pending.extend(children[at as usize].iter().rev().map(|c| (*c, nearest)));
        }
        numbers
    }

    /// The position of every node in the same walk.
    pub(crate) fn ranks(&self) -> Vec<u32> {
        let children = self.children();
        let mut ranks = vec![0; self.places.len()];
        let mut pending = vec![0_u32];
        let mut next = 0;
        while let Some(at) = pending.pop() {
            ranks[at as usize] = next;
            next += 1;
            pending.extend(children[at as usize].iter().rev());
        }
        ranks
    }

    fn children(&self) -> Vec<Vec<u32>> {
        let with_room = |place: &Place| Vec::with_capacity(place.children as usize);
        let mut children: Vec<Vec<u32>> = self.places.iter().map(with_room).collect();
        for (at, place) in self.places.iter().enumerate().skip(1) {
            children[place.parent as usize].push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        children
    }
}

/// A process as `/proc` knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Relatives {
    /// The thread group.
    pub(crate) group: Pid,
    /// The parent of that group.
    pub(crate) parent: Pid,
}

/// Where `tid` belongs.
pub(crate) fn relatives(tid: Pid) -> Option<Relatives> {
    let status = std::fs::read_to_string(format!("/proc/{tid}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(Pid::from_raw(line.trim().parse().ok()?))
    };
    Some(Relatives {
        group: field("Tgid:")?,
        parent: field("PPid:")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_tree_and_not_the_order_of_appearance() {
        let mut tree = Lineage::new();
        let first = tree.child(Lineage::ROOT);
        let second = tree.child(Lineage::ROOT);
        let below_second = tree.child(second);
        let between = tree.child(first);
        let below_first = tree.child(between);
        let numbers = tree.number(&[below_second, below_first, Lineage::ROOT, first]);
        assert_eq!(numbers[&Lineage::ROOT], (1, None));
        assert_eq!(numbers[&first], (2, Some(1)));
        assert_eq!(numbers[&below_first], (3, Some(2)));
        assert_eq!(numbers[&below_second], (4, Some(1)));
    }

    #[test]
    fn this_process_is_its_own_group() {
        let own = nix::unistd::getpid();
        let known = relatives(own).unwrap();
        assert_eq!((known.group, known.parent), (own, nix::unistd::getppid()));
    }
}
