//! Templates of the users' own: where they come from, what must be right about them, and what they tell.

use std::io::{self, ErrorKind::InvalidData};
use std::path::Path;

use super::template::Template;
use super::told;
use super::{PromptError, Prompts};
use crate::bounded;
use crate::case::Kind;
use crate::evidence::OwnPrompt;

/// Largest template that is read from a file, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

impl Template {
    /// A user's own template for cases of this kind. A YAML front matter, as skill files have, is left
    /// out.
    ///
    /// # Errors
    /// Fails when the file cannot be read, is too long, is not UTF-8 or has unknown placeholders.
    pub fn from_file(path: &Path, kind: Kind) -> Result<Self, PromptError> {
        let file = path.display().to_string();
        let text = read(path, &file)?;
        let body = without_front_matter(&text);
        let mut template = Self {
            lines_ahead: text[..text.len() - body.len()].matches('\n').count(),
            text: body.to_owned(),
            own: None,
        };
        let unknown = template.unknown_placeholders();
        if !unknown.is_empty() {
            return Err(PromptError::Placeholders { file, unknown });
        }
        let untold = told::tellings(&template, kind)
            .into_iter()
            .filter(|telling| telling.told.is_missing())
            .map(|telling| telling.rule.code.to_owned())
            .collect();
        template.own = Some(OwnPrompt { file, untold });
        Ok(template)
    }
}

impl Prompts {
    /// Puts users' own templates in place of the built-in ones.
    ///
    /// # Errors
    /// Fails when one of them cannot be read or has unknown placeholders.
    pub fn replaced(
        mut self,
        planning: Option<&Path>,
        execution: Option<&Path>,
    ) -> Result<Self, PromptError> {
        if let Some(file) = planning {
            self.planning = Template::from_file(file, Kind::Planning)?;
        }
        if let Some(file) = execution {
            self.execution = Template::from_file(file, Kind::Execution)?;
        }
        Ok(self)
    }

    /// The users' own templates among them.
    pub fn own(&self) -> impl Iterator<Item = (&Template, &OwnPrompt)> {
        let both = [&self.planning, &self.execution].into_iter();
        both.filter_map(|template| Some((template, template.own()?)))
    }
}

fn read(path: &Path, file: &str) -> Result<String, PromptError> {
    let failed = |source| PromptError::Read {
        file: file.to_owned(),
        source,
    };
    let Some(bytes) = bounded::read_file(path, LARGEST).map_err(failed)? else {
        let file = file.to_owned();
        return Err(PromptError::TooLarge {
            file,
            most: LARGEST,
        });
    };
    String::from_utf8(bytes)
        .map_err(|error| failed(io::Error::new(InvalidData, error.utf8_error())))
}

fn without_front_matter(text: &str) -> &str {
    text.strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map_or(text, |(_, body)| body.trim_start_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_text(text: &str) -> Result<Template, PromptError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.md");
        std::fs::write(&file, text).unwrap();
        Template::from_file(&file, Kind::Planning)
    }

    #[test]
    fn front_matter_is_no_part_of_a_template() {
        assert_eq!(
            without_front_matter("---\nname: x\n---\n\nText\n"),
            "Text\n"
        );
        assert_eq!(without_front_matter("Text\n---\nmore"), "Text\n---\nmore");
    }

    #[test]
    fn what_is_no_text_or_has_no_end_is_refused() {
        let read = |path: &str| {
            let template = Template::from_file(Path::new(path), Kind::Planning);
            template.unwrap_err().to_string()
        };
        let told = read("/dev/zero");
        assert!(told.contains("more than 4194304 bytes"), "{told}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.md");
        std::fs::write(&file, b"\xff").unwrap();
        let told = read(file.to_str().unwrap());
        assert!(told.contains("invalid utf-8"), "{told}");
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let template = from_text("---\nname: x\n---\n\nText\n{{goal}}\n").unwrap();
        assert_eq!(template.line(template.text().find("{{goal}}").unwrap()), 6);
    }

    #[test]
    fn every_unknown_placeholder_is_told_with_its_line_and_the_nearest_known_one() {
        let error = from_text("{{goal}}\n{{sesion_id}} {{ workdir }}\n{{server_uri}}").unwrap_err();
        let told = error.to_string();
        let told: Vec<&str> = told.lines().skip(1).take(3).map(str::trim).collect();
        assert_eq!(
            told,
            [
                "line 2: {{sesion_id}}; did you mean {{session_id}}?",
                "line 2: {{ workdir }}; did you mean {{workdir}}?",
                "line 3: {{server_uri}}; did you mean {{server_url}}?",
            ]
        );
    }
}
