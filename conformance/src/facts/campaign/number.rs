//! Numbers as tables show them.

/// A number, and how far what it was rounded from may lie away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    slack: f64,
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
        let (digits, power) = match text.split_once(['e', 'E']) {
            Some((digits, power)) => (digits, power.parse().ok()?),
            None => (text, 0),
        };
        let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
        let places = i32::try_from(places).ok()?;
        let slack = 10_f64.powi(power - places) * scale;
        value.is_finite().then_some(Self {
            value: value * scale,
            // Half a unit of the last digit for rounding, and as much for cutting in its place.
            slack: slack * 1.000_001,
            is_share: scale < 1.0,
        })
    }

    /// Whether it can be `exact`, rounded or cut, or as many percent of one.
    pub(super) fn is(self, exact: f64) -> bool {
        let near = |scale: f64| {
            (self.value * scale - exact).abs() <= self.slack * scale + exact.abs() * 1e-9
        };
        near(1.0) || self.is_share && near(100.0) || (0.0..=1.0).contains(&exact) && near(0.01)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_with_what_rounding_allows() {
        let fits = |cell: &str, exact: f64| Number::read(cell).unwrap().is(exact);
        assert!(fits("4.51", 4.5092) && fits("**4.5092**", 4.509_212) && fits("4.50", 4.509));
        assert!(fits("91.2%", 0.912_3) && fits("1e-3", 0.001) && fits("4.51 ± 0.02", 4.51));
        assert!(!fits("4.51", 4.53) && !fits("4.5092", 4.5078));
        for cell in ["", "cosine", "n/a", "nan", "1,2", "inf", "0.1.2"] {
            assert_eq!(Number::read(cell), None, "{cell}");
        }
    }
}
