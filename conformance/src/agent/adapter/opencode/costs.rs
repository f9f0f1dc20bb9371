//! What the messages of a session cost, however many there are.

use std::collections::{BTreeMap, VecDeque};

use crate::usage::Usage;

/// Most messages whose cost is remembered one by one.
const MOST: usize = 10_000;

/// What messages cost, helpers' included. A message is told again as it grows, so that the newest are remembered one
/// by one; of older ones the sum is.
#[derive(Debug, Default)]
pub(super) struct Costs {
    newest: BTreeMap<String, Usage>,
    /// The ids of these, the oldest first.
    order: VecDeque<String>,
    /// Of an older one that is told again it is not known what it was said to cost before: it counts again, since a
    /// limit of cost that holds too early is better than one that does not hold.
    older: Usage,
}

impl Costs {
    /// What a message costs now.
    pub(super) fn tell(&mut self, id: String, usage: Usage) {
        if let Some(told) = self.newest.get_mut(&id) {
            *told = usage;
            return;
        }
        if self.order.len() == MOST
            && let Some(oldest) = self.order.pop_front()
        {
            let settled = self.newest.remove(&oldest);
            self.older = settled.into_iter().chain([self.older]).sum();
        }
        self.order.push_back(id.clone());
        self.newest.insert(id, usage);
    }

    /// All of it, where any was told.
    pub(super) fn sum(&self) -> Option<Usage> {
        let all = self.newest.values().copied().chain([self.older]);
        (!self.newest.is_empty()).then(|| all.sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_beyond_those_that_are_remembered_count_too() {
        let mut costs = Costs::default();
        assert_eq!(costs.sum(), None);
        let usage = |dollars| Usage {
            input_tokens: 3,
            output_tokens: 1,
            dollars: Some(dollars),
        };
        let count = MOST + 50;
        for message in 0..count {
            // It is told twice, as it grows.
            costs.tell(message.to_string(), usage(0.125));
            costs.tell(message.to_string(), usage(0.25));
        }
        let told = costs.sum().unwrap();
        assert_eq!(told.input_tokens, 3 * count as u64);
        assert_eq!(told.output_tokens, count as u64);
        assert_eq!(told.dollars, Some(0.25 * count as f64));
        assert_eq!((costs.newest.len(), costs.order.len()), (MOST, MOST));
    }
}
