//! Tables in files: CSV, TSV and Markdown.

/// A table of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// The cells of its heading.
    pub(super) heading: Vec<String>,
    /// Its rows, each with its line in the file; as many cells as the heading has.
    pub(super) rows: Vec<(usize, Vec<String>)>,
}

/// Most lines of a file that are read.
const MOST_ROWS: usize = 10_000;

/// What the tables of a file are written in, by its name; none where it holds no table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Separated(char),
    Markdown,
}

impl Form {
    pub(super) fn of(path: &str) -> Option<Self> {
        match path.rsplit_once('.')?.1 {
            "csv" => Some(Self::Separated(',')),
            "tsv" => Some(Self::Separated('\t')),
            "md" => Some(Self::Markdown),
            _ => None,
        }
    }
}

/// The tables of a file, and whether it has more lines than are read.
pub(super) fn read(form: Form, text: &str) -> (Vec<Table>, bool) {
    let lines = text.lines().zip(1..).take(MOST_ROWS);
    let tables = match form {
        Form::Separated(separator) => separated(lines, separator),
        Form::Markdown => markdown(lines),
    };
    (tables, text.lines().nth(MOST_ROWS).is_some())
}

fn separated<'t>(lines: impl Iterator<Item = (&'t str, usize)>, separator: char) -> Vec<Table> {
    let lines = lines.filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#'));
    let cut = |line: &str| {
        let cells = line.split(separator);
        cells
            .map(|cell| cell.trim().trim_matches('"').to_owned())
            .collect()
    };
    let mut rows = lines.map(|(line, number)| (number, cut(line)));
    let Some((_, heading)) = rows.next() else {
        return Vec::new();
    };
    vec![table(heading, rows)]
}

fn markdown<'t>(lines: impl Iterator<Item = (&'t str, usize)>) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut block: Vec<(usize, Vec<String>)> = Vec::new();
    // An empty line behind the last one ends the last table, too.
    for (line, number) in lines.chain([("", 0)]) {
        if let Some(inner) = line.trim().strip_prefix('|') {
            let cells = inner.trim_end_matches('|').split('|');
            let bare = |cell: &str| cell.trim().trim_matches(['*', '`']).to_owned();
            block.push((number, cells.map(bare).collect()));
        } else if !block.is_empty() {
            let mut rows = std::mem::take(&mut block).into_iter();
            let is_rule = |cells: &[String]| {
                let mut bytes = cells.iter().flat_map(|cell| cell.bytes());
                bytes.all(|byte| b"-: ".contains(&byte))
            };
            let heading = rows.next().map(|(_, cells)| cells).unwrap_or_default();
            if rows.next().is_some_and(|(_, cells)| is_rule(&cells)) {
                tables.push(table(heading, rows));
            }
        }
    }
    tables
}

fn table(heading: Vec<String>, rows: impl Iterator<Item = (usize, Vec<String>)>) -> Table {
    let width = heading.len();
    Table {
        heading,
        rows: rows.filter(|(_, cells)| cells.len() == width).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Vec<Table> {
        let (tables, is_cut) = super::read(Form::of(path).unwrap(), text);
        assert!(!is_cut);
        tables
    }

    #[test]
    fn tables_are_found_with_their_lines() {
        let csv = read("a.csv", "run,loss\n\na,0.1\nb,0.2,0.3\nc,0.4\n");
        let lines = |table: &Table| table.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>();
        assert_eq!((csv.len(), lines(&csv[0])), (1, vec![3, 5]));
        let text = "# R\n\n| run | `loss` |\n|---|---:|\n| **a** | 0.1 |\n\n| no | table |\n";
        let md = read("r.md", text);
        assert_eq!((md.len(), lines(&md[0])), (1, vec![5]));
        assert_eq!(md[0].heading, ["run", "loss"]);
        assert_eq!(md[0].rows[0].1, ["a", "0.1"]);
        assert!(Form::of("a.txt").is_none());
        let long = "a,b\n".repeat(MOST_ROWS + 1);
        assert!(super::read(Form::Separated(','), &long).1);
    }
}
