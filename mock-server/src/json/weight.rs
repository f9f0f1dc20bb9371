//! How much memory values take.

use super::{Json, Object};

/// Bytes that an entry of an object takes beside its key's text and its value.
const ENTRY: usize = 64;

impl Json {
    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> u64 {
        let own = size_of::<Self>() as u64;
        own + match self {
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) => 0,
            Self::BigInt(digits) => digits.len() as u64,
            Self::Str(text) => text.len() as u64,
            Self::Array(items) => items.iter().map(Self::weight).sum(),
            Self::Object(entries) => weight_of(entries),
        }
    }
}

/// About how many bytes of memory an object's entries take.
pub(crate) fn weight_of(entries: &Object) -> u64 {
    let entry = |(key, value): (&String, &Json)| (key.len() + ENTRY) as u64 + value.weight();
    entries.iter().map(entry).sum()
}

/// How many bytes of memory a text takes that reads as JSON, at most about: each comma, bracket or brace
/// may begin a value.
pub(crate) fn weight_of_text(text: &[u8]) -> u64 {
    let begins = |byte: &&u8| matches!(byte, b',' | b'[' | b'{');
    let values = text.iter().filter(begins).count();
    (text.len() + values * (ENTRY + size_of::<Json>())) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::decode;

    #[test]
    fn a_text_weighs_no_less_than_its_value() {
        for text in [
            "1",
            "[]",
            "[[],[],[[]]]",
            r#"{"a":1,"b":{"c":[true,null,"xyz"]}}"#,
            "123456789012345678901234567890",
        ] {
            let value = decode(text.as_bytes()).unwrap();
            let (value, text) = (value.weight(), weight_of_text(text.as_bytes()));
            assert!(value <= text + size_of::<Json>() as u64, "{value} {text}");
        }
    }
}
