//! Keys of a case that name something of the user's own, by a path relative to the case file.

use std::path::Path;

use toml::{Table, Value};

use super::CaseTable;

/// The keys, and what a path among their values must lead to.
const PATHS: [(&str, Target); 3] = [
    ("workspace", Target::Folder),
    ("plan", Target::File),
    ("prompt", Target::File),
];

#[derive(Clone, Copy)]
enum Target {
    Folder,
    File,
}

/// Whether a value is the path of something of the user's, and no name of something built in.
pub fn is_path(value: &str) -> bool {
    value.contains('/') || value == "." || Path::new(value).extension().is_some()
}

/// Makes the paths of `cases` absolute, as seen from `base`, and tells which lead nowhere.
pub(super) fn resolve(base: &Path, cases: &mut [CaseTable]) -> Vec<String> {
    let mut problems = Vec::new();
    for case in cases {
        for (key, target) in PATHS {
            if let Some(problem) = resolve_key(base, &mut case.keys, key, target)
                && !problems.contains(&problem)
            {
                problems.push(problem);
            }
        }
    }
    problems
}

fn resolve_key(base: &Path, keys: &mut Table, key: &str, target: Target) -> Option<String> {
    let own = keys.get(key).and_then(Value::as_str);
    let own = own.filter(|value| is_path(value))?;
    let path = base.join(own);
    let (what, is_there) = match target {
        Target::Folder => ("folder", path.is_dir()),
        Target::File => ("file", path.is_file()),
    };
    if !is_there {
        return Some(format!(
            "{key} `{own}`: there is no {what} {}; paths are relative to the case file",
            path.display()
        ));
    }
    let found = path.canonicalize().ok();
    let Some(found) = found.as_deref().and_then(Path::to_str) else {
        return Some(format!("{key} `{own}`: its path is no UTF-8"));
    };
    keys.insert(key.to_owned(), found.into());
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_case_file_and_lead_somewhere() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("project")).unwrap();
        let file = dir.path().join("mine.toml");
        let load = |keys: &str| {
            let text = format!("id = 'x'\ntitle = 'x'\ntwin = 'planning-healthy'\n{keys}");
            std::fs::write(&file, text).unwrap();
            super::super::load(&file)
        };
        let cases = load("workspace = './project'\nentry_points = []").unwrap();
        let workspace = cases[0].keys["workspace"].as_str().unwrap();
        let project = dir.path().join("project").canonicalize().unwrap();
        assert_eq!(Path::new(workspace), project);
        let cases = load("workspace = 'slurm-nlp'\nentry_points = []").unwrap();
        assert_eq!(cases[0].keys["workspace"].as_str(), Some("slurm-nlp"));
        for (keys, word) in [
            ("workspace = './nowhere'", "there is no folder"),
            ("workspace = './mine.toml'", "there is no folder"),
            ("plan = './project'", "there is no file"),
            ("prompt = 'missing.md'", "there is no file"),
            ("workspace = 'tiny-ml'", "a path"),
        ] {
            let message = load(keys).unwrap_err().to_string();
            assert!(message.contains(word), "{keys}: {message}");
        }
    }
}
