//! Whether what a page shows is what a program printed.
//!
//! A line `...` stands for any lines, `...` within a line for anything in it. How long something took is not held.

/// Whether the lines that are shown are what was printed, from the first to the last.
pub(super) fn is_shown(shown: &str, printed: &str) -> bool {
    let shown: Vec<String> = shown.lines().map(timeless).collect();
    let printed: Vec<String> = printed.lines().map(timeless).collect();
    fits(&shown, &printed, &|shown, printed| {
        let parts: Vec<&str> = shown.split("...").collect();
        has_parts(&parts, printed)
    })
}

fn fits(shown: &[String], printed: &[String], is_line: &dyn Fn(&str, &str) -> bool) -> bool {
    let Some((first, rest)) = shown.split_first() else {
        return printed.is_empty();
    };
    if first.trim() == "..." {
        return (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..], is_line));
    }
    match printed.split_first() {
        Some((line, others)) => is_line(first, line) && fits(rest, others, is_line),
        None => false,
    }
}

/// Whether a line consists of these parts with anything between them.
fn has_parts(parts: &[&str], line: &str) -> bool {
    let [only] = parts else {
        let (first, rest) = parts.split_first().unwrap();
        let Some(mut line) = line.strip_prefix(first) else {
            return false;
        };
        let (last, middle) = rest.split_last().unwrap();
        for part in middle {
            match line.split_once(part) {
                Some((_, behind)) => line = behind,
                None => return false,
            }
        }
        return line.ends_with(last);
    };
    line == *only
}

/// The line without blanks at its end, and with the same word for each time that something took.
fn timeless(line: &str) -> String {
    let words: Vec<&str> = line.trim_end().split(' ').collect();
    let is_unit = |word: Option<&&str>| {
        word.is_some_and(|word| {
            matches!(
                word.trim_end_matches([',', '.', ';']),
                "s" | "ms" | "min" | "h"
            )
        })
    };
    let words = words.iter().enumerate().map(|(at, word)| {
        let is_time = word.parse::<f64>().is_ok() && is_unit(words.get(at + 1));
        if is_time { "TIME" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_left_out_is_said() {
    let printed = "a b c\nd\nplayed in 3.2 s\n";
    for shown in [
        "a b c\nd\nplayed in 17 s",
        "...",
        "a ... c\n...\nplayed in 1 s",
        "...\nd\n...",
        "a...\nd\n...",
    ] {
        assert!(is_shown(shown, printed), "{shown}");
    }
    for shown in [
        "",
        "a b c",
        "a b c\nd",
        "d\n...",
        "...\nd",
        "a ... b\n...",
        "...b\n...",
        "a b c\nplayed in 3.2 s",
    ] {
        assert!(!is_shown(shown, printed), "{shown}");
    }
}
