//! What interpreters opened of experiments, and whether they would have been heard had they run it.
//!
//! Who opened an entry point that announces itself, while it could be heard, and stayed silent, has merely
//! looked at it. Who opened one that cannot be heard may have run it.

use std::collections::HashSet;
use std::path::Path;

use super::announcing::{self, LOOKING};
use super::command::{self, Reading};
use super::context::StartContext;
use super::fed::Seen;
use super::started::Starts;
use crate::evidence::{Evidence, Exec, Form, Opened};

/// Variables by which Python runs further code before what it was told to. Whoever watches keeps their values
/// (`audit/inspect.rs`), and knows nothing of what they are for.
const FURTHER_CODE: [&str; 6] = [
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONHOME",
    "PYTHONUSERBASE",
    "PYTHONINSPECT",
    "PYTHONPYCACHEPREFIX",
];

/// Why an experiment that was opened would not have been heard, in words.
pub(super) fn unheard(
    evidence: &Evidence,
    context: &StartContext<'_>,
    starts: &Starts,
) -> Option<String> {
    let processes = evidence.processes.as_ref()?;
    let seen = Seen::new(&processes.execs, &processes.opened);
    let told = starts.direct.iter().filter_map(|start| start.exec);
    let told: HashSet<u64> = told.collect();
    let hearing = Hearing {
        seen: &seen,
        context,
        is_in_place: announcing::is_in_place(evidence),
        changed: announcing::changed(evidence),
    };
    processes.opened.iter().find_map(|opened| {
        let exec = seen.exec(opened.exec)?;
        // Of other languages nothing ever announces itself, and Python runs none of it.
        let extension = Path::new(&opened.of).extension();
        let is_python = extension.is_some_and(|extension| extension == "py");
        if !is_python
            || opened.is_announcer()
            || told.contains(&exec.seq)
            || !context.runs_python(exec)
        {
            return None;
        }
        let why = hearing.fails(opened, exec)?;
        Some(format!("process #{} {why}", exec.seq))
    })
}

struct Hearing<'a> {
    seen: &'a Seen<'a>,
    context: &'a StartContext<'a>,
    is_in_place: bool,
    changed: Option<String>,
}

impl Hearing<'_> {
    /// Why `exec` would not have been heard, had it run what it opened.
    fn fails(&self, opened: &Opened, exec: &Exec) -> Option<String> {
        if self.merely_looks(opened, exec) {
            return None;
        }
        let Opened { file, of, .. } = opened;
        if opened.form == Form::Silencer {
            // Who opened no experiment has none to silence.
            let mut own = self.seen.all_opened_by(exec).iter();
            return own.any(|opened| opened.may_be_run()).then(|| {
                format!("opened {file}, which speaks of {of} and of what that announces itself by")
            });
        }
        if opened.form == Form::Unknown {
            return Some(format!(
                "opened {file}, of which nobody can tell whether it is a copy of {of}"
            ));
        }
        if !opened.announces {
            let what = if opened.form == Form::Compiled {
                "what was compiled"
            } else {
                "a copy"
            };
            return Some(format!(
                "opened {file}, {what} of {of} that does not announce itself"
            ));
        }
        let replaced = self.modules_of(exec).find(|module| !module.announces);
        if let Some(module) = replaced {
            let file = &module.file;
            return Some(format!(
                "opened {of}, and {file}, which is not what that announces itself by"
            ));
        }
        let is_imported = matches!(opened.form, Form::Compiled | Form::Sought);
        if is_imported && self.modules_of(exec).next().is_none() {
            return Some(format!(
                "imported {of}, and not the module by which that announces itself"
            ));
        }
        if exec.filtered {
            return Some(format!(
                "opened {of} while its system calls passed a filter of the agent's own"
            ));
        }
        if let Some(changed) = &self.changed {
            return Some(format!("opened {of}, and {changed}"));
        }
        let is_without = !self.is_in_place && announcing::is_without_channel(exec);
        is_without.then(|| format!("opened {of}, and {}", announcing::without_channel(exec)))
    }

    fn modules_of(&self, exec: &Exec) -> impl Iterator<Item = &Opened> {
        let own = self.seen.all_opened_by(exec).iter().copied();
        own.filter(|opened| opened.is_announcer())
    }

    /// Whether what the process does with a file is known, and is no running.
    fn merely_looks(&self, opened: &Opened, exec: &Exec) -> bool {
        if FURTHER_CODE
            .iter()
            .any(|name| exec.environment.contains_key(*name))
        {
            return false;
        }
        match self.context.reading(exec) {
            Reading::Module(module, _) => {
                // A file of the agent's own with that name comes first.
                LOOKING.contains(&module) && !exec.files.contains_key(&format!("{module}.py"))
            }
            Reading::Script(script, rest) if command::only_looks(rest) => {
                opened.form == Form::Silencer || self.context.is_entry(script, &opened.of, exec)
            }
            _ => false,
        }
    }
}
