//! Cases that have one id: reports, baselines and folders of evidence could not tell them apart.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Case;

/// What stands in case files under an id that something else has, too, a line each. The same file may be named twice,
/// and the file that a built-in case was made of is that case.
pub fn twice(files: &[(PathBuf, Vec<Case>)], builtin: &[Case]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut places: BTreeMap<&str, &Path> = BTreeMap::new();
    for (file, case) in files
        .iter()
        .flat_map(|(file, cases)| cases.iter().map(move |case| (file, case)))
    {
        let (id, here) = (case.id.as_str(), file.display());
        let own = builtin.iter().find(|own| own.id == id);
        if own.is_some_and(|own| own != case) {
            problems.push(format!(
                "`{id}` in {here} is the id of a built-in case, which says something else; give the one in the file \
                 another id"
            ));
        }
        match places.insert(id, file) {
            Some(there) if !is_same(there, file) => problems.push(format!(
                "`{id}` is a case in {} and another one in {here}; give one of them another id",
                there.display()
            )),
            _ => (),
        }
    }
    problems
}

fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one == other || (real(one).is_some() && real(one) == real(other))
}

#[cfg(test)]
mod tests {
    use super::super::{builtin_cases, load_file};
    use super::*;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let files = files.iter().map(|(name, text)| {
            let file = dir.path().join(name);
            std::fs::write(&file, text).unwrap();
            let cases = load_file(&file).unwrap();
            (file, cases)
        });
        let files: Vec<_> = files.collect();
        let told = twice(&files, &builtin_cases().unwrap());
        let folder = dir.path().display().to_string();
        told.iter().map(|line| line.replace(&folder, "")).collect()
    }

    #[test]
    fn an_id_is_of_one_case() {
        let own = |id: &str| {
            format!("id = \"{id}\"\ntitle = \"Own\"\ntwin = \"planning-healthy\"\nsteer = \"go\"\n")
        };
        let (a, b) = (own("a"), own("b"));
        assert_eq!(told(&[("a.toml", &a), ("b.toml", &b)]), [""; 0]);
        assert_eq!(
            told(&[("a.toml", &a), ("b.toml", &b), ("c.toml", &a)]),
            ["`a` is a case in /a.toml and another one in /c.toml; give one of them another id"]
        );
        // A file that is named twice is one.
        assert_eq!(told(&[("a.toml", &a), ("./a.toml", &a)]), [""; 0]);
    }

    #[test]
    fn a_built_in_case_is_shadowed_by_none() {
        let text = include_str!("../../../fixtures/cases/planning-healthy.toml");
        assert_eq!(told(&[("same.toml", text)]), [""; 0]);
        let changed = text.replacen("title = \"", "title = \"Not ", 1);
        let told = told(&[("other.toml", &changed)]);
        assert!(
            told.len() == 1
                && told[0].starts_with("`planning-healthy` in /other.toml is the id of"),
            "{told:?}"
        );
    }
}
