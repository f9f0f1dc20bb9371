//! What a YAML 1.1 reader takes an unquoted scalar for.

/// Whether YAML 1.1 reads the unquoted text as something else than a string.
pub(super) fn is_other_type(text: &str) -> bool {
    RESERVED_WORDS.contains(&text) || is_int(text) || is_float(text) || is_timestamp(text)
}

/// Nulls, booleans, and the keys that merge or stand for a default value.
const RESERVED_WORDS: [&str; 25] = [
    "", "~", "null", "Null", "NULL", "yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE",
    "false", "False", "FALSE", "on", "On", "ON", "off", "Off", "OFF", "<<", "=",
];

/// Binary, octal, hexadecimal, decimal and base 60 integers.
fn is_int(text: &str) -> bool {
    let number = unsigned(text);
    if let Some(bits) = number.strip_prefix("0b") {
        return !bits.is_empty() && bits.chars().all(|ch| matches!(ch, '0' | '1' | '_'));
    }
    if let Some(digits) = number.strip_prefix("0x") {
        return !digits.is_empty() && digits.chars().all(|ch| ch.is_ascii_hexdigit() || ch == '_');
    }
    if let Some(digits) = number.strip_prefix('0') {
        return digits.chars().all(|ch| matches!(ch, '0'..='7' | '_'));
    }
    let rest = after_digits(number);
    starts_with_digit(number) && (rest.is_empty() || is_base60_tail(rest))
}

/// Decimal and base 60 fractions, infinities and the not-a-number.
fn is_float(text: &str) -> bool {
    let number = unsigned(text);
    if matches!(number, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let Some((whole, fraction)) = number.split_once('.') else {
        return false;
    };
    let rest = after_digits(fraction);
    if whole.is_empty() {
        return text.starts_with('.') && starts_with_digit(fraction) && is_exponent(rest);
    }
    let tail = after_digits(whole);
    let has_end = if tail.is_empty() {
        is_exponent(rest)
    } else {
        rest.is_empty()
    };
    starts_with_digit(whole) && has_end && (tail.is_empty() || is_base60_tail(tail))
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|ch: char| ch.is_ascii_digit())
}

/// What follows the digits, and the underscores among them, that the text begins with.
fn after_digits(text: &str) -> &str {
    text.trim_start_matches(|ch: char| ch.is_ascii_digit() || ch == '_')
}

/// Nothing, or `e`, a sign and digits.
fn is_exponent(text: &str) -> bool {
    text.is_empty()
        || text
            .strip_prefix(['e', 'E'])
            .and_then(|rest| rest.strip_prefix(['-', '+']))
            .is_some_and(|digits| {
                !digits.is_empty() && digits.chars().all(|ch| ch.is_ascii_digit())
            })
}

/// One or more `:N`, each N below 60.
fn is_base60_tail(text: &str) -> bool {
    let is_part =
        |part: &str| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    text.strip_prefix(':')
        .is_some_and(|parts| parts.split(':').all(is_part))
}

/// A date such as `2020-01-01`, or a looser date with a time of day.
fn is_timestamp(text: &str) -> bool {
    let mut scan = Scan(text);
    let is_date = scan.digits(4, 4)
        && scan.one_of("-")
        && scan.digits(1, 2)
        && scan.one_of("-")
        && scan.digits(1, 2);
    if scan.0.is_empty() {
        return is_date && text.len() == "2020-01-01".len();
    }
    is_date && (scan.one_of("Tt") || scan.blanks()) && scan.time_of_day() && scan.zone()
}

/// The part of a timestamp that is still to be read.
struct Scan<'a>(&'a str);

impl Scan<'_> {
    fn one_of(&mut self, choices: &str) -> bool {
        let rest = self.0.strip_prefix(|ch| choices.contains(ch));
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn digits(&mut self, least: usize, most: usize) -> bool {
        let count = (0..most).take_while(|_| self.one_of("0123456789")).count();
        count >= least
    }

    fn blanks(&mut self) -> bool {
        let rest = self.0.trim_start_matches([' ', '\t']);
        let found = rest.len() < self.0.len();
        self.0 = rest;
        found
    }

    fn time_of_day(&mut self) -> bool {
        let has_seconds = self.digits(1, 2)
            && self.one_of(":")
            && self.digits(2, 2)
            && self.one_of(":")
            && self.digits(2, 2);
        has_seconds && (!self.one_of(".") || self.digits(0, usize::MAX))
    }

    /// Reads an optional time zone, which must be all that is left.
    fn zone(&mut self) -> bool {
        if self.0.is_empty() {
            return true;
        }
        self.blanks();
        let is_zone = self.one_of("Z") || self.one_of("-+") && self.offset();
        is_zone && self.0.is_empty()
    }

    fn offset(&mut self) -> bool {
        self.digits(1, 2) && (!self.one_of(":") || self.digits(2, 2))
    }
}
