//! Where the logs of runs are, and what of them shows.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::app::Shared;
use crate::beneath::Folder;
use crate::clock::Timestamp;
use crate::store::Store;

/// Bytes of a log of which a share is shown.
const MAX_PACED: u64 = 4 * 1024 * 1024;

/// Names that are listed of a folder at most.
const MOST_NAMES: usize = 10_000;

/// Which of a run's two logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LogKind {
    Command,
    Sidecar,
}

impl LogKind {
    fn file_name(self) -> &'static str {
        match self {
            Self::Command => "run.log",
            Self::Sidecar => "sidecar.log",
        }
    }
}

/// A file or folder beneath the server's working directory.
#[derive(Debug)]
pub(super) struct Place {
    root: PathBuf,
    way: PathBuf,
}

impl Place {
    pub(super) fn of(root: String, path: &str) -> Self {
        let root = PathBuf::from(root);
        let way = Path::new(path).strip_prefix(&root);
        let way = way.map_or_else(|_| PathBuf::from(path), Path::to_owned);
        Self { root, way }
    }

    /// The file. What cannot be read now is as good as empty.
    async fn open(&self) -> std::io::Result<File> {
        let (root, way) = (self.root.clone(), self.way.clone());
        let opened = tokio::task::spawn_blocking(move || Folder::reached(&root)?.regular(&way));
        Ok(File::from_std(
            opened.await.map_err(std::io::Error::other)??,
        ))
    }

    async fn size(&self) -> u64 {
        match self.open().await {
            Ok(file) => file.metadata().await.map_or(0, |meta| meta.len()),
            Err(_) => 0,
        }
    }

    /// Up to `length` bytes from `offset` on.
    async fn read(&self, offset: u64, length: u64) -> std::io::Result<Vec<u8>> {
        let mut file = self.open().await?;
        file.seek(SeekFrom::Start(offset)).await?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    /// The names in the folder, sorted; of more than [`MOST_NAMES`] some.
    pub(super) async fn names(&self) -> Vec<String> {
        let (root, way) = (self.root.clone(), self.way.clone());
        let listed = tokio::task::spawn_blocking(move || {
            let folder = Folder::reached(&root)?.enter(&way)?;
            folder.names(MOST_NAMES)
        });
        // What cannot be listed now is as good as empty.
        let listed = listed
            .await
            .map_or_else(|_| Vec::new(), Result::unwrap_or_default);
        let names = listed
            .iter()
            .map(|name| name.to_string_lossy().into_owned());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

/// Where a log is.
#[derive(Debug)]
pub(super) enum Source {
    /// The run was never launched.
    Nowhere,
    /// A log as it is now.
    Text(Bytes),
    /// A file of an executed run.
    File(Place),
    /// The file of a run whose end is scheduled, of which this share shows.
    Share(Place, f64),
}

impl Source {
    pub(super) fn of(store: &mut Store, id: &str, kind: LogKind, now: Timestamp) -> Self {
        let root = store.workdir().to_owned();
        let Ok(run) = store.run(id, now).cloned() else {
            return Self::Nowhere;
        };
        let Some(dir) = run.run_dir() else {
            return Self::Nowhere;
        };
        if !store.is_of_process(&run) {
            return Self::Text(run.simulated_log(kind == LogKind::Sidecar, now).into());
        }
        let place = Place::of(root, &format!("{dir}/{}", kind.file_name()));
        match run.schedule() {
            Some(life) => Self::Share(place, life.share(run.ended_at().unwrap_or(now))),
            None => Self::File(place),
        }
    }

    /// The same with what a run on a schedule has written by now: lines as if it wrote all of them at
    /// the same pace. The process is waited for, so that the same requests see the same lines.
    pub(super) async fn settled(self, app: &Shared, id: &str) -> Self {
        let Self::Share(place, share) = self else {
            return self;
        };
        if let Some(executor) = &app.executor {
            executor.ended(id).await;
        }
        if share >= 1.0 {
            return Self::File(place);
        }
        let bytes = place.read(0, MAX_PACED).await.unwrap_or_default();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let shown = (lines.len() as f64 * share) as usize;
        Self::Text(lines[..shown.min(lines.len())].concat().into())
    }

    pub(super) async fn size(&self) -> u64 {
        match self {
            Self::Nowhere => 0,
            Self::Text(text) => text.len() as u64,
            Self::File(place) | Self::Share(place, _) => place.size().await,
        }
    }

    /// Up to `length` bytes from `offset` on.
    pub(super) async fn read(&self, offset: u64, length: u64) -> Vec<u8> {
        match self {
            Self::Nowhere => Vec::new(),
            Self::Text(text) => {
                let start = text.len().min(offset as usize);
                let end = text.len().min(start.saturating_add(length as usize));
                text[start..end].to_vec()
            }
            Self::File(place) | Self::Share(place, _) => {
                place.read(offset, length).await.unwrap_or_default()
            }
        }
    }
}
