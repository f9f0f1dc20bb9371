//! Which programs run scripts, and which scripts are experiments.

use crate::programs::{ENGLISH_TOO, IN_PLANS};

/// Whether a word calls a program that runs scripts; outside of code some are words of English.
pub(super) fn is_interpreter(word: &str, is_code: bool) -> bool {
    if !is_code && ENGLISH_TOO.contains(&word) {
        return false;
    }
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let name = stem.rsplit('/').next().unwrap_or(stem);
    IN_PLANS.contains(&word) || IN_PLANS.contains(&name)
}

/// Whether a word names this script: by its path or its file name.
pub(super) fn is_same(word: &str, entry: &str) -> bool {
    let ends_with = |long: &str, short: &str| {
        long == short
            || long
                .strip_suffix(short)
                .is_some_and(|rest| rest.ends_with('/'))
    };
    // A program that is built from a script, or a package, has its name and place.
    let stem = |path: &str| {
        path.rsplit_once('.')
            .map_or(path.to_owned(), |(stem, _)| stem.to_owned())
    };
    let package = entry.rsplit_once('/').map_or("", |(folder, _)| folder);
    let last = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let is_built =
        word.contains('/') && last(&stem(word)) == last(&stem(entry)) && last(word).len() > 3;
    ends_with(word, entry)
        || (word.contains('.') && ends_with(entry, word))
        || is_built
        || (package.contains('/') && ends_with(word.trim_end_matches('/'), package))
}

/// What the names of experiment scripts speak of, and the languages that they are written in.
const EXPERIMENT_NAMES: [&str; 5] = ["train", "eval", "bench", "finetune", "pretrain"];
const SCRIPT_ENDINGS: [&str; 7] = ["py", "sh", "sbatch", "slurm", "jl", "r", "ipynb"];

pub(super) fn looks_like_experiment(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    SCRIPT_ENDINGS.contains(&extension) && EXPERIMENT_NAMES.iter().any(|word| stem.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_known_by_its_name_and_by_what_is_built_of_it() {
        for word in ["src/train.py", "/w/src/train.py", "train.py", "bin/train"] {
            assert!(is_same(word, "src/train.py"), "{word}");
        }
        for word in ["bin/other", "train", "retrain.py", "src/train.rs.py"] {
            assert!(!is_same(word, "src/train.py"), "{word}");
        }
    }
}
