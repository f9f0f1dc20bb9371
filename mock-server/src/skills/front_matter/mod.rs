//! The front matter of a `SKILL.md`: cut off when a skill is read, written when one is created.
//!
//! Skill files are exchanged with a server that is written in Python, and clients can read the raw
//! file over HTTP. So [`split`] cuts exactly where that server cuts, and [`dump`] writes, byte for
//! byte, what PyYAML's `yaml.dump(mapping, default_flow_style=False).strip()` writes for a mapping
//! of strings and lists of strings: keys sorted, ASCII only, long scalars folded at 80 columns.

mod emit;
mod resolve;

use emit::Emitter;

use crate::python_text::strip;

/// A value in the front matter.
#[derive(Debug, Clone, Copy)]
pub enum Yaml<'a> {
    /// A string, whatever it looks like: `true` and `12` are quoted to stay strings.
    Str(&'a str),
    /// A list of strings, one a line.
    List(&'a [String]),
}

/// Splits the text of a `SKILL.md` into its front matter and its template.
///
/// A text that starts with `---` and holds a second `---` anywhere has front matter: what stands
/// between the two, untrimmed. What follows is the template, trimmed at both ends. Any other text
/// is a template as it stands.
///
/// The second `---` need not begin a line, because the format is read that way elsewhere. A
/// description must therefore not contain three hyphens in a row.
pub fn split(text: &str) -> (Option<&str>, &str) {
    text.strip_prefix("---")
        .and_then(|rest| rest.split_once("---"))
        .map_or((None, text), |(front, body)| (Some(front), strip(body)))
}

/// Writes a mapping as YAML, sorted by key and without a line break at the end.
///
/// Keys are meant to be what front matter has, short words on one line: the `? ` form that YAML
/// has for very long, empty or multi-line keys is never written.
pub fn dump(entries: &[(&str, Yaml<'_>)]) -> String {
    if entries.is_empty() {
        return "{}".to_owned();
    }
    let mut sorted = entries.to_vec();
    sorted.sort_by_key(|(key, _)| *key);
    let mut out = Emitter::default();
    for (index, (key, value)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.line_break();
        }
        out.entry(key, value);
    }
    out.into_text()
}

#[cfg(test)]
mod tests {
    use super::{Yaml, dump, split};

    // All expected texts below were printed by PyYAML 6.0.3.

    /// Strings that need no quotes, several of them close to something that does.
    const PLAIN: [&str; 25] = [
        "alert_handler",
        "two words",
        "a  b",
        "a:b",
        "a#b",
        "it's fine",
        "x, y [z]",
        "-a",
        "?a",
        ":a",
        "a|b",
        "back\\slash",
        "1.2.3",
        "0o7",
        "08",
        "1e5",
        "-.5e+3",
        "_1",
        "nAn",
        "tRUE",
        "yEs",
        "2020-1-1",
        "12:60",
        "2020-01-01T01:02:03z",
        "0x",
    ];

    /// Strings that are put in single quotes, with no other change.
    const QUOTED: [&str; 51] = [
        "",
        "~",
        "null",
        "true",
        "Yes",
        "OFF",
        "<<",
        "=",
        "12",
        "+1",
        "1_000",
        "0x1F",
        "0b101",
        "017",
        "1:30",
        "1.5",
        ".5",
        ".5e-3",
        "1:30.5",
        "-.inf",
        ".NaN",
        "2020-01-01",
        "2020-1-1 1:02:03.5 +1",
        "2020-01-01T01:02:03Z",
        "a: b",
        "a:",
        "a #b",
        "- a",
        "-",
        "? a",
        ":",
        "#tag",
        "[a]",
        "]",
        "{a}",
        "}",
        ",a",
        "&a",
        "*a",
        "!a",
        "|",
        "> a",
        "\"a\"",
        "%a",
        "@a",
        "`a`",
        "---",
        "...a",
        " a",
        "a ",
        " ",
    ];

    /// Strings and what is written for them: breaks, escapes and folds.
    const REWRITTEN: [(&str, &str); 22] = [
        ("'a'", "'''a'''"),
        ("a\nb", "'a\n\n  b'"),
        ("a\n\nb\n", "'a\n\n\n  b\n\n  '"),
        ("\na", "'\n\n  a'"),
        ("don't\nstop", "'don''t\n\n  stop'"),
        ("a\n b", r#""a\n b""#),
        ("a \nb", r#""a \nb""#),
        ("a\tb", r#""a\tb""#),
        ("a\rb", r#""a\rb""#),
        ("über", r#""\xFCber""#),
        ("实验", r#""\u5B9E\u9A8C""#),
        ("\u{1f680} go", r#""\U0001F680 go""#),
        ("nbsp\u{a0}", r#""nbsp\_""#),
        ("\u{85}\u{2028}\u{2029}\u{feff}", r#""\N\L\P\uFEFF""#),
        (
            "\0\u{7}\u{8}\u{b}\u{c}\u{1b}\u{7f}",
            r#""\0\a\b\v\f\e\x7F""#,
        ),
        ("say \"ü\" \\ \n", r#""say \"\xFC\" \\ \n""#),
        (
            "word word word word word word word word word word word word word word word word word \
             word word end",
            "word word word word word word word word word word word word word word word word\n  \
             word word word end",
        ),
        (
            "it's: word word word word word word word word word word word word word word word \
             word end",
            "'it''s: word word word word word word word word word word word word word word word\
             \n  word end'",
        ),
        (
            "'''line one\nword word word word word word word word word word word word word word \
             word word word word word word end",
            "'''''''line one\n\n  word word word word word word word word word word word word \
             word word word word\n  word word word word end'",
        ),
        (
            "实实实实实实实实实实实实实实实 word word word word word word word word word word word \
             word word word word end",
            r#""\u5B9E\u5B9E\u5B9E\u5B9E\u5B9E\u5B9E\u5B9E\u5B9E\u5B9E\u5B9E\u5B9E\u5B9E\u5B9E\
  \u5B9E\u5B9E word word word word word word word word word word word word word word\
  \ word end""#,
        ),
        (
            "éééééééééééééééééééééééé",
            r#""\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\xE9\
  \xE9\xE9\xE9\xE9""#,
        ),
        (
            "a  b                                                                              c",
            "a  b                                                                              c",
        ),
    ];

    fn dump_one(text: &str) -> String {
        dump(&[("k", Yaml::Str(text))])
    }

    #[test]
    fn harmless_strings_stand_without_quotes() {
        for text in PLAIN {
            assert_eq!(dump_one(text), format!("k: {text}"));
        }
    }

    #[test]
    fn strings_that_would_be_read_as_something_else_are_quoted() {
        for text in QUOTED {
            assert_eq!(dump_one(text), format!("k: '{text}'"));
        }
    }

    #[test]
    fn breaks_escapes_and_folds_are_those_of_the_reference() {
        for (text, expected) in REWRITTEN {
            assert_eq!(dump_one(text), format!("k: {expected}"), "for {text:?}");
        }
    }

    #[test]
    fn a_mapping_is_sorted_and_lists_stand_one_item_a_line() {
        let variables = ["goal".to_owned(), "12".to_owned(), String::new()];
        let text = dump(&[
            ("name", Yaml::Str("Tune: the model")),
            ("description", Yaml::Str("")),
            ("variables", Yaml::List(&variables)),
            ("category", Yaml::Str("skill")),
        ]);
        let expected = "category: skill\ndescription: ''\nname: 'Tune: the model'\n\
                        variables:\n- goal\n- '12'\n- ''";
        assert_eq!(text, expected);
    }

    #[test]
    fn list_items_fold_like_values() {
        let items = [format!("{}end", "word ".repeat(20)), "a\nb".to_owned()];
        let expected = format!(
            "k:\n- {}word\n  word word word word end\n- 'a\n\n  b'",
            "word ".repeat(15)
        );
        assert_eq!(dump(&[("k", Yaml::List(&items))]), expected);
    }

    #[test]
    fn empty_collections_are_written_in_brackets() {
        assert_eq!(dump(&[]), "{}");
        assert_eq!(dump(&[("k", Yaml::List(&[]))]), "k: []");
    }

    #[test]
    fn keys_are_quoted_where_needed_and_never_folded() {
        let long = format!("{}end", "word ".repeat(20));
        assert_eq!(dump(&[("yes", Yaml::Str("a"))]), "'yes': a");
        assert_eq!(dump(&[(&long, Yaml::Str("a"))]), format!("{long}: a"));
        assert_eq!(dump(&[("a\nb", Yaml::Str("a"))]), "\"a\\nb\": a");
    }

    #[test]
    fn front_matter_stands_between_the_first_two_marks() {
        let cases = [
            ("---\nname: a\n---\n\nBody\n", (Some("\nname: a\n"), "Body")),
            (
                "---\nname: a---b\n---\nBody",
                (Some("\nname: a"), "b\n---\nBody"),
            ),
            ("---x---y---z", (Some("x"), "y---z")),
            ("------", (Some(""), "")),
            (
                "---\na\n---\n\u{1c}\u{a0}Body\u{2003}\u{1f}",
                (Some("\na\n"), "Body"),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text), expected, "for {text:?}");
        }
    }

    #[test]
    fn a_text_without_two_marks_is_a_template_as_it_stands() {
        for text in [
            "",
            " Body \n",
            "---\nname: a\n",
            "-----",
            "\n---\na\n---\nb\n",
        ] {
            assert_eq!(split(text), (None, text));
        }
    }
}
