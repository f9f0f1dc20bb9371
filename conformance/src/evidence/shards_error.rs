//! Why folders are not the shards of a run.

use std::path::PathBuf;

use super::reading::LoadError;

/// Why folders are not the shards of a run.
#[derive(Debug, thiserror::Error)]
pub enum ShardsError {
    /// What a folder says of itself cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Folders are not there, or do not say which part of a run they have.
    #[error("{}", absent(folders, of.as_ref()))]
    Absent {
        /// The folders.
        folders: Vec<PathBuf>,
        /// A folder that has a shard, and the names of those that are in none.
        of: Option<(PathBuf, Vec<String>)>,
    },
    /// Two folders have the same shard.
    #[error("{} and {} are both shard {shard}: name each shard once", first.display(), second.display())]
    Twice {
        /// The shard.
        shard: String,
        /// One folder.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// Two folders are not of the same run.
    #[error("{} and {} are not of the same run: {difference}", first.display(), second.display())]
    Different {
        /// One folder.
        first: PathBuf,
        /// The other.
        second: PathBuf,
        /// What differs.
        difference: String,
    },
    /// Shards are missing.
    #[error(
        "of the run in {} there is no {}: name the folders of all shards",
        folder.display(),
        some(missing, ", no ")
    )]
    Missing {
        /// A folder that there is.
        folder: PathBuf,
        /// The names of those that are not.
        missing: Vec<String>,
    },
    /// A shard did not come to its end.
    #[error(
        "shard {shard} in {} {how}; `run --resume` with its arguments plays what is missing",
        folder.display()
    )]
    Unfinished {
        /// The shard.
        shard: String,
        /// Its folder.
        folder: PathBuf,
        /// How far it is.
        how: &'static str,
    },
    /// A shard stopped by itself, so that plays of it say nothing.
    #[error(
        "shard {shard} in {} was stopped before its end, and {left} of its plays were not played; its report tells why, \
         and `run --resume` with its arguments plays what is missing",
        folder.display()
    )]
    Stopped {
        /// The shard.
        shard: String,
        /// Its folder.
        folder: PathBuf,
        /// How many plays were not played.
        left: usize,
    },
    /// A shard lacks a play that is its own.
    #[error("shard {shard} in {} lacks its play `{play}`", folder.display())]
    Lost {
        /// The shard.
        shard: String,
        /// Its folder.
        folder: PathBuf,
        /// The play.
        play: String,
    },
}

/// Most names that are told one by one.
const MOST_NAMES: usize = 20;

/// The first of `names`, and how many more there are.
fn some(names: &[String], between: &str) -> String {
    let told = names[..names.len().min(MOST_NAMES)].join(between);
    match names.len().saturating_sub(MOST_NAMES) {
        0 => told,
        more => format!("{told} and {more} more"),
    }
}

/// Folders that have no shard, which shards are missing, and what to do.
fn absent(folders: &[PathBuf], of: Option<&(PathBuf, Vec<String>)>) -> String {
    let told: Vec<String> = folders
        .iter()
        .map(|folder| {
            let name = folder.display();
            if folder.exists() {
                format!("{name} is no shard of a run: it has no run.json that says which")
            } else {
                format!("there is no folder {name}")
            }
        })
        .collect();
    let advice = match of {
        None => "name what `run --shard I/N --out DIR` left".to_owned(),
        Some((folder, missing)) if missing.is_empty() => {
            format!(
                "all shards of the run in {} are there without it: leave it away",
                folder.display()
            )
        }
        Some((folder, missing)) => format!(
            "of the run in {} {} missing: name the folder where that lies, or play it with the arguments of the others \
             (`run --shard I/N --resume --out DIR`; of a cluster's job its log tells why it did not), and merge again",
            folder.display(),
            match missing.as_slice() {
                [one] => format!("{one} is"),
                several => format!("{} are", some(several, ", ")),
            }
        ),
    };
    format!("{}; {advice}", some(&told, "; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(folders: &[&str], of: Option<&[&str]>) -> String {
        let missing = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let error = ShardsError::Absent {
            folders: folders.iter().map(PathBuf::from).collect(),
            of: of.map(|names| (PathBuf::from("one"), missing(names))),
        };
        error.to_string()
    }

    #[test]
    fn a_folder_that_is_not_there_is_named_with_what_it_would_have_had() {
        let (none, there) = ("/nowhere/shard-2", "/");
        let text = told(&[none], Some(&["shard 2/3"]));
        assert!(
            text.starts_with(
                "there is no folder /nowhere/shard-2; of the run in one shard 2/3 is missing"
            ),
            "{text}"
        );
        assert!(
            text.contains("`run --shard I/N --resume --out DIR`"),
            "{text}"
        );
        let text = told(&[none, there], Some(&["shard 2/3", "shard 3/3"]));
        assert!(
            text.contains("; / is no shard of a run: it has no run.json"),
            "{text}"
        );
        assert!(text.contains("shard 2/3, shard 3/3 are missing"), "{text}");
        assert!(told(&[none], Some(&[])).contains("are there without it: leave it away"));
        assert!(told(&[none], None).ends_with("name what `run --shard I/N --out DIR` left"));
        let text = told(&[none; 30], None);
        assert_eq!(text.matches("shard-2").count(), 20);
        assert!(text.contains("and 10 more; "), "{text}");
    }
}
