//! Evidence in another place.

use std::fs::File;
use std::io;
use std::path::Path;

use wild_mock_server::beneath::Folder;

use super::play_record::RECORD_FILE;
use super::seal;
use super::writer::{WriteError, Writer, failed_at};

/// Copies the evidence in `from` to `to`: what is sealed, and the seal. Where there is no seal the harness failed, and
/// the record is all that there need be. What is in `to` is replaced, if it is evidence.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), WriteError> {
    Writer::create(to)?;
    let failed = |error| failed_at(to, error);
    let opened = match Folder::open(from) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    let mut names = match seal::open(from) {
        Ok((_, files)) => files.into_keys().collect(),
        Err(_) => vec![RECORD_FILE.to_owned()],
    };
    if names.len() > 1 {
        names.push(seal::SEAL_FILE.to_owned());
    }
    for name in names {
        match file(&opened, &name, to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            copied => copied.map_err(failed)?,
        }
    }
    Ok(())
}

/// Copies one file. The seal's names are those of files that are there, so that none leads elsewhere.
fn file(from: &Folder, name: &str, to: &Path) -> io::Result<()> {
    let mut source = from.regular(Path::new(name))?;
    let path = to.join(name);
    path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    io::copy(&mut source, &mut File::create_new(&path)?).map(drop)
}
