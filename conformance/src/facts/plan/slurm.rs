//! Slurm options that planned commands carry, held against those that the workspace shows.

use std::fmt;

use super::Slurm;

/// A resource option of a Slurm command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlurmOption {
    /// `partition`, `account` or `qos`.
    pub name: &'static str,
    /// Its value as it is written.
    pub value: String,
}

/// Long and short spelling of each option. The short ones mean other things to other programs.
const OPTIONS: [(&str, &str, &str); 3] = [
    ("partition", "--partition", "-p"),
    ("account", "--account", "-A"),
    ("qos", "--qos", "-q"),
];

/// Programs whose short options are read.
const PROGRAMS: [&str; 4] = ["srun", "sbatch", "salloc", "#SBATCH"];

impl SlurmOption {
    /// The options in a text. A value that is still to be filled in is none.
    ///
    /// ```
    /// use wild_conformance::facts::SlurmOption;
    ///
    /// let options = SlurmOption::read("`mkdir -p logs && srun -p gpu --account=lab python train.py`");
    /// let options: Vec<_> = options.map(|o| (o.name, o.value)).collect();
    /// assert_eq!(options, [("partition", "gpu".into()), ("account", "lab".into())]);
    /// ```
    pub fn read(text: &str) -> impl Iterator<Item = Self> {
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || "`\"'=,;()[]".contains(c))
            .filter(|word| !word.is_empty())
            .collect();
        let mut found = Vec::new();
        let mut has_program = false;
        for (index, word) in words.iter().enumerate() {
            if ["&&", "||", "|"].contains(word) {
                has_program = false;
            }
            has_program |= PROGRAMS.contains(word);
            let option = OPTIONS
                .iter()
                .find(|(_, long, short)| word == long || (has_program && word == short));
            let value = words.get(index + 1).filter(|value| is_value(value));
            if let (Some((name, ..)), Some(value)) = (option, value) {
                found.push(Self {
                    name,
                    value: (*value).to_owned(),
                });
            }
        }
        found.into_iter()
    }
}

fn is_value(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || "_-.+:/@".contains(c))
}

impl Slurm {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.values().next().is_none()
    }

    /// Whether the workspace shows this value; nothing where it shows none of this option.
    pub fn allows(&self, option: &SlurmOption) -> Option<bool> {
        let (_, known) = self.values().find(|(name, _)| *name == option.name)?;
        Some(known.split(',').any(|value| value == option.value))
    }

    /// The options of which a text names a value of the workspace, beside the option's name:
    /// `partition gpu`.
    pub fn named_in(&self, text: &str) -> impl Iterator<Item = &'static str> {
        let lower = text.to_lowercase();
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || "`\"'=,;()[]:/".contains(c))
            .map(|word| word.trim_end_matches('.'))
            .collect();
        let found: Vec<&'static str> = self
            .values()
            .filter(|(name, known)| {
                lower.contains(name) && known.split(',').any(|value| words.contains(&value))
            })
            .map(|(name, _)| name)
            .collect();
        found.into_iter()
    }

    /// The options that the workspace shows.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.values().map(|(name, _)| name)
    }

    fn values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("partition", &self.partition),
            ("account", &self.account),
            ("qos", &self.qos),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }
}

impl fmt::Display for Slurm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.values().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(f, "{gap}--{name}={}", value.replace(',', " or "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Slurm {
        Slurm {
            partition: Some("gpu,long".to_owned()),
            account: Some("lab".to_owned()),
            qos: None,
        }
    }

    fn verdicts(text: &str) -> Vec<Option<bool>> {
        SlurmOption::read(text)
            .map(|option| known().allows(&option))
            .collect()
    }

    #[test]
    fn options_are_held_against_the_workspace() {
        assert_eq!(
            verdicts("srun --partition long -A lab x"),
            [Some(true), Some(true)]
        );
        assert_eq!(
            verdicts("sbatch --partition=debug --qos=low"),
            [Some(false), None]
        );
        assert_eq!(
            verdicts("srun --partition=$PARTITION --account=<account>"),
            []
        );
        assert_eq!(verdicts("mkdir -p debug; cp -A x"), []);
    }

    #[test]
    fn values_in_prose_count_beside_their_name() {
        assert_eq!(
            known().named_in("on partition `gpu`").next(),
            Some("partition")
        );
        assert_eq!(known().named_in("on the gpu").next(), None);
        assert_eq!(known().to_string(), "--partition=gpu or long --account=lab");
    }
}
