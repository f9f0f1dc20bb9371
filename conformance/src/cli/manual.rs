//! `completions` and `man`: what shells and readers of manuals want.

use std::io::Write;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use super::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct CompletionsOptions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(super) struct ManOptions {
    /// The subcommand; the program itself without one
    #[arg(value_name = "SUBCOMMAND")]
    subcommand: Option<String>,
}

/// Prints what a shell reads to complete words.
pub(super) fn completions(
    options: &CompletionsOptions,
    program: &Command,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let mut script = Vec::new();
    let mut command = visible(program);
    clap_complete::generate(
        options.shell,
        &mut command,
        env!("CARGO_PKG_NAME"),
        &mut script,
    );
    out.write_all(&script)?;
    Ok(0)
}

/// Prints a page of the manual.
pub(super) fn man(
    options: &ManOptions,
    program: &Command,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let command = visible(program);
    let name = env!("CARGO_PKG_NAME");
    let mut usage = None;
    let page = match &options.subcommand {
        None => Man::new(command),
        Some(own_name) => {
            let own = command.find_subcommand(own_name).cloned();
            let own = own.ok_or_else(|| {
                Failure::usage(format!(
                    "there is no subcommand `{own_name}`; --help lists them"
                ))
            })?;
            let whole = format!("{name}-{own_name}");
            let own = own
                .display_name(whole.clone())
                .bin_name(format!("{name} {own_name}"));
            usage = Some(own.clone().render_usage().to_string());
            Man::new(own).title(whole)
        }
    };
    let mut text = Vec::new();
    page.render(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let text = usage.map_or_else(|| text.clone(), |usage| with_synopsis(&text, &usage));
    out.write_all(text.as_bytes())?;
    Ok(0)
}

/// A page with clap's usage for its synopsis: a list of all options by their names alone helps nobody.
fn with_synopsis(page: &str, usage: &str) -> String {
    let usage = usage.strip_prefix("Usage: ").unwrap_or(usage);
    let usage = usage.trim().replace('-', "\\-");
    let parts = page.split_once(SYNOPSIS).and_then(|(head, rest)| {
        let (_, rest) = rest.split_once("\n.SH ")?;
        Some((head, rest))
    });
    match parts {
        Some((head, rest)) => format!("{head}{SYNOPSIS}{usage}\n.SH {rest}"),
        None => page.to_owned(),
    }
}

/// What stands ahead of a page's synopsis.
const SYNOPSIS: &str = ".SH SYNOPSIS\n";

/// The program without what only the harness starts.
fn visible(program: &Command) -> Command {
    let shown: Vec<Command> = program
        .get_subcommands()
        .filter(|own| !own.is_hide_set())
        .cloned()
        .collect();
    let bare = Command::new(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .about(program.get_about().cloned().unwrap_or_default())
        .args(program.get_arguments().cloned().collect::<Vec<_>>())
        .after_help(program.get_after_help().cloned().unwrap_or_default());
    bare.subcommands(shown)
}
