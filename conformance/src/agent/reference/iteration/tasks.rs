//! The tasks file: choosing a task and moving its box.

/// The lines of a tasks file.
pub(crate) struct Tasks(Vec<String>);

/// The task to be done.
pub(crate) struct Choice {
    line: usize,
    /// `P2-T3`
    pub(crate) id: String,
    /// Everything behind the id.
    pub(crate) text: String,
    /// Its deliverable.
    pub(crate) deliverable: String,
}

impl Tasks {
    pub(crate) fn read(text: &str) -> Self {
        Self(text.lines().map(str::to_owned).collect())
    }

    /// The task in progress, else the first open one whose dependencies are done.
    pub(crate) fn choose(&self) -> Option<Choice> {
        let with = |mark: &str, fits: &dyn Fn(&str) -> bool| {
            let is_it = |line: &String| line.trim_start().starts_with(mark) && fits(line);
            self.0.iter().position(is_it)
        };
        let line = with("- [/] [", &|_| true)
            .or_else(|| with("- [ ] [", &|line| !self.waits(line)))
            .or_else(|| with("- [ ] [", &|_| true))?;
        let (_, behind) = self.0[line].split_once("] [")?;
        let (id, text) = behind.split_once(']')?;
        let deliverable = text
            .split_once("| deliverable: ")
            .and_then(|(_, rest)| rest.split(" |").next());
        Some(Choice {
            line,
            id: id.to_owned(),
            text: text.trim().to_owned(),
            deliverable: deliverable.unwrap_or_default().trim().to_owned(),
        })
    }

    /// Whether a task depends on one that is not done.
    fn waits(&self, line: &str) -> bool {
        let needed = line.split_once("| depends: ").map_or("", |(_, rest)| rest);
        let needed = needed.split('|').next().unwrap_or_default().split(',');
        let is_open = |id: &str| {
            let marks = [format!("- [ ] [{id}]"), format!("- [/] [{id}]")];
            self.0
                .iter()
                .any(|line| marks.iter().any(|mark| line.trim_start().starts_with(mark)))
        };
        needed.map(str::trim).any(is_open)
    }

    /// How many tasks are not done.
    pub(crate) fn open(&self) -> usize {
        let is_open = |line: &&String| line.contains("- [ ] [") || line.contains("- [/] [");
        self.0.iter().filter(is_open).count()
    }

    /// The file with the box of a task set, and remarks below it.
    pub(crate) fn marked(&self, choice: &Choice, mark: char, remarks: &[String]) -> String {
        let mut text = String::new();
        for (index, line) in self.0.iter().enumerate() {
            if index == choice.line {
                let line = line.replacen("- [ ]", &format!("- [{mark}]"), 1).replacen(
                    "- [/]",
                    &format!("- [{mark}]"),
                    1,
                );
                text.push_str(&line);
                for remark in remarks {
                    text.push_str("\n  - ");
                    text.push_str(remark);
                }
            } else {
                text.push_str(line);
            }
            text.push('\n');
        }
        text
    }
}
