//! Values as Python's `str()` shows them: what the real server puts into commands.

use std::fmt::Write as _;

use super::Json;

/// Digits of a whole number that Python converts at most.
pub(crate) const MAX_DIGITS: usize = 4300;

/// Python's `repr` of a float: the shortest digits that read back, an exponent below 1e-4 and from
/// 1e16 on.
pub fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        if plain.contains('.') {
            plain
        } else {
            format!("{plain}.0")
        }
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.abs())
    }
}

/// Python's `str(value)`.
pub fn str_of(value: &Json) -> String {
    match value {
        Json::Str(text) => text.clone(),
        other => {
            let mut out = String::new();
            write_repr(&mut out, other);
            out
        }
    }
}

fn write_repr(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("None"),
        Json::Bool(flag) => out.push_str(if *flag { "True" } else { "False" }),
        Json::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Json::BigInt(digits) => out.push_str(digits),
        Json::Float(number) => out.push_str(&float_repr(*number)),
        Json::Str(text) => write_str_repr(out, text),
        Json::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                separate(out, i);
                write_repr(out, item);
            }
            out.push(']');
        }
        Json::Object(object) => {
            out.push('{');
            for (i, (key, item)) in object.iter().enumerate() {
                separate(out, i);
                write_str_repr(out, key);
                out.push_str(": ");
                write_repr(out, item);
            }
            out.push('}');
        }
    }
}

fn separate(out: &mut String, index: usize) {
    if index > 0 {
        out.push_str(", ");
    }
}

fn write_str_repr(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.push(quote);
    for c in text.chars() {
        let code = u32::from(c);
        // Writing to a String cannot fail.
        let _ = match c {
            '\\' => write!(out, "\\\\"),
            '\n' => write!(out, "\\n"),
            '\r' => write!(out, "\\r"),
            '\t' => write!(out, "\\t"),
            c if c == quote => write!(out, "\\{c}"),
            c if is_printable(c) => write!(out, "{c}"),
            _ if code < 0x100 => write!(out, "\\x{code:02x}"),
            _ if code < 0x1_0000 => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
    }
    out.push(quote);
}

/// Python's `str.isprintable` for one character: everything but controls, formats, surrogates,
/// private and unassigned characters, and separators other than the space.
fn is_printable(c: char) -> bool {
    if c == ' ' || c.is_alphanumeric() {
        return true;
    }
    if c.is_control() || c.is_whitespace() {
        return false;
    }
    let code = u32::from(c);
    let format = matches!(
        code,
        0xad | 0x600..=0x605
            | 0x61c
            | 0x6dd
            | 0x70f
            | 0x180e
            | 0x200b..=0x200f
            | 0x2028..=0x202e
            | 0x2060..=0x206f
            | 0xfeff
            | 0xfff0..=0xfffb
            | 0xe0000..=0xe0fff
    );
    let private = matches!(code, 0xe000..=0xf8ff | 0xf_0000..=0x10_ffff);
    let noncharacter = code & 0xfffe == 0xfffe || matches!(code, 0xfdd0..=0xfdef);
    !(format || private || noncharacter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::decode;

    #[test]
    fn floats_as_python_prints_them() {
        let cases = [
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (123_456_789.125, "123456789.125"),
            (1e22, "1e+22"),
            (1.5e-7, "1.5e-07"),
            (1e100, "1e+100"),
            (9_007_199_254_740_993.0, "9007199254740992.0"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "nan"),
        ];
        for (value, expected) in cases {
            assert_eq!(float_repr(value), expected);
        }
    }

    #[test]
    fn values_as_python_prints_them() {
        let cases = [
            (r"null", "None"),
            (r"true", "True"),
            (r#"[1, 2.5, "a"]"#, "[1, 2.5, 'a']"),
            (r#"{"a": null, "b": "it's"}"#, "{'a': None, 'b': \"it's\"}"),
            (r#""plain it's""#, "plain it's"),
            (
                r#"["it's \"q\"", "\u0007\n", "ü\u200b🚀"]"#,
                r#"['it\'s "q"', '\x07\n', 'ü\u200b🚀']"#,
            ),
            (r"99999999999999999999", "99999999999999999999"),
        ];
        for (json, expected) in cases {
            assert_eq!(str_of(&decode(json.as_bytes()).unwrap()), expected);
        }
    }
}
