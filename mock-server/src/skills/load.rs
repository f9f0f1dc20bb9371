//! Reading skills: from what is compiled in, or from a directory of folders.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::SkillSource;
use super::builtin::{BUILTIN_IDS, builtin_skill_md};
use super::skill::{SKILL_MD, Skill, SkillFile, parse};
use crate::plain;

/// Largest file of a skill that is read; larger ones are listed with their size alone.
const MAX_FILE: u64 = 1 << 20;

/// Files of one skill that are read at most.
const MAX_FILES: usize = 1_000;

/// Bytes of one skill's files that are read at most; what is beyond is listed with its size alone.
const MAX_SKILL: u64 = 64 << 20;

/// Why a directory of skills cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the skills directory {}: {source}", path.display())]
pub struct SkillsError {
    path: PathBuf,
    source: io::Error,
}

/// Reads all skills of a source, sorted by id. A folder without a readable `SKILL.md` is skipped.
pub(super) fn load(source: &SkillSource) -> Result<Vec<Skill>, SkillsError> {
    match source {
        SkillSource::BuiltIn => Ok(BUILTIN_IDS
            .iter()
            .filter_map(|id| load_builtin(id))
            .collect()),
        SkillSource::Dir(dir) => load_dir(dir).map_err(|source| SkillsError {
            path: dir.clone(),
            source,
        }),
    }
}

fn load_builtin(id: &str) -> Option<Skill> {
    let text = builtin_skill_md(id)?;
    let files = [(SKILL_MD.to_owned(), SkillFile::from_text(text))];
    parse(id, text)
        .ok()
        .map(|skill| skill.with_files(files.into_iter().collect()))
}

fn load_dir(dir: &Path) -> io::Result<Vec<Skill>> {
    let mut folders: Vec<(String, PathBuf)> = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.path().is_dir() {
            folders.push((
                entry.file_name().to_string_lossy().into_owned(),
                entry.path(),
            ));
        }
    }
    folders.sort();
    Ok(folders
        .iter()
        .filter_map(|(id, folder)| load_folder(id, folder))
        .collect())
}

/// Reads one skill from its folder; tells what is wrong and skips the skill when it cannot be read.
pub(super) fn load_folder(id: &str, folder: &Path) -> Option<Skill> {
    let root = folder.canonicalize().ok()?;
    let mut files = BTreeMap::new();
    collect(&root, &root, "", &mut files, &mut 0);
    let text = files.get(SKILL_MD)?.text();
    match parse(id, &text) {
        Ok(skill) => Some(skill.with_files(files)),
        Err(error) => {
            tracing::warn!("skill {id} is skipped: its front matter is not YAML: {error}");
            None
        }
    }
}

/// Reads the files below `dir` into `files`. A link that leads out of the skill's folder is not
/// followed; unreadable entries are passed over.
fn collect(
    root: &Path,
    dir: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, SkillFile>,
    size: &mut u64,
) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    for entry in entries.flatten() {
        if files.len() >= MAX_FILES {
            return;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(real) = entry.path().canonicalize() else {
            continue;
        };
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        if !real.starts_with(root) || (is_link && real.is_dir()) {
            continue;
        }
        let relative = format!("{prefix}{name}");
        if real.is_dir() {
            collect(root, &real, &format!("{relative}/"), files, size);
        } else if let Some(file) = read(&real, MAX_SKILL.saturating_sub(*size)) {
            *size += file.text.len() as u64;
            files.insert(relative, file);
        }
    }
}

fn read(path: &Path, left: u64) -> Option<SkillFile> {
    let size = fs::metadata(path).ok()?.len();
    if size > MAX_FILE.min(left) {
        return Some(SkillFile::too_large(size));
    }
    plain::beginning(path, MAX_FILE)
        .ok()
        .map(|bytes| SkillFile::from_bytes(&bytes))
}
