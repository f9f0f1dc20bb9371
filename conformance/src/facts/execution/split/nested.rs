//! What stands in a command line as a whole: text between brackets, and here-documents.

use std::iter::Peekable;
use std::str::Chars;

/// What stands between brackets, of which `depth` are open already, up to the last one, and whether that
/// is there. Quotes and here-documents close nothing.
pub(super) fn enclosed(
    chars: &mut Peekable<Chars<'_>>,
    close: char,
    mut depth: usize,
    most: usize,
) -> (String, bool) {
    let open = if close == ')' { '(' } else { '{' };
    let mut text = String::new();
    let mut awaited: Vec<(String, bool)> = Vec::new();
    let mut taken = 0_usize;
    while let Some(c) = chars.next() {
        text.push(c);
        taken += 1;
        match c {
            _ if taken > most => return (text, false),
            '\\' => text.extend(chars.next()),
            '\'' | '"' => {
                while let Some(inner) = chars.next() {
                    text.push(inner);
                    match inner {
                        inner if inner == c => break,
                        '\\' if c == '"' => text.extend(chars.next()),
                        _ => {}
                    }
                    taken += 1;
                    if taken > most {
                        return (text, false);
                    }
                }
            }
            '<' if close == ')' && chars.peek() == Some(&'<') => {
                text.extend(chars.next());
                match chars.next_if_eq(&'<') {
                    Some(third) => text.push(third),
                    None => awaited.push(delimiter(chars, &mut text)),
                }
            }
            '\n' => {
                for (end, has_tabs) in std::mem::take(&mut awaited) {
                    let (_, written) = document(chars, &end, has_tabs);
                    text.push_str(&written);
                }
            }
            c if c == open => depth += 1,
            c if c == close => {
                depth -= 1;
                if depth == 0 {
                    return (text, true);
                }
            }
            _ => {}
        }
    }
    (text, false)
}

/// The word that ends a here-document, and whether tabs before its lines are no part of it. What it is
/// written with goes to `written`.
pub(super) fn delimiter(chars: &mut Peekable<Chars<'_>>, written: &mut String) -> (String, bool) {
    let has_tabs = chars.next_if_eq(&'-');
    written.extend(has_tabs);
    while let Some(blank) = chars.next_if(|c| matches!(c, ' ' | '\t')) {
        written.push(blank);
    }
    let mut end = String::new();
    let mut quote = None;
    while let Some(c) = chars
        .next_if(|c| quote.is_some() && *c != '\n' || !c.is_whitespace() && !";|&<>()".contains(*c))
    {
        written.push(c);
        match c {
            '\'' | '"' if quote.is_none() => quote = Some(c),
            c if quote == Some(c) => quote = None,
            '\\' => {}
            c => end.push(c),
        }
    }
    (end, has_tabs.is_some())
}

/// The text of a here-document, and how it is written, its end included. Without an end it goes on to
/// the end of everything, as in a shell.
pub(super) fn document(
    chars: &mut Peekable<Chars<'_>>,
    end: &str,
    has_tabs: bool,
) -> (String, String) {
    let (mut text, mut written) = (String::new(), String::new());
    while chars.peek().is_some() {
        let mut line = String::new();
        while let Some(c) = chars.next_if(|c| *c != '\n') {
            line.push(c);
        }
        written.push_str(&line);
        written.extend(chars.next());
        let bare = if has_tabs {
            line.trim_start_matches('\t')
        } else {
            &line
        };
        if bare == end {
            break;
        }
        text.push_str(bare);
        text.push('\n');
    }
    (text, written)
}
