//! What vocabularies beside the lexicon find in a plan, kept so that all demands of one search it once.

use std::sync::{Arc, Mutex, PoisonError};

use crate::prose::{Hit, Prose, Vocabulary};

/// Most signs that are kept of a plan. Where a vocabulary finds more, it searches anew each time.
const MOST: usize = 1_000_000;

/// The signs of each topic of a vocabulary.
type Found = Arc<[Vec<Hit>]>;

/// What was found, by vocabulary, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Sightings(Mutex<Vec<(Arc<Vocabulary>, Found)>>);

impl Sightings {
    /// What a vocabulary finds in the plan's prose.
    pub(super) fn of(&self, vocabulary: &Arc<Vocabulary>, prose: &Prose) -> Found {
        // Whoever asks meanwhile waits for what is being searched.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |(own, _): &&(Arc<Vocabulary>, Found)| Arc::ptr_eq(own, vocabulary);
        if let Some((_, found)) = kept.iter().find(is_same) {
            return Arc::clone(found);
        }
        let found: Found = vocabulary.find(prose).into();
        keep(
            &mut kept,
            (Arc::clone(vocabulary), Arc::clone(&found)),
            MOST,
        );
        found
    }
}

/// Keeps what was found, and drops the oldest for it where both are too much.
fn keep(kept: &mut Vec<(Arc<Vocabulary>, Found)>, found: (Arc<Vocabulary>, Found), most: usize) {
    let size =
        |(_, found): &(Arc<Vocabulary>, Found)| -> usize { found.iter().map(Vec::len).sum() };
    let Some(mut left) = most.checked_sub(size(&found)) else {
        return;
    };
    let newest = kept.iter().rev().take_while(|own| {
        let rest = left.checked_sub(size(own));
        left = rest.unwrap_or(0);
        rest.is_some()
    });
    let staying = newest.count();
    kept.drain(..kept.len() - staying);
    kept.push(found);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::prose::Entry;

    fn vocabulary(sign: &str) -> Arc<Vocabulary> {
        let entry = Entry {
            strong: vec![sign.to_owned()],
            ..Entry::default()
        };
        let topics = vec![(sign.to_owned(), entry)];
        let own = Vocabulary::compile(topics, &BTreeMap::new(), &BTreeMap::new());
        Arc::new(own.unwrap())
    }

    #[test]
    fn each_vocabulary_searches_once() {
        let prose = Prose::of_text("The cost is limited. No budget is left.");
        let (cost, budget) = (vocabulary("cost"), vocabulary("budget"));
        let sightings = Sightings::default();
        let first = sightings.of(&cost, &prose);
        let other = sightings.of(&budget, &prose);
        assert_eq!((first[0].len(), other[0].len()), (1, 1));
        assert_ne!(first[0][0].sentence, other[0][0].sentence);
        assert!(Arc::ptr_eq(&first, &sightings.of(&cost, &prose)));
        assert!(Arc::ptr_eq(&other, &sightings.of(&budget, &prose)));
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let prose = Prose::of_text("The cost is limited. Note the cost.");
        let own: Vec<Arc<Vocabulary>> = ["cost", "limit*", "note*|cost", "cost|limit*|note*"]
            .map(vocabulary)
            .into();
        let mut kept = Vec::new();
        let mut keeps = |at: usize| {
            let found: Found = own[at].find(&prose).into();
            keep(&mut kept, (Arc::clone(&own[at]), found), 3);
            let place = |own_one: &Arc<Vocabulary>| {
                own.iter().position(|other| Arc::ptr_eq(own_one, other))
            };
            let places = kept.iter().filter_map(|(own, _)| place(own));
            places.collect::<Vec<_>>()
        };
        // They find 2, 1, 3 and 4 signs.
        assert_eq!(keeps(0), [0]);
        assert_eq!(keeps(1), [0, 1]);
        assert_eq!(keeps(2), [2]);
        assert_eq!(keeps(3), [2]);
        assert_eq!(keeps(1), [1]);
        assert_eq!(keeps(0), [1, 0]);
    }
}
