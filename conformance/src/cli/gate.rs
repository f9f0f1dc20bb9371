//! How severely is judged, as all subcommands that judge take it.

use clap::ValueEnum;

use crate::gate::{Doubts, Gate};

/// Options of everything that judges.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct GateOptions {
    /// Count violations of SHOULD rules as errors, and what nobody looked at, too
    #[arg(long)]
    strict: bool,
    /// What doubts amount to: they are told (pass), or count like findings of their rules (fail)
    #[arg(long, value_enum, default_value = "pass", value_name = "pass|fail")]
    doubts: DoubtsOption,
}

/// The words of `--doubts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DoubtsOption {
    Pass,
    Fail,
}

impl From<GateOptions> for Gate {
    fn from(options: GateOptions) -> Self {
        Self {
            strict: options.strict,
            doubts: match options.doubts {
                DoubtsOption::Pass => Doubts::Pass,
                DoubtsOption::Fail => Doubts::Fail,
            },
        }
    }
}
