//! Texts of evidence, fit to be shown.

use super::room::cut;
use crate::evidence::Evidence;
use crate::redact;
use crate::visible;

/// Makes texts of evidence fit to be shown: without the case's token, and with what steers made visible.
pub(super) struct Shown<'a> {
    token: &'a str,
    /// What the section is called in links.
    pub(super) name: &'a str,
}

impl<'a> Shown<'a> {
    pub(super) fn of(evidence: &'a Evidence, name: &'a str) -> Self {
        let token = evidence.record.case.auth_token.as_deref();
        Self {
            token: token.unwrap_or_default(),
            name,
        }
    }

    pub(super) fn line(&self, text: &str) -> String {
        cut(&visible::line(&redact::masked(text.to_owned(), self.token)))
    }
}
