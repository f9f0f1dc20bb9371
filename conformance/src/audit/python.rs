//! The lines of a Python program as its interpreter joins them, without comments.

/// A line with all that it goes on with in brackets, in strings, or behind a backslash.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// How far it is moved in.
    pub(super) depth: usize,
    pub(super) text: Vec<u8>,
}

/// The lines of `program` that are not empty.
pub(super) fn lines(program: &[u8]) -> Vec<Line> {
    let mut found = Vec::new();
    let (mut text, mut brackets) = (Vec::new(), 0_usize);
    let mut rest = program;
    while let Some(byte) = rest.first() {
        let (taken, is_kept) = match byte {
            b'#' => (to_end_of_line(rest), false),
            b'"' | b'\'' => (string(rest), true),
            b'\\' if rest.starts_with(b"\\\n") => (2, false),
            b'\\' if rest.starts_with(b"\\\r\n") => (3, false),
            b'\n' => (1, brackets > 0),
            _ => (1, true),
        };
        match byte {
            b'(' | b'[' | b'{' => brackets += 1,
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b'\n' if brackets == 0 => found.extend(line(&std::mem::take(&mut text))),
            _ => {}
        }
        let (part, behind) = rest.split_at(taken);
        if is_kept {
            text.extend_from_slice(part);
        }
        rest = behind;
    }
    found.extend(line(&text));
    found
}

fn line(text: &[u8]) -> Option<Line> {
    let depth = text.len() - text.trim_ascii_start().len();
    let text = text.trim_ascii().to_vec();
    (!text.is_empty()).then_some(Line { depth, text })
}

fn to_end_of_line(rest: &[u8]) -> usize {
    let end = rest.iter().position(|byte| *byte == b'\n');
    end.unwrap_or(rest.len())
}

/// The length of the string that `rest` begins with. One of a single line ends with it.
fn string(rest: &[u8]) -> usize {
    let quote = &rest[..1];
    let triple = quote.repeat(3);
    let is_long = rest.starts_with(&triple);
    let end = if is_long { &triple } else { quote };
    let mut at = end.len();
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' if !is_long => return at,
            _ if rest[at..].starts_with(end) => return at + end.len(),
            _ => at += 1,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_as_the_interpreter_does() {
        let program = b"\n# a\nif (0 and  # b\n    1):\n  f('#(\\'', \"\"\"\n# c\n\"\"\")\na = 'x\nb = 1 + \\\n  2";
        let found = lines(program);
        let found: Vec<(usize, &str)> = found
            .iter()
            .map(|line| (line.depth, std::str::from_utf8(&line.text).unwrap()))
            .collect();
        assert_eq!(
            found,
            [
                (0, "if (0 and  \n    1):"),
                (2, "f('#(\\'', \"\"\"\n# c\n\"\"\")"),
                (0, "a = 'x"),
                (0, "b = 1 +   2"),
            ]
        );
        assert_eq!(
            lines(b"'''a\\"),
            [Line {
                depth: 0,
                text: b"'''a\\".to_vec()
            }]
        );
    }
}
