//! A user's own folder as a workspace: looked at and copied, never changed.

use std::collections::BTreeSet;
use std::fs::{self, FileTimes, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Most entries that are copied: as many as the workspace is looked at for.
const MOST_ENTRIES: usize = 200_000;

/// Most bytes that are copied.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// Folders in which nothing of the user's own work lies.
const FOREIGN: [&str; 5] = [".git", "node_modules", ".venv", "venv", "__pycache__"];

/// Most files of a folder that are looked through for what they are.
const MOST_FILES: usize = 20_000;

/// The files below `folder` that are the user's own work, relative to it and sorted. No link is followed.
///
/// # Errors
/// Fails when a folder cannot be read.
pub fn own_files(folder: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(inner) = pending.pop() {
        let here = folder.join(&inner);
        let read = fs::read_dir(&here).map_err(|error| {
            // What cannot be read may lie deep below what was named.
            if inner == Path::new("") {
                error
            } else {
                at(&here, &error)
            }
        })?;
        for entry in read {
            let entry = entry?;
            let (name, kind) = (entry.file_name(), entry.file_type()?);
            if kind.is_dir() && !FOREIGN.iter().any(|foreign| name == *foreign) {
                pending.push(inner.join(name));
            } else if kind.is_file() && files.len() < MOST_FILES {
                files.insert(inner.join(name));
            }
        }
    }
    Ok(files)
}

/// Copies `source` into `target`, which exists: files, folders and links, with their permissions and
/// times, so that a git repository finds its files as they were. Links are copied as links.
///
/// # Errors
/// Fails when something cannot be read or written, is neither file, folder nor link, or where there is
/// more than a workspace may hold.
pub(super) fn copy(source: &Path, target: &Path) -> io::Result<()> {
    let (mut entries, mut bytes) = (0_usize, 0_u64);
    let mut pending = vec![PathBuf::new()];
    let mut folders = Vec::new();
    while let Some(inner) = pending.pop() {
        for entry in fs::read_dir(source.join(&inner))? {
            let entry = entry?;
            let relative = inner.join(entry.file_name());
            let (from, to) = (source.join(&relative), target.join(&relative));
            let about = fs::symlink_metadata(&from)?;
            entries += 1;
            bytes += if about.is_file() { about.len() } else { 0 };
            if entries > MOST_ENTRIES || bytes > MOST_BYTES {
                return Err(too_much(source));
            }
            if about.is_dir() {
                fs::create_dir_all(&to)?;
                folders.push((to, about));
                pending.push(relative);
            } else if about.is_symlink() {
                std::os::unix::fs::symlink(fs::read_link(&from)?, &to)?;
            } else if about.is_file() {
                fs::copy(&from, &to).map_err(|error| at(&from, &error))?;
                keep_times(&to, &about);
            } else {
                let problem = "it is neither file, folder nor link (a FIFO, a socket or a device?), and cannot be copied; remove it, or give a folder without it";
                return Err(at(&from, &io::Error::other(problem)));
            }
        }
    }
    // Innermost first: what is put into a folder changes its time, and a locked one takes nothing.
    for (folder, about) in folders.iter().rev() {
        keep_times(folder, about);
        fs::set_permissions(folder, about.permissions())?;
    }
    Ok(())
}

/// The times of a file, as far as they can be kept: who looks into a copy is not held to them.
fn keep_times(path: &Path, about: &Metadata) {
    let Ok(modified) = about.modified() else {
        return;
    };
    let times = FileTimes::new().set_modified(modified);
    let _ = fs::File::open(path).and_then(|file| file.set_times(times));
}

fn too_much(source: &Path) -> io::Error {
    io::Error::other(format!(
        "{} has more than {MOST_ENTRIES} entries or {MOST_BYTES} bytes; give a smaller folder, or one \
         without data and environments",
        source.display()
    ))
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_copy_has_everything_and_the_source_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (source, target) = (dir.path().join("source"), dir.path().join("target"));
        fs::create_dir_all(source.join(".git/refs")).unwrap();
        fs::create_dir_all(source.join("deep/er")).unwrap();
        fs::create_dir(&target).unwrap();
        fs::write(source.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(source.join("deep/er/run.sh"), "echo").unwrap();
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(source.join("deep/er/run.sh"), executable).unwrap();
        std::os::unix::fs::symlink("deep/er", source.join("short")).unwrap();
        fs::set_permissions(source.join("deep/er"), fs::Permissions::from_mode(0o555)).unwrap();

        copy(&source, &target).unwrap();
        let about = |path: &str| fs::symlink_metadata(target.join(path)).unwrap();
        assert!(about(".git/HEAD").is_file() && about("short").is_symlink());
        assert_eq!(about("deep/er/run.sh").permissions().mode() & 0o777, 0o755);
        assert_eq!(about("deep/er").permissions().mode() & 0o777, 0o555);
        let original = fs::metadata(source.join("deep/er/run.sh")).unwrap();
        assert_eq!(
            about("deep/er/run.sh").modified().unwrap(),
            original.modified().unwrap()
        );
        let own: Vec<PathBuf> = own_files(&target).unwrap().into_iter().collect();
        assert_eq!(own, [PathBuf::from("deep/er/run.sh")]);
    }

    #[test]
    fn what_cannot_be_copied_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let target = tempfile::tempdir().unwrap();
        let error = copy(dir.path(), target.path()).unwrap_err().to_string();
        assert!(error.contains("socket: it is neither"), "{error}");
    }
}
