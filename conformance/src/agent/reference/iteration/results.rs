//! What came of runs, read from the files that their commands wrote.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

/// The files that a command names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outputs<'c> {
    /// Where it sends what it prints.
    pub(super) log: Option<&'c str>,
    /// The folder that it writes to.
    pub(super) folder: Option<&'c str>,
}

impl<'c> Outputs<'c> {
    pub(super) fn of(command: &'c str) -> Self {
        let behind = |sign: &str| {
            let mut words = command.split_whitespace();
            words.find(|word| *word == sign)?;
            words.next().map(|word| word.trim_matches(['\'', '"']))
        };
        Self {
            log: behind(">"),
            folder: behind("--out"),
        }
    }
}

/// A number and what it is called.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    pub(super) name: String,
    pub(super) value: f64,
}

impl Score {
    /// The main number of a run: of its metrics, or of the last line of its log where it has none.
    pub(super) fn of(workdir: &Path, outputs: &Outputs<'_>) -> Option<Self> {
        let read = |path: &str| std::fs::read_to_string(workdir.join(path)).ok();
        let metrics = outputs
            .folder
            .and_then(|folder| read(&format!("{folder}/metrics.json")));
        let from_metrics = metrics.and_then(|text| Self::in_metrics(&text));
        from_metrics.or_else(|| Self::in_log(&read(outputs.log?)?))
    }

    /// The first number that is no whole one: those count something.
    fn in_metrics(text: &str) -> Option<Self> {
        let metrics: serde_json::Map<String, Value> = serde_json::from_str(text).ok()?;
        let mut numbers = metrics.iter().filter(|(_, value)| value.is_f64());
        let (name, value) = numbers.next()?;
        Some(Self {
            name: name.clone(),
            value: value.as_f64()?,
        })
    }

    /// The last column of a table at the end, or the last `name=value`.
    fn in_log(text: &str) -> Option<Self> {
        let mut lines = text.lines().rev();
        let last = lines.next()?;
        if let Some((name, value)) = last.split_whitespace().last()?.split_once('=') {
            return Self::new(name, value);
        }
        let head = lines.next()?.rsplit(',').next()?;
        Self::new(head, last.rsplit(',').next()?)
    }

    fn new(name: &str, value: &str) -> Option<Self> {
        Some(Self {
            name: name.to_owned(),
            value: value.parse().ok()?,
        })
    }
}

/// A row of the table of results.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) run: String,
    pub(super) status: String,
    pub(super) score: Option<Score>,
}

/// The table, as it is kept.
pub(super) fn table(rows: &[Row]) -> String {
    let mut names = rows.iter().filter_map(|row| row.score.as_ref());
    let score = names.next().map_or("score", |score| score.name.as_str());
    let mut table = format!("name,run,status,{score}\n");
    for row in rows {
        let value = row.score.as_ref().map(|score| score.value.to_string());
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "{},{},{},{}",
            row.name,
            row.run,
            row.status,
            value.unwrap_or_default()
        );
    }
    table
}

/// The lowest and the highest number of a table, with the names of their rows.
pub(super) fn extremes(table: &str) -> Option<[(String, f64); 2]> {
    let rows = table.lines().skip(1).filter_map(|line| {
        let name = line.split(',').next()?;
        let value = line.rsplit(',').next()?.trim().parse().ok()?;
        Some((name.to_owned(), value))
    });
    let mut rows: Vec<(String, f64)> = rows.collect();
    rows.sort_by(|a, b| a.1.total_cmp(&b.1));
    Some([rows.first()?.clone(), rows.last()?.clone()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_from_the_files_that_a_command_names() {
        let dir = tempfile::tempdir().unwrap();
        let command = "cd /w && python t.py --out out/a > logs/a.log 2>&1";
        let outputs = Outputs::of(command);
        assert_eq!(
            (outputs.log, outputs.folder),
            (Some("logs/a.log"), Some("out/a"))
        );
        assert_eq!(Score::of(dir.path(), &outputs), None);
        let score = |name: &str, value| {
            Some(Score {
                name: name.to_owned(),
                value,
            })
        };
        std::fs::create_dir_all(dir.path().join("logs")).unwrap();
        std::fs::write(dir.path().join("logs/a.log"), "recipe,bpc\na,4.5\n").unwrap();
        assert_eq!(Score::of(dir.path(), &outputs), score("bpc", 4.5));
        std::fs::write(dir.path().join("logs/a.log"), "step 1\nbpc=4.25\n").unwrap();
        assert_eq!(Score::of(dir.path(), &outputs), score("bpc", 4.25));
        std::fs::create_dir_all(dir.path().join("out/a")).unwrap();
        let metrics = "{\"seed\": 1, \"val_bpc\": 4.75}";
        std::fs::write(dir.path().join("out/a/metrics.json"), metrics).unwrap();
        assert_eq!(Score::of(dir.path(), &outputs), score("val_bpc", 4.75));
    }

    #[test]
    fn a_table_tells_its_extremes() {
        let row = |name: &str, value: Option<f64>| Row {
            name: name.to_owned(),
            run: "r".to_owned(),
            status: "finished".to_owned(),
            score: value.map(|value| Score {
                name: "f1".to_owned(),
                value,
            }),
        };
        let table = table(&[row("a", Some(0.5)), row("b", Some(0.25)), row("c", None)]);
        assert!(table.starts_with("name,run,status,f1\na,r,finished,0.5\n"));
        let expected = [("b".to_owned(), 0.25), ("a".to_owned(), 0.5)];
        assert_eq!(extremes(&table), Some(expected));
        assert_eq!(extremes("name,x\n"), None);
    }
}
