//! `init`: a configuration, a first case and a workflow to begin with.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Failure, config, written};

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
    let written = made.and_then(|()| written::new(path, text));
    written.map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    const WORKFLOW: &str = include_str!("init/workflow.yml");

    /// Another attempt finds what the one before it kept under its own number, and may upload it again.
    #[test]
    fn the_workflow_goes_on_where_an_attempt_stopped() {
        assert!(
            WORKFLOW.contains("run --shard auto --resume --out wild-evidence/shard-$WILD_SHARD")
        );
        let own = "wild-evidence-${{ github.run_id }}-${{ matrix.shard }}-";
        let kept = format!("          key: {own}${{{{ github.run_attempt }}}}\n");
        assert_eq!(WORKFLOW.matches(&kept).count(), 2, "{kept}");
        assert!(WORKFLOW.contains(&format!("          restore-keys: {own}\n")));
        let folder = "          path: wild-evidence/shard-${{ matrix.shard }}\n";
        assert_eq!(WORKFLOW.matches(folder).count(), 3);
        let (_, save) = WORKFLOW.split_once("actions/cache/save@v4\n").unwrap();
        assert!(save.starts_with("        if: always()\n"), "{save}");
        let uploads = WORKFLOW.matches("upload-artifact@").count();
        assert_eq!(WORKFLOW.matches("overwrite: true\n").count(), uploads);
    }
}
