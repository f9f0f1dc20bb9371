//! The number of the form in which something is written, as a part of it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Stands in what is written as the number `N`, and is read from no other: what another form says would be taken
/// for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Version<const N: u32>;

/// The numbers of a form that is not read and of the one that is, and what to do.
pub(crate) fn refusal(found: i64, read: u32) -> String {
    let program = env!("CARGO_PKG_VERSION");
    let newer = if found > i64::from(read) {
        ", or a newer one"
    } else {
        ""
    };
    format!(
        "it has format {found}, and this program, of version {program}, reads format {read}: use the program that \
         wrote it{newer}"
    )
}

impl<const N: u32> Serialize for Version<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(N)
    }
}

impl<'de, const N: u32> Deserialize<'de> for Version<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match i64::deserialize(deserializer)? {
            found if found == i64::from(N) => Ok(Self),
            found => Err(D::Error::custom(refusal(found, N))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_number_is_read() {
        assert_eq!(serde_json::to_string(&Version::<3>).unwrap(), "3");
        let read = |text| serde_json::from_str::<Version<3>>(text).map_err(|e| e.to_string());
        assert_eq!(read("3"), Ok(Version));
        for (other, newer) in [("2", false), ("4", true), ("-1", false)] {
            let error = read(other).unwrap_err();
            let told = format!("it has format {other}, and this program");
            assert!(error.starts_with(&told), "{error}");
            assert_eq!(error.contains("or a newer one"), newer, "{error}");
        }
        assert!(read("\"3\"").is_err());
    }
}
