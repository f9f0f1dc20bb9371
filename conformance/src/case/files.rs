//! Case files by a folder or a glob over paths, as somebody writes them where no shell expands them.

use std::io;
use std::path::{Path, PathBuf};

use globset::Glob;

use super::{SelectError, builtin_cases};

/// What makes a pattern of a path.
const WILD: [char; 4] = ['*', '?', '[', '{'];

/// `patterns`, with each folder and each glob over case files replaced by the files that it means, sorted.
///
/// # Errors
/// Fails when a folder cannot be read, or has no such file.
pub fn with_files(patterns: &[String]) -> Result<Vec<String>, SelectError> {
    let mut all = Vec::new();
    for pattern in patterns {
        match files(pattern)? {
            Some(files) => all.extend(files),
            None => all.push(pattern.clone()),
        }
    }
    Ok(all)
}

/// The files that a pattern means; none where it means something else.
fn files(pattern: &str) -> Result<Option<Vec<String>>, SelectError> {
    let path = Path::new(pattern);
    let is_file = path.extension().is_some_and(|end| end == "toml");
    let is_glob = is_file && pattern.contains(WILD) && !path.exists();
    // Whoever stands in evidence has folders that are called as cases are.
    let (folder, name) = if path.is_dir() && builtin_cases()?.iter().all(|case| case.id != pattern)
    {
        (path, "*.toml")
    } else if is_glob {
        let name = path.file_name().and_then(|name| name.to_str());
        (path.parent().unwrap_or(path), name.unwrap_or_default())
    } else {
        return Ok(None);
    };
    let glob = Glob::new(name).map_err(|source| SelectError::Pattern {
        pattern: pattern.to_owned(),
        source,
    })?;
    let glob = glob.compile_matcher();
    let found = entries(folder).map_err(|source| SelectError::Folder {
        folder: folder.to_owned(),
        source,
    })?;
    let fits = |file: &&PathBuf| file.file_name().is_some_and(|name| glob.is_match(name));
    let files = found.iter().filter(fits).filter_map(|file| file.to_str());
    let files: Vec<String> = files.map(str::to_owned).collect();
    if files.is_empty() {
        return Err(SelectError::NoFile {
            pattern: pattern.to_owned(),
        });
    }
    Ok(Some(files))
}

/// What lies in a folder, sorted.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let here = folder == Path::new("");
    let read = std::fs::read_dir(if here { Path::new(".") } else { folder })?;
    let names = read.map(|entry| Ok(folder.join(entry?.file_name())));
    let mut all: Vec<PathBuf> = names.collect::<io::Result<_>>()?;
    all.sort();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_and_a_glob_are_the_case_files_that_they_mean() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.toml", "notes.md"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
        let whole = with_files(&[at(""), "planning-*".to_owned()]).unwrap();
        assert_eq!(whole, [at("a.toml"), at("b.toml"), "planning-*".to_owned()]);
        assert_eq!(with_files(&[at("[b-z]*.toml")]).unwrap(), [at("b.toml")]);
        let none = with_files(&[at("x*.toml")]).unwrap_err().to_string();
        assert!(none.contains("no case file fits"), "{none}");
        let nowhere = with_files(&[at("none/*.toml")]).unwrap_err().to_string();
        assert!(nowhere.contains("cannot read the folder"), "{nowhere}");
    }
}
