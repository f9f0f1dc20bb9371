//! One prompt skill: its fields, its folder, and how the wire shows them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::front_matter;
use crate::json::{Json, Object, str_of};
use crate::python_text::universal_newlines;

/// The file that makes a folder a skill.
pub(super) const SKILL_MD: &str = "SKILL.md";

/// Bytes of a file's name that a file system takes.
const LONGEST_NAME: usize = 255;

/// Bytes of a path that a file system takes.
const LONGEST_PATH: usize = 4095;

/// Bytes that a file takes beside its path and its text.
const ENTRY: usize = 128;

/// Ids that start like this belong to the server and cannot be deleted.
const INTERNAL_PREFIXES: [&str; 2] = ["wild_v2_", "ra_mode_"];

/// A prompt skill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    pub(super) id: String,
    pub(super) name: Json,
    pub(super) description: Json,
    pub(super) template: String,
    pub(super) variables: Json,
    pub(super) category: Json,
    /// All files below the folder that bears its id.
    pub(super) files: BTreeMap<String, SkillFile>,
    /// Where below that folder it lives, with a slash at the end: a `SKILL.md` that is written into a
    /// folder of a skill moves the skill there until skills are read again.
    #[serde(default)]
    pub(super) folder: String,
    /// Folders that no file keeps alive: what was in them was deleted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) bare: BTreeSet<String>,
    /// The folder that it lived in was deleted. What is left above makes it a skill again when skills
    /// are read again.
    #[serde(default)]
    pub(super) is_deleted: bool,
}

/// A file of a skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillFile {
    pub(super) size: u64,
    pub(super) text: String,
}

impl SkillFile {
    /// A file with a text.
    pub fn from_text(text: &str) -> Self {
        Self {
            size: text.len() as u64,
            text: text.to_owned(),
        }
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let size = bytes.len() as u64;
        Self {
            size,
            text: String::from_utf8_lossy(bytes).into_owned(),
        }
    }

    pub(super) fn too_large(size: u64) -> Self {
        Self {
            size,
            text: format!("({size} bytes: too large to be served)"),
        }
    }

    /// Its text as the real server reads it.
    pub(super) fn text(&self) -> Cow<'_, str> {
        universal_newlines(&self.text)
    }
}

/// A skill as the wire shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WireSkill {
    pub(super) id: String,
    pub(super) name: Json,
    pub(super) description: Json,
    pub(super) template: String,
    pub(super) variables: Json,
    pub(super) category: Json,
    built_in: bool,
    internal: bool,
}

/// A skill that a search found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    #[serde(flatten)]
    pub(super) skill: WireSkill,
    #[serde(rename = "_score", skip_serializing_if = "Option::is_none")]
    pub(super) score: Option<f64>,
}

/// An entry of a skill's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub(super) name: String,
    pub(super) path: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<u64>,
}

impl Skill {
    pub(super) fn from_front_matter(id: &str, entries: &Object, template: &str) -> Self {
        let entry = |key: &str, default: Json| entries.get(key).cloned().unwrap_or(default);
        Self {
            id: id.to_owned(),
            name: entry("name", id.into()),
            description: entry("description", "".into()),
            template: template.to_owned(),
            variables: entry("variables", Json::Array(Vec::new())),
            category: entry("category", "prompt".into()),
            files: BTreeMap::new(),
            folder: String::new(),
            bare: BTreeSet::new(),
            is_deleted: false,
        }
    }

    pub(super) fn with_files(mut self, files: BTreeMap<String, SkillFile>) -> Self {
        self.files = files;
        self
    }

    /// The skill as the outermost `SKILL.md` describes it now, if that can be parsed.
    pub(super) fn reread(&self) -> Option<Self> {
        let text = self.files.get(SKILL_MD)?.text();
        let parsed = parse(&self.id, &text).ok()?;
        let bare = self.bare.clone();
        let reread = parsed.with_files(self.files.clone());
        Some(Self { bare, ..reread })
    }

    /// The path of its `SKILL.md`.
    pub(super) fn skill_md(&self) -> String {
        format!("{}{SKILL_MD}", self.folder)
    }

    /// Writes a file. A `SKILL.md` that can be parsed takes effect, in whichever folder.
    pub(super) fn write(&mut self, path: String, content: &str) {
        let written = SkillFile::from_text(content);
        let folder = path.strip_suffix(SKILL_MD);
        let folder = folder.filter(|folder| folder.is_empty() || folder.ends_with('/'));
        if let Some(folder) = folder
            && let Ok(parsed) = parse(&self.id, &written.text())
        {
            *self = Self {
                folder: folder.to_owned(),
                bare: std::mem::take(&mut self.bare),
                ..parsed.with_files(std::mem::take(&mut self.files))
            };
        }
        self.files.insert(path, written);
    }

    /// What is left when the folder that it lives in is deleted; nothing when that is all there is.
    pub(super) fn without_folder(mut self) -> Option<Self> {
        let folder = self.folder.trim_end_matches('/');
        let above = folder.rsplit_once('/');
        self.files.retain(|path, _| !path.starts_with(&self.folder));
        self.bare
            .retain(|path| path != folder && !path.starts_with(&self.folder));
        self.bare.extend(above.map(|(above, _)| above.to_owned()));
        self.is_deleted = true;
        (!self.files.is_empty()).then_some(self)
    }

    /// About how many bytes it takes with its files.
    pub(crate) fn weight(&self) -> u64 {
        let values = [
            &self.name,
            &self.description,
            &self.variables,
            &self.category,
        ];
        let values: u64 = values.into_iter().map(Json::weight).sum();
        let file = |(path, file): (&String, &SkillFile)| path.len() + file.text.len() + ENTRY;
        let files: usize = self.files.iter().map(file).sum();
        let bare: usize = self.bare.iter().map(|path| path.len() + ENTRY).sum();
        values + (self.template.len() + self.folder.len() + files + bare) as u64
    }

    /// Its id: the name of its folder.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it belongs to the server.
    pub fn is_internal(&self) -> bool {
        INTERNAL_PREFIXES
            .iter()
            .any(|prefix| self.id.starts_with(prefix))
    }

    /// The skill as the wire shows it.
    pub fn on_the_wire(&self) -> WireSkill {
        WireSkill {
            id: self.id.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            template: self.template.clone(),
            variables: self.variables.clone(),
            category: self.category.clone(),
            built_in: true,
            internal: self.is_internal(),
        }
    }

    /// How well it answers a query in lower case; 0 when it does not.
    pub(super) fn score(&self, query: &str) -> f64 {
        let holds = |text: &str| text.to_lowercase().contains(query);
        let name = str_of(&self.name).to_lowercase();
        let by_name = if name == query {
            100.0
        } else if name.contains(query) {
            60.0
        } else {
            0.0
        };
        by_name
            + if holds(&str_of(&self.description)) {
                30.0
            } else {
                0.0
            }
            + if holds(&self.template) { 10.0 } else { 0.0 }
    }

    /// The entries of its folder: at each level the folders, then the files, then what is in the
    /// folders.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        // A client decides how deep folders are; a call for each would end the stack.
        let mut ahead = vec![String::new()];
        while let Some(prefix) = ahead.pop() {
            let folders = self.level(&prefix, &mut entries);
            let below = folders.into_iter().rev();
            ahead.extend(below.map(|folder| format!("{prefix}{folder}/")));
        }
        entries
    }

    /// Lists what is in one folder; returns the folders among it.
    fn level<'a>(&'a self, prefix: &str, entries: &mut Vec<Entry>) -> BTreeSet<&'a str> {
        let inside = |path: &'a str| path.strip_prefix(&self.folder)?.strip_prefix(prefix);
        let below = self.files.iter();
        let below = below.filter_map(|(path, file)| Some((inside(path)?, file)));
        let first = |path: &'a str| path.split('/').next().filter(|name| !name.is_empty());
        let bare = self.bare.iter().filter_map(|path| first(inside(path)?));
        let (mut folders, mut files): (BTreeSet<_>, Vec<_>) = (bare.collect(), Vec::new());
        for (relative, file) in below {
            match relative.split_once('/') {
                Some((folder, _)) => {
                    folders.insert(folder);
                }
                None => files.push((relative, file.size)),
            }
        }
        let entry = |name: &str, kind, size| Entry {
            name: name.to_owned(),
            path: format!("{prefix}{name}"),
            kind,
            size,
        };
        entries.extend(folders.iter().map(|name| entry(name, "directory", None)));
        entries.extend(
            files
                .iter()
                .map(|(name, size)| entry(name, "file", Some(*size))),
        );
        folders
    }

    /// The path of a file among all files, or `None` when it leads out of the folder.
    pub(super) fn inner_path(&self, path: &str) -> Option<String> {
        // The folder stands among its siblings: a path may leave it and come back.
        let inner = self.folder.split_terminator('/');
        let home: Vec<&str> = std::iter::once(self.id.as_str()).chain(inner).collect();
        let mut parts = home.clone();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                name => parts.push(name),
            }
        }
        let absolute = path.starts_with('/') || path.contains('\0');
        (!absolute && parts.starts_with(&home)).then(|| parts[1..].join("/"))
    }

    /// Whether a file can be written at a path among all files: no folder is there, no file stands
    /// where a folder would have to be, and neither a name nor all of it is longer than a file system
    /// takes.
    pub(super) fn can_write(&self, path: &str) -> bool {
        let is_folder = self.bare.contains(path)
            || self.files.keys().chain(&self.bare).any(|file| {
                file.strip_prefix(path)
                    .is_some_and(|rest| rest.starts_with('/'))
            });
        let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
        let in_a_file = above.any(|folder| self.files.contains_key(folder));
        let too_long =
            path.len() > LONGEST_PATH || path.split('/').any(|name| name.len() > LONGEST_NAME);
        !(path.is_empty() || is_folder || in_a_file || too_long)
    }
}

/// Parses a `SKILL.md`.
pub(super) fn parse(id: &str, text: &str) -> Result<Skill, yaml_serde::Error> {
    let (front, template) = front_matter::split(text);
    let entries = match front
        .map(yaml_serde::from_str::<serde_json::Value>)
        .transpose()?
    {
        Some(value) => match Json::from(&value) {
            Json::Object(entries) => entries,
            _ => Object::new(),
        },
        None => Object::new(),
    };
    Ok(Skill::from_front_matter(id, &entries, template))
}
