//! The entry points of a case as the agent found them, by which close copies are recognised.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Lines shorter than this are in many files.
const SHORTEST_LINE: usize = 8;

/// Entry points with fewer telling lines than this are like many files.
const FEWEST_LINES: usize = 5;

/// Of how many tenths of an original's lines a close copy has.
const TENTHS: usize = 6;

/// Entry points by their path, each with its telling lines.
#[derive(Debug, Clone, Default)]
pub struct Originals(Vec<(String, HashSet<u64>)>);

impl Originals {
    /// Entry points with their contents.
    pub fn new<'a>(all: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Self {
        let all = all
            .into_iter()
            .map(|(entry, content)| (entry.to_owned(), lines(&content)));
        Self(
            all.filter(|(_, lines)| lines.len() >= FEWEST_LINES)
                .collect(),
        )
    }

    /// Whether a program speaks of an entry point and of what that announces itself by.
    pub(crate) fn is_to_be_silenced_by(&self, program: &str) -> bool {
        speaks_of_announcing(program) && self.0.iter().any(|(entry, _)| speaks_of(program, entry))
    }

    /// The entry point that `content` has most in common with, if it is a close copy of one.
    pub(crate) fn copied_by(&self, content: &[u8]) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        let own = lines(content);
        let all = self.0.iter().map(|(entry, lines)| {
            let common = lines.intersection(&own).count();
            (common * 10 / lines.len(), entry)
        });
        let (tenths, entry) = all.max()?;
        (tenths >= TENTHS).then(|| entry.clone())
    }
}

/// Whether a program names the module by which entry points announce themselves, or its function. The mere
/// word may be about anything.
pub(crate) fn speaks_of_announcing(program: &str) -> bool {
    const NAMES: [&str; 5] = [
        "work_begins",
        "announce.py",
        "\"announce\"",
        "'announce'",
        "import announce",
    ];
    NAMES.iter().any(|name| program.contains(name))
}

/// Whether a program names an entry point, or the module that it is.
pub(crate) fn speaks_of(program: &str, entry: &str) -> bool {
    let name = entry.rsplit('/').next().unwrap_or(entry);
    let stem = name.split('.').next().unwrap_or(name);
    let is_part = |c: char| !(c.is_alphanumeric() || c == '_');
    program.split(is_part).any(|word| word == stem)
}

/// Hashes of the lines that tell something, blank space around them aside.
fn lines(content: &[u8]) -> HashSet<u64> {
    let lines = content.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let telling = lines.filter(|line| line.len() >= SHORTEST_LINE);
    telling
        .map(|line| {
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            hasher.finish()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_recognised_although_it_was_edited() {
        let train: Vec<String> = (0..10)
            .map(|n| format!("weights[{n}] = step({n})"))
            .collect();
        let bench: Vec<String> = (0..10)
            .map(|n| format!("row({n}).write()  # row"))
            .collect();
        let originals = Originals::new([
            ("train.py", train.join("\n").into_bytes()),
            ("bench.py", bench.join("\n").into_bytes()),
            ("tiny.py", b"import train\n".to_vec()),
        ]);
        let of = |text: String| originals.copied_by(text.as_bytes());
        assert_eq!(of(train[2..].join("\n    ")), Some("train.py".to_owned()));
        assert_eq!(
            of(bench.join("\n") + "\nmore()"),
            Some("bench.py".to_owned())
        );
        assert_eq!(of(train[..4].join("\n")), None);
        assert_eq!(of("import train\n".to_owned()), None);
        let silences = |program| originals.is_to_be_silenced_by(program);
        assert!(silences(
            "sys.modules['announce'] = x; import train; train.main()"
        ));
        assert!(!silences("import train; train.main()"));
        assert!(!silences("# we announce when to train"));
        assert!(!silences("sys.modules['announce'] = x; retrain()"));
    }
}
