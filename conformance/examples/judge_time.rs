//! Prints how long it takes to load and to judge saved evidence.
//!
//! ```text
//! wild-conformance run --case planning-healthy --out /tmp/evidence
//! cargo run --release -p wild-conformance --example judge_time /tmp/evidence
//! ```

use std::hint::black_box;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use wild_conformance::engine;
use wild_conformance::evidence::{Evidence, find};
use wild_conformance::gate::Gate;
use wild_conformance::selection::Selection;

/// How often each case is judged.
const ROUNDS: u32 = 100;

fn main() -> io::Result<()> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "wild-evidence".to_owned());
    let mut out = io::stdout().lock();
    for case in find(Path::new(&folder)).map_err(io::Error::other)?.plays {
        let begun = Instant::now();
        for _ in 0..ROUNDS {
            black_box(Evidence::load(&case).map_err(io::Error::other)?);
        }
        let loaded = begun.elapsed() / ROUNDS;
        let evidence = Evidence::load(&case).map_err(io::Error::other)?;
        let begun = Instant::now();
        for _ in 0..ROUNDS {
            black_box(engine::judge(
                &evidence,
                &Selection::default(),
                Gate::STRICT,
            ));
        }
        let judged = begun.elapsed() / ROUNDS;
        writeln!(
            out,
            "{}: loaded in {loaded:?}, judged in {judged:?}",
            evidence.record.case.id
        )?;
    }
    Ok(())
}
