//! The Python interpreter that executed runs find as `python` and `python3`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What it is asked for: itself, and where its library is. A launcher of the same name may stand in
/// front of it.
const QUESTION: &str = "import sys; print(sys.executable); print(sys.base_prefix)";

/// A Python interpreter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interpreter {
    /// The program.
    pub(super) program: PathBuf,
    /// The folder that holds its library.
    pub(super) prefix: PathBuf,
}

impl Interpreter {
    /// The one that `python3` is on this machine; why there is none otherwise. It is looked for once.
    pub(super) fn find() -> Result<&'static Self, &'static str> {
        static FOUND: OnceLock<Result<Interpreter, String>> = OnceLock::new();
        let found = FOUND.get_or_init(|| Self::ask(Path::new("python3")));
        found.as_ref().map_err(String::as_str)
    }

    fn ask(python: &Path) -> Result<Self, String> {
        let output = Command::new(python)
            .args(["-I", "-S", "-c", QUESTION])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{}: {error}", python.display()))?;
        let told = String::from_utf8_lossy(&output.stdout);
        let mut lines = told.lines().map(PathBuf::from);
        match (lines.next(), lines.next()) {
            (Some(program), Some(prefix)) if program.is_absolute() => Ok(Self { program, prefix }),
            _ => {
                let said = String::from_utf8_lossy(&output.stderr);
                let first = said
                    .lines()
                    .next()
                    .unwrap_or("it was asked where it is, and printed nothing");
                Err(format!("{}: {first}", python.display()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_tells_where_it_is_and_what_is_none_why() {
        let found = Interpreter::find().unwrap();
        assert!(found.program.is_file() && found.prefix.is_dir());
        let error = Interpreter::ask(Path::new("/nowhere/python3")).unwrap_err();
        assert!(error.contains("/nowhere/python3"), "{error}");
        assert!(Interpreter::ask(Path::new("true")).is_err());
    }
}
