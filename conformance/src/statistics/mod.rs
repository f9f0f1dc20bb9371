//! What may be said of an agent that does not do the same each time: numbers in, numbers out.
//!
//! Nothing here knows rules, cases or files. What each method assumes, and how well it keeps what it
//! promises, is told in `docs/src/statistics.md`.

mod binomial;
mod bootstrap;
mod exact;
mod holm;
mod interval;
mod needed;
mod newcombe;
mod passes;
mod tally;

pub use binomial::cautious;
pub use exact::{Pair, least_p, p_value, surplus};
pub use holm::adjusted;
pub use interval::{Interval, wilson};
pub use needed::{plays_needed_all_kept, plays_to_decide};
pub use newcombe::{difference, pooled_difference};
pub use passes::{pass_all, pass_any};
pub use tally::{Tally, pooled};

/// Quantile of the normal distribution for two-sided intervals of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// What is not decided by chance at this level is said to differ.
pub const ALPHA: f64 = 0.05;
