//! A task line: box, id, text and fields.

use std::fmt;

use super::Item;

/// What stands in an item's box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkbox {
    /// `[ ]`
    Open,
    /// `[/]`
    InProgress,
    /// `[x]` or `[X]`
    Checked,
    /// Any other mark.
    Other(char),
}

impl From<char> for Checkbox {
    fn from(mark: char) -> Self {
        match mark {
            'x' | 'X' => Self::Checked,
            '/' => Self::InProgress,
            mark if mark.is_whitespace() => Self::Open,
            mark => Self::Other(mark),
        }
    }
}

/// A task's id, `P2-T3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskId {
    /// The phase that it names.
    pub phase: u32,
    /// Its number within the phase.
    pub task: u32,
}

impl TaskId {
    /// Reads `P2-T3`.
    pub fn read(text: &str) -> Option<Self> {
        let (phase, task) = text.strip_prefix('P')?.split_once("-T")?;
        let number = |digits: &str| {
            let fits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            if fits { digits.parse().ok() } else { None }
        };
        Some(Self {
            phase: number(phase)?,
            task: number(task)?,
        })
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{}-T{}", self.phase, self.task)
    }
}

/// An item that carries a task id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Its box, if it has one.
    pub checkbox: Option<Checkbox>,
    /// What is to be done: everything before the first bar.
    pub text: String,
    /// The fields behind the bars, as name and value; a part without a colon has an empty name.
    pub fields: Vec<(String, String)>,
    /// Line, counted from 1.
    pub line: usize,
    /// Which of the plan's phases it stands in.
    pub phase: Option<usize>,
}

impl Task {
    /// The value of a field, by its lower-case name.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads an item as a task, if it carries an id.
pub(super) fn read(item: &Item) -> Option<Task> {
    let (id, rest) = item.text.strip_prefix('[')?.split_once(']')?;
    let id = TaskId::read(id.trim())?;
    let mut parts = split_at_bars(rest).into_iter();
    let text = parts.next().unwrap_or_default().trim().to_owned();
    let fields = parts.map(field).collect();
    Some(Task {
        id,
        checkbox: item.checkbox,
        text,
        fields,
        line: item.line,
        phase: item.phase,
    })
}

fn field(part: &str) -> (String, String) {
    match part.split_once(':') {
        Some((name, value)) => (name.trim().to_lowercase(), value.trim().to_owned()),
        None => (String::new(), part.trim().to_owned()),
    }
}

/// The parts between bars; a bar in a code span or behind a backslash separates nothing.
fn split_at_bars(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut in_code, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            '`' => in_code = !in_code,
            '|' if !in_code && !escaped => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(&text[start..]);
    parts
}
