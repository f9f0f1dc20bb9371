//! What `.gitattributes` files say of contents: that some stand in a repository otherwise than in a workspace.

use std::path::Path;

use crate::door;
use crate::evidence::FolderSnapshot;
use wild_mock_server::beneath::Folder;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Most files.
const MOST_FILES: usize = 1_000;

/// The name of the files.
const FILE: &str = ".gitattributes";

/// What a repository says beside them.
const OWN: &str = ".git/info/attributes";

/// The beginnings of attributes by which git changes contents.
const CHANGING: [&str; 4] = ["filter=", "eol=crlf", "ident", "working-tree-encoding="];

/// The first file that says so, or of which nobody knows.
pub(super) fn changing<'p>(root: &Folder, there: &'p FolderSnapshot) -> Option<&'p str> {
    let is_one = |path: &&str| Path::new(path).file_name() == Some(FILE.as_ref());
    let files = there.0.keys().map(String::as_str).filter(is_one);
    let mut files = [OWN].into_iter().chain(files).enumerate();
    let found = files.find(|(at, path)| {
        let text = match door::read(root, Path::new(path), LARGEST) {
            Ok(Some(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
            Ok(None) => return true,
            // One that cannot be read says nothing.
            Err(_) => return false,
        };
        *at >= MOST_FILES || text.lines().any(changes)
    });
    found.map(|(_, path)| path)
}

fn changes(line: &str) -> bool {
    let mut attributes = line.split_whitespace().skip(1);
    !line.starts_with('#')
        && attributes.any(|word| CHANGING.iter().any(|start| word.starts_with(start)))
}
