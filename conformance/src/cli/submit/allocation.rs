//! What Slurm is asked for.

use super::time_limit::time_limit;

/// What Slurm is asked for.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Slurm {
    /// Share the plays out to this many jobs of the array
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) shards: u16,
    /// Have at most this many of them played at the same time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) at_once: Option<u16>,
    /// What the jobs are called
    #[arg(long, default_value = "wild-conformance", value_name = "NAME")]
    pub(super) name: String,
    /// The partition
    #[arg(long, value_name = "NAME")]
    pub(super) partition: Option<String>,
    /// The account that pays
    #[arg(long, value_name = "NAME")]
    pub(super) account: Option<String>,
    /// What each shard needs, such as gpu:1
    #[arg(long, value_name = "LIST")]
    pub(super) gres: Option<String>,
    /// The time limit of a shard, such as 02:00:00; a minute ahead of it the shard ends its plays
    #[arg(long, value_name = "TIME", value_parser = time_limit)]
    pub(super) time: Option<String>,
    /// Processors of a shard, which plays as many cases at the same time unless --jobs says otherwise
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) cpus: Option<u16>,
    /// Memory of a shard, such as 8G
    #[arg(long, value_name = "SIZE")]
    pub(super) mem: Option<String>,
    /// Queue a shard again that lost its node or had to give way; it goes on where it was
    #[arg(long)]
    pub(super) requeue: bool,
    /// Play in this folder of the node, and copy the evidence back at the end; $NAME is a variable of the
    /// node, such as $SLURM_TMPDIR
    #[arg(long, value_name = "DIR")]
    pub(super) scratch: Option<String>,
    /// Play in this Apptainer image
    #[arg(long, value_name = "FILE")]
    pub(super) image: Option<String>,
    /// Give this word to `apptainer exec`, such as --image-arg=--nv; repeatable
    #[arg(
        long,
        value_name = "WORD",
        requires = "image",
        allow_hyphen_values = true
    )]
    pub(super) image_arg: Vec<String>,
    /// Give this option to sbatch, such as --sbatch-arg=--constraint=a100; repeatable
    #[arg(long, value_name = "OPTION", allow_hyphen_values = true)]
    pub(super) sbatch_arg: Vec<String>,
    /// Execute this line of shell ahead of a shard and of the merge, such as `module load apptainer`; a job of which
    /// it fails ends with 3; repeatable
    #[arg(long, value_name = "LINE")]
    pub(super) setup: Vec<String>,
    /// Where this program is on the nodes; where it is here unless given, and in an image by its name
    #[arg(long, value_name = "PATH")]
    pub(super) program: Option<String>,
}
