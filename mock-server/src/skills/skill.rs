//! One prompt skill: its fields, its folder, and how the wire shows them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::load;
use crate::json::{Json, Object, str_of};

/// The file that makes a folder a skill.
pub(super) const SKILL_MD: &str = "SKILL.md";

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
    pub(super) files: BTreeMap<String, SkillFile>,
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

    pub(super) fn text(&self) -> String {
        self.text.clone()
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
        }
    }

    pub(super) fn with_files(mut self, files: BTreeMap<String, SkillFile>) -> Self {
        self.files = files;
        self
    }

    /// The skill as its `SKILL.md` describes it now, if that can be parsed.
    pub(super) fn reread(&self) -> Option<Self> {
        let text = self.files.get(SKILL_MD)?.text();
        let parsed = load::parse(&self.id, &text).ok()?;
        Some(parsed.with_files(self.files.clone()))
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
        self.walk("", &mut entries);
        entries
    }

    fn walk(&self, prefix: &str, entries: &mut Vec<Entry>) {
        let below = self
            .files
            .iter()
            .filter_map(|(path, file)| path.strip_prefix(prefix).map(|relative| (relative, file)));
        let (mut folders, mut files) = (BTreeSet::new(), Vec::new());
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
        for folder in folders {
            self.walk(&format!("{prefix}{folder}/"), entries);
        }
    }

    /// The path of a file inside the folder, or `None` when it leads out of it.
    pub(super) fn inner_path(&self, path: &str) -> Option<String> {
        // The folder stands among its siblings: a path may leave it and come back.
        let mut parts: Vec<&str> = vec![&self.id];
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
        (!absolute && parts.first() == Some(&self.id.as_str())).then(|| parts[1..].join("/"))
    }
}
