//! Numbers in JSON text.

/// The extent of a number at the start of a text.
pub(super) struct Literal {
    pub(super) len: usize,
    pub(super) is_float: bool,
}

impl Literal {
    /// The number at the start of a text, if there is one.
    pub(super) fn scan(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let digits_from = |from: usize| {
            bytes[from..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count()
        };
        let sign = usize::from(bytes.first() == Some(&b'-'));
        let whole = match bytes.get(sign) {
            Some(b'0') => 1,
            Some(b'1'..=b'9') => digits_from(sign),
            _ => return None,
        };
        let mut literal = Self {
            len: sign + whole,
            is_float: false,
        };
        if bytes.get(literal.len) == Some(&b'.') {
            let fraction = digits_from(literal.len + 1);
            if fraction > 0 {
                literal = Self {
                    len: literal.len + 1 + fraction,
                    is_float: true,
                };
            }
        }
        if matches!(bytes.get(literal.len), Some(b'e' | b'E')) {
            let mut at = literal.len + 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            let exponent = if at <= bytes.len() {
                digits_from(at)
            } else {
                0
            };
            if exponent > 0 {
                literal = Self {
                    len: at + exponent,
                    is_float: true,
                };
            }
        }
        Some(literal)
    }
}
