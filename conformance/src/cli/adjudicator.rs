//! `--adjudicator`, as all subcommands that judge prose take it.

use std::ffi::OsString;
use std::future::Future;
use std::time::Duration;

use super::Failure;
use super::runtime::runtime;
use super::signals::raise_on_signal;
use crate::adjudicate::Adjudicator;
use crate::cancel::Cancel;

/// Options of everything in which doubts can be settled.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct AdjudicatorOptions {
    /// Ask this program what is in doubt: JSON in, JSON out, no shell. Takes the words up to the next
    /// option; a word that begins with `-` is added as --adjudicator=-WORD
    #[arg(long, num_args = 1.., value_name = "CMD")]
    adjudicator: Vec<OsString>,
    /// End the adjudicator after this time
    #[arg(long, default_value_t = 60, value_name = "SECS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    adjudicator_timeout: u64,
}

impl AdjudicatorOptions {
    /// The program, where one is named.
    pub(super) fn adjudicator(&self) -> Option<Adjudicator> {
        let limit = Duration::from_secs(self.adjudicator_timeout);
        Adjudicator::new(self.adjudicator.clone(), limit)
    }
}

/// Waits for what may ask an adjudicator, which is ended on Ctrl-C and SIGTERM.
pub(super) fn settled<T, E>(settling: impl Future<Output = Result<T, E>>) -> Result<T, Failure>
where
    Failure: From<E>,
{
    runtime()?.block_on(async {
        let cancel = Cancel::new();
        raise_on_signal(cancel.clone())?;
        tokio::select! {
            settled = settling => Ok(settled?),
            () = cancel.raised() => Err(Failure::interrupted("interrupted while doubts were settled")),
        }
    })
}
