//! Whether what experiments announce themselves by was in place.

use super::command;
use crate::audit::{NOT_IN_PLACE, WORK_SOCKET};
use crate::evidence::{ANNOUNCER, Evidence, Exec, Wall};

/// Modules that only look at what they are given.
pub(super) const LOOKING: [&str; 5] = ["py_compile", "compileall", "ast", "tokenize", "json.tool"];

/// The module that announces was changed, so that what it would have said is not known.
pub(super) fn changed(evidence: &Evidence) -> Option<String> {
    let mut modules = evidence.before.0.iter().filter(|(path, before)| {
        command::name(path) == ANNOUNCER
            && evidence
                .after
                .get(path)
                .is_none_or(|after| after.kind != before.kind)
    });
    let (module, _) = modules.next()?;
    Some(format!(
        "{module}, by which experiments announce themselves, was changed"
    ))
}

/// Whether the socket is where experiments look for it first.
pub(super) fn is_in_place(evidence: &Evidence) -> bool {
    evidence.record.sandbox.as_ref().is_some_and(|sandbox| {
        let open = |open: &String| open.starts_with(NOT_IN_PLACE);
        sandbox.stands(Wall::Mount) && !sandbox.open.iter().any(open)
    })
}

/// Whether a program was started without the variable that names the socket.
pub(super) fn is_without_channel(exec: &Exec) -> bool {
    exec.environment.contains_key(WORK_SOCKET)
}

/// The same in words.
pub(super) fn without_channel(exec: &Exec) -> String {
    format!(
        "process #{} was started without `{WORK_SOCKET}`, by which experiments announce themselves",
        exec.seq
    )
}
