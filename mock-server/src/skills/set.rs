//! The skills that a server serves, and what clients do with them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::front_matter::{self, Yaml};
use super::load::{self, SkillsError};
use super::skill::{self, Entry, SKILL_MD, Scored, Skill, SkillFile, WireSkill};
use super::{SkillSource, render};
use crate::json::{Json, Object};
use crate::python_text;

/// Bytes that a skill takes whose texts are empty.
const CHANGED: u64 = 1024;

/// All skills of a server.
#[derive(Debug, Clone)]
pub struct SkillSet {
    source: SkillSource,
    skills: IndexMap<String, Skill>,
    /// What is left of deleted skills; see [`Skill::without_folder`].
    remains: BTreeMap<String, Skill>,
    /// Ids that clients have created, changed or deleted.
    changed: BTreeSet<String>,
}

impl SkillSet {
    /// Reads the skills of a source.
    pub fn load(source: SkillSource) -> Result<Self, SkillsError> {
        let skills = load::load(&source)?
            .into_iter()
            .map(|s| (s.id.clone(), s))
            .collect();
        Ok(Self {
            source,
            skills,
            remains: BTreeMap::new(),
            changed: BTreeSet::new(),
        })
    }

    /// Reads the source and the files that clients have changed again, and sorts by id. Returns how
    /// many skills there are.
    pub fn reload(&mut self) -> Result<usize, SkillsError> {
        let mut fresh = Self::load(self.source.clone())?;
        for id in &self.changed {
            let skill = self.skills.shift_remove(id);
            let skill = skill.or_else(|| self.remains.remove(id));
            match skill.as_ref().and_then(Skill::reread) {
                Some(skill) => fresh.skills.insert(id.clone(), skill),
                None => fresh.skills.shift_remove(id),
            };
            if let Some(skill) = skill.filter(|_| !fresh.skills.contains_key(id)) {
                self.remains.insert(id.clone(), skill);
            }
        }
        fresh.skills.sort_keys();
        self.skills = fresh.skills;
        Ok(self.skills.len())
    }

    /// Forgets what clients have changed.
    pub fn reset(&mut self) -> Result<(), SkillsError> {
        *self = Self::load(self.source.clone())?;
        Ok(())
    }

    /// All skills.
    pub fn list(&self) -> Vec<WireSkill> {
        self.skills.values().map(Skill::on_the_wire).collect()
    }

    /// One skill.
    pub fn get(&self, id: &str) -> Option<&Skill> {
        self.skills.get(id)
    }

    /// Searches names, descriptions and templates, best first; an empty query lists.
    pub fn search(&self, query: &str, limit: i64) -> Vec<Scored> {
        let query = python_text::word(query);
        let mut found: Vec<Scored> = if query.is_empty() {
            let plain = |skill: &Skill| Scored {
                skill: skill.on_the_wire(),
                score: None,
            };
            self.skills.values().map(plain).collect()
        } else {
            let mut scored: Vec<(f64, &Skill)> = self
                .skills
                .values()
                .map(|skill| (skill.score(&query), skill))
                .filter(|(score, _)| *score > 0.0)
                .collect();
            scored.sort_by(|a, b| b.0.total_cmp(&a.0));
            scored
                .into_iter()
                .map(|(score, skill)| Scored {
                    skill: skill.on_the_wire(),
                    score: Some(score),
                })
                .collect()
        };
        let size = usize::try_from(limit.unsigned_abs()).unwrap_or(usize::MAX);
        found.truncate(if limit < 0 {
            found.len().saturating_sub(size)
        } else {
            size
        });
        found
    }

    /// Creates a skill; `None` when its id exists. The id is returned in either case.
    pub fn create(
        &mut self,
        name: &str,
        description: &str,
        template: &str,
        category: &str,
        variables: Option<&[String]>,
    ) -> (String, Option<&Skill>) {
        let id = Self::id_for(name);
        if self.skills.contains_key(&id) {
            return (id, None);
        }
        let mut front = vec![
            ("name", Yaml::Str(name)),
            ("description", Yaml::Str(description)),
            ("category", Yaml::Str(category)),
        ];
        let variables = variables.unwrap_or_default();
        if !variables.is_empty() {
            front.push(("variables", Yaml::List(variables)));
        }
        let text = format!("---\n{}\n---\n{template}\n", front_matter::dump(&front));
        let given = Object::from_iter([
            ("name".to_owned(), name.into()),
            ("description".to_owned(), description.into()),
            ("category".to_owned(), category.into()),
            (
                "variables".to_owned(),
                Json::Array(variables.iter().map(|v| v.as_str().into()).collect()),
            ),
        ]);
        let written = SkillFile::from_text(&text);
        // What was written is read again, so that three hyphens in a row end the front matter here, too.
        let mut skill = skill::parse(&id, &written.text()).unwrap_or_else(|_| {
            Skill::from_front_matter(&id, &given, python_text::strip(template))
        });
        if let Some(left) = self.remains.remove(&id) {
            (skill.files, skill.bare) = (left.files, left.bare);
        }
        skill.files.insert(SKILL_MD.to_owned(), written);
        (id, Some(self.put(skill)))
    }

    /// The id that a name gives: lower case, with `_` for what is neither a letter, a digit, `_`
    /// nor `-`.
    pub fn id_for(name: &str) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        python_text::word(name)
            .chars()
            .map(|c| if plain(c) { c } else { '_' })
            .collect()
    }

    /// Takes back a skill that was saved.
    pub(crate) fn restore(&mut self, skill: Skill) {
        if skill.is_deleted {
            self.changed.insert(skill.id.clone());
            self.skills.shift_remove(&skill.id);
            self.remains.insert(skill.id.clone(), skill);
        } else {
            self.put(skill);
        }
    }

    /// Adds or replaces a skill that did not come from the source.
    pub fn put(&mut self, skill: Skill) -> &Skill {
        let id = skill.id.clone();
        self.changed.insert(id.clone());
        self.skills.entry(id).insert_entry(skill).into_mut()
    }

    /// Replaces a skill's template.
    pub fn update(&mut self, id: &str, template: &str) -> Option<&Skill> {
        let skill = self.skills.get_mut(id)?;
        let path = skill.skill_md();
        let before = skill.files.get(&path).map(SkillFile::text);
        let before = before.unwrap_or_default();
        let front = front_matter::split(&before).0.unwrap_or_default();
        let text = format!("---{front}---\n{template}\n");
        skill.files.insert(path, SkillFile::from_text(&text));
        template.clone_into(&mut skill.template);
        self.changed.insert(id.to_owned());
        Some(skill)
    }

    /// Deletes a skill with the folder that it lives in; tells whether there was one.
    pub fn delete(&mut self, id: &str) -> bool {
        self.changed.insert(id.to_owned());
        let deleted = self.skills.shift_remove(id);
        let existed = deleted.is_some();
        match deleted.and_then(Skill::without_folder) {
            Some(left) => self.remains.insert(id.to_owned(), left),
            None => self.remains.remove(id),
        };
        existed
    }

    /// Renders a skill's template.
    pub fn render(&self, id: &str, variables: &[(String, String)]) -> Option<String> {
        self.get(id).map(|skill| render(&skill.template, variables))
    }

    /// The entries of a skill's folder.
    pub fn entries(&self, id: &str) -> Option<Vec<Entry>> {
        self.get(id).map(Skill::entries)
    }

    /// The text of a skill's file.
    pub fn read_file(&self, id: &str, path: &str) -> Option<Cow<'_, str>> {
        let skill = self.get(id)?;
        skill
            .files
            .get(&skill.inner_path(path)?)
            .map(SkillFile::text)
    }

    /// Writes a skill's file; `None` when there is no such skill or the path leads out of it. A new
    /// `SKILL.md` takes effect if it can be parsed.
    pub fn write_file(&mut self, id: &str, path: &str, content: &str) -> Option<()> {
        let skill = self.skills.get_mut(id)?;
        let inner = skill.inner_path(path)?;
        if !skill.can_write(&inner) {
            return None;
        }
        skill.write(inner, content);
        self.changed.insert(id.to_owned());
        Some(())
    }

    /// The ids that clients have changed, each with what is to be kept of it.
    pub(crate) fn changes(&self) -> impl Iterator<Item = (&str, Option<&Skill>)> {
        self.changed.iter().map(|id| (id.as_str(), self.kept(id)))
    }

    /// About how many bytes are held of a skill because clients have changed it.
    pub(crate) fn held(&self, id: &str) -> u64 {
        if !self.changed.contains(id) {
            return 0;
        }
        CHANGED + 4 * id.len() as u64 + self.kept(id).map_or(0, Skill::weight)
    }

    /// About how many bytes are held of all such skills.
    pub(crate) fn held_of_all(&self) -> u64 {
        self.changed.iter().map(|id| self.held(id)).sum()
    }

    /// What is to be kept of a skill, which may be what is left of a deleted one.
    pub(crate) fn kept(&self, id: &str) -> Option<&Skill> {
        self.skills.get(id).or_else(|| self.remains.get(id))
    }
}

#[cfg(test)]
mod tests;
