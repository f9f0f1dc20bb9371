//! JSON as the real server's Python sees it.
//!
//! Whole numbers of any size stay whole, floats print as Python prints them, and a text that does
//! not parse is refused with the words and the place that Python's decoder gives
//! (wire contract, "Validation errors").

mod de;
mod decode;
mod encode;
mod encoding;
mod literal;
mod python;
mod weight;

use indexmap::IndexMap;

pub use de::{DeError, from_json};
pub(crate) use decode::decode_kept;
pub use decode::{DecodeError, SyntaxError, decode};
pub use encode::{to_bytes, to_string};
pub(crate) use python::MAX_DIGITS;
pub use python::{float_repr, str_of};
pub(crate) use weight::{weight_of, weight_of_text};

/// A JSON object: keys in the order in which they first came, the last value of a key wins.
pub type Object = IndexMap<String, Json>;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Json {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number that fits.
    Int(i64),
    /// A whole number that does not fit, in canonical decimal digits.
    BigInt(Box<str>),
    /// A number with a fraction or an exponent; may be infinite or NaN, as in Python.
    Float(f64),
    /// A string.
    Str(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

impl Json {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The items of an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The value under a key of an object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object().and_then(|object| object.get(key))
    }

    /// A whole number from digits with an optional minus sign; `None` when it is none.
    pub fn int_from_digits(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if let Ok(small) = text.parse::<i64>() {
            return Some(Self::Int(small));
        }
        let digits = digits.trim_start_matches('0');
        let sign = if negative { "-" } else { "" };
        Some(Self::BigInt(format!("{sign}{digits}").into()))
    }

    /// A float without a fraction as a whole number, all its digits told; `null` when there is none.
    pub fn from_whole(number: f64) -> Self {
        if !number.is_finite() {
            return Self::Null;
        }
        // Printing a float without a fraction is exact, and what fits is not kept as digits.
        Self::int_from_digits(&format!("{:.0}", number + 0.0)).unwrap_or_default()
    }

    /// A whole number as `i64`, a big one cut to the nearest that fits.
    pub fn saturating_i64(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::BigInt(digits) if digits.starts_with('-') => Some(i64::MIN),
            Self::BigInt(_) => Some(i64::MAX),
            _ => None,
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Str(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Json {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Bool(*flag),
            serde_json::Value::Number(number) => Self::int_from_digits(&number.to_string())
                .unwrap_or_else(|| Self::Float(number.as_f64().unwrap_or(f64::NAN))),
            serde_json::Value::String(text) => Self::Str(text.clone()),
            serde_json::Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            serde_json::Value::Object(map) => Self::Object(
                map.iter()
                    .map(|(k, v)| (k.clone(), Self::from(v)))
                    .collect(),
            ),
        }
    }
}
