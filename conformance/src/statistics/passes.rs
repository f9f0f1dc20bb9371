//! The chance that several plays of a case come out well, estimated from more plays than that.

/// pass@k: the chance that at least one of `k` plays comes out well, when `kept` of `of` did. Without bias,
/// as the share of all choices of `k` of the plays. Nothing where there were fewer.
pub fn pass_any(kept: u32, of: u32, k: u32) -> Option<f64> {
    (kept <= of)
        .then(|| all_of(of - kept, of, k))
        .flatten()
        .map(|none| 1.0 - none)
}

/// pass^k: the chance that all of `k` plays come out well.
pub fn pass_all(kept: u32, of: u32, k: u32) -> Option<f64> {
    all_of(kept, of, k)
}

/// C(part, k) / C(of, k), by factors that are none of them large.
fn all_of(part: u32, of: u32, k: u32) -> Option<f64> {
    if k == 0 || k > of || part > of {
        return None;
    }
    let factor = |at: u32| f64::from(part.saturating_sub(at)) / f64::from(of - at);
    Some((0..k).map(factor).product())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(n: u32, k: u32) -> f64 {
        (0..k).fold(1.0, |product, at| {
            product * f64::from(n.saturating_sub(at)) / f64::from(at + 1)
        })
    }

    #[test]
    fn they_are_the_shares_of_choices() {
        for of in 1..=12 {
            for kept in 0..=of {
                for k in 1..=of {
                    let any = 1.0 - choose(of - kept, k) / choose(of, k);
                    let all = choose(kept, k) / choose(of, k);
                    assert!((pass_any(kept, of, k).unwrap() - any).abs() < 1e-12);
                    assert!((pass_all(kept, of, k).unwrap() - all).abs() < 1e-12);
                }
            }
        }
        assert_eq!(pass_any(3, 4, 5), None);
        assert_eq!(pass_all(3, 4, 0), None);
        // Where the binomial coefficients have no number.
        let large = pass_all(9_999, 10_000, 5_000).unwrap();
        assert!((large - 0.5).abs() < 1e-9, "{large}");
    }

    /// The mean over what can happen is the chance itself: 0.7 a play, 5 plays, 3 of them.
    #[test]
    fn they_have_no_bias() {
        let (rate, of, k) = (0.7_f64, 5_u32, 3_u32);
        let mean = |estimate: fn(u32, u32, u32) -> Option<f64>| -> f64 {
            (0..=of)
                .map(|kept| {
                    let chance = choose(of, kept)
                        * rate.powf(f64::from(kept))
                        * (1.0 - rate).powf(f64::from(of - kept));
                    chance * estimate(kept, of, k).unwrap()
                })
                .sum()
        };
        assert!((mean(pass_any) - (1.0 - 0.3_f64.powi(3))).abs() < 1e-12);
        assert!((mean(pass_all) - 0.7_f64.powi(3)).abs() < 1e-12);
    }
}
