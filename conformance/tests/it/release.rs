//! What goes with a release: the changelog's form and the licences.

use std::fs;
use std::path::Path;

fn root(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Headings below a version, by <https://keepachangelog.com>.
const KINDS: [&str; 6] = [
    "Added",
    "Changed",
    "Deprecated",
    "Removed",
    "Fixed",
    "Security",
];

#[test]
fn the_changelog_has_the_form_that_its_readers_know() {
    let text = root("CHANGELOG.md");
    let versions: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    assert_eq!(versions.first(), Some(&"[Unreleased]"));
    for version in &versions[1..] {
        let (name, day) = version.split_once(" - ").unwrap();
        let is_name = name.starts_with('[') && name.ends_with(']');
        let is_day = day.len() == 10 && day.split('-').all(|part| part.parse::<u32>().is_ok());
        assert!(
            is_name && is_day,
            "{version} is not `[VERSION] - YYYY-MM-DD`"
        );
    }
    for section in text.split("\n## ").skip(1) {
        let kinds: Vec<&str> = section
            .lines()
            .filter_map(|line| line.strip_prefix("### "))
            .collect();
        let version = section.lines().next().unwrap_or_default();
        for (at, kind) in kinds.iter().enumerate() {
            assert!(
                KINDS.contains(kind),
                "{version}: {kind} is none of {KINDS:?}"
            );
            assert!(!kinds[..at].contains(kind), "{version} has {kind} twice");
        }
    }
}

#[test]
fn each_licence_that_the_manifest_names_has_its_text() {
    let manifest: toml::Table = root("Cargo.toml").parse().unwrap();
    let licence = manifest["workspace"]["package"]["license"]
        .as_str()
        .unwrap();
    let names: Vec<&str> = licence.split(" OR ").collect();
    assert_eq!(names, ["MIT", "Apache-2.0"]);
    for (file, words) in [
        (
            "LICENSE-MIT",
            "Permission is hereby granted, free of charge",
        ),
        ("LICENSE-APACHE", "Version 2.0, January 2004"),
    ] {
        assert!(root(file).contains(words), "{file}");
        // The programs and the wheel are handed out with them.
        assert!(root("conformance/python/make_wheel.py").contains(file));
    }
}
