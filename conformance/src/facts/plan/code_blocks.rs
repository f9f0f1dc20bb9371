//! Which code blocks belong to which item of a list.

use super::lexis::{covers, overlapping};
use super::{Item, Plan, Span};

/// Code blocks directly below an item. What they are held against is sorted ahead, as an item may have thousands of
/// blocks among thousands of pieces and of items below it.
pub(super) fn code_blocks(plan: &Plan, item: &Item) -> Vec<Span> {
    let mut own = item.own.clone();
    own.sort_by_key(|own| own.start);
    let is_block = |code: &&Span| {
        let text = plan.source.get((*code).clone()).unwrap_or_default();
        text.starts_with("```") || text.starts_with("~~~") || text.contains('\n')
    };
    let mut blocks: Vec<Span> = overlapping(&plan.code, &item.span)
        .filter(is_block)
        .filter(|code| !covers(&own, code.start))
        .cloned()
        .collect();
    if blocks.is_empty() {
        return blocks;
    }
    let below = plan
        .items
        .partition_point(|other| other.span.start <= item.span.start);
    let inside = plan.items[below..]
        .iter()
        .take_while(|other| other.span.start < item.span.end);
    let children: Vec<&Span> = inside
        .filter(|other| other.depth == item.depth + 1)
        .map(|other| &other.span)
        .collect();
    // Of the items right below this one the last that begins ahead of the block may hold it.
    blocks.retain(|code| {
        let ahead = children.partition_point(|child| child.start <= code.start);
        let last = children[..ahead].last();
        last.is_none_or(|last| code.end > last.end)
    });
    blocks
}

#[cfg(test)]
mod tests {
    use super::super::prose::read;
    use super::*;

    #[test]
    fn each_code_block_is_read_once_below_its_own_item() {
        let below =
            |indent: &str, word: &str| format!("{indent}```\n{indent}{word}\n{indent}```\n");
        let source = format!(
            "- a\n{}  - b\n{}{}",
            below("  ", "own"),
            below("    ", "nested"),
            below("  ", "last")
        );
        let plan = Plan::parse(&source);
        let told = |item: &Item| -> Vec<usize> {
            let blocks = code_blocks(&plan, item);
            blocks
                .iter()
                .map(|block| plan.line_of(block.start))
                .collect()
        };
        assert_eq!(told(&plan.items[0]), [2, 9]);
        assert_eq!(told(&plan.items[1]), [6]);
        assert_eq!(read(&plan).segments.len(), 5);
    }
}
