//! `init`: a configuration, a first case and a workflow to begin with.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Failure, config};

#[derive(Debug, clap::Args)]
pub(super) struct InitOptions {
    /// The folder in which to begin
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
}

/// What is written, and where.
const FILES: [(&str, &str); 3] = [
    (
        "wild-conformance.toml",
        include_str!("init/wild-conformance.toml"),
    ),
    ("cases/first.toml", include_str!("init/first.toml")),
    (
        ".github/workflows/wild-conformance.yml",
        include_str!("init/workflow.yml"),
    ),
];

/// The schema to which the configuration points.
const SCHEMA: &str = "wild-conformance.schema.json";

/// Writes all of it, or nothing where something is there already.
pub(super) fn init(options: &InitOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let schema = format!("{:#}\n", config::schema());
    let files: Vec<(&str, &str)> = FILES
        .into_iter()
        .chain([(SCHEMA, schema.as_str())])
        .collect();
    for (name, _) in &files {
        let path = options.folder.join(name);
        if path.symlink_metadata().is_ok() {
            return Err(Failure::usage(format!(
                "{} is there already, and is left as it is; nothing was written",
                path.display()
            )));
        }
    }
    for (name, text) in &files {
        let path = options.folder.join(name);
        write(&path, text)?;
        writeln!(out, "wrote {}", path.display())?;
    }
    writeln!(
        out,
        "name your agent in wild-conformance.toml, then `wild-conformance doctor` and `wild-conformance run`"
    )?;
    Ok(0)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    // What came there meanwhile is somebody's work.
    let written = made
        .and_then(|()| std::fs::File::create_new(path))
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
}
