//! The keys of `[submit.slurm]` and `[submit.kubernetes]`.

use super::key::{Key, Kind, key};

/// The keys of what `submit` writes.
pub(super) const KEYS: &[Key] = &[
    key(
        "submit.slurm.shards",
        "shards",
        Kind::Whole,
        "Into how many shards the plays are shared out",
    ),
    key(
        "submit.slurm.at_once",
        "at-once",
        Kind::Whole,
        "How many shards are played at the same time",
    ),
    key(
        "submit.slurm.name",
        "name",
        Kind::Text,
        "What the jobs are called",
    ),
    key(
        "submit.slurm.partition",
        "partition",
        Kind::Text,
        "The partition",
    ),
    key(
        "submit.slurm.account",
        "account",
        Kind::Text,
        "The account that pays",
    ),
    key(
        "submit.slurm.gres",
        "gres",
        Kind::Text,
        "What each shard needs, such as gpu:1",
    ),
    key(
        "submit.slurm.time",
        "time",
        Kind::Text,
        "The time limit of a shard, such as 02:00:00",
    ),
    key(
        "submit.slurm.cpus",
        "cpus",
        Kind::Whole,
        "Processors of a shard",
    ),
    key(
        "submit.slurm.mem",
        "mem",
        Kind::Text,
        "Memory of a shard, such as 8G",
    ),
    key(
        "submit.slurm.requeue",
        "requeue",
        Kind::Switch,
        "Whether a shard that lost its node is queued again",
    ),
    key(
        "submit.slurm.scratch",
        "scratch",
        Kind::Text,
        "A folder of the node, such as $SLURM_TMPDIR, where a shard plays",
    ),
    key(
        "submit.slurm.image",
        "image",
        Kind::Text,
        "The Apptainer image in which a shard plays",
    ),
    key(
        "submit.slurm.image_args",
        "image-arg",
        Kind::Texts,
        "Further words of apptainer exec",
    )
    .with("image"),
    key(
        "submit.slurm.sbatch",
        "sbatch-arg",
        Kind::Texts,
        "Further options of sbatch",
    ),
    key(
        "submit.slurm.setup",
        "setup",
        Kind::Texts,
        "Lines of shell ahead of a shard, such as `module load apptainer`",
    ),
    key(
        "submit.slurm.program",
        "program",
        Kind::Text,
        "Where this program is on the nodes",
    ),
    key(
        "submit.kubernetes.shards",
        "shards",
        Kind::Whole,
        "Into how many shards the plays are shared out",
    ),
    key(
        "submit.kubernetes.at_once",
        "at-once",
        Kind::Whole,
        "How many shards are played at the same time",
    ),
    key(
        "submit.kubernetes.name",
        "name",
        Kind::Text,
        "What the jobs are called",
    ),
    key(
        "submit.kubernetes.namespace",
        "namespace",
        Kind::Text,
        "The namespace",
    ),
    key(
        "submit.kubernetes.image",
        "image",
        Kind::Text,
        "The container image with this program and the agent",
    ),
    key(
        "submit.kubernetes.claim",
        "claim",
        Kind::Text,
        "The volume claim that all shards share; it is there already",
    )
    .yielding(&["storage", "storage-class"]),
    key(
        "submit.kubernetes.storage",
        "storage",
        Kind::Text,
        "How much a claim asks for that is made, such as 10Gi",
    )
    .yielding(&["claim"]),
    key(
        "submit.kubernetes.storage_class",
        "storage-class",
        Kind::Text,
        "The storage class of a claim that is made",
    )
    .yielding(&["claim"]),
    key(
        "submit.kubernetes.cpus",
        "cpus",
        Kind::Text,
        "Processors of a shard, such as 2 or 500m",
    ),
    key(
        "submit.kubernetes.mem",
        "mem",
        Kind::Text,
        "Memory of a shard, such as 4Gi",
    ),
    key(
        "submit.kubernetes.limits",
        "limit",
        Kind::Texts,
        "Further limits of a shard, such as nvidia.com/gpu=1",
    ),
    key(
        "submit.kubernetes.secrets",
        "secret",
        Kind::Texts,
        "Secrets whose keys become variables",
    ),
    key(
        "submit.kubernetes.service_account",
        "service-account",
        Kind::Text,
        "The service account",
    ),
    key(
        "submit.kubernetes.retries",
        "retries",
        Kind::Whole,
        "How many times a shard that failed is played again",
    ),
    key(
        "submit.kubernetes.time",
        "time",
        Kind::Whole,
        "Seconds that a shard has",
    ),
    key(
        "submit.kubernetes.user",
        "user",
        Kind::Whole,
        "The user's number in the containers",
    ),
    key(
        "submit.kubernetes.restricted",
        "restricted",
        Kind::Switch,
        "Whether the pods keep to the Pod Security Standard `restricted`",
    ),
    key(
        "submit.kubernetes.program",
        "program",
        Kind::Text,
        "Where this program is in the image",
    ),
];
