use super::*;
use crate::store::StateRecord;

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
fn folders_may_be_as_deep_as_a_path_is_long() {
    let mut set = set();
    set.create("a", "", "t", "skill", None);
    let depth = 2000;
    let path = format!("{}x", "d/".repeat(depth));
    set.write_file("a", &path, "1").unwrap();
    let entries = set.entries("a").unwrap();
    assert_eq!(entries.len(), depth + 2);
    assert_eq!(entries.last().map(|entry| &entry.path), Some(&path));
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
    let saved: Vec<StateRecord> = set
        .changes()
        .map(|(id, kept)| StateRecord::skill(id, kept))
        .collect();
    set.reload().unwrap();
    assert_eq!(set.get("a").unwrap().template, "outer");
    assert_eq!(paths(&set), ["SKILL.md", "x.md"]);

    let mut later = SkillSet::load(SkillSource::BuiltIn).unwrap();
    for record in saved {
        let StateRecord::Skill(skill) = record else {
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
        &"d/".repeat(2049),
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
