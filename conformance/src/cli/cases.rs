//! `cases`: the list of cases, their check, and the schema of their files.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use super::formats::{ListFormat, ListOptions};
use super::{Failure, new_case};
use crate::case::{self, CaseError, builtin_cases, load_file, schema, warnings};
use crate::prompt::Prompts;
use crate::report::plural;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct CasesOptions {
    #[command(subcommand)]
    pub(super) command: Option<CasesCommand>,
    #[command(flatten)]
    pub(super) list: ListOptions,
    /// Check cases instead: the built-in ones, or those of these files and folders
    #[arg(long)]
    pub(super) check: bool,
    /// Print the JSON Schema of case files instead
    #[arg(long, conflicts_with = "check")]
    pub(super) schema: bool,
    /// List only cases whose ids fit one of these globs and none behind a `!`; for --check, case files, or
    /// folders with some
    #[arg(value_name = "GLOB|FILE|DIR", conflicts_with = "schema")]
    pub(super) paths: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum CasesCommand {
    /// Write a commented case file over a folder of your own
    New {
        /// The folder, which is looked at and stays as it is
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// The case file, which must not lie in the folder; the folder's name with .toml, in the current
        /// directory, unless given
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

pub(super) fn cases(options: &CasesOptions, out: &mut impl Write) -> Result<u8, Failure> {
    if let Some(CasesCommand::New { folder, file }) = &options.command {
        return new_case::write(folder, file.as_deref(), out);
    }
    if options.schema {
        writeln!(out, "{:#}", schema())?;
        return Ok(0);
    }
    if options.check {
        return check(&options.paths, out);
    }
    list(&options.paths, options.list.report, out)
}

fn list(patterns: &[PathBuf], format: ListFormat, out: &mut impl Write) -> Result<u8, Failure> {
    let patterns: Vec<String> = patterns
        .iter()
        .map(|pattern| pattern.to_string_lossy().into_owned())
        .collect();
    let cases = case::select(&patterns)?;
    match format {
        ListFormat::Json => {
            let list: Vec<_> = cases
                .iter()
                .map(|c| json!({"id": c.id, "kind": c.kind, "title": c.title, "twin": c.twin}))
                .collect();
            writeln!(out, "{:#}", json!(list))?;
        }
        ListFormat::Text => {
            let width = cases.iter().map(|case| case.id.len()).max().unwrap_or(0);
            for case in cases {
                writeln!(out, "{:width$}  {}", case.id, case.title)?;
            }
        }
    }
    Ok(0)
}

/// Checks everything and tells every error, not only the first.
fn check(paths: &[PathBuf], out: &mut impl Write) -> Result<u8, Failure> {
    if paths.is_empty() {
        let count = builtin_cases()?.len();
        writeln!(out, "{count} built-in cases are valid")?;
        return Ok(0);
    }
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    files.sort();
    files.dedup();
    let builtin = Prompts::builtin()?;
    let (mut read, mut errors) = (Vec::new(), Vec::new());
    for file in &files {
        match load_file(file) {
            Ok(cases) => {
                // What a case names as its prompt is read when it is played.
                let wrong = cases.iter().filter_map(|case| builtin.for_case(case).err());
                errors.extend(wrong.map(|error| format!("{}: {error}", file.display())));
                for warning in warnings(file)? {
                    writeln!(out, "warning: {warning}")?;
                }
                read.push((file.clone(), cases));
            }
            Err(error) => errors.push(told(&error)),
        }
    }
    errors.extend(case::twice(&read, &builtin_cases()?));
    if !errors.is_empty() {
        return Err(Failure::usage(errors.join("\n")));
    }
    let count: usize = read.iter().map(|(_, cases)| cases.len()).sum();
    let cases = plural(count, "case", "cases");
    let within = plural(files.len(), "file", "files");
    let are = plural(count, "is", "are");
    writeln!(
        out,
        "{count} {cases} in {} {within} {are} valid",
        files.len()
    )?;
    Ok(0)
}

fn told(error: &CaseError) -> String {
    error.to_string().trim_end().to_owned()
}

/// The case files at or below a path.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        // What is not there is told by the loader.
        files.push(path.to_owned());
        return Ok(());
    }
    let unreadable = |error| {
        Failure::usage(format!(
            "cannot read the folder {}: {error}",
            path.display()
        ))
    };
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let inside = entry.map_err(unreadable)?.path();
        if inside.is_dir()
            || inside
                .extension()
                .is_some_and(|extension| extension == "toml")
        {
            collect(&inside, files)?;
        }
    }
    Ok(())
}
