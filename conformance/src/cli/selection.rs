//! Which rules are judged, as all subcommands that judge take it.

use super::Failure;
use super::own_rules::OwnRules;
use crate::selection::{OwnLevel, RulePrefix, Selection, SelectionError};

/// Options of everything that judges.
#[derive(Debug, clap::Args)]
pub(super) struct SelectionOptions {
    /// Judge these rules even if the given prompt does not tell them: codes or their beginnings, such
    /// as REF, separated by commas; repeatable
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    select: Vec<RulePrefix>,
    /// Do not judge these rules; of a rule that both options fit, the longer code counts
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    ignore: Vec<RulePrefix>,
    #[command(flatten)]
    own: OwnRules,
}

impl SelectionOptions {
    pub(super) fn read(&self) -> Result<Selection, Failure> {
        Ok(Selection::new(&self.select, &self.ignore)?)
    }
}

/// Options of everything that judges plays.
#[derive(Debug, clap::Args)]
pub(super) struct LevelOptions {
    /// Let rules weigh something else than the catalogue says: CODES=must or CODES=should, or
    /// CODES@CASES=... for cases that fit a glob; repeatable
    #[arg(long, value_name = "CODES[@CASES]=LEVEL")]
    level: Vec<OwnLevel>,
}

impl LevelOptions {
    /// A selection with these levels.
    pub(super) fn within(&self, selection: Selection) -> Selection {
        selection.with_levels(&self.level)
    }
}

impl From<SelectionError> for Failure {
    fn from(error: SelectionError) -> Self {
        Self::usage(error.to_string())
    }
}
