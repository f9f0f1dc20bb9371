//! A task line: box, id, text and fields.

use std::fmt;

use super::lexis;
use super::{Item, Span};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId {
    /// The phase that it names.
    pub phase: u32,
    /// Its number within the phase.
    pub task: u32,
}

impl TaskId {
    /// Reads `P2-T3`.
    ///
    /// ```
    /// use wild_conformance::facts::TaskId;
    ///
    /// assert_eq!(TaskId::read("P2-T3"), Some(TaskId { phase: 2, task: 3 }));
    /// assert_eq!(TaskId::read("P2T3"), None);
    /// ```
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

/// How a task is labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// `[P2-T3]`
    Id(TaskId),
    /// Something that is meant as an id and is none, as it stands there: `[P2T3]`.
    Malformed(String),
    /// Nothing of the kind.
    Missing,
}

/// A field behind a bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in lower case with hyphens: `done-when`. Empty for a part without a name.
    pub key: String,
    /// Its value, white space folded.
    pub value: String,
    /// Bytes of the source, name included.
    pub span: Span,
    /// Bytes of the value; empty, and behind the colon, when there is none.
    pub value_span: Span,
}

/// One dependency of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The task that is named.
    pub id: TaskId,
    /// Bytes of the id.
    pub span: Span,
}

/// A top-level list item of a phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its place among the plan's tasks, in the order of the document.
    pub index: usize,
    /// Which of the plan's phases it stands in.
    pub phase: usize,
    /// Its id.
    pub label: Label,
    /// Its box, if it has one.
    pub checkbox: Option<Checkbox>,
    /// Whether its marker is a number and no bullet.
    pub is_numbered: bool,
    /// What is to be done: everything between the id and the first bar, white space folded.
    pub text: String,
    /// The fields behind the bars, in order.
    pub fields: Vec<Field>,
    /// What it depends on, by fields and parentheses.
    pub dependencies: Vec<Dependency>,
    /// Line, counted from 1.
    pub line: usize,
    /// Bytes of the whole item, nested details included.
    pub span: Span,
    /// Bytes of its first line, without the line's end.
    pub first_line: Span,
    /// Where its text begins, behind marker, box and id.
    pub(super) text_start: usize,
    pub(super) full_text: String,
    pub(super) code_spans: Vec<String>,
}

impl Task {
    /// The id, where it is well-formed.
    pub fn id(&self) -> Option<TaskId> {
        match self.label {
            Label::Id(id) => Some(id),
            Label::Malformed(_) | Label::Missing => None,
        }
    }

    /// What messages call it: its id, or its line.
    pub fn name(&self) -> String {
        match &self.label {
            Label::Id(id) => id.to_string(),
            Label::Malformed(_) | Label::Missing => format!("the task in line {}", self.line),
        }
    }

    /// Whether anything marks it as a task, and not as a remark among tasks: a box, an id or a
    /// field.
    pub fn is_marked(&self) -> bool {
        self.checkbox.is_some() || self.label != Label::Missing || !self.fields.is_empty()
    }

    /// The value of a field, by its lower-case name.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.find(name).map(|field| field.value.as_str())
    }

    /// The field of this name.
    pub fn find(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == name)
    }

    /// What the task leaves behind.
    pub fn deliverable(&self) -> Option<&Field> {
        self.find("deliverable")
    }

    /// When the task is done.
    pub fn done_when(&self) -> Option<&Field> {
        self.find("done-when")
    }

    /// Everything that the task says: text, fields, continuation lines and nested details, code
    /// included, white space folded. Marker, box, id and HTML comments are left out.
    ///
    /// ```
    /// use wild_conformance::facts::Plan;
    ///
    /// let plan = Plan::parse("## Phase 1 - A\n- [ ] [P1-T1] Run `x`\n  | deliverable: a.md\n  - more\n");
    /// let task = plan.tasks().next().unwrap();
    /// assert_eq!(task.full_text(), "Run `x` | deliverable: a.md - more");
    /// assert_eq!(task.code_spans(), ["x"]);
    /// ```
    pub fn full_text(&self) -> &str {
        &self.full_text
    }

    /// [`Task::full_text`] as text rules search it: in lower case, without the marks of emphasis and
    /// code, and with plain hyphens in place of typographic dashes.
    pub fn searchable(&self) -> String {
        lexis::searchable(&self.full_text)
    }

    /// The contents of its code spans and code blocks, nested ones included.
    pub fn code_spans(&self) -> &[String] {
        &self.code_spans
    }
}

/// What a list item says ahead of its text: the label, and where the text begins.
pub(super) fn label(source: &str, item: &Item) -> (Label, usize) {
    let start = item.text_span.start;
    let body = source.get(item.text_span.clone()).unwrap_or_default();
    let trimmed = body.trim_start_matches(|c: char| c.is_whitespace() || c == '*' || c == '_');
    let at = start + body.len() - trimmed.len();
    if let Some((inner, _)) = trimmed.strip_prefix('[').and_then(|b| b.split_once(']')) {
        let mut end = at + inner.len() + 2;
        if let Some(id) = TaskId::read(inner.trim()) {
            let rest = source.get(end..item.text_span.end).unwrap_or_default();
            end += rest.len() - rest.trim_start_matches(['*', '_', ':']).len();
            return (Label::Id(id), end);
        }
        // A short bracket that is no link is meant as an id.
        let is_link = source[end..].starts_with(['(', '[']);
        if !is_link && inner.len() <= 20 && !inner.contains('\n') {
            return (Label::Malformed(format!("[{inner}]")), end);
        }
    }
    let word = trimmed.split_whitespace().next().unwrap_or_default();
    let bare = word.trim_matches(['(', ')', ':', '.', '*', '`', '[', ']', '{', '}']);
    if TaskId::read(&bare.to_uppercase()).is_some() {
        return (Label::Malformed(word.to_owned()), at + word.len());
    }
    (Label::Missing, start)
}
