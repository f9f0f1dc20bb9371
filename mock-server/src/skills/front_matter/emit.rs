//! Writes scalars as PyYAML does: which style it chooses, where it folds, what it escapes.

use super::Yaml;
use super::resolve::is_other_type;

/// A line that has grown beyond this is folded at the next opportunity.
const WIDTH: usize = 80;
/// How far the continuation lines of a scalar are indented, in the mapping and in its lists.
const INDENT: &str = "  ";

/// The document so far, and the column at which it goes on. All output is ASCII.
#[derive(Default)]
pub(super) struct Emitter {
    text: String,
    column: usize,
}

impl Emitter {
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn write(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.len();
    }

    pub(super) fn line_break(&mut self) {
        self.text.push('\n');
        self.column = 0;
    }

    pub(super) fn entry(&mut self, key: &str, value: Yaml<'_>) {
        self.scalar(key, false);
        self.write(":");
        match value {
            Yaml::Str(text) => {
                self.write(" ");
                self.scalar(text, true);
            }
            Yaml::List([]) => self.write(" []"),
            Yaml::List(items) => {
                for item in items {
                    self.line_break();
                    self.write("- ");
                    self.scalar(item, true);
                }
            }
        }
    }

    /// Writes a scalar in the plainest style that keeps it what it is. Keys are never folded.
    fn scalar(&mut self, text: &str, foldable: bool) {
        if is_plain(text) {
            self.words(text, foldable);
        } else if is_single_quotable(text) && (foldable || !text.contains('\n')) {
            self.single_quoted(text, foldable);
        } else {
            self.double_quoted(text, foldable);
        }
    }

    /// Writes one line of text. A single space between words turns into a line break once the
    /// column is past the width; longer runs of spaces, and spaces at the ends, stay as they are.
    fn words(&mut self, text: &str, foldable: bool) {
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.trim_start_matches(' ');
            let spaces = rest.len() - word.len();
            let is_inner = rest.len() < text.len() && !word.is_empty();
            if spaces == 1 && is_inner && foldable && self.column > WIDTH {
                self.line_break();
                self.write(INDENT);
            } else {
                self.write(&rest[..spaces]);
            }
            let end = word.find(' ').unwrap_or(word.len());
            self.write(&word[..end]);
            rest = &word[end..];
        }
    }

    /// In single quotes a quote is doubled. A run of line breaks gets one more, since YAML drops
    /// the first of them and reads a lone one as a space.
    fn single_quoted(&mut self, text: &str, foldable: bool) {
        let escaped = text.replace('\'', "''");
        let mut rest = escaped.as_str();
        self.write("'");
        while !rest.is_empty() {
            let line = rest.trim_start_matches('\n');
            let breaks = rest.len() - line.len();
            if breaks > 0 {
                (0..=breaks).for_each(|_| self.line_break());
                self.write(INDENT);
            }
            let end = line.find('\n').unwrap_or(line.len());
            self.words(&line[..end], foldable);
            rest = &line[end..];
        }
        self.write("'");
    }

    /// In double quotes a line may be folded before a space and after an escape, though not next
    /// to the first or the last character.
    fn double_quoted(&mut self, text: &str, foldable: bool) {
        let length = text.chars().count();
        let mut after_escape = false;
        let mut chars = text.chars().enumerate().peekable();
        self.write("\"");
        while let Some((index, ch)) = chars.next() {
            let may_fold = foldable && index > 0 && index + 1 < length;
            if is_verbatim_in_double_quotes(ch) {
                if may_fold && (ch == ' ' || after_escape) && self.column > WIDTH {
                    self.escaped_fold(ch == ' ');
                }
                self.write(ch.encode_utf8(&mut [0; 4]));
            } else {
                self.write(&escape(ch));
                // The reference counts one column less right after an escape.
                if may_fold && self.column > WIDTH + 1 {
                    self.escaped_fold(chars.peek().is_some_and(|(_, next)| *next == ' '));
                }
            }
            after_escape = !is_verbatim_in_double_quotes(ch);
        }
        self.write("\"");
    }

    /// Continues a double-quoted scalar on the next line. A space that comes first there is marked
    /// with a backslash, or else it would be read as indentation.
    fn escaped_fold(&mut self, before_space: bool) {
        self.write("\\");
        self.line_break();
        self.write(INDENT);
        if before_space {
            self.write("\\");
        }
    }
}

/// Printable ASCII other than the quote and the backslash.
fn is_verbatim_in_double_quotes(ch: char) -> bool {
    matches!(ch, ' '..='~') && !matches!(ch, '"' | '\\')
}

fn escape(ch: char) -> String {
    let letter = match ch {
        '\0' => '0',
        '\x07' => 'a',
        '\x08' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\x0b' => 'v',
        '\x0c' => 'f',
        '\r' => 'r',
        '\x1b' => 'e',
        '"' | '\\' => ch,
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => return numeric_escape(u32::from(ch)),
    };
    format!("\\{letter}")
}

fn numeric_escape(code: u32) -> String {
    match code {
        0..=0xff => format!("\\x{code:02X}"),
        0x100..=0xffff => format!("\\u{code:04X}"),
        _ => format!("\\U{code:08X}"),
    }
}

/// Single quotes hold printable ASCII and line breaks, but lose spaces next to a line break.
fn is_single_quotable(text: &str) -> bool {
    text.chars().all(|ch| matches!(ch, '\n' | ' '..='~'))
        && !text.contains("\n ")
        && !text.contains(" \n")
}

/// Whether the text can stand without quotes and is still read as this very string.
fn is_plain(text: &str) -> bool {
    text.chars().all(|ch| matches!(ch, ' '..='~'))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !has_indicator(text)
        && !is_other_type(text)
}

/// Whether some character or sequence would be taken for YAML syntax outside of quotes.
fn has_indicator(text: &str) -> bool {
    let leads_with_mark = text.strip_prefix(['?', ':', '-']);
    text.starts_with("---")
        || text.starts_with("...")
        || text.starts_with(|ch| "#,[]{}&*!|>'\"%@`".contains(ch))
        || leads_with_mark.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        || text.contains(": ")
        || text.ends_with(':')
        || text.contains(" #")
}
