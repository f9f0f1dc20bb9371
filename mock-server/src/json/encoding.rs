//! From bytes to text as Python's `json.loads` decodes them: UTF-8, UTF-16 or UTF-32, told by a byte
//! order mark or by where the zeros of the first characters stand.

use std::borrow::Cow;

/// The width of a code unit and how to read one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16(Order),
    Utf32(Order),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// The text of some bytes, or `None` when they are none. Python lets lone surrogates through; they are
/// replaced here, one character for one.
pub(super) fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (encoding, mark) = detect(bytes);
    let bytes = &bytes[mark..];
    match encoding {
        Encoding::Utf8 => utf8(bytes),
        Encoding::Utf16(order) => {
            let units = units(bytes, |pair: [u8; 2]| match order {
                Order::Little => u16::from_le_bytes(pair),
                Order::Big => u16::from_be_bytes(pair),
            })?;
            let replaced = |unit: Result<char, _>| unit.unwrap_or(char::REPLACEMENT_CHARACTER);
            Some(char::decode_utf16(units).map(replaced).collect())
        }
        Encoding::Utf32(order) => {
            let codes = units(bytes, |four: [u8; 4]| match order {
                Order::Little => u32::from_le_bytes(four),
                Order::Big => u32::from_be_bytes(four),
            })?;
            codes.map(from_code).collect()
        }
    }
}

/// The encoding, and the length of its byte order mark.
fn detect(bytes: &[u8]) -> (Encoding, usize) {
    use Encoding::{Utf8, Utf16, Utf32};
    const MARKS: [(&[u8], Encoding); 5] = [
        // The longer ones first: one starts like another.
        (b"\0\0\xfe\xff", Utf32(Order::Big)),
        (b"\xff\xfe\0\0", Utf32(Order::Little)),
        (b"\xfe\xff", Utf16(Order::Big)),
        (b"\xff\xfe", Utf16(Order::Little)),
        (b"\xef\xbb\xbf", Utf8),
    ];
    if let Some((mark, encoding)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return (*encoding, mark.len());
    }
    let encoding = match *bytes {
        [0, 0, _, _, ..] => Utf32(Order::Big),
        [0, _, _, _, ..] | [0, _] => Utf16(Order::Big),
        [_, 0, 0, 0, ..] => Utf32(Order::Little),
        [_, 0, _, _, ..] | [_, 0] => Utf16(Order::Little),
        _ => Utf8,
    };
    (encoding, 0)
}

/// Code units; `None` when the last one is cut short.
fn units<const N: usize, U>(
    bytes: &[u8],
    read: impl Fn([u8; N]) -> U,
) -> Option<impl Iterator<Item = U>> {
    let (whole, rest) = bytes.as_chunks::<N>();
    rest.is_empty()
        .then(|| whole.iter().map(move |unit| read(*unit)))
}

fn from_code(code: u32) -> Option<char> {
    let is_surrogate = (0xd800..0xe000).contains(&code);
    char::from_u32(code).or(is_surrogate.then_some(char::REPLACEMENT_CHARACTER))
}

fn utf8(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.into());
    }
    // A surrogate is encoded as three bytes, the first of which stands in no other place.
    let mut patched = bytes.to_vec();
    for at in 0..patched.len().saturating_sub(2) {
        if matches!(patched[at..at + 3], [0xed, 0xa0..=0xbf, 0x80..=0xbf]) {
            patched[at..at + 3].copy_from_slice("\u{fffd}".as_bytes());
        }
    }
    String::from_utf8(patched).ok().map(Cow::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"é\": \"🚀\"}";

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    fn utf32(text: &str, order: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|c| order(u32::from(c))).collect()
    }

    #[test]
    fn every_encoding_is_told_with_and_without_a_mark() {
        for bare in [
            TEXT.as_bytes().to_vec(),
            utf16(TEXT, u16::to_le_bytes),
            utf16(TEXT, u16::to_be_bytes),
            utf32(TEXT, u32::to_le_bytes),
            utf32(TEXT, u32::to_be_bytes),
        ] {
            assert_eq!(text(&bare).as_deref(), Some(TEXT), "{bare:x?}");
        }
        let marked = format!("\u{feff}{TEXT}");
        for bytes in [
            marked.as_bytes().to_vec(),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
            utf32(&marked, u32::to_le_bytes),
            utf32(&marked, u32::to_be_bytes),
        ] {
            assert_eq!(text(&bytes).as_deref(), Some(TEXT), "{bytes:x?}");
        }
    }

    #[test]
    fn short_texts_are_told_by_their_zeros() {
        for (bytes, expected) in [
            (&b"1\0"[..], Some("1")),
            (b"\x001", Some("1")),
            (b"1", Some("1")),
            (b"{\0}", Some("{\0}")),
            (b"\0", Some("\0")),
            (b"", Some("")),
            (b"\xff\xfe", Some("")),
            (b"\xff\xfe{", None),
            (b"{\0}\0 ", None),
            (b"\0\0\0{\0", None),
            (b"\0\0\0\0\0\x11\0\0", None),
        ] {
            assert_eq!(text(bytes).as_deref(), expected, "{bytes:x?}");
        }
    }

    #[test]
    fn lone_surrogates_are_one_character_each() {
        assert_eq!(
            text(b"a\xed\xa0\x80\xed\xb0\x80").as_deref(),
            Some("a\u{fffd}\u{fffd}")
        );
        assert_eq!(text(b"a\0\x00\xd8b\0").as_deref(), Some("a\u{fffd}b"));
        assert_eq!(text(b"a\0\0\0\x00\xd8\0\0").as_deref(), Some("a\u{fffd}"));
        assert_eq!(text(b"a\xed\xa0"), None);
        assert_eq!(text(b"a\xff"), None);
    }
}
