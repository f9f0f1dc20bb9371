//! The skills that a server serves, and what clients do with them.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::front_matter::{self, Yaml};
use super::load::{self, SkillsError};
use super::skill::{Entry, SKILL_MD, Scored, Skill, SkillFile, WireSkill};
use super::{SkillSource, render};
use crate::json::Json;
use crate::python_text;

/// All skills of a server.
#[derive(Debug, Clone)]
pub struct SkillSet {
    source: SkillSource,
    skills: IndexMap<String, Skill>,
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
            changed: BTreeSet::new(),
        })
    }

    /// Reads the source and the files that clients have changed again, and sorts by id. Returns how
    /// many skills there are.
    pub fn reload(&mut self) -> Result<usize, SkillsError> {
        let mut fresh = Self::load(self.source.clone())?;
        for id in &self.changed {
            match self.skills.get(id).and_then(Skill::reread) {
                Some(skill) => fresh.skills.insert(id.clone(), skill),
                None => fresh.skills.shift_remove(id),
            };
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
        let skill = Skill {
            id: id.clone(),
            name: name.into(),
            description: description.into(),
            template: template.trim().to_owned(),
            variables: Json::Array(variables.iter().map(|v| v.as_str().into()).collect()),
            category: category.into(),
            files: [(SKILL_MD.to_owned(), SkillFile::from_text(&text))]
                .into_iter()
                .collect(),
        };
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

    /// Adds or replaces a skill that did not come from the source.
    pub fn put(&mut self, skill: Skill) -> &Skill {
        let id = skill.id.clone();
        self.changed.insert(id.clone());
        self.skills.entry(id).insert_entry(skill).into_mut()
    }

    /// Replaces a skill's template.
    pub fn update(&mut self, id: &str, template: &str) -> Option<&Skill> {
        let skill = self.skills.get_mut(id)?;
        let before = skill
            .files
            .get(SKILL_MD)
            .map(SkillFile::text)
            .unwrap_or_default();
        let front = front_matter::split(&before).0.unwrap_or_default();
        let text = format!("---{front}---\n{template}\n");
        skill
            .files
            .insert(SKILL_MD.to_owned(), SkillFile::from_text(&text));
        template.clone_into(&mut skill.template);
        self.changed.insert(id.to_owned());
        Some(skill)
    }

    /// Deletes a skill; tells whether there was one.
    pub fn delete(&mut self, id: &str) -> bool {
        self.changed.insert(id.to_owned());
        self.skills.shift_remove(id).is_some()
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
    pub fn read_file(&self, id: &str, path: &str) -> Option<&str> {
        let skill = self.get(id)?;
        skill
            .files
            .get(&skill.inner_path(path)?)
            .map(|file| file.text.as_str())
    }

    /// Writes a skill's file; `None` when there is no such skill or the path leads out of it. A new
    /// `SKILL.md` takes effect if it can be parsed.
    pub fn write_file(&mut self, id: &str, path: &str, content: &str) -> Option<()> {
        let skill = self.skills.get_mut(id)?;
        let inner = skill.inner_path(path).filter(|inner| !inner.is_empty())?;
        let is_folder = skill.files.keys().any(|file| {
            file.strip_prefix(inner.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        });
        if is_folder {
            return None;
        }
        if inner == SKILL_MD
            && let Ok(parsed) = load::parse(id, content)
        {
            *skill = parsed.with_files(std::mem::take(&mut skill.files));
        }
        skill.files.insert(inner, SkillFile::from_text(content));
        self.changed.insert(id.to_owned());
        Some(())
    }

    /// What clients have changed: the skill, or its id alone when it was deleted.
    pub fn changes(&self) -> impl Iterator<Item = (&str, Option<&Skill>)> {
        self.changed
            .iter()
            .map(|id| (id.as_str(), self.skills.get(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> SkillSet {
        SkillSet::load(SkillSource::BuiltIn).unwrap()
    }

    #[test]
    fn no_path_leaves_a_skills_folder() {
        let mut set = set();
        set.create("ab", "", "t", "skill", None);
        set.create("a", "", "t", "skill", None);
        for outside in [
            "../ab/SKILL.md",
            "../../etc/passwd",
            "/etc/passwd",
            "x/../../ab/SKILL.md",
        ] {
            assert_eq!(set.read_file("a", outside), None, "{outside}");
            assert_eq!(set.write_file("a", outside, "x"), None, "{outside}");
        }
        for inside in [
            "SKILL.md",
            "./SKILL.md",
            "x/../SKILL.md",
            "../a/SKILL.md",
            "x//../SKILL.md",
        ] {
            assert!(set.read_file("a", inside).is_some(), "{inside}");
        }
        assert_eq!(set.read_file("a", ""), None);
    }

    #[test]
    fn folders_are_listed_before_files_and_then_entered() {
        let mut set = set();
        set.create("a", "", "t", "skill", None);
        set.write_file("a", "z/deep/x.md", "1").unwrap();
        set.write_file("a", "b.md", "22").unwrap();
        let paths: Vec<String> = set
            .entries("a")
            .unwrap()
            .into_iter()
            .map(|e| e.path)
            .collect();
        assert_eq!(paths, ["z", "SKILL.md", "b.md", "z/deep", "z/deep/x.md"]);
        assert_eq!(set.write_file("a", "z", "x"), None);
    }

    #[test]
    fn a_reload_keeps_what_clients_changed() {
        let mut set = set();
        set.create("zz", "", "t", "skill", None);
        set.create("aa", "", "t", "skill", None);
        set.delete("alert_handler");
        assert_eq!(set.reload().unwrap(), 14);
        assert_eq!(set.skills.keys().next().map(String::as_str), Some("aa"));
        assert!(set.get("alert_handler").is_none());
        set.reset().unwrap();
        assert_eq!(set.skills.len(), 13);
    }

    #[test]
    fn a_new_skill_md_takes_effect_if_it_can_be_parsed() {
        let mut set = set();
        set.create("a", "", "old", "skill", None);
        set.write_file("a", "SKILL.md", "---\nname: [broken\n---\nx")
            .unwrap();
        assert_eq!(set.get("a").unwrap().template, "old");
        set.write_file(
            "a",
            "SKILL.md",
            "---\nname: B\nvariables: [v]\n---\nnew {{v}}\n",
        )
        .unwrap();
        assert_eq!(
            set.render("a", &[("v".into(), "1".into())]).unwrap(),
            "new 1"
        );
        set.update("a", "  padded  ").unwrap();
        assert_eq!(set.get("a").unwrap().template, "  padded  ");
        set.reload().unwrap();
        assert_eq!(set.get("a").unwrap().template, "padded");
        assert_eq!(set.get("a").unwrap().name, Json::from("B"));
    }

    #[test]
    fn symbolic_links_do_not_lead_out() {
        let dir = tempfile::tempdir().unwrap();
        let skill = dir.path().join("mine");
        std::fs::create_dir(&skill).unwrap();
        std::fs::write(skill.join(SKILL_MD), "---\nname: Mine\n---\nbody").unwrap();
        std::fs::write(dir.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink(dir.path().join("secret"), skill.join("link")).unwrap();
        std::os::unix::fs::symlink(dir.path(), skill.join("up")).unwrap();
        let set = SkillSet::load(SkillSource::Dir(dir.path().to_owned())).unwrap();
        assert_eq!(set.list().len(), 1);
        assert_eq!(set.read_file("mine", "link"), None);
        assert_eq!(set.read_file("mine", "up/secret"), None);
        assert_eq!(
            set.read_file("mine", "SKILL.md"),
            Some("---\nname: Mine\n---\nbody")
        );
    }

    #[test]
    fn ids_are_made_from_names() {
        assert_eq!(SkillSet::id_for("  My Skill-1: ü! "), "my_skill-1____");
    }
}
