//! How something is told: in colour or not, all of it or the end alone.

use std::ffi::OsStr;
use std::io::{IsTerminal, Write};

use clap::ValueEnum;

use crate::report::painted;
use crate::visible;

/// Options of everything that judges.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct MannerOptions {
    /// Colour what is told on standard output. `auto` does so on a terminal unless NO_COLOR is set, and elsewhere
    /// where CLICOLOR_FORCE is
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    color: Color,
    /// Tell nothing but what it comes to, in a line, and errors; the exit code is the same
    #[arg(long)]
    quiet: bool,
}

/// The words of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// How something is told.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Manner {
    /// Whether only the end is told.
    pub(super) is_quiet: bool,
    is_colored: bool,
}

impl From<MannerOptions> for Manner {
    fn from(options: MannerOptions) -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let may_paint = is_drawn_upon(&std::io::stdout());
        Self {
            is_quiet: options.quiet,
            is_colored: options
                .color
                .is_on(is_set("NO_COLOR"), is_forced, may_paint),
        }
    }
}

/// Whether a stream is a terminal that understands more than lines of text.
pub(super) fn is_drawn_upon(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && understands(std::env::var_os("TERM").as_deref())
}

/// Whether a terminal of this name understands more than lines of text; one without a name does not.
fn understands(term: Option<&OsStr>) -> bool {
    term.is_some_and(|term| !term.is_empty() && term != "dumb")
}

impl Color {
    fn is_on(self, is_unwanted: bool, is_forced: bool, is_terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => !is_unwanted && (is_forced || is_terminal),
        }
    }
}

impl Manner {
    /// What is usual where nothing is asked for.
    pub(super) fn usual() -> Self {
        Self::from(MannerOptions {
            color: Color::Auto,
            quiet: false,
        })
    }

    /// A text for people as it goes to standard output.
    pub(super) fn painted(self, text: String) -> String {
        if self.is_colored {
            painted(&text)
        } else {
            text
        }
    }

    /// Tells something on standard error that is neither a result nor an error.
    pub(super) fn note(self, what: &str) {
        if !self.is_quiet {
            // A terminal that is gone is no reason to fail.
            let _ = writeln!(std::io::stderr().lock(), "note: {}", visible::line(what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_wins_over_what_is_wished_in_general() {
        for (color, is_unwanted, is_forced, is_terminal, wanted) in [
            (Color::Auto, false, false, true, true),
            (Color::Auto, false, false, false, false),
            (Color::Auto, true, false, true, false),
            (Color::Auto, false, true, false, true),
            (Color::Auto, true, true, true, false),
            (Color::Always, true, false, false, true),
            (Color::Never, false, true, true, false),
        ] {
            let is_on = color.is_on(is_unwanted, is_forced, is_terminal);
            assert_eq!(
                is_on, wanted,
                "{color:?} {is_unwanted} {is_forced} {is_terminal}"
            );
        }
    }

    #[test]
    fn a_terminal_that_is_dumb_or_has_no_name_gets_lines_of_text() {
        let of = |term: Option<&str>| understands(term.map(OsStr::new));
        assert!(of(Some("xterm-256color")));
        assert!(!of(Some("dumb")) && !of(Some("")) && !of(None));
    }
}
