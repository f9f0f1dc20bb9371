//! Splitting a command line into simple commands, as a shell does.

/// A simple command: its words, and the operator behind it.
pub(super) type Part = (Vec<String>, String);

/// The simple commands of a text with the operators behind them.
pub(super) fn split(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut has_word = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => {
                has_word = true;
                while let Some(inner) = chars.next() {
                    match inner {
                        inner if inner == c => break,
                        '\\' if c == '"' => word.extend(chars.next()),
                        inner => word.push(inner),
                    }
                }
            }
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(escaped) => {
                    has_word = true;
                    word.push(escaped);
                }
            },
            '>' | '<' => {
                // `2>&1` and `>file`: redirections are no operators between commands.
                has_word = true;
                word.push(c);
                word.extend(chars.next_if(|next| matches!(next, '>' | '&')));
            }
            ';' | '|' | '&' | '\n' => {
                finish(&mut word, &mut has_word, &mut words);
                let mut operator = c.to_string();
                operator.extend(chars.next_if(|next| *next == c));
                push(&mut parts, &mut words, operator);
            }
            c if c.is_whitespace() => finish(&mut word, &mut has_word, &mut words),
            c => {
                has_word = true;
                word.push(c);
            }
        }
    }
    finish(&mut word, &mut has_word, &mut words);
    push(&mut parts, &mut words, String::new());
    parts
}

fn finish(word: &mut String, has_word: &mut bool, words: &mut Vec<String>) {
    if std::mem::take(has_word) {
        words.push(std::mem::take(word));
    }
}

fn push(parts: &mut Vec<Part>, words: &mut Vec<String>, operator: String) {
    if !words.is_empty() {
        parts.push((std::mem::take(words), operator));
    }
}
