//! `plan`: judge one plan file by itself.

use std::io::{Read as _, Write};
use std::path::Path;

use super::Failure;
use super::args::{PlanFormat, PlanOptions};
use crate::case::Kind;
use crate::facts::{Plan, PlanContext, Tree};
use crate::gate::Gate;
use crate::lint;
use crate::prompt::Template;
use crate::report::{plan_json, plan_text};
use crate::selection::Asked;

/// Largest plan that is read, in bytes.
const LARGEST_PLAN: u64 = 64 * 1024 * 1024;

/// Largest context file that is read, in bytes.
const LARGEST_CONTEXT: u64 = 16 * 1024 * 1024;

pub(super) fn plan(options: &PlanOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let to_stdout = options
        .reports
        .iter()
        .filter(|report| report.file.is_none());
    if to_stdout.count() > 1 {
        return Err(Failure::usage(
            "only one --report can go to standard output; name a file for the others \
             (--report json=FILE)",
        ));
    }
    let source = read(&options.file, LARGEST_PLAN, "plan")?;
    let context = context(options)?;
    let tree = tree(&context);
    let file = options.file.display().to_string();
    let file = if file == "-" { "<stdin>" } else { &file };
    let gate = Gate::from(options.gate);
    let selection = options.selection.read()?;
    let own = options.prompt.as_deref();
    let template = own.map(|path| Template::from_file(path, Kind::Planning));
    let template = template.transpose()?;
    let own = template.as_ref().and_then(Template::own);
    let asked = Asked {
        selection: &selection,
        untold: own.map_or(&[], |own| own.untold.as_slice()),
    };
    let linted = lint::lint(&Plan::parse(&source), &context, tree.as_ref(), file).only(asked);
    let render = |format| match format {
        PlanFormat::Text => plan_text(&linted, &source, file, gate),
        PlanFormat::Json => plan_json(&linted, file),
    };
    if options.reports.is_empty() {
        out.write_all(render(PlanFormat::Text).as_bytes())?;
    }
    for report in &options.reports {
        let text = render(report.format);
        match &report.file {
            None => out.write_all(text.as_bytes())?,
            Some(target) => std::fs::write(target, text).map_err(|error| {
                Failure::harness(format!(
                    "cannot write the report {}: {error}",
                    target.display()
                ))
            })?,
        }
    }
    Ok(u8::from(linted.is_violated(gate)))
}

fn read(path: &Path, largest: u64, what: &str) -> Result<String, Failure> {
    let shown = path.display();
    let failed = |error| Failure::usage(format!("cannot read the {what} {shown}: {error}"));
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        let mut input = std::io::stdin().lock().take(largest + 1);
        input.read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        let mut input = file.take(largest + 1);
        input.read_to_end(&mut bytes).map_err(failed)?;
    }
    if bytes.len() as u64 > largest {
        let limit = largest / (1024 * 1024);
        return Err(Failure::usage(format!(
            "the {what} {shown} has more than {limit} MB, which is no {what}"
        )));
    }
    String::from_utf8(bytes)
        .map_err(|_| Failure::usage(format!("the {what} {shown} is not UTF-8 text")))
}

/// What the context file says, with the flags on top.
fn context(options: &PlanOptions) -> Result<PlanContext, Failure> {
    let mut context = match &options.context {
        None => PlanContext::default(),
        Some(path) => {
            let text = read(path, LARGEST_CONTEXT, "context")?;
            let is_json = match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") => true,
                Some("toml") => false,
                _ => text.trim_start().starts_with('{'),
            };
            let invalid = |error: String| {
                let message = format!("the context {} is not valid: {error}", path.display());
                Failure::usage(message.trim_end())
            };
            if is_json {
                PlanContext::from_json(&text).map_err(|error| invalid(error.to_string()))?
            } else {
                PlanContext::from_toml(&text).map_err(|error| invalid(error.to_string()))?
            }
        }
    };
    let flags = [
        (&options.goal, &mut context.goal),
        (&options.workdir, &mut context.workdir),
        (&options.tasks_path, &mut context.tasks_path),
    ];
    for (flag, value) in flags {
        if flag.is_some() {
            value.clone_from(flag);
        }
    }
    context.cluster = options.cluster.or(context.cluster);
    Ok(context)
}

/// The working directory's files, where it exists on this machine.
fn tree(context: &PlanContext) -> Option<Tree> {
    let workdir = Path::new(context.workdir.as_deref()?);
    let beside_plan = context.tasks_folder().map(|folder| workdir.join(folder));
    workdir
        .is_dir()
        .then(|| Tree::list(workdir, beside_plan.as_deref().unwrap_or(workdir)))
}
