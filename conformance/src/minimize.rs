//! Finding the smallest set of things with which something still happens.

use std::future::Future;

/// What was found, and how many trials it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minimum<T> {
    /// The smallest set, in the order of the whole.
    pub kept: Vec<T>,
    /// How many sets were tried.
    pub trials: usize,
}

/// Shrinks `whole`, with which `still_happens` is known to hold, by delta debugging: halves and their
/// complements first, then ever smaller parts, until no single element can be left out. The order of
/// trials depends on nothing but `still_happens`.
pub async fn minimize<T, F, H>(whole: Vec<T>, mut still_happens: H) -> Minimum<T>
where
    T: Clone,
    F: Future<Output = bool>,
    H: FnMut(Vec<T>) -> F,
{
    let mut kept = whole;
    let mut parts = 2;
    let mut trials = 0;
    while kept.len() >= 2 {
        let size = kept.len().div_ceil(parts);
        let starts: Vec<usize> = (0..kept.len()).step_by(size).collect();
        let part = |start: usize| kept[start..(start + size).min(kept.len())].to_vec();
        let rest = |start: usize| {
            let behind = (start + size).min(kept.len());
            [&kept[..start], &kept[behind..]].concat()
        };
        let alone = starts.iter().map(|start| (part(*start), 2));
        let others = starts
            .iter()
            .map(|start| (rest(*start), (parts - 1).max(2)));
        let candidates: Vec<(Vec<T>, usize)> = alone.chain(others).collect();
        let mut smaller = None;
        for (candidate, next) in candidates {
            trials += 1;
            if still_happens(candidate.clone()).await {
                smaller = Some((candidate, next));
                break;
            }
        }
        match smaller {
            Some((candidate, next)) => {
                kept = candidate;
                parts = next;
            }
            None if parts >= kept.len() => break,
            None => parts = (parts * 2).min(kept.len()),
        }
    }
    Minimum { kept, trials }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn of(count: u32, needed: &[u32]) -> Minimum<u32> {
        minimize((0..count).collect(), |set: Vec<u32>| {
            let holds = needed.iter().all(|one| set.contains(one));
            async move { holds }
        })
        .await
    }

    #[tokio::test]
    async fn what_is_needed_is_kept_and_nothing_else() {
        for needed in [&[3][..], &[0, 7], &[1, 2, 6], &[0, 1, 2, 3, 4, 5, 6, 7]] {
            assert_eq!(of(8, needed).await.kept, needed);
        }
        assert_eq!(
            of(1, &[0]).await,
            Minimum {
                kept: vec![0],
                trials: 0
            }
        );
    }

    #[tokio::test]
    async fn one_of_many_is_found_in_few_trials() {
        assert!(of(64, &[41]).await.trials <= 14);
    }
}
