//! What is claimed of an agent, as all subcommands that judge plays take it.

use std::collections::BTreeSet;

use super::Failure;
use crate::case::Case;
use crate::engine::{Claim, Claims, RunReport};

/// Options of everything that judges plays.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ClaimOptions {
    /// Let the rate decide in place of single plays: CODE>=RATE, CODE@CASES>=RATE for cases that fit a
    /// glob, or pass>=RATE for whole plays; fails when the interval's upper bound is below; repeatable
    #[arg(long = "gate", value_name = "CLAIM")]
    gates: Vec<Claim>,
    /// Fail also when the plays do not show that every --gate holds, by the interval's lower bound
    #[arg(long, requires = "gates")]
    gate_demonstrate: bool,
}

impl ClaimOptions {
    /// What is claimed of cases that are to be played.
    pub(super) fn of_cases(&self, cases: &[Case]) -> Result<Claims, Failure> {
        // Iterations have ids of their own, and how many there will be nobody knows.
        if cases.iter().any(|case| case.iterations > 1) {
            return Ok(self.unchecked());
        }
        self.of_ids(cases.iter().map(|case| case.id.clone()))
    }

    fn unchecked(&self) -> Claims {
        Claims {
            all: self.gates.clone(),
            demonstrate: self.gate_demonstrate,
        }
    }

    /// What is claimed of cases with these ids.
    pub(super) fn of_ids(&self, ids: impl IntoIterator<Item = String>) -> Result<Claims, Failure> {
        let claims = self.unchecked();
        let ids: BTreeSet<String> = ids.into_iter().collect();
        match claims.about_nothing(&ids) {
            Some(claim) => Err(Failure::usage(format!(
                "--gate {claim}: its pattern fits no case of this run"
            ))),
            None => Ok(claims),
        }
    }

    /// Holds what is claimed against judged plays.
    pub(super) fn judge(&self, report: &mut RunReport) -> Result<(), Failure> {
        let here = report.cases.iter().map(|case| case.id.clone());
        let claims = self.of_ids(here.chain(report.elsewhere.ids()))?;
        claims.apply(report);
        Ok(())
    }
}
