//! The comment at the top of a rule's file: what people read, and behind it, in a block, the signs by which a
//! prompt of a user's own tells the demand.

use super::{Check, Rule};

/// What the block begins with. It is the last of the comment.
const BLOCK: &str = "\n```told\n";

impl Rule {
    /// The rule's documentation: the comment at the top of its file, without the block of signs.
    pub fn documentation(&self) -> String {
        let comment = self.comment();
        match self.block_of(&comment) {
            Some((documentation, _)) => documentation.trim_end().to_owned(),
            None => comment,
        }
    }

    /// The signs by which a prompt tells the demand, as they are written down; their form is that of who reads
    /// prompts. A demand that somebody added has none.
    pub fn told_by(&self) -> Option<String> {
        let comment = self.comment();
        let (_, signs) = self.block_of(&comment)?;
        Some(signs.to_owned())
    }

    /// The words of a prompt that it quotes, with single spaces.
    pub fn quote(&self) -> Option<String> {
        let documentation = self.documentation();
        let words: Vec<&str> = documentation.split_whitespace().collect();
        let words = words.join(" ");
        let (_, behind) = words.split_once("Prompt: \"")?;
        let (quote, _) = behind.split_once('"')?;
        Some(quote.to_owned())
    }

    /// The file of the repository that a rule of the catalogue stands in.
    pub fn source_file(&self) -> String {
        let (family, stem) = (self.family().to_lowercase(), self.slug.replace('-', "_"));
        format!("conformance/src/rules/{family}/{stem}.rs")
    }

    fn comment(&self) -> String {
        let lines = self
            .source_text
            .lines()
            .map_while(|line| line.strip_prefix("//!"));
        lines
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// What stands ahead of the block of signs, and what is in it.
    fn block_of<'c>(&self, comment: &'c str) -> Option<(&'c str, &'c str)> {
        if matches!(self.check, Check::Own(_)) {
            return None;
        }
        let (ahead, block) = comment.split_once(BLOCK)?;
        Some((ahead, block.strip_suffix("\n```")?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;
    use crate::verdict::Verdict;

    fn rule(source_text: &'static str) -> Rule {
        Rule {
            code: "LAY999",
            slug: "no-such-rule",
            level: Level::Must,
            summary: "nothing",
            sources: &[],
            source_text,
            check: Check::Plan(|_| Verdict::not_applicable("it is none")),
        }
    }

    #[test]
    fn signs_are_no_part_of_what_people_read() {
        let rule = rule(
            "//! # LAY999\n//!\n//! Prompt: \"some\n//! words\"\n//!\n//! ```told\n//! told = [\"a\"]\n//! ```\n\nuse x;\n",
        );
        assert_eq!(rule.documentation(), "# LAY999\n\nPrompt: \"some\nwords\"");
        assert_eq!(rule.told_by().unwrap(), "told = [\"a\"]");
        assert_eq!(rule.quote().unwrap(), "some words");
        let file = "conformance/src/rules/lay/no_such_rule.rs";
        assert_eq!(rule.source_file(), file);
    }

    #[test]
    fn a_block_that_does_not_end_or_is_not_the_last_is_none() {
        for text in [
            "//! # LAY999\n//!\n//! ```told\n//! told = [\"a\"]\n",
            "//! # LAY999\n//!\n//! ```told\n//! told = [\"a\"]\n//! ```\n//!\n//! More.\n",
            "//! # LAY999\n//!\n//! ```toml\n//! told = [\"a\"]\n//! ```\n",
        ] {
            let rule = rule(text);
            assert_eq!(rule.told_by(), None, "{text}");
            assert!(rule.documentation().contains("told = "), "{text}");
        }
    }
}
