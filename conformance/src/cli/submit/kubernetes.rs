//! `submit kubernetes`: an Indexed Job that plays shards, and a Job that waits for them and merges.

use std::io::Write;
use std::path::PathBuf;
use std::time::SystemTime;

use super::manifest;
use super::mark::moment;
use super::passed::Passed;
use super::pods::{Kubernetes, walls};
use super::write_all;
use crate::cli::Failure;
use crate::cli::run_options::RunOptions;

/// Options of `submit kubernetes`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct KubernetesOptions {
    /// Write wild-conformance.yaml into this folder; to stdout unless given
    #[arg(long, value_name = "DIR", help_heading = "Kubernetes")]
    out_dir: Option<PathBuf>,
    #[command(flatten, next_help_heading = "Kubernetes")]
    pub(super) kubernetes: Kubernetes,
    #[command(flatten, next_help_heading = "Run")]
    pub(super) run: RunOptions,
}

pub(super) fn submit(
    options: &KubernetesOptions,
    passed: &Passed,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let kubernetes = &options.kubernetes;
    let image = kubernetes.image.as_deref().ok_or_else(|| {
        Failure::usage("--image is needed: a container image that has this program and the agent's")
    })?;
    kubernetes.check()?;
    let folder = options
        .run
        .out
        .to_str()
        .ok_or_else(|| Failure::usage("--out is no UTF-8, and a job is a text"))?;
    let folder = place(folder, passed, SystemTime::now());
    let text = manifest::write(kubernetes, image, &folder, passed);
    let mut err = std::io::stderr().lock();
    for line in walls(kubernetes.restricted).lines() {
        // A terminal that is gone is no reason to fail.
        let _ = writeln!(err, "note: {line}");
    }
    let _ = writeln!(
        err,
        "note: the report will be in {folder}/merged of the volume"
    );
    match &options.out_dir {
        Some(folder) => write_all(folder, &[("wild-conformance.yaml", text, false)], out)?,
        None => out.write_all(text.as_bytes())?,
    }
    Ok(0)
}

/// Where evidence goes on the volume: where it is said, or else where no other run put its own, of which nothing
/// can be seen from here and with which shards would go on.
fn place(out: &str, passed: &Passed, now: SystemTime) -> String {
    if passed.has_out {
        return out.to_owned();
    }
    let moment = moment(now).replace(' ', "-").replace(':', "");
    format!("{out}-{moment}")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn each_submission_has_a_folder_of_its_own() {
        let now = UNIX_EPOCH + Duration::from_secs(20_000 * 86_400 + 3_725);
        for (has_out, folder) in [(false, "out-2024-10-04-010205"), (true, "out")] {
            let passed = Passed {
                has_out,
                ..Passed::default()
            };
            assert_eq!(place("out", &passed, now), folder);
        }
    }
}
