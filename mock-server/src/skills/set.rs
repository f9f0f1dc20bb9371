//! The skills that a server serves, and what clients do with them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::front_matter::{self, Yaml};
use super::load::{self, SkillsError};
use super::skill::{Entry, SKILL_MD, Scored, Skill, SkillFile, WireSkill};
use super::{SkillSource, render};
use crate::json::{Json, Object};
use crate::python_text;
use crate::store::Record;

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
        let mut skill = load::parse(&id, &written.text()).unwrap_or_else(|_| {
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

    /// What clients have changed, to be saved.
    pub(crate) fn changes(&self) -> impl Iterator<Item = Record> {
        self.changed.iter().map(|id| self.record(id))
    }

    /// A skill to be saved: all of it, or its id alone when nothing is left of it.
    pub(crate) fn record(&self, id: &str) -> Record {
        match self.skills.get(id).or_else(|| self.remains.get(id)) {
            Some(skill) => Record::Skill(Box::new(skill.clone())),
            None => Record::SkillDeleted(id.to_owned()),
        }
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
    fn a_skill_moves_into_the_folder_of_a_new_skill_md() {
        let mut set = set();
        set.create("a", "", "outer", "skill", None);
        set.write_file("a", "x.md", "1").unwrap();
        set.write_file("a", "sub/SKILL.md", "---\nname: Inner\n---\ninner")
            .unwrap();
        let paths = |set: &SkillSet| -> Vec<String> {
            set.entries("a")
                .unwrap()
                .into_iter()
                .map(|entry| entry.path)
                .collect()
        };
        let moved = set.get("a").unwrap();
        assert_eq!((moved.id(), moved.template.as_str()), ("a", "inner"));
        assert_eq!(moved.name, Json::from("Inner"));
        assert_eq!(paths(&set), ["SKILL.md"]);
        for outside in ["../x.md", "../SKILL.md", "../../a/x.md"] {
            assert_eq!(set.read_file("a", outside), None, "{outside}");
        }
        assert!(set.read_file("a", "../sub/SKILL.md").is_some());
        // In the folder that it lives in now, `sub` is no folder.
        set.write_file("a", "sub", "2").unwrap();
        set.update("a", "again").unwrap();
        assert_eq!(paths(&set), ["SKILL.md", "sub"]);
        assert!(set.delete("a"));
        assert!(set.get("a").is_none());
        let saved: Vec<Record> = set.changes().collect();
        set.reload().unwrap();
        assert_eq!(set.get("a").unwrap().template, "outer");
        assert_eq!(paths(&set), ["SKILL.md", "x.md"]);

        let mut later = SkillSet::load(SkillSource::BuiltIn).unwrap();
        for record in saved {
            let Record::Skill(skill) = record else {
                panic!("{record:?}")
            };
            later.restore(*skill);
        }
        assert!(later.get("a").is_none());
        later.create("a", "", "third", "skill", None);
        assert_eq!(paths(&later), ["SKILL.md", "x.md"]);
    }

    #[test]
    fn a_reload_brings_the_outer_skill_back() {
        let mut set = set();
        set.create("a", "", "outer", "skill", None);
        set.write_file("a", "sub/deep/SKILL.md", "inner").unwrap();
        assert_eq!(set.get("a").unwrap().template, "inner");
        set.write_file("a", "SKILL.md", "---\nname: [broken\n---")
            .unwrap();
        assert_eq!(set.get("a").unwrap().template, "inner");
        set.reload().unwrap();
        assert_eq!(set.get("a").unwrap().template, "outer");
        assert!(set.read_file("a", "sub/deep/SKILL.md").is_some());
    }

    #[test]
    fn what_no_file_system_takes_is_not_written() {
        let mut set = set();
        set.create("a", "", "t", "skill", None);
        let long = "x".repeat(256);
        for path in [
            "",
            ".",
            "SKILL.md/x",
            "SKILL.md/x/y",
            &long,
            &format!("d/{long}"),
        ] {
            assert_eq!(set.write_file("a", path, "x"), None, "{path}");
        }
        assert!(set.write_file("a", &long[1..], "x").is_some());
    }

    #[test]
    fn lines_end_as_in_a_file_opened_as_text() {
        let mut set = set();
        set.create("a", "", " one\r\ntwo\rthree\r\n", "skill", None);
        assert_eq!(set.get("a").unwrap().template, "one\ntwo\nthree");
        set.write_file("a", "x.md", "a\r\nb").unwrap();
        assert_eq!(set.read_file("a", "x.md").as_deref(), Some("a\nb"));
        let mut sizes = set
            .entries("a")
            .unwrap()
            .into_iter()
            .map(|entry| entry.size);
        assert_eq!(sizes.next_back(), Some(Some(4)));
        set.write_file("a", "SKILL.md", "---\r\nname: N\r\n---\r\nb\r\nc")
            .unwrap();
        assert_eq!(set.get("a").unwrap().template, "b\nc");
        set.update("a", "x\ry").unwrap();
        assert_eq!(set.get("a").unwrap().template, "x\ry");
        let text = set.read_file("a", "SKILL.md");
        assert_eq!(text.as_deref(), Some("---\nname: N\n---\nx\ny\n"));
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
            set.read_file("mine", "SKILL.md").as_deref(),
            Some("---\nname: Mine\n---\nbody")
        );
    }

    #[test]
    fn ids_are_made_from_names() {
        assert_eq!(SkillSet::id_for("  My Skill-1: ü! "), "my_skill-1____");
    }
}
