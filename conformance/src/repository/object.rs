//! Objects of a repository, each a file of its own.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use sha1::{Digest as _, Sha1};
use wild_mock_server::beneath::Folder;

/// Largest commit that is read, in bytes.
const LARGEST_COMMIT: u64 = 64 * 1024;

/// The hash of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Id([u8; 20]);

impl Id {
    /// The hash of `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(Sha1::digest(bytes).into())
    }

    /// The hash that a file of `size` bytes has as a blob; none where it has more or less.
    pub(super) fn of_blob(file: impl Read, size: u64) -> io::Result<Option<Self>> {
        let mut hash = Sha1::new_with_prefix(format!("{} {size}\0", Kind::Blob.word()));
        let read = io::copy(&mut file.take(size.saturating_add(1)), &mut hash)?;
        Ok((read == size).then(|| Self(hash.finalize().into())))
    }

    /// That of these 20 bytes.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Reads 40 hexadecimal digits.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() != 40 || !text.is_ascii() {
            return None;
        }
        let mut id = [0; 20];
        for (at, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(id))
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What an object is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Blob,
    Tree,
    Commit,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Tree => "tree",
            Self::Commit => "commit",
        }
    }
}

/// The objects of a repository.
pub(super) struct Store(Folder);

impl Store {
    pub(super) fn open(git: &Folder) -> io::Result<Self> {
        Ok(Self(git.enter(Path::new("objects"))?))
    }

    /// Writes an object, unless it is there.
    pub(super) fn put(&self, kind: Kind, content: &[u8]) -> io::Result<Id> {
        let mut whole = format!("{} {}\0", kind.word(), content.len()).into_bytes();
        whole.extend_from_slice(content);
        let id = Id::of(&whole);
        let name = id.to_string();
        let (folder, name) = name.split_at(2);
        match self.0.make(folder.as_ref()) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let folder = self.0.enter(Path::new(folder))?;
        if folder.stat(name.as_ref()).is_ok() {
            return Ok(id);
        }
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&whole)?;
        folder.replace(name.as_ref(), &packed.finish()?)?;
        Ok(id)
    }

    /// The tree of a commit; none where it is not in a file of its own, or not understood.
    pub(super) fn tree_of(&self, commit: Id) -> Option<Id> {
        let name = commit.to_string();
        let (folder, name) = name.split_at(2);
        let file = self.0.regular(&Path::new(folder).join(name)).ok()?;
        let mut text = Vec::new();
        let packed = file.take(LARGEST_COMMIT);
        ZlibDecoder::new(packed)
            .take(LARGEST_COMMIT)
            .read_to_end(&mut text)
            .ok()?;
        let text = String::from_utf8(text).ok()?;
        let (head, text) = text.split_once('\0')?;
        let tree = text.lines().next()?.strip_prefix("tree ")?;
        head.starts_with("commit ").then(|| Id::read(tree))?
    }
}
