//! Numbers as tables show them.

/// A number, and the unit of its last digit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    unit: f64,
    /// Whether it has a percent sign.
    is_share: bool,
}

impl Number {
    /// Reads a cell: a number, with a percent sign or a spread behind it, emphasis aside.
    pub(super) fn read(cell: &str) -> Option<Self> {
        let bare = cell.trim().trim_matches(['*', '`', '"', ' ']);
        let first = bare.split(['±', '(']).next()?.trim();
        let first = first.split("+/-").next()?.trim_end();
        let (text, scale) = match first.strip_suffix('%') {
            Some(share) => (share.trim_end(), 0.01),
            None => (first, 1.0),
        };
        let is_plain = text.bytes().all(|byte| b"0123456789+-.eE".contains(&byte));
        let value: f64 = text.parse().ok().filter(|_| is_plain)?;
        let (digits, power): (_, i32) = match text.split_once(['e', 'E']) {
            Some((digits, power)) => (digits, power.parse().ok()?),
            None => (text, 0),
        };
        let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
        let places = i32::try_from(places).ok()?;
        let unit = 10_f64.powi(power.checked_sub(places)?) * scale;
        // `0e9` has a unit in which any number is nothing.
        let says_something = value != 0.0 || power <= 0;
        (value.is_finite() && says_something).then_some(Self {
            value: value * scale,
            unit,
            is_share: scale < 1.0,
        })
    }

    /// Whether it can be `exact`, rounded or cut, or as many percent of one.
    pub(super) fn is(self, exact: f64) -> bool {
        self.fits(exact, |value| value.abs() < exact.abs())
    }

    /// Whether it lies off `exact` by less than a unit.
    pub(super) fn is_almost(self, exact: f64) -> bool {
        self.fits(exact, |_| true)
    }

    /// Whether it lies among numbers from `least` to `most`, as a mean of any of them does.
    pub(super) fn is_among(self, least: f64, most: f64) -> bool {
        let scales = [1.0, 0.01, 100.0];
        let lies = |scale: f64| (least..=most).contains(&(self.value * scale));
        self.is_almost(least) || self.is_almost(most) || scales.into_iter().any(lies)
    }

    /// What is rounded lies off by half a unit, on either side. Where `may_be_cut`, it may be anything less
    /// than a whole one.
    fn fits(self, exact: f64, may_be_cut: impl Fn(f64) -> bool) -> bool {
        let near = |scale: f64| {
            let (value, unit) = (self.value * scale, self.unit * scale);
            let off = (value - exact).abs();
            // So much is lost in calculating.
            let lost = exact.abs() * 1e-9 + unit * 1e-6;
            off <= unit / 2.0 + lost || may_be_cut(value) && off < unit - lost
        };
        let is_part = (0.0..=1.0).contains(&exact);
        exact.is_finite() && (near(1.0) || self.is_share && near(100.0) || is_part && near(0.01))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_large_unit_is_no_number() {
        assert_eq!(Number::read("0e9"), None);
        assert_eq!(Number::read("0.0E400"), None);
        assert!(Number::read("0").unwrap().is(0.0) && Number::read("0.0e-3").unwrap().is(0.0));
    }

    #[test]
    fn what_lies_among_others_may_be_a_mean_of_them() {
        let among = |cell: &str| Number::read(cell).unwrap().is_among(0.4, 0.6);
        assert!(among("0.5") && among("0.4") && among("0.6") && among("50 %"));
        assert!(!among("0.61") && !among("0.2") && !among("5.0"));
    }

    #[test]
    fn cells_are_read_with_what_rounding_allows() {
        let fits = |cell: &str, exact: f64| Number::read(cell).unwrap().is(exact);
        assert!(fits("4.51", 4.5092) && fits("**4.5092**", 4.509_212) && fits("4.50", 4.509));
        assert!(fits("91.2%", 0.912_3) && fits("1e-3", 0.001) && fits("4.51 ± 0.02", 4.51));
        assert!(!fits("4.51", 4.53) && !fits("4.5092", 4.5078));
        // Half a unit for rounding, and a whole one for cutting alone.
        assert!(fits("0.31", 0.3149) && !fits("0.31", 0.304) && fits("0.31", 0.305));
        assert!(fits("-0.31", -0.3199) && !fits("-0.31", -0.304) && !fits("0.31", 0.3201));
        assert!(!fits("4.5", f64::INFINITY) && !fits("4.5", f64::NAN));
        assert!(!fits("0.5", 0.6) && fits("0.5", 0.599));
        let almost = |cell: &str, exact: f64| Number::read(cell).unwrap().is_almost(exact);
        assert!(almost("0.31", 0.301) && !almost("0.31", 0.3) && !almost("0.31", 0.32));
        for cell in ["", "cosine", "n/a", "nan", "1,2", "inf", "0.1.2"] {
            assert_eq!(Number::read(cell), None, "{cell}");
        }
    }
}
