//! An exact test for two rates, case by case.

/// How one case came out on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// What was kept before, and of how many.
    pub base: (u32, u32),
    /// What is kept now, and of how many.
    pub new: (u32, u32),
}

/// Probabilities that differ by less are the same: the sums below are rounded.
const TIE: f64 = 1.0 + 1e-7;

/// How probable so large a difference is where there is none, on either side.
///
/// The test is conditional: of each case it takes as given how many plays there were and how many were kept in
/// all, and asks how they fall on both sides. With one case this is Fisher's exact test; with several, each
/// played once on either side, it is McNemar's exact test; between them it is the exact test of Cochran, Mantel
/// and Haenszel. So a case that is hard on both sides makes no difference.
pub fn p_value(cases: &[Pair]) -> f64 {
    let (chances, seen) = distribution(cases);
    let own = chances.get(seen).copied().unwrap_or(1.0);
    as_rare(&chances, own)
}

/// The least [`p_value`] that these numbers of plays, and of what was kept in all, could have had.
pub fn least_p(cases: &[Pair]) -> f64 {
    let (chances, _) = distribution(cases);
    let least = chances.iter().copied().fold(1.0, f64::min);
    as_rare(&chances, least)
}

/// By how much more was kept on the new side than the test expects where there is no difference; below 0 it was
/// less. Rates that are summed up over cases may say the opposite, where the cases were played unequally often.
pub fn surplus(cases: &[Pair]) -> f64 {
    let (chances, seen) = distribution(cases);
    let expected: f64 = chances
        .iter()
        .zip(0_u32..)
        .map(|(p, at)| p * f64::from(at))
        .sum();
    let off = seen as f64 - expected;
    if off.abs() < 1e-9 { 0.0 } else { off }
}

fn as_rare(chances: &[f64], own: f64) -> f64 {
    let rare = chances.iter().filter(|chance| **chance <= own * TIE);
    rare.sum::<f64>().min(1.0)
}

/// How probable each number of what is kept on the new side is, counted from the least that is possible, and the
/// place of the number that was seen.
fn distribution(cases: &[Pair]) -> (Vec<f64>, usize) {
    let mut all = vec![1.0];
    let mut seen = 0;
    for pair in cases {
        let (own, at) = of_case(*pair);
        seen += at;
        if own.len() > 1 {
            all = convolved(&all, &own);
        }
    }
    (all, seen)
}

/// The hypergeometric distribution of one case.
fn of_case(pair: Pair) -> (Vec<f64>, usize) {
    let (base, new) = (pair.base.1, pair.new.1);
    let kept = pair.base.0 + pair.new.0;
    let least = kept.saturating_sub(base);
    let most = kept.min(new);
    // From the ratio of neighbours, scaled afterwards; logarithms, as the first may be next to nothing.
    let mut logs = vec![0.0];
    for x in least..most {
        let up = f64::from(new - x) * f64::from(kept - x);
        let down = f64::from(x + 1) * (f64::from(base) - f64::from(kept) + f64::from(x + 1));
        let before = logs.last().copied().unwrap_or_default();
        logs.push(before + (up / down).ln());
    }
    let largest = logs.iter().copied().fold(f64::MIN, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| (log - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    let chances = weights.iter().map(|weight| weight / sum).collect();
    (chances, (pair.new.0 - least) as usize)
}

fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            sum[i + j] += x * y;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(base: (u32, u32), new: (u32, u32)) -> Pair {
        Pair { base, new }
    }

    fn is(told: f64, wanted: f64) {
        assert!((told - wanted).abs() < 1e-6, "{told}, not {wanted}");
    }

    /// Fisher's tea, 1 in 126 twice, and others that other programs agree on.
    #[test]
    fn of_one_case_it_is_fishers() {
        is(p_value(&[pair((1, 10), (8, 10))]), 0.005_477_5);
        is(p_value(&[pair((3, 4), (1, 4))]), 0.485_714_3);
        is(p_value(&[pair((10, 10), (10, 10))]), 1.0);
        is(p_value(&[pair((0, 5), (5, 5))]), 0.007_936_5);
    }

    /// 1 case was mended and 8 were broken, beside some that stayed: the binomial test of 1 in 9.
    #[test]
    fn of_cases_played_once_it_is_mcnemars() {
        let mut cases = vec![pair((1, 1), (0, 1)); 8];
        cases.push(pair((0, 1), (1, 1)));
        cases.extend([pair((1, 1), (1, 1)); 20]);
        cases.extend([pair((0, 1), (0, 1)); 5]);
        is(p_value(&cases), 2.0 * 10.0 / 512.0);
    }

    #[test]
    fn a_case_that_is_hard_on_both_sides_makes_no_difference() {
        let easy = [pair((9, 10), (2, 10))];
        let with_hard = [easy[0], pair((0, 10), (0, 10))];
        assert_eq!(p_value(&easy), p_value(&with_hard));
    }

    #[test]
    fn the_surplus_is_that_of_the_cases_and_not_of_their_sum() {
        is(surplus(&[pair((4, 5), (1, 5))]), -1.5);
        is(surplus(&[pair((3, 5), (3, 5))]), 0.0);
        // More of the new plays are of the hard case.
        let unequal = [pair((60, 60), (5, 5)), pair((0, 6), (20, 30))];
        assert!(surplus(&unequal) > 0.0);
    }

    #[test]
    fn the_least_p_is_that_of_the_greatest_difference() {
        let seen = [pair((4, 5), (1, 5))];
        is(least_p(&seen), p_value(&[pair((5, 5), (0, 5))]));
        is(least_p(&[pair((1, 1), (1, 1))]), 1.0);
        is(least_p(&[pair((1, 1), (0, 1))]), 1.0);
    }

    #[test]
    fn many_plays_have_a_number_too() {
        let p = p_value(&[pair((5000, 10_000), (5200, 10_000))]);
        assert!((0.004..0.006).contains(&p), "{p}");
    }
}
