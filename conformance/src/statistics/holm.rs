//! Many tests at once.

use super::ALPHA;

/// Holm's correction: with these p values, the chance that even one of all true equalities is called a
/// difference stays below [`ALPHA`], however the tests hang together. Each test comes with the least p
/// that it could have had; one that could not have come below [`ALPHA`] is no test, and makes no other
/// weaker.
pub fn adjusted(tests: &[(f64, f64)]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..tests.len())
        .filter(|at| tests[*at].1 <= ALPHA)
        .collect();
    order.sort_by(|a, b| tests[*a].0.total_cmp(&tests[*b].0));
    let mut all = vec![1.0; tests.len()];
    let mut largest: f64 = 0.0;
    for (rank, at) in order.iter().enumerate() {
        let factor = (order.len() - rank) as f64;
        largest = largest.max((tests[*at].0 * factor).min(1.0));
        all[*at] = largest;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest four times, the next three times, and none below the one before it.
    #[test]
    fn it_is_holms() {
        let tests = [0.01, 0.04, 0.03, 0.005].map(|p| (p, 0.001));
        let told = adjusted(&tests);
        for (told, wanted) in told.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((told - wanted).abs() < 1e-12, "{told}");
        }
    }

    #[test]
    fn what_could_not_have_differed_is_not_counted() {
        let told = adjusted(&[(0.02, 0.01), (1.0, 1.0), (0.1, 0.1)]);
        assert_eq!(told, [0.02, 1.0, 1.0]);
    }
}
