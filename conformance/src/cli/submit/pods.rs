//! What Kubernetes is asked for.

use super::names::{job, label, subdomain};
use super::quantity::{bytes, is_below, limit, processors};
use crate::cli::Failure;

/// What Kubernetes is asked for.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Kubernetes {
    /// Share the plays out to this many pods
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) shards: u16,
    /// Have at most this many of them play at the same time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) at_once: Option<u16>,
    /// What the jobs are called
    #[arg(long, default_value = "wild-conformance", value_name = "NAME", value_parser = job)]
    pub(super) name: String,
    /// The namespace
    #[arg(long, value_name = "NAME", value_parser = label)]
    pub(super) namespace: Option<String>,
    /// The container image that has this program and the agent's
    #[arg(long, value_name = "IMAGE")]
    pub(super) image: Option<String>,
    /// Keep the evidence in this volume claim, which is there and can be mounted by all pods; one is made
    /// unless given
    #[arg(long, value_name = "NAME", value_parser = subdomain, conflicts_with_all = ["storage", "storage_class"])]
    pub(super) claim: Option<String>,
    /// What a claim that is made asks for; 10Gi unless given
    #[arg(long, value_name = "SIZE", value_parser = bytes)]
    pub(super) storage: Option<String>,
    /// The storage class of a claim that is made
    #[arg(long, value_name = "NAME", value_parser = subdomain)]
    pub(super) storage_class: Option<String>,
    /// Processors of a shard, such as 2 or 500m
    #[arg(long, default_value = "1", value_name = "N", value_parser = processors)]
    pub(super) cpus: String,
    /// Memory of a shard
    #[arg(long, default_value = "2Gi", value_name = "SIZE", value_parser = bytes)]
    pub(super) mem: String,
    /// A further limit of a shard, such as nvidia.com/gpu=1; repeatable
    #[arg(long, value_name = "RESOURCE=QUANTITY", value_parser = limit)]
    pub(super) limit: Vec<(String, String)>,
    /// Make the keys of this secret variables of the shards; repeatable
    #[arg(long, value_name = "NAME", value_parser = subdomain)]
    pub(super) secret: Vec<String>,
    /// The service account; its token is in no pod
    #[arg(long, value_name = "NAME", value_parser = subdomain)]
    pub(super) service_account: Option<String>,
    /// Play a shard again this many times if it could not be played; it goes on where it was
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = clap::value_parser!(u16).range(..=100))]
    pub(super) retries: u16,
    /// End a shard after this many seconds
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u32).range(60..))]
    pub(super) time: Option<u32>,
    /// The user's number in the containers
    #[arg(long, default_value_t = 1000, value_name = "UID", value_parser = clap::value_parser!(u32).range(1..=65_533))]
    pub(super) user: u32,
    /// Write pods that the Pod Security Standard `restricted` lets pass; most walls then fall
    #[arg(long)]
    pub(super) restricted: bool,
    /// Where this program is in the image
    #[arg(long, default_value = "wild-conformance", value_name = "PATH")]
    pub(super) program: String,
}

impl Kubernetes {
    /// Refuses what Kubernetes would: a limit below what is requested.
    pub(super) fn check(&self) -> Result<(), Failure> {
        for (resource, quantity) in &self.limit {
            let (option, requested) = match resource.as_str() {
                "cpu" => ("--cpus", &self.cpus),
                "memory" => ("--mem", &self.mem),
                _ => continue,
            };
            if is_below(quantity, requested) {
                return Err(Failure::usage(format!(
                    "--limit {resource}={quantity} is below {option} {requested}, which a shard requests: Kubernetes \
                     refuses such pods; give less to {option}, or leave the limit away"
                )));
            }
        }
        Ok(())
    }
}

/// What becomes of the walls, which is said in the file and on stderr.
pub(super) fn walls(restricted: bool) -> &'static str {
    if restricted {
        "Pods that keep to `restricted` have the runtime's usual filter of system calls. That of containerd refuses\n\
         namespaces: the walls `user`, `network`, `ipc`, `pid` and `mount` fall, so that the agent reaches the cluster's\n\
         network, reads the evidence, and sees the harness. With CRI-O's only `pid` falls. `session`, `landlock`,\n\
         `capabilities` and `seccomp` stand. A NetworkPolicy can take the place of the wall `network`."
    } else {
        "The walls need what the Pod Security Standards `baseline` and `restricted` refuse, so that the namespace has\n\
         to be labelled pod-security.kubernetes.io/enforce=privileged; nothing in the pods is privileged all the same.\n\
         Without procMount: Unmasked and hostUsers: false (on by default since Kubernetes 1.33) `pid` falls; with\n\
         containerd's RuntimeDefault in place of Unconfined, or on nodes that refuse users the namespaces (AppArmor of\n\
         Ubuntu 24.04), `user`, `network`, `ipc`, `pid` and `mount` do. Reports name each wall that fell; --restricted\n\
         writes the form that every namespace takes. With hostUsers: false, pods do not start on a volume that cannot\n\
         be mounted with mapped ids, as NFS cannot: --restricted does without, and so does a claim on another volume."
    }
}
