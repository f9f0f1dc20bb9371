//! Paths that a field names.

use std::path::{Component, Path, PathBuf};

use super::{Field, Plan, Span};
use crate::prose::{Before, Kind, Token, Tokens};

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
        let mut tokens = Tokens::default();
        tokens.read(&self.source, span, Before::Stop, |_| true);
        let is_shown = |token: &&Token| !self.is_comment(token.span.start);
        let is_file = |token: &Token, text: &str| match token.kind {
            Kind::Path => true,
            // A file's name may be a template or carry an ending of its own.
            Kind::Template(_) | Kind::Example => text.contains(['.', '/']),
            _ => false,
        };
        tokens
            .iter()
            .filter(is_shown)
            .filter_map(|token| {
                let text = self.source.get(token.span.clone())?;
                is_file(token, text).then(|| (text.to_owned(), token.span.clone()))
            })
            .collect()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_up_to_the_root_and_no_further() {
        let from = |path: &str| resolved(Path::new("/w"), path);
        assert_eq!(from("a/./../b").unwrap(), Path::new("/w/b"));
        assert_eq!(from("../b").unwrap(), Path::new("/b"));
        assert_eq!(from("../../b"), None);
    }
}
