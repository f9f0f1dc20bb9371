//! Paths that a field names.

use std::path::{Component, Path, PathBuf};

use super::{Field, Plan, Span};

/// Methods that turn the path behind them into an endpoint.
pub(super) const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// How the server's own paths begin.
const ENDPOINTS: [&str; 8] = [
    "/runs",
    "/sweeps",
    "/cluster",
    "/wild/v2",
    "/prompt-skills",
    "/docs",
    "/openapi.json",
    "/alerts",
];

/// Files that are named without an extension.
const BARE_FILES: [&str; 12] = [
    "makefile",
    "dockerfile",
    "readme",
    "license",
    "changelog",
    "justfile",
    "version",
    "authors",
    "notice",
    "contributing",
    "codeowners",
    "jenkinsfile",
];

impl Plan {
    /// The words of a field's value that are paths, with their places. Endpoints and addresses are
    /// none.
    ///
    /// ```
    /// use wild_conformance::facts::Plan;
    ///
    /// let plan = Plan::parse("## Phase 1 - A\n- [ ] [P1-T1] a | deliverable: `exp/a.md`, POST /runs\n");
    /// let task = plan.tasks().next().unwrap();
    /// let paths = plan.paths(task.deliverable().unwrap());
    /// assert_eq!(paths.len(), 1);
    /// assert_eq!(paths[0].0, "exp/a.md");
    /// ```
    pub fn paths(&self, field: &Field) -> Vec<(String, Span)> {
        self.paths_in(&field.value_span)
    }

    /// Whether a stretch of the source names a path.
    pub fn has_path(&self, span: &Span) -> bool {
        !self.paths_in(span).is_empty()
    }

    fn paths_in(&self, span: &Span) -> Vec<(String, Span)> {
        let text = self.source.get(span.clone()).unwrap_or_default();
        let mut paths = Vec::new();
        let mut before = String::new();
        for (start, word) in words(text) {
            if self.is_comment(span.start + start) {
                continue;
            }
            let is_endpoint = METHODS.contains(&before.as_str()) || is_endpoint(word);
            if !is_endpoint && is_path(word) {
                let at = span.start + start;
                paths.push((word.to_owned(), at..at + word.len()));
            }
            word.clone_into(&mut before);
        }
        paths
    }
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_separator = |c: char| c.is_whitespace() || ",;`\"'()[]*|".contains(c);
    let mut at = 0;
    text.split(is_separator).filter_map(move |word| {
        let start = at;
        at += word.len()
            + text[at + word.len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
        let word = word.trim_end_matches(['.', ':', '!']);
        (!word.is_empty()).then_some((start, word))
    })
}

pub(super) fn is_endpoint(word: &str) -> bool {
    word.contains("://")
        || word.starts_with("{server_url}")
        || ENDPOINTS.iter().any(|path| {
            word.strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        })
}

/// Whether a word looks like a file or folder: it has a slash, an extension, a leading dot, or a
/// name that only files have.
fn is_path(word: &str) -> bool {
    let has_letters = word.contains(char::is_alphanumeric);
    let has_extension = word.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && extension.len() <= 10
            && extension.starts_with(|c: char| c.is_ascii_alphabetic())
            && extension.bytes().all(|b| b.is_ascii_alphanumeric())
            && !matches!(word, "e.g" | "i.e")
    });
    let is_hidden = word.starts_with('.') && has_letters;
    let is_home = word.starts_with('~') && word.len() > 1;
    (has_letters && (word.contains('/') || has_extension || is_hidden))
        || is_home
        || BARE_FILES.contains(&word.to_lowercase().as_str())
}

/// The path from `base` without `.` and `..`; nothing when it leads above the root.
///
/// ```
/// use std::path::Path;
/// use wild_conformance::facts::resolved;
///
/// assert_eq!(resolved(Path::new("/w"), "a/../b").unwrap(), Path::new("/w/b"));
/// assert_eq!(resolved(Path::new("/w"), "../../b"), None);
/// ```
pub fn resolved(base: &Path, path: &str) -> Option<PathBuf> {
    let mut full = PathBuf::new();
    for component in base.join(path).components() {
        match component {
            Component::ParentDir => {
                if !full.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            other => full.push(other),
        }
    }
    Some(full)
}
