//! What is told where a command fails, and its exit code.

use std::io;
use std::process::ExitCode;

use wild_mock_server::upstream::UpstreamError;
use wild_mock_server::{SaveError, StartError, StateError};

/// Exit code where the command line, or what it names, is wrong.
const WRONG: u8 = 2;

/// Exit code where nothing is wrong with it, and it could not be done.
const COULD_NOT: u8 = 3;

/// An error with its causes, each told once: many tell their own.
pub fn told(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// The exit code of an error.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    let could_not = error.chain().any(|cause| {
        let system = cause.downcast_ref::<io::Error>();
        system.is_some_and(|error| !names_nothing(error))
            || cause.is::<UpstreamError>()
            || cause.is::<SaveError>()
            || matches!(
                cause.downcast_ref(),
                Some(StartError::State(StateError::InUse { .. }))
            )
    });
    ExitCode::from(if could_not { COULD_NOT } else { WRONG })
}

/// Whether the system refuses a path because that is none of what is wanted.
fn names_nothing(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, IsADirectory, NotADirectory, NotFound};
    let kinds = [
        InvalidData,
        InvalidInput,
        IsADirectory,
        NotADirectory,
        NotFound,
    ];
    kinds.contains(&error.kind())
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    fn refused(kind: io::ErrorKind) -> anyhow::Error {
        let path = "s".into();
        let source = io::Error::new(kind, "the system says so");
        StateError::Io { path, source }.into()
    }

    #[test]
    fn a_cause_is_told_once() {
        let error = refused(io::ErrorKind::NotFound).context("nothing is served");
        assert_eq!(
            told(&error),
            "nothing is served: cannot use the state file s: the system says so"
        );
    }

    #[test]
    fn what_could_not_be_done_is_told_from_what_is_wrong() {
        let code = |error: anyhow::Error| format!("{:?}", exit_code(&error));
        let [wrong, could_not] = [2, 3].map(|code| format!("{:?}", ExitCode::from(code)));
        assert_eq!(code(anyhow::anyhow!("--time-scale must be above 0")), wrong);
        assert_eq!(code(refused(io::ErrorKind::NotFound)), wrong);
        for kind in [io::ErrorKind::AddrInUse, io::ErrorKind::StorageFull] {
            assert_eq!(code(refused(kind)), could_not, "{kind}");
        }
        let in_use = StateError::InUse { path: "s".into() };
        let in_use: Result<(), _> = Err(StartError::from(in_use));
        assert_eq!(
            code(in_use.context("it does not start").unwrap_err()),
            could_not
        );
    }
}
