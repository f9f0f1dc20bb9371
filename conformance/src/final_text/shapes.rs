//! The shapes of JSON in which programs that are known tell their last message.

use std::sync::LazyLock;

use serde::Deserialize;

use super::FinalText;

/// The data of this module.
static TABLE: &str = include_str!("shapes.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    shapes: Vec<String>,
}

fn shapes() -> &'static [FinalText] {
    static SHAPES: LazyLock<Vec<FinalText>> = LazyLock::new(|| {
        // A test rules out that something in the table is wrong.
        let table = toml::from_str(TABLE).map_or_else(|_| Vec::new(), |table: Table| table.shapes);
        table
            .iter()
            .filter_map(|shape| shape.parse().ok())
            .collect()
    });
    &SHAPES
}

/// The first shape that finds a text in `content`, and the text.
pub(crate) fn fitting(content: &str) -> Option<(&'static FinalText, String)> {
    let all = shapes().iter();
    let mut found = all.filter_map(|shape| Some((shape, shape.of(content).ok()?)));
    found.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_the_table_is_understood() {
        let table: Table = toml::from_str(TABLE).unwrap();
        assert_eq!(table.shapes.len(), shapes().len());
    }

    #[test]
    fn the_last_message_is_found_in_known_output() {
        for (content, shape) in [
            (
                r#"{"type":"result","result":"x","usage":{}}"#,
                "json:.result",
            ),
            (
                r#"{"session_id":"1","response":"x","stats":{}}"#,
                "json:.response",
            ),
            (
                "{\"type\":\"text\",\"part\":{\"text\":\"draft\"}}\n{\"type\":\"text\",\"part\":{\"text\":\"x\"}}",
                "jsonl:type=text:.part.text",
            ),
            (
                "{\"type\":\"turn.started\"}\n{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":\"x\"}}",
                "jsonl:type=item.completed,item.type=agent_message:.item.text",
            ),
            (
                r#"[{"type":"system"},{"type":"result","result":"x"}]"#,
                "json:.-1.result",
            ),
        ] {
            let (found, text) = fitting(content).unwrap();
            assert_eq!((found.to_string().as_str(), text.as_str()), (shape, "x"));
        }
        assert!(fitting("plain words").is_none());
    }
}
