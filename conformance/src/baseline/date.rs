//! Days, for entries that are not to stay for ever.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: i64,
    month: u8,
    date: u8,
}

/// Seconds of a day.
const DAY: u64 = 86_400;

impl Day {
    /// Today, as UTC has it.
    pub fn today() -> Self {
        Self::of(SystemTime::now())
    }

    /// The day of a moment, as UTC has it.
    pub fn of(now: SystemTime) -> Self {
        let since = now.duration_since(UNIX_EPOCH);
        let days = since.map(|since| since.as_secs() / DAY).unwrap_or_default();
        Self::after_epoch(days)
    }

    /// So many days after the first of January 1970.
    fn after_epoch(days: u64) -> Self {
        let (mut left, mut year) = (days, 1970);
        while left >= days_of(year) {
            left -= days_of(year);
            year += 1;
        }
        let mut month = 1;
        while left >= u64::from(length(year, month)) {
            left -= u64::from(length(year, month));
            month += 1;
        }
        Self {
            year,
            month,
            date: left as u8 + 1,
        }
    }

    /// Reads `2027-01-31`; nothing where there is no such day.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let mut next = |digits: usize| {
            let part = parts.next()?;
            let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse::<u16>().ok()).flatten()
        };
        let (year, month, day) = (i64::from(next(4)?), next(2)?, next(2)?);
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let exists = (1..=12).contains(&month) && (1..=length(year, month)).contains(&day);
        exists.then_some(Self {
            year,
            month,
            date: day,
        })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.date)
    }
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_of(year: i64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn length(year: i64, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (days, text) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (20_819, "2027-01-01"),
        ] {
            assert_eq!(Day::after_epoch(days).to_string(), text);
            assert_eq!(Day::read(text), Some(Day::after_epoch(days)));
        }
        assert!(Day::today() > Day::after_epoch(20_000));
        for nothing in [
            "",
            "2027-02-29",
            "2027-13-01",
            "2027-1-01",
            "27-01-01",
            "2027-01-01x",
        ] {
            assert_eq!(Day::read(nothing), None, "{nothing}");
        }
    }
}
