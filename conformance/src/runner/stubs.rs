//! Programs that stand first in an agent's `PATH`: stubs that make the machine look like the case's
//! cluster, and shims that tell of calls. `fixtures/stubs/README.md` says what each does.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use include_dir::{Dir, include_dir};
use wild_mock_server::{ClusterKind, ClusterProfile};

use crate::case::Case;
use crate::facts::PlanContext;
use crate::programs::WITH_SHIM;

static STUBS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../fixtures/stubs");

/// What partition and account are called where the workspace does not say.
const SOME_PARTITION: &str = "gpu";
const SOME_ACCOUNT: &str = "lab";

/// Writes the stubs for `case` into `bin`.
pub(super) fn install_stubs(case: &Case, bin: &Path) -> io::Result<()> {
    let cluster: ClusterProfile = case.cluster.parse().unwrap_or_default();
    std::fs::write(bin.join(".cluster"), cluster_file(case, cluster))?;
    write(bin, ".call-log", "call-log.sh", 0o644)?;
    for name in stubs_of(cluster.kind) {
        write(bin, name, name, 0o755)?;
    }
    Ok(())
}

/// Writes shims into `bin` for what can be found in `path` and is no stub. Gives the names of all
/// programs in `bin` that tell of calls.
pub(super) fn install_shims(bin: &Path, path: &str) -> io::Result<Vec<String>> {
    for name in WITH_SHIM {
        let exists = std::env::split_paths(path).any(|folder| folder.join(name).is_file());
        if exists && !bin.join(name).exists() {
            write(bin, name, "shim.sh", 0o755)?;
        }
    }
    names(bin)
}

/// The names of the programs in `bin`, sorted.
fn names(bin: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(bin)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    Ok(names)
}

fn stubs_of(kind: ClusterKind) -> Vec<&'static str> {
    let mut stubs = vec!["nvidia-smi"];
    match kind {
        ClusterKind::Slurm => stubs.extend(["sinfo", "squeue", "sacct", "sbatch", "srun"]),
        ClusterKind::Kubernetes => stubs.push("kubectl"),
        ClusterKind::Ray => stubs.push("ray"),
        ClusterKind::Unknown | ClusterKind::LocalGpu | ClusterKind::SharedHeadNode => {}
    }
    stubs
}

fn cluster_file(case: &Case, cluster: ClusterProfile) -> String {
    let all = cluster.gpus.unwrap_or(0);
    let here = if cluster.kind == ClusterKind::LocalGpu {
        all
    } else {
        0
    };
    let slurm = PlanContext::of_case(case, &BTreeMap::new(), false)
        .slurm
        .unwrap_or_default();
    let word = |given: Option<String>, otherwise: &str| {
        // What goes into a shell file must be a plain word.
        let is_plain = |word: &String| {
            let mut characters = word.chars();
            characters.all(|c| c.is_ascii_alphanumeric() || "-_.,".contains(c))
        };
        given.filter(is_plain).unwrap_or(otherwise.to_owned())
    };
    format!(
        "GPUS={here}\nGPUS_OF_CLUSTER={all}\nPARTITION={}\nACCOUNT={}\n",
        word(slurm.partition, SOME_PARTITION),
        word(slurm.account, SOME_ACCOUNT),
    )
}

fn write(bin: &Path, name: &str, source: &str, mode: u32) -> io::Result<()> {
    let file = STUBS
        .get_file(source)
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("no stub {source}")))?;
    let path = bin.join(name);
    std::fs::write(&path, file.contents())?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::case::builtin_cases;

    /// What a stub prints and its exit code, on a cluster.
    fn call(cluster: &str, name: &str, args: &[&str]) -> (String, Option<i32>) {
        let bin = tempfile::tempdir().unwrap();
        let mut case = builtin_cases().unwrap().remove(0);
        cluster.clone_into(&mut case.cluster);
        install_stubs(&case, bin.path()).unwrap();
        let output = Command::new(bin.path().join(name)).args(args).output();
        let output = output.unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{name}");
        let printed = String::from_utf8(output.stdout).unwrap();
        (printed, output.status.code())
    }

    #[test]
    fn nvidia_smi_shows_the_gpus_of_the_case() {
        let csv = "--format=csv,noheader,nounits";
        let query = ["--query-gpu=index,memory.total", csv];
        let (printed, code) = call("local_gpu:2", "nvidia-smi", &query);
        assert_eq!((printed.as_str(), code), ("0, 81920\n1, 81920\n", Some(0)));
        let (printed, _) = call(
            "local_gpu:2",
            "nvidia-smi",
            &["--query-gpu=name,memory.used", "--format=csv"],
        );
        assert_eq!(printed.lines().next(), Some("name, memory.used [MiB]"));
        assert_eq!(printed.lines().count(), 3);
        let (printed, _) = call("local_gpu:3", "nvidia-smi", &["-L"]);
        assert_eq!(printed.matches("GPU ").count(), 3, "{printed}");
        let (printed, _) = call("local_gpu:1", "nvidia-smi", &[]);
        assert!(
            printed.contains("A100") && printed.contains("MiB"),
            "{printed}"
        );
    }

    #[test]
    fn without_gpus_nvidia_smi_fails_as_without_a_driver() {
        for cluster in ["unknown", "slurm:8", "local_gpu:0"] {
            let (printed, code) = call(cluster, "nvidia-smi", &["-L"]);
            assert_eq!(code, Some(9), "{cluster}");
            assert!(printed.starts_with("NVIDIA-SMI has failed"), "{printed}");
        }
    }

    #[test]
    fn schedulers_answer_on_their_cluster_only() {
        let (printed, code) = call("slurm:8", "sbatch", &["job.sh"]);
        assert_eq!(
            (printed.as_str(), code),
            ("Submitted batch job 1042\n", Some(0))
        );
        for name in ["sinfo", "sacct"] {
            assert!(call("slurm:8", name, &[]).0.contains("gpu"), "{name}");
        }
        assert_eq!(call("slurm:8", "squeue", &["-h"]).0, "");
        assert!(
            call("kubernetes:4", "kubectl", &["get", "nodes"])
                .0
                .contains("Ready")
        );
        assert!(call("ray:4", "ray", &["status"]).0.contains("/4.0 GPU"));
        assert_eq!(stubs_of(ClusterKind::LocalGpu), ["nvidia-smi"]);
    }
}
