//! What job scripts tell a scheduler.

use serde::{Deserialize, Serialize};

/// What job scripts of the workspace tell the scheduler.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Slurm {
    /// `--partition`
    pub partition: Option<String>,
    /// `--account`
    pub account: Option<String>,
    /// `--qos`
    pub qos: Option<String>,
}

impl Slurm {
    /// What `scripts` tell; nothing where they tell nothing.
    pub(super) fn read_all(scripts: &[String]) -> Option<Self> {
        let slurm = Self::read(scripts.iter().map(String::as_str));
        (slurm != Self::default()).then_some(slurm)
    }

    /// Reads the `#SBATCH` lines of job scripts. Several values of an option are kept with commas
    /// between them; each of them is one that the project uses.
    pub fn read<'t>(scripts: impl Iterator<Item = &'t str>) -> Self {
        let mut slurm = Self::default();
        for line in scripts.flat_map(str::lines) {
            let Some(options) = line.trim_start().strip_prefix("#SBATCH") else {
                continue;
            };
            let words: Vec<&str> = options
                .split(|c: char| c.is_whitespace() || c == '=')
                .filter(|word| !word.is_empty())
                .collect();
            for pair in words.windows(2) {
                let target = match pair[0] {
                    "--partition" | "-p" => &mut slurm.partition,
                    "--account" | "-A" => &mut slurm.account,
                    "--qos" | "-q" => &mut slurm.qos,
                    _ => continue,
                };
                let known = target.get_or_insert_default();
                if !known.split(',').any(|value| value == pair[1]) {
                    let gap = if known.is_empty() { "" } else { "," };
                    *known = format!("{known}{gap}{}", pair[1]);
                }
            }
        }
        slurm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn job_scripts_show_their_options() {
        let script =
            "#!/bin/sh\n#SBATCH --partition=gpu -A lab\n#SBATCH --qos high\n#SBATCH -p x\n";
        let slurm = Slurm::read([script].into_iter());
        assert_eq!(slurm.partition.as_deref(), Some("gpu,x"));
        assert_eq!(slurm.account.as_deref(), Some("lab"));
        assert_eq!(slurm.qos.as_deref(), Some("high"));
    }
}
