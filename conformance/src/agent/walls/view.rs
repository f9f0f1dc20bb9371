//! What an agent finds of the folders that begin empty: what the play needs, and what the user named.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::is_covered;

/// What ends a path within an argument.
const DELIMITERS: &str = " \t\n'\"`;|&<>()=,:{}$";

/// Files and folders in folders that begin empty which an agent's command line or `PATH` names. Of a
/// file, its folder: a program has its parts beside it.
pub(in crate::agent) fn named(argv: &[std::ffi::OsString], path: Option<&OsStr>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for argument in argv {
        let text = argument.to_string_lossy();
        for word in text.split(|c| DELIMITERS.contains(c)) {
            found.extend(beside(Path::new(word)));
        }
        // A whole argument may have any of the delimiters in it.
        found.extend(beside(Path::new(argument)));
    }
    let folders = path.into_iter().flat_map(std::env::split_paths);
    found.extend(
        folders
            .filter(|folder| folder.is_dir())
            .flat_map(|folder| beside(&folder)),
    );
    found.sort();
    found.dedup();
    found
}

/// What is needed so that a path is found as it is spelled, and where its links lead.
fn beside(path: &Path) -> Vec<PathBuf> {
    let (true, Ok(real)) = (path.is_absolute(), path.canonicalize()) else {
        return Vec::new();
    };
    let mut ways = vec![real];
    // No folder can be made by a name that leads back.
    if path.components().all(|part| part != Component::ParentDir) {
        ways.push(path.components().collect());
    } else if let (Some(Ok(folder)), Some(name)) =
        (path.parent().map(Path::canonicalize), path.file_name())
    {
        ways.push(folder.join(name));
    }
    // What leads back is looked up, too.
    let parts: Vec<Component<'_>> = path.components().collect();
    let back = (1..parts.len()).filter(|at| parts[*at] == Component::ParentDir);
    let back = back.filter_map(|at| parts[..at].iter().collect::<PathBuf>().canonicalize().ok());
    let folders = ways.iter().map(|way| match way.parent() {
        Some(folder) if is_covered(folder) && !way.is_dir() => folder.to_owned(),
        _ => way.clone(),
    });
    let mut all: Vec<PathBuf> = folders.chain(back).collect();
    all.retain(|folder| is_covered(folder));
    all
}

/// The folder to hide so that nobody sees what is in `evidence`: the one with the evidence of all cases,
/// unless something lies in it that the agent needs.
pub(in crate::agent) fn hidden(evidence: &Path, needed: &[&Path]) -> Option<PathBuf> {
    let evidence = evidence.canonicalize().ok()?;
    let is_needed = |folder: &Path| needed.iter().any(|path| path.starts_with(folder));
    let whole = evidence.parent().filter(|folder| !is_needed(folder));
    Some(whole.map_or_else(|| evidence.clone(), Path::to_owned))
}

#[cfg(all(test, target_os = "linux", feature = "walls"))]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_names_what_it_needs() {
        let root = tempfile::tempdir_in("/tmp").unwrap();
        let script = root.path().join("agent.sh");
        std::fs::write(&script, "").unwrap();
        let folder = root.path().to_owned();
        for argument in [
            script.display().to_string(),
            format!("--script={}", script.display()),
            format!("bash '{}' x", script.display()),
        ] {
            let argv = [argument.into(), "/tmp".into(), "/tmp/nowhere/x".into()];
            assert_eq!(named(&argv, None), std::slice::from_ref(&folder));
        }
        assert_eq!(named(&[], Some(folder.as_os_str())), [folder]);
    }

    #[test]
    fn paths_that_lead_back_or_over_links_are_found_as_they_are_spelled_and_where_they_lead() {
        let root = tempfile::tempdir_in("/tmp").unwrap();
        let at = |path: &str| root.path().join(path);
        for folder in ["a/sub", "b"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        std::fs::write(at("a/agent.py"), "").unwrap();
        std::os::unix::fs::symlink(at("a"), at("link")).unwrap();
        std::os::unix::fs::symlink(at("a/agent.py"), at("b/agent")).unwrap();
        for (path, right) in [
            ("a/sub/../agent.py", &["a", "a/sub"][..]),
            ("a/./agent.py", &["a"]),
            ("a/sub/", &["a/sub"]),
            ("link/agent.py", &["a", "link"]),
            ("b/agent", &["a", "b"]),
            ("b/../../../home/x", &[]),
        ] {
            let right: Vec<PathBuf> = right.iter().map(|path| at(path)).collect();
            assert_eq!(named(&[at(path).into()], None), right, "{path}");
        }
    }

    #[test]
    fn all_evidence_is_hidden_unless_the_agent_lives_beside_it() {
        let root = tempfile::tempdir().unwrap();
        let base = root.path().canonicalize().unwrap();
        let evidence = base.join("case");
        std::fs::create_dir(&evidence).unwrap();
        assert_eq!(hidden(&evidence, &[]), Some(base.clone()));
        let agent = base.join("agent.sh");
        assert_eq!(hidden(&evidence, &[&agent]), Some(evidence));
    }
}
