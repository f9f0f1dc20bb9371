//! `prompt`, and the templates that other subcommands take.

use std::io::Write;
use std::path::PathBuf;

use super::Failure;
use super::formats::ListFormat;
use crate::case::Kind;
use crate::prompt::{Prompts, Template, tellings};
use crate::report::{prompt_json, prompt_text};

/// Prompts in place of the built-in ones.
#[derive(Debug, clap::Args)]
pub(super) struct PromptOptions {
    /// Use this file as the planning prompt's template; rules that it does not tell are not asked
    #[arg(long, value_name = "FILE")]
    prompt: Option<PathBuf>,
    /// Use this file as the template of the prompt for later iterations, likewise
    #[arg(long, value_name = "FILE")]
    iteration_prompt: Option<PathBuf>,
}

impl PromptOptions {
    /// Whether there is one for this kind of case.
    pub(super) fn has(&self, kind: Kind) -> bool {
        match kind {
            Kind::Planning | Kind::Campaign => self.prompt.is_some(),
            Kind::Execution => self.iteration_prompt.is_some(),
        }
    }

    /// The option that gives one for this kind of case.
    pub(super) fn flag(kind: Kind) -> &'static str {
        match kind {
            Kind::Planning | Kind::Campaign => "--prompt",
            Kind::Execution => "--iteration-prompt",
        }
    }

    /// The built-in prompts, or those of the files. Tells on stderr what a template lacks.
    pub(super) fn read(&self) -> Result<Prompts, Failure> {
        let builtin = Prompts::builtin()?;
        let prompts = builtin.replaced(self.prompt.as_deref(), self.iteration_prompt.as_deref())?;
        let mut err = std::io::stderr().lock();
        for (template, own) in prompts.own() {
            for warning in template.warnings() {
                // A terminal that is gone is no reason to fail.
                let _ = writeln!(err, "warning: {}: {warning}", own.file);
            }
        }
        Ok(prompts)
    }
}

/// Options of `prompt`.
#[derive(Debug, clap::Args)]
pub(super) struct PromptCommand {
    /// The template
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// It is for later iterations, not for planning
    #[arg(long)]
    iteration: bool,
    /// The list's format
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    report: ListFormat,
}

pub(super) fn prompt(options: &PromptCommand, out: &mut impl Write) -> Result<u8, Failure> {
    let kind = if options.iteration {
        Kind::Execution
    } else {
        Kind::Planning
    };
    let template = Template::from_file(&options.file, kind)?;
    let tellings = tellings(&template, kind);
    let file = options.file.display().to_string();
    let text = match options.report {
        ListFormat::Text => prompt_text(&file, &tellings, &template.warnings()),
        ListFormat::Json => prompt_json(&file, kind, &tellings, &template.warnings()),
    };
    out.write_all(text.as_bytes())?;
    Ok(0)
}
