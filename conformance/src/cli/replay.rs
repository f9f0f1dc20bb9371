//! `replay`: plays again what was recorded. The harness starts it.

use std::io::{Read, Write};

use super::Failure;
use crate::agent::replay::{Script, play};

pub(super) fn replay(out: &mut impl Write) -> Result<u8, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .read_to_string(&mut text)
        .map_err(|error| Failure::usage(format!("cannot read the recording: {error}")))?;
    let script: Script = serde_json::from_str(&text).map_err(|error| {
        Failure::usage(format!(
            "standard input has no recording ({error}); use `run --agent replay:DIR`"
        ))
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::harness(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(play(&script, out, &mut std::io::stderr().lock()))?;
    Ok(0)
}
