//! Pydantic's lax coercions of single values, and its words for what it refuses.

use super::Findings;
use crate::json::{Json, MAX_DIGITS, float_repr};

type Checked = Option<Json>;

const TOO_LONG: &str = "Unable to parse input string as an integer, exceeded maximum size";

/// Whole floats from here on do not fit a machine word.
const WORD_LIMIT: f64 = i64::MAX as f64;

/// A string stays a string; nothing else becomes one.
pub(super) fn string(value: &Json, found: &mut Findings) -> Checked {
    match value {
        Json::Str(_) => Some(value.clone()),
        _ => found.refuse("string_type", "Input should be a valid string", value),
    }
}

/// Booleans, 0 and 1, and the words for them.
pub(super) fn boolean(value: &Json, found: &mut Findings) -> Checked {
    let parsed = match value {
        Json::Bool(flag) => Some(*flag),
        Json::Str(text) => bool_word(text),
        Json::Int(0) => Some(false),
        Json::Int(1) => Some(true),
        Json::Int(_) => None,
        // What does not fit a machine word is no number that could be meant as a boolean.
        Json::Float(number) if number.fract() == 0.0 && number.abs() < WORD_LIMIT => {
            match *number {
                0.0 => Some(false),
                1.0 => Some(true),
                _ => None,
            }
        }
        _ => return found.refuse("bool_type", "Input should be a valid boolean", value),
    };
    match parsed {
        Some(flag) => Some(Json::Bool(flag)),
        None => found.refuse(
            "bool_parsing",
            "Input should be a valid boolean, unable to interpret input",
            value,
        ),
    }
}

fn bool_word(text: &str) -> Option<bool> {
    const TRUE: [&str; 6] = ["1", "on", "t", "true", "y", "yes"];
    const FALSE: [&str; 6] = ["0", "off", "f", "false", "n", "no"];
    let is = |words: [&str; 6]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(TRUE) {
        Some(true)
    } else if is(FALSE) {
        Some(false)
    } else {
        None
    }
}

/// Whole numbers: as such, as booleans, as floats without a fraction, or as text.
pub(super) fn integer(value: &Json, ge: Option<i64>, found: &mut Findings) -> Checked {
    let number = match value {
        Json::Int(_) | Json::BigInt(_) => value.clone(),
        Json::Bool(flag) => Json::Int(i64::from(*flag)),
        Json::Float(number) => whole_float(*number, value, found)?,
        Json::Str(text) => match parse_integer(text) {
            Some(Json::BigInt(digits)) if digits.trim_start_matches('-').len() > MAX_DIGITS => {
                return found.refuse("int_parsing_size", TOO_LONG, value);
            }
            Some(number) => number,
            None => {
                return found.refuse(
                    "int_parsing",
                    "Input should be a valid integer, unable to parse string as an integer",
                    value,
                );
            }
        },
        _ => return found.refuse("int_type", "Input should be a valid integer", value),
    };
    match ge {
        Some(least) if number.saturating_i64().is_some_and(|number| number < least) => found
            .refuse_with(
                "greater_than_equal",
                format!("Input should be greater than or equal to {least}"),
                value,
                Some(bound("ge", Json::Int(least))),
            ),
        _ => Some(number),
    }
}

fn whole_float(number: f64, value: &Json, found: &mut Findings) -> Checked {
    if !number.is_finite() {
        return found.refuse("finite_number", "Input should be a finite number", value);
    }
    if number.fract() != 0.0 {
        return found.refuse(
            "int_from_float",
            "Input should be a valid integer, got a number with a fractional part",
            value,
        );
    }
    if number.abs() >= WORD_LIMIT {
        return found.refuse("int_parsing_size", TOO_LONG, value);
    }
    Some(Json::Int(number as i64))
}

/// Text as a whole number: blank space around it, a sign, leading zeros, single underscores between
/// digits and a fraction of zeros are all accepted.
fn parse_integer(text: &str) -> Option<Json> {
    let text = text.trim();
    let text = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            whole
        }
        Some(_) => return None,
        None => text,
    };
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let digits = without_underscores(digits)?;
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Some(Json::Int(0));
    }
    Json::int_from_digits(&format!("{sign}{digits}"))
}

/// The digits alone, or `None` when there are none or an underscore is not between two of them.
fn without_underscores(digits: &str) -> Option<String> {
    let misplaced = digits.is_empty()
        || digits.starts_with('_')
        || digits.ends_with('_')
        || digits.contains("__");
    let plain = digits.replace('_', "");
    (!misplaced && plain.bytes().all(|byte| byte.is_ascii_digit())).then_some(plain)
}

/// Numbers: as such, as booleans, or as text.
pub(super) fn number(
    value: &Json,
    gt: Option<f64>,
    le: Option<f64>,
    found: &mut Findings,
) -> Checked {
    let number = match value {
        Json::Float(number) => *number,
        Json::Int(number) => *number as f64,
        Json::BigInt(digits) => digits.parse().unwrap_or(f64::INFINITY),
        Json::Bool(flag) => f64::from(u8::from(*flag)),
        Json::Str(text) => match parse_number(text) {
            Some(number) => number,
            None => {
                return found.refuse(
                    "float_parsing",
                    "Input should be a valid number, unable to parse string as a number",
                    value,
                );
            }
        },
        _ => return found.refuse("float_type", "Input should be a valid number", value),
    };
    // NaN violates both bounds, of which the upper one is looked at first.
    if let Some(limit) = le.filter(|limit| number.is_nan() || number > *limit) {
        let msg = format!("Input should be less than or equal to {}", shown(limit));
        return found.refuse_with(
            "less_than_equal",
            msg,
            value,
            Some(bound("le", limit.into())),
        );
    }
    if let Some(limit) = gt.filter(|limit| number.is_nan() || number <= *limit) {
        let msg = format!("Input should be greater than {}", shown(limit));
        return found.refuse_with("greater_than", msg, value, Some(bound("gt", limit.into())));
    }
    Some(Json::Float(number))
}

/// Text as a number, as Pydantic reads it: blank space around it and single underscores inside it are
/// accepted.
fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.contains('_') {
        let plain = text.replace('_', "");
        let misplaced = text.starts_with('_') || text.ends_with('_') || text.contains("__");
        return if misplaced { None } else { plain.parse().ok() };
    }
    text.parse().ok()
}

/// A bound in a message: whole ones without a fraction.
fn shown(limit: f64) -> String {
    let text = float_repr(limit);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn bound(name: &str, limit: Json) -> Json {
    Json::Object([(name.to_owned(), limit)].into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::{Findings, Shape};
    use super::*;

    fn check(shape: &Shape, value: &Json) -> Result<Json, &'static str> {
        let mut found = Findings::in_part("body");
        let checked = shape.check(value, &mut found);
        found.finish(checked).map_err(|faults| faults[0].kind)
    }

    #[test]
    fn integers() {
        let shape = Shape::Int { ge: None };
        for (text, number) in [
            ("12", 12),
            (" 4 ", 4),
            ("+5", 5),
            ("02", 2),
            ("2.0", 2),
            ("1_0", 10),
            ("-0", 0),
        ] {
            assert_eq!(
                check(&shape, &text.into()),
                Ok(Json::Int(number)),
                "{text:?}"
            );
        }
        for text in [
            "", "3.", "abc", "2.5", "1e3", "0x10", "--1", "nan", "_1", "1__0", ".0", "+ 5", "ü",
        ] {
            assert_eq!(check(&shape, &text.into()), Err("int_parsing"), "{text:?}");
        }
        assert_eq!(check(&shape, &true.into()), Ok(Json::Int(1)));
        assert_eq!(check(&shape, &3.0.into()), Ok(Json::Int(3)));
        assert_eq!(check(&shape, &1.5.into()), Err("int_from_float"));
        assert_eq!(check(&shape, &f64::NAN.into()), Err("finite_number"));
        assert_eq!(check(&shape, &1e300.into()), Err("int_parsing_size"));
        assert_eq!(check(&shape, &Json::Null), Err("int_type"));
        assert_eq!(
            check(&shape, &"9".repeat(4301).into()),
            Err("int_parsing_size")
        );
        assert_eq!(check(&shape, &"0".repeat(4301).into()), Ok(Json::Int(0)));
        assert!(check(&shape, &format!("-{}", "9".repeat(4300)).into()).is_ok());
        let huge = "99999999999999999999999";
        assert_eq!(check(&shape, &huge.into()), Ok(Json::BigInt(huge.into())));
        assert_eq!(
            check(&Shape::Int { ge: Some(-1) }, &(-2).into()),
            Err("greater_than_equal")
        );
    }

    #[test]
    fn booleans() {
        for yes in ["1", "on", "T", "TRUE", "y", "Yes"] {
            assert_eq!(
                check(&Shape::Bool, &yes.into()),
                Ok(Json::Bool(true)),
                "{yes}"
            );
        }
        for refused in ["", "2", "maybe", " true", "1.0"] {
            assert_eq!(
                check(&Shape::Bool, &refused.into()),
                Err("bool_parsing"),
                "{refused}"
            );
        }
        assert_eq!(check(&Shape::Bool, &1.0.into()), Ok(Json::Bool(true)));
        assert_eq!(check(&Shape::Bool, &2.into()), Err("bool_parsing"));
        assert_eq!(check(&Shape::Bool, &0.5.into()), Err("bool_type"));
        assert_eq!(check(&Shape::Bool, &Json::Null), Err("bool_type"));
    }

    #[test]
    fn numbers() {
        let shape = Shape::Number {
            gt: Some(0.0),
            le: Some(600.0),
        };
        assert_eq!(check(&shape, &5.into()), Ok(Json::Float(5.0)));
        assert_eq!(check(&shape, &"1.5".into()), Ok(Json::Float(1.5)));
        assert_eq!(check(&shape, &0.into()), Err("greater_than"));
        assert_eq!(check(&shape, &601.into()), Err("less_than_equal"));
        assert_eq!(check(&shape, &f64::NAN.into()), Err("less_than_equal"));
        assert_eq!(check(&shape, &"x".into()), Err("float_parsing"));
        assert_eq!(check(&shape, &Json::Array(vec![])), Err("float_type"));
    }
}
