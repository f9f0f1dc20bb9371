//! Prompt skills: templates with placeholders, each in a folder with a `SKILL.md`.
//!
//! The built-in set is compiled in; [`SkillSource::Dir`] serves a user's own. Folders are read into
//! memory, so no request can reach a file outside a skill's folder, and a client's changes never
//! touch the user's files.

mod builtin;
pub mod front_matter;
pub(crate) mod install;
mod load;
mod set;
mod skill;

use std::path::PathBuf;

pub use builtin::{BUILTIN_IDS, builtin, builtin_skill_md};
pub use load::SkillsError;
pub use set::SkillSet;
pub use skill::{Entry, Scored, Skill, SkillFile, WireSkill};

/// Where the served skills come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SkillSource {
    /// The set that is compiled in.
    #[default]
    BuiltIn,
    /// The folders of this directory.
    Dir(PathBuf),
}

/// Fills a template: `{{name}}` is replaced for one variable after the other, so that a value may
/// bring placeholders of later variables; what is left of the form `{{[a-zA-Z_]+}}` is removed.
pub fn render<K: AsRef<str>, V: AsRef<str>>(template: &str, variables: &[(K, V)]) -> String {
    let mut text = template.to_owned();
    for (name, value) in variables {
        let placeholder = format!("{{{{{}}}}}", name.as_ref());
        if text.contains(&placeholder) {
            text = text.replace(&placeholder, value.as_ref());
        }
    }
    without_placeholders(&text)
}

fn without_placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let inner = &rest[start + 2..];
        let length = inner
            .bytes()
            .take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            .count();
        if length > 0 && inner[length..].starts_with("}}") {
            out.push_str(&rest[..start]);
            rest = &inner[length + 2..];
        } else {
            // Only one brace is passed over: the next one may open a placeholder.
            out.push_str(&rest[..=start]);
            rest = &rest[start + 1..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rendering_is_one_variable_after_the_other() {
        let template = "A={{a}} B={{b}} {{a}} D={{d1}} sp={{ a }} X={{missing}} {s} {{}} {{a-b}}";
        let rendered = |variables: &[(&str, &str)]| render(template, variables);
        assert_eq!(
            rendered(&[]),
            "A= B=  D={{d1}} sp={{ a }} X= {s} {{}} {{a-b}}"
        );
        assert_eq!(
            rendered(&[("a", "{{b}}"), ("b", "deep")]),
            "A=deep B=deep deep D={{d1}} sp={{ a }} X= {s} {{}} {{a-b}}"
        );
        assert_eq!(
            rendered(&[("d1", "one"), (" a ", "sp"), ("a-b", "dash"), ("", "empty")]),
            "A= B=  D=one sp=sp X= {s} empty dash"
        );
    }

    #[test]
    fn braces_around_placeholders_stay() {
        assert_eq!(without_placeholders("{{{a}}}"), "{}");
        assert_eq!(without_placeholders("{{a {{b}}"), "{{a ");
        assert_eq!(without_placeholders("é{{"), "é{{");
    }
}
