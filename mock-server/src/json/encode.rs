//! Writing JSON: compact, with floats as Python prints them.

use std::io;

use bytes::Bytes;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::ser::Formatter;
use serde_json::value::RawValue;

use super::{Json, float_repr};

/// Bytes that a writer begins with.
const ROOM: usize = 512;

/// The compact layout, but for floats. What is not finite becomes `null`, where the real server
/// would answer 500.
struct PythonFloats;

impl Formatter for PythonFloats {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // Most floats on the wire are moments, which need no exponent.
        if (1e-4..1e16).contains(&value) && value.fract() != 0.0 {
            return write!(writer, "{value}");
        }
        writer.write_all(float_repr(value).as_bytes())
    }
}

/// Encodes a value. Never fails: what cannot be encoded (a map with keys that are no strings,
/// which this project has nowhere) becomes `null`.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Bytes {
    let written = to_vec(value);
    if written.len() < ROOM {
        // What is small is kept by many, and takes no more room than it needs.
        Bytes::copy_from_slice(&written)
    } else {
        written.into()
    }
}

/// Encodes a value as text; see [`to_bytes`].
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> String {
    String::from_utf8(to_vec(value)).unwrap_or_default()
}

fn to_vec<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(ROOM);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, PythonFloats);
    match value.serialize(&mut serializer) {
        Ok(()) => out,
        Err(_) => b"null".to_vec(),
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Int(number) => serializer.serialize_i64(*number),
            // Digits are JSON as they stand.
            Self::BigInt(digits) => RawValue::from_string(digits.to_string())
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Str(text) => serializer.serialize_str(text),
            Self::Array(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Self::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (key, value) in object {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::decode;

    #[test]
    fn what_python_reads_it_writes_the_same_way() {
        let text = r#"{"z":1,"a":[1e-05,1.5,1e+16,-0.0,99999999999999999999,null,true,"ü\n"]}"#;
        assert_eq!(to_string(&decode(text.as_bytes()).unwrap()), text);
    }

    #[test]
    fn what_is_not_finite_becomes_null() {
        assert_eq!(
            to_string(&Json::Array(vec![f64::NAN.into(), f64::INFINITY.into()])),
            "[null,null]"
        );
    }
}
