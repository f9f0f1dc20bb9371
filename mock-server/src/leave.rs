//! Writing the files that simulated runs leave.

use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use crate::beneath::Folder;
use crate::profile::LeftFile;

/// Writes `files` of a run that worked in `workdir`. What would lie outside of `root`, or cannot be
/// written, is left away.
pub(crate) fn leave(root: &Path, workdir: &str, files: &[LeftFile]) {
    for file in files {
        let path = plain(&Path::new(workdir).join(&file.path));
        if let Err(error) = write(root, &path, &file.text) {
            tracing::warn!("{} was not written: {error}", path.display());
        }
    }
}

fn write(root: &Path, path: &Path, text: &str) -> io::Result<()> {
    let outside = |_| io::Error::other("it is outside of the server's working directory");
    let way = path.strip_prefix(root).map_err(outside)?;
    Folder::reached(root)?
        .create(way)?
        .write_all(text.as_bytes())
}

/// `path` without `.` and `..`, whatever it leads over.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_left_inside_only() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("work");
        std::fs::create_dir(&root).unwrap();
        let file = |path: &str| LeftFile {
            path: path.to_owned(),
            text: "1".to_owned(),
        };
        let files = [file("out/./m.json"), file("../x"), file("a/../../y")];
        leave(&root, root.to_str().unwrap(), &files);
        assert_eq!(std::fs::read(root.join("out/m.json")).unwrap(), b"1");
        let names = std::fs::read_dir(dir.path()).unwrap();
        assert_eq!(names.count(), 1);
    }
}
