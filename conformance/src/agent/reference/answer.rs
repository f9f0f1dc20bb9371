//! What the agent leaves behind: a file and an output.

use std::fmt::Write as _;

/// The agent's answer, before it is written and printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// What goes to `tasks_path`; nothing leaves the file as it is.
    pub(super) tasks_file: Option<String>,
    /// Words ahead of the tags.
    pub(super) prose: String,
    /// What stands in `<plan>`, once for each block.
    pub(super) plans: Vec<String>,
    /// What stands in `<summary>`.
    pub(super) summary: Option<String>,
    /// What stands in `<promise>`.
    pub(super) promise: Option<String>,
    /// Words behind the tags.
    pub(super) last_words: String,
    /// Exit code of the program.
    pub(super) exit_code: u8,
}

impl Answer {
    /// The output.
    pub(super) fn transcript(&self) -> String {
        let mut text = self.prose.clone();
        for plan in &self.plans {
            // Writing to a String cannot fail, here and below.
            let _ = write!(text, "\n<plan>\n{plan}\n</plan>\n");
        }
        if let Some(summary) = &self.summary {
            let _ = write!(text, "\n<summary>{summary}</summary>\n");
        }
        if let Some(promise) = &self.promise {
            let _ = write!(text, "\n<promise>{promise}</promise>\n");
        }
        text.push_str(&self.last_words);
        text
    }
}
