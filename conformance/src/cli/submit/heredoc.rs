//! Texts within shell scripts.

/// `text` as a here document in which nothing is expanded, behind a command that reads it.
pub(super) fn heredoc(command: &str, text: &str, name: &str) -> String {
    let mut end = format!("END_OF_{name}");
    while text.lines().any(|line| line == end) {
        end.push('_');
    }
    let line_end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{command} <<'{end}'\n{text}{line_end}{end}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_the_text_ends_it() {
        let text = "a\nEND_OF_X\nb";
        assert_eq!(
            heredoc("cat", text, "X"),
            "cat <<'END_OF_X_'\na\nEND_OF_X\nb\nEND_OF_X_\n"
        );
    }
}
