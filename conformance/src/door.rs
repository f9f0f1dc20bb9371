//! Reading, up to a bound, what somebody else may have replaced: an agent, or whoever handed in evidence.

use std::io::{self, Read};
use std::path::Path;

use wild_mock_server::beneath::{Folder, open_regular};

use crate::bounded;

/// The bytes of the regular file at `way` in a folder; none where there are more than `most`.
pub(crate) fn read(folder: &Folder, way: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    bounded::read(folder.regular(way)?, most)
}

/// The bytes of the regular file at `path`; none where there are more than `most`. Above it there may
/// be symbolic links.
pub(crate) fn read_regular(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    bounded::read(open_regular(path)?, most)
}

/// The first bytes of the regular file at `path`, and no more than `most`; none where nothing is there.
pub(crate) fn beginning(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match open_regular(path) {
        Ok(file) => file.take(most).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_the_bound() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "text").unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        for (most, whole) in [(4, Some(b"text".to_vec())), (3, None)] {
            assert_eq!(read_regular(&file, most).unwrap(), whole);
            assert_eq!(read(&folder, Path::new("file"), most).unwrap(), whole);
        }
        assert_eq!(beginning(&file, 3).unwrap(), b"tex");
        assert_eq!(beginning(&dir.path().join("none"), 3).unwrap(), b"");
    }
}
